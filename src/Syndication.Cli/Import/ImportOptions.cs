namespace Syndication.Cli.Import;

/// <summary>What documents do not say themselves.</summary>
/// <param name="Language">The language of texts that name none; null: it is recognised.</param>
/// <param name="Charset">How plain texts are encoded; null: it is recognised.</param>
internal sealed record ImportOptions(string? Language, string? Charset);
