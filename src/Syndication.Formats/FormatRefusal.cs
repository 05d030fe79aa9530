namespace Syndication.Formats;

/// <summary>Why a source, or one item of it, gives no article.</summary>
/// <param name="Reason">For programs.</param>
/// <param name="Message">For people: what was found, and what would have been right.</param>
public sealed record FormatRefusal(FormatRefusalReason Reason, string Message);

/// <summary>Carries a refusal out of a reader. Callers of <see cref="ArticleFormats"/> never see it: they get the refusal.</summary>
internal sealed class FormatRefusedException(FormatRefusalReason reason, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public FormatRefusal Refusal { get; } = new(reason, message);
}
