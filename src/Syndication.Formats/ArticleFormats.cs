using Syndication.V1;

namespace Syndication.Formats;

/// <summary>All formats: chooses one for a document, reads, writes, and says what a writing lost.</summary>
public static class ArticleFormats
{
    /// <summary>The formats; of those that are as sure of a document the first is taken.</summary>
    public static IReadOnlyList<IArticleFormat> All { get; } =
    [
        new Contract.ContractJsonFormat(),
        new Ninjs.NinjsFormat(isVersion2: false),
        new Ninjs.NinjsFormat(isVersion2: true),
        new NewsMl.NewsMlFormat(),
        new Nitf.NitfFormat(),
        new Feeds.FeedFormat(Feeds.FeedKind.Rss2),
        new Feeds.FeedFormat(Feeds.FeedKind.Atom),
        new Feeds.FeedFormat(Feeds.FeedKind.Rss1),
        new Feeds.JsonFeedFormat(),
        new Html.HtmlPageFormat(),
        new WireText.WireTextFormat(),
    ];

    /// <summary>The format of a name, in any case; null where there is none.</summary>
    public static IArticleFormat? Find(string name) => All.FirstOrDefault(format => format.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The format that a document shows itself to be of, by its content first and its name second.</summary>
    /// <returns>Null where none knows it, or its beginning shows that it is to be refused.</returns>
    public static IArticleFormat? Recognize(FormatSource source) => Recognize(FormatHead.Of(source));

    /// <summary>Reads a document. Never throws for what it holds.</summary>
    /// <param name="source">The document.</param>
    /// <param name="format">Null: it is recognised.</param>
    /// <returns>Its items; at least one. Their fields are within the contract's forms, but not measured: the server does that.</returns>
    public static FormatReading Read(FormatSource source, IArticleFormat? format = null)
    {
        var chosen = format ?? All[0];
        try
        {
            if (source.Bytes.Length > source.Limits.MaxBytes)
            {
                throw new FormatRefusedException(FormatRefusalReason.TooLarge, $"it has {source.Bytes.Length} bytes, {source.Limits.MaxBytes} are the most.");
            }

            if (source.Bytes.Span.Trim(" \t\r\n"u8).IsEmpty)
            {
                throw new FormatRefusedException(FormatRefusalReason.Empty, "it is empty.");
            }

            chosen = format ?? Choose(source);
            var items = chosen.Read(source);
            if (items.Count == 0)
            {
                throw new FormatRefusedException(FormatRefusalReason.Empty, "it holds no article.");
            }

            return new(chosen, items);
        }
        catch (FormatRefusedException exception)
        {
            return new(chosen, [new(1) { Refusal = exception.Refusal }]);
        }
    }

    /// <summary>Whether an article may be written in a format: one that must not be used now goes only where that can be said.</summary>
    public static bool MayWrite(IArticleFormat format, Article article) => format.HoldsStatus
        || article.Status is ArticleStatus.Usable or ArticleStatus.Unspecified;

    /// <summary>Writes an article and finds what the document does not hold.</summary>
    public static FormatWriting Write(IArticleFormat format, Article article)
    {
        var bytes = format.Write([article]);
        var read = Read(new(bytes, "") { Language = article.Language }, format).Items[0];
        return new(bytes, read.Article is { } again ? ArticleLosses.Find(article, again) : [$"everything: {read.Refusal?.Message}"]);
    }

    private static IArticleFormat? Recognize(FormatHead head)
    {
        if (head.Refusal is not null)
        {
            return null;
        }

        var (best, sureness) = All.Select(format => (Format: format, Sureness: format.Recognize(head))).MaxBy(pair => pair.Sureness);
        return sureness > 0 ? best : null;
    }

    private static IArticleFormat Choose(FormatSource source)
    {
        var head = FormatHead.Of(source);
        return Recognize(head) ?? throw (head.Refusal is { } refusal
            ? new FormatRefusedException(refusal.Reason, refusal.Message)
            : new FormatRefusedException(FormatRefusalReason.NotThisFormat, head.IsText
                ? $"its name ends with {head.Extension}, and it begins as nothing of the kind."
                : "it is of no format that is read here."));
    }

    /// <summary>Turns a fault of one item into its refusal, so that it does not stop the others.</summary>
    internal static FormatItem ReadItem(int number, Func<SourceNotes, Article> read)
    {
        var notes = new SourceNotes();
        try
        {
            var article = read(notes);
            return new(number) { Article = article, Notes = notes.List };
        }
        catch (FormatRefusedException exception)
        {
            return new(number) { Refusal = exception.Refusal, Notes = notes.List };
        }
    }
}
