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
        // Lengths of 128 to 16,383 take two bytes: with a last paragraph in that range the size is a straight line.
        var article = Make(bodyBytes: bytes - (bytes / 100) - 10_000);
        article.Body.Add(Paragraph(new string('x', 200)));
        while (bytes - article.CalculateSize() > ParagraphBytes)
        {
            article.Body.Add(Paragraph(new string('x', ParagraphBytes - 200)));
        }

        var last = article.Body[^1].Paragraph.Content;
        last.Text += new string('x', bytes - article.CalculateSize());
        return article;
    }
}
