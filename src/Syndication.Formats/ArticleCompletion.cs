using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Syndication.Findings.Languages;
using Syndication.Formats.Markup;
using Syndication.V1;

namespace Syndication.Formats;

/// <summary>What every reader does at the end: the fields that an article must have, and where it came from.</summary>
internal static partial class ArticleCompletion
{
    private const int MaxHeadline = 1_000;
    private const int StandIn = 120;

    /// <summary>Fills in language and headline where the source has none, and says so.</summary>
    /// <param name="article">As far as it was read.</param>
    /// <param name="source">The document.</param>
    /// <param name="notes">Gets what stands in for what.</param>
    /// <param name="headlines">What else may be the headline, best first.</param>
    public static void Complete(Article article, FormatSource source, SourceNotes notes, params IEnumerable<string?> headlines)
    {
        CompleteHeadline(article, notes, headlines);
        CompleteLanguage(article, source, notes);
        if (article.ItemType == ItemType.Unspecified)
        {
            article.ItemType = ItemType.Text;
        }

        if (article.Status is ArticleStatus.Unspecified or ArticleStatus.Usable)
        {
            // The date counts, whatever the status says.
            article.Status = article.EmbargoTime is null ? ArticleStatus.Usable : ArticleStatus.Embargoed;
        }
    }

    /// <summary>The document as the article's source.</summary>
    public static SourceDocument Describe(FormatSource source, string mediaType) => new()
    {
        Name = SourceText.Line(source.Name[(source.Name.LastIndexOfAny(['/', '\\']) + 1)..]),
        MediaType = mediaType,
        SizeBytes = source.Bytes.Length,
        Sha256 = ByteString.CopyFrom(SHA256.HashData(source.Bytes.Span)),
    };

    private static void CompleteHeadline(Article article, SourceNotes notes, IEnumerable<string?> candidates)
    {
        article.Headline = SourceText.Line(article.Headline);
        if (article.Headline.Length == 0)
        {
            article.Headline = candidates.Select(SourceText.Line).FirstOrDefault(text => text.Length > 0) ?? "";
        }

        if (article.Headline.Length == 0)
        {
            var text = new[] { article.Standfirst, article.Slugline, PlainBody.Write(article), ArticleIdentity.SourceUri(article)?.Value ?? article.ArticleId }.FirstOrDefault(text => text.Length > 0);
            article.Headline = SourceText.Cut(SourceText.Line(text), StandIn);
            notes.LeftOut("headline", "there is none: the beginning of the text, or the identifier, stands in");
        }

        if (article.Headline.Length == 0)
        {
            throw new FormatRefusedException(FormatRefusalReason.Empty, "it has no headline, no text and no identifier.");
        }

        article.Headline = SourceText.Cut(article.Headline, MaxHeadline);
    }

    private static void CompleteLanguage(Article article, FormatSource source, SourceNotes notes)
    {
        var language = SourceText.Line(article.Language).Replace('_', '-');
        if (language.Length > 0 && !LanguageTag().IsMatch(language))
        {
            notes.LeftOut("language", $"not a language tag: {SourceText.Cut(language, 40)}");
            language = "";
        }

        if (language.Length == 0 && source.Language is null)
        {
            language = LanguageDetector.Detect($"{article.Headline}\n{article.Standfirst}\n{PlainBody.Write(article)}");
            article.Extensions.Add(Inferred.ToExtension(Inferred.StopWords));
        }

        article.Language = language.Length > 0 ? language : source.Language ?? "und";
    }

    [GeneratedRegex("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
    private static partial Regex LanguageTag();
}
