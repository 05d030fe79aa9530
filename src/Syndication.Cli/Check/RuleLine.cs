namespace Syndication.Cli.Check;

/// <summary>A rule, in JSON.</summary>
internal sealed record RuleLine(string Code, string Severity, string Summary, string Language, string Wrong, string Right);
