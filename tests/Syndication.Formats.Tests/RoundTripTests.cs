using CsCheck;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syndication.V1;

namespace Syndication.Formats.Tests;

/// <summary>Export, then import, is the identity on what a format can hold; what it cannot is listed here and in the README.</summary>
public sealed class RoundTripTests
{
    /// <summary>What each format may lose: beginnings of paths. Everything else must come through.</summary>
    private static readonly Dictionary<string, string[]> MayLose = new()
    {
        ["json"] = [],
        ["ninjs"] =
        [
            "headline_variants[*].language", "byline.contributors", "dateline.time", "rights.territories", "rights.channels", "media[*].rights.territories", "media[*].rights.channels", "links[*].raw_text",
            "media[*].renditions[*].sha256", "genres[*].relevance", "genres[*].origin", "people[*].relevance", "people[*].origin", "organisations[*].relevance", "organisations[*].origin", "places[*].relevance",
            "places[*].origin", "events[*].relevance", "events[*].origin", "body[*].embed.html",
        ],
        ["newsml-g2"] =
        [
            "dateline.time", "rights.territories", "rights.channels", "links[*].raw_text", "media[*].rights", "media[*].digital_source_type", "media[*].renditions", "media", "body[*].embed.html",
        ],
        ["nitf"] =
        [
            "headline_variants", "byline.contributors", "subjects", "genres[*].relevance", "genres[*].origin", "people[*].relevance", "people[*].origin", "organisations[*].relevance", "organisations[*].origin",
            "places[*].relevance", "places[*].origin", "events[*].relevance", "events[*].origin", "provider.code", "info_sources", "rights.territories", "rights.channels", "links", "item_type", "media", "body[*].embed.html",
        ],
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
                var wrong = losses.Where(loss => !allowed.Any(path => Pattern(loss).StartsWith(path, StringComparison.Ordinal))).ToList();
                Assert.True(wrong.Count == 0, $"{string.Join(", ", wrong)}\n{article}\n{Documents.Again(article, format)}");
            },
            iter: 400,
            threads: 2);
    }

    [Fact]
    public void What_is_written_of_what_was_read_says_the_same_again() => RandomArticle.Whole.Sample(
        article =>
        {
            foreach (var format in MayLose.Keys.Append("rss").Append("atom").Append("rss-1.0").Append("json-feed").Append("html"))
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

    private static string Pattern(string path) => System.Text.RegularExpressions.Regex.Replace(path, @"\[\d+\]", "[*]");
}
