using Syndication.Findings.Rules;
using Syndication.V1;

namespace Syndication.Findings.Tests;

/// <summary>Small articles that are in order but for what a test puts into them.</summary>
internal static class Sample
{
    /// <summary>An article whose body is these paragraphs.</summary>
    public static Article Of(string language, params string[] paragraphs)
    {
        var article = new Article
        {
            ArticleId = "sample",
            Language = language,
            Headline = "Valmere",
            Byline = new Byline { Text = "Ada Dupont" },
            Provider = new Party { Name = "Agence des Deux-Rives" },
        };
        article.Body.AddRange(paragraphs.Select(Paragraph));
        return article;
    }

    public static Block Paragraph(string text) => new() { Paragraph = new Paragraph { Content = new RichText { Text = text } } };

    /// <summary>The article of a rule's example.</summary>
    public static Article Of(RuleExample example, string text)
    {
        var article = Of(example.Language, example.Field == "body" ? [text] : []);
        switch (example.Field)
        {
            case "headline":
                article.Headline = text;
                break;

            case "rights.copyright_notice":
                article.Rights = new Rights { CopyrightNotice = text };
                break;

            case "language":
                article.Language = text;
                break;

            case "provider":
                article.Provider = new Party { Name = text };
                break;

            case "byline":
                article.Byline = new Byline { Text = text };
                break;
        }

        return article;
    }

    public static IReadOnlyList<Finding> Check(string language, params string[] paragraphs) => ArticleChecker.Check(Of(language, paragraphs)).Findings;

    /// <summary>The codes that are found, each as often as it is.</summary>
    public static string[] Codes(string language, params string[] paragraphs) => [.. Check(language, paragraphs).Select(finding => finding.Code)];
}
