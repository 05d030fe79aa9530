using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Syndication.Cli;

/// <summary>Everything that a run of the program touches besides the server and named files.</summary>
public sealed record CliIo
{
    /// <summary>Results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Errors, and notices that are no results.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Read where a file is named <c>-</c>.</summary>
    public required Stream In { get; init; }

    /// <summary>Whether <see cref="Out"/> is a terminal: colours, borders and lines as wide as it are for terminals alone.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Environment variables by name; null when there is none.</summary>
    public Func<string, string?> Environment { get; init; } = _ => null;

    /// <summary>The caller's folder: relative paths and <c>data/admin.key</c> start here.</summary>
    public string Directory { get; init; } = System.IO.Directory.GetCurrentDirectory();

    /// <summary>Tells time and the caller's time zone.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>A path from the caller's folder.</summary>
    public string FullPath(string path) => Path.GetFullPath(path, Directory);

    /// <summary>The process's own console, environment and folder.</summary>
    public static CliIo ForProcess() => new()
    {
        Out = StandardOutput(),
        Error = Console.Error,
        In = Console.OpenStandardInput(),
        IsTerminal = !Console.IsOutputRedirected,
        Environment = System.Environment.GetEnvironmentVariable,
    };

    // The console's own writer swallows what a closed pipe says: 'wire follow all | head' would go on for ever. It is right
    // for files: a stream of our own would write at its own place, and not where the shell's other commands left off.
    private static TextWriter StandardOutput()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
        {
            return Console.Out;
        }

        var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek
            ? Console.Out
            : new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
    }
}
