using Google.Protobuf.WellKnownTypes;
using Syndication.V1;

namespace Syndication.Stores.Tests.Fixtures;

/// <summary>Articles, filters and starts, as short as tests want them.</summary>
public static class Make
{
    public static readonly StartPosition Earliest = new() { Earliest = new Empty() };

    public static readonly StartPosition Latest = new() { Latest = new Empty() };

    public static readonly StartPosition Snapshot = new() { Snapshot = new Empty() };

    public static StartPosition After(string cursor) => new() { Cursor = cursor };

    public static StartPosition At(DateTimeOffset time) => new() { Time = Timestamp.FromDateTimeOffset(time) };

    public static StartPosition Acknowledged(AcknowledgedFallback fallback) => new() { Acknowledged = new AcknowledgedStart { Fallback = fallback } };

    public static Article Article(
        string id, string language = "en", string text = "text", DateTimeOffset? embargo = null, DateTimeOffset? expire = null)
    {
        var article = new Article
        {
            ArticleId = id,
            Headline = $"Headline of {id}: {text}",
            Language = language,
            EditorialNote = $"note of {id}",
            Body = { new Block { Paragraph = new Paragraph { Content = new RichText { Text = $"Body of {id}: {text}" } } } },
        };
        if (embargo is { } embargoTime)
        {
            article.EmbargoTime = Timestamp.FromDateTimeOffset(embargoTime);
        }

        if (expire is { } expireTime)
        {
            article.ExpireTime = Timestamp.FromDateTimeOffset(expireTime);
        }

        return article;
    }

    /// <summary>Articles of one language.</summary>
    public static ArticleFilter Language(string language) => new() { AllOf = { new ArticleClause { Language = language } } };

    /// <summary>An update in a line: `KIND id/version`, and `+` when it carries the article, `(STATUS)` when its text is blanked.</summary>
    public static string Line(Update update) =>
        $"{update.Kind} {update.ArticleId}/{update.Version}{(update.Article is null ? "" : "+")}"
        + (update.BlankedStatus == ArticleStatus.Unspecified ? "" : $"({update.BlankedStatus})");
}
