namespace Syndication.Cli;

/// <summary>Everything that a run of the program touches besides the server and named files.</summary>
public sealed record CliIo
{
    /// <summary>Results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Errors, and notices that are no results.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Read where a file is named <c>-</c>.</summary>
    public required TextReader In { get; init; }

    /// <summary>Whether <see cref="Out"/> is a terminal: colours, borders and lines as wide as it are for terminals alone.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Environment variables by name; null when there is none.</summary>
    public Func<string, string?> Environment { get; init; } = _ => null;

    /// <summary>The caller's folder: relative paths and <c>data/admin.key</c> start here.</summary>
    public string Directory { get; init; } = System.IO.Directory.GetCurrentDirectory();

    /// <summary>Tells time and the caller's time zone.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The process's own console, environment and folder.</summary>
    public static CliIo ForProcess() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        In = Console.In,
        IsTerminal = !Console.IsOutputRedirected,
        Environment = System.Environment.GetEnvironmentVariable,
    };
}
