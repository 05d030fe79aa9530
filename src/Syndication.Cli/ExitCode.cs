using Grpc.Core;
using Syndication.Client;

namespace Syndication.Cli;

/// <summary>What the process tells its caller. Part of the interface: documented in <c>wire --help</c>.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Refused = 1;
    public const int Usage = 2;
    public const int Unavailable = 3;
    public const int SomeFailed = 4;

    /// <summary>128 + SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;

    /// <summary>128 + SIGPIPE, likewise.</summary>
    public const int OutputClosed = 141;

    public const string Help = """
        Exit codes:
          0    done
          1    the server refused; its reason is on stderr. A check of 'doctor' failed
          2    wrong usage: unknown option, missing value, unreadable file
          3    the server cannot be reached, or asks to try again later
          4    some items failed (import), or have faults (check)
          130  interrupted; the way to end 'follow' too
          141  whoever read the output went away ('| head')
        """;

    /// <summary>EPIPE on Linux and macOS, where the HResult of an <see cref="IOException"/> is the number of the error.</summary>
    public static bool IsOutputClosed(Exception error) =>
        error is IOException { HResult: 32 } && !OperatingSystem.IsWindows();

    /// <summary>1 where a server answered with a reason that repeating does not change, otherwise 3.</summary>
    public static int Of(SyndicationException error) => error switch
    {
        { IsTransient: true } or { StatusCode: StatusCode.DeadlineExceeded } => Unavailable,
        // What no server of ours said: a broken connection, or something else behind that address.
        { ReasonName: null, StatusCode: StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled } => Unavailable,
        _ => Refused,
    };
}
