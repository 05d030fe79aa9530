using System.Text;
using Syndication.V1;

namespace Syndication.Formats.WireText;

/// <summary>Plain text as wires send it; see <see cref="WireTextReader"/>. Knows no embargo and no kill.</summary>
internal sealed class WireTextFormat : IArticleFormat
{
    public string Name => "text";

    public string Description => "plain wire text";

    public string MediaType => "text/plain";

    public string Extension => ".txt";

    public bool HoldsMany => false;

    public bool HoldsStatus => false;

    public int Recognize(FormatHead head) => !head.IsText ? head.Extension == ".txt" ? 20 : 0 : head.IsNamedStructured ? 0 : 50;

    public IReadOnlyList<FormatItem> Read(FormatSource source)
    {
        RefuseLongLines(source);
        var items = WireTextReader.ReadAll(source.Bytes.Span, source.Name, new() { Language = source.Language, Charset = source.Charset });
        return [.. items.Select(item => new FormatItem(item.Number)
        {
            Line = items.Count == 1 ? null : item.Line,
            Article = item.Article is { } article ? Identified(article) : null,
            Refusal = item.Error is { } error ? new(ReasonOf(error), error.Message) : null,
            Notes = item.Article is { } read && WireTextLayout.CountLeftOut(read) is > 0 and var count
                ? [new("text", $"{count} control characters are not in the text; kept in the extensions", Kept: true)]
                : [],
        })];
    }

    public byte[] Write(IReadOnlyList<Article> articles) => Encoding.UTF8.GetBytes(WireTextWriter.Write(articles.Single()));

    private static FormatRefusalReason ReasonOf(WireTextException error) =>
        error.Message.EndsWith("there is no text.", StringComparison.Ordinal) ? FormatRefusalReason.Empty
        : error.Message.Contains("are the most", StringComparison.Ordinal) ? FormatRefusalReason.TooLarge : FormatRefusalReason.BadEncoding;

    // From the article's own bytes and not from what was understood of them, which may be more one day.
    private static Article Identified(Article article)
    {
        article.ArticleId = "wire-" + Convert.ToHexStringLower(article.SourceDocument.Sha256.Span)[..32];
        return article;
    }

    private static void RefuseLongLines(FormatSource source)
    {
        var left = source.Bytes.Span;
        while (left.Length > source.Limits.MaxLineBytes)
        {
            var end = left[..(source.Limits.MaxLineBytes + 1)].LastIndexOfAny("\r\n"u8);
            if (end < 0)
            {
                throw new FormatRefusedException(FormatRefusalReason.LineTooLong, $"it has a line of more than {source.Limits.MaxLineBytes} bytes.");
            }

            left = left[(end + 1)..];
        }
    }
}
