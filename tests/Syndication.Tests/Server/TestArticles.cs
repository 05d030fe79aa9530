using Syndication.V1;

namespace Syndication.Tests.Server;

/// <summary>Articles that pass validation.</summary>
internal static class TestArticles
{
    private const int ParagraphBytes = 5000;

    public static Article Make(string headline = "Headline", string articleId = "", int bodyBytes = 0, string language = "en")
    {
        var article = new Article { ArticleId = articleId, Headline = headline, Language = language };
        for (var left = bodyBytes; left > 0; left -= ParagraphBytes)
        {
            article.Body.Add(Paragraph(new string('x', Math.Min(left, ParagraphBytes))));
        }

        return article;
    }

    public static Block Paragraph(string text) => new() { Paragraph = new Paragraph { Content = new RichText { Text = text } } };

    /// <summary>An article whose encoding has exactly that many bytes.</summary>
    public static Article OfSize(int bytes)
    {
        var article = Make(bodyBytes: bytes - 10_000);
        article.Body.Add(Paragraph(""));
        var last = article.Body[^1].Paragraph.Content;
        last.Text = new string('x', 9000 - (bytes - 10_000) % 1000);
        while (article.CalculateSize() != bytes)
        {
            last.Text = new string('x', last.Text.Length + bytes - article.CalculateSize());
        }

        return article;
    }
}
