namespace Syndication.Formats.WireText;

/// <summary>The source is not a wire text.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="line">The line where, from 1.</param>
public sealed class WireTextException(string message, int line, Exception? innerException = null)
    : Exception($"Line {line}: {message}", innerException)
{
    /// <summary>The line where, from 1.</summary>
    public int Line { get; } = line;
}
