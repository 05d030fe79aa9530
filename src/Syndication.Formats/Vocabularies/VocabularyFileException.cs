namespace Syndication.Formats.Vocabularies;

/// <summary>A file is no vocabulary that can be read.</summary>
/// <param name="line">From 1; 0 where no line is to blame.</param>
/// <param name="reason">What is wrong.</param>
public sealed class VocabularyFileException(int line, string reason, Exception? innerException = null)
    : Exception(line > 0 ? $"line {line}: {reason}" : reason, innerException)
{
    /// <summary>From 1; 0 where no line is to blame.</summary>
    public int Line { get; } = line;

    /// <summary>What is wrong.</summary>
    public string Reason { get; } = reason;
}
