namespace Syndication.Cli.Check;

/// <summary>A finding in a file, in JSON.</summary>
/// <param name="File">As it was named or found; <c>-</c> for standard input.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in code points.</param>
/// <param name="Severity"><c>info</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="Code">The rule.</param>
/// <param name="Field">The path from the article's root; <c>source</c> for what its reader keeps out of it.</param>
/// <param name="Start">First code point in the field.</param>
/// <param name="End">Code point after the last.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Snippet">The text there.</param>
/// <param name="IsMendable">Whether <c>--fix</c> mends it.</param>
internal sealed record CheckLine(
    string File, int Line, int Column, string Severity, string Code, string Field, int Start, int End, string Message, string Snippet, bool IsMendable);
