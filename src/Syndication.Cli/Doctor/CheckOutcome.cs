namespace Syndication.Cli.Doctor;

/// <summary>What came of a check.</summary>
internal enum CheckOutcome
{
    Ok,

    /// <summary>It works, and will or may not for long.</summary>
    Warning,

    /// <summary>It does not work.</summary>
    Failed,

    /// <summary>It could not be looked at, since something before it failed.</summary>
    Skipped,
}
