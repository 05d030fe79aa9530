namespace Syndication.Cli.Doctor;

/// <summary>What a check found. Also its JSON.</summary>
/// <param name="Check">Which check: one word.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Detail">What was seen.</param>
/// <param name="Advice">What to do; null where there is nothing to do.</param>
internal sealed record Diagnosis(string Check, CheckOutcome Outcome, string Detail, string? Advice = null);
