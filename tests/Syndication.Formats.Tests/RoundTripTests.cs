using CsCheck;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syndication.Formats.Html;
using Syndication.V1;

namespace Syndication.Formats.Tests;

/// <summary>Export, then import, is the identity on what a format can hold; what it cannot is listed here and in the README.</summary>
public sealed class RoundTripTests
{
    // A feed has few elements, and a page is for people.
    private static readonly string[] OfFeeds =
    [
        "alternate_ids", "story_id", "item_type", "headline_variants", "kicker", "byline.contributors", "byline", "dateline", "slugline", "subjects", "genres", "people", "organisations", "places", "events", "urgency",
        "editorial_note", "public_note", "profile", "provider", "info_sources", "digital_source_type", "rights.copyright_holder", "rights.usage_terms", "rights.territories", "rights.channels", "embargo_time",
        "expire_time", "links", "media", "correction", "body[*].embed.html", "body[*].media", "rights$",
    ];

    private static readonly string[] OfNinjs =
    [
        "headline_variants[*].language", "byline.contributors", "dateline.time", "rights.territories", "rights.channels", "media[*].rights.territories", "media[*].rights.channels", "links[*].raw_text",
        "media[*].renditions[*].sha256", "genres[*].relevance", "genres[*].origin", "people[*].relevance", "people[*].origin", "organisations[*].relevance", "organisations[*].origin", "places[*].relevance",
        "places[*].origin", "events[*].relevance", "events[*].origin", "body[*].embed.html",
    ];

    /// <summary>What each format may lose: beginnings of paths, or whole ones with a dollar sign. Everything else must come through.</summary>
    private static readonly Dictionary<string, string[]> MayLose = new()
    {
        ["json"] = [],
        ["ninjs"] = OfNinjs,
        ["ninjs-2.1"] = [.. OfNinjs, "digital_source_type"],
        ["newsml-g2"] =
        [
            "dateline.time", "rights.territories", "rights.channels", "links[*].raw_text", "media[*].rights", "media[*].digital_source_type", "media[*].renditions", "media", "body[*].embed.html",
        ],
        ["nitf"] =
        [
            "headline_variants", "byline.contributors", "subjects", "genres[*].relevance", "genres[*].origin", "people[*].relevance", "people[*].origin", "organisations[*].relevance", "organisations[*].origin",
            "places[*].relevance", "places[*].origin", "events[*].relevance", "events[*].origin", "provider.code", "info_sources", "rights.territories", "rights.channels", "links", "item_type", "media", "body[*].embed.html",
        ],
        ["rss"] = OfFeeds,
        ["atom"] = OfFeeds,
        ["rss-1.0"] = OfFeeds,
        ["json-feed"] = [.. OfFeeds, "rights.copyright_notice"],
        ["html"] = OfFeeds,
        ["text"] = [.. OfFeeds, "article_id", "standfirst", "created_time", "rights", "body"],
    };

    public static TheoryData<string> Formats => [.. MayLose.Keys];

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_a_format_holds_comes_back_as_it_was(string format)
    {
        var allowed = MayLose[format];
        RandomArticle.Whole.Sample(
            article =>
            {
                var losses = ArticleFormats.Write(Documents.Format(format), article).Losses;
                var wrong = losses.Where(loss => !allowed.Any(path => Fits(Pattern(loss), path)) && !IsInherent(format, article, loss)).ToList();
                Assert.True(wrong.Count == 0, $"{string.Join(", ", wrong)}\n{article}\n{Documents.Again(article, format)}");
            },
            iter: 400,
            threads: 2);
    }

    [Fact]
    public void What_is_written_of_what_was_read_says_the_same_again() => RandomArticle.Whole.Sample(
        article =>
        {
            foreach (var format in MayLose.Keys)
            {
                // The second export of what came through the first loses nothing more.
                var once = Documents.Again(article, format);
                var losses = ArticleFormats.Write(Documents.Format(format), once).Losses;
                Assert.True(losses.Count == 0, $"{format}: {string.Join(", ", losses)}\n{once}");
            }
        },
        iter: 100,
        threads: 2);

    [Fact]
    public void What_a_format_cannot_hold_is_named()
    {
        var article = new Article
        {
            ArticleId = "a-1",
            Headline = "Pont rouvert",
            Language = "fr",
            EmbargoTime = Timestamp.FromDateTime(new(2031, 1, 1, 0, 0, 0, DateTimeKind.Utc)),
            Urgency = 3,
            Body = { new Block { Embed = new() { Uri = "https://v.example/1", Html = "<iframe></iframe>" } } },
            Extensions = { new V1.Extension { Namespace = "urn:x", MediaType = "text/plain", Content = ByteString.CopyFromUtf8("x") } },
        };
        Assert.Equal(["body[0]", "urgency", "embargo_time", "extensions[urn:x]"], ArticleFormats.Write(Documents.Format("rss"), article).Losses.Select(loss => loss.StartsWith("body[0]", StringComparison.Ordinal) ? "body[0]" : loss));
        Assert.Equal(["body[0].embed.html", "extensions[urn:x]"], ArticleFormats.Write(Documents.Format("ninjs"), article).Losses);
        Assert.Empty(ArticleFormats.Write(Documents.Format("json"), article).Losses);
    }

    private static bool Fits(string loss, string path) => path[^1] == '$' ? loss == path[..^1] : loss.StartsWith(path, StringComparison.Ordinal);

    // An item of a feed with one text has a text and no summary of it; plain text begins with its first letter.
    private static bool IsInherent(string format, Article article, string loss) =>
        (loss == "standfirst" && format is "rss" or "atom" or "rss-1.0" && BodyHtml.Write(article).Length == 0)
        || (loss == "headline" && format == "text" && (char.IsWhiteSpace(article.Headline[0]) || char.IsWhiteSpace(article.Headline[^1])));

    private static string Pattern(string path) => System.Text.RegularExpressions.Regex.Replace(path, @"\[\d+\]", "[*]");
}
