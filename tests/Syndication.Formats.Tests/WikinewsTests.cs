using Syndication.V1;

namespace Syndication.Formats.Tests;

public sealed class WikinewsTests
{
    [Fact]
    public void All_sixty_pages_import_with_headline_date_and_sections()
    {
        var pages = Documents.Shared("wikinews-fr", "*.html");
        Assert.Equal(60, pages.Count);
        foreach (var page in pages)
        {
            var article = Documents.Read(Documents.File(page));
            var html = File.ReadAllText(page);
            var name = Path.GetFileName(page);
            Assert.True(article.Headline.Length > 10 && html.Contains(article.Headline.Split('&')[0], StringComparison.Ordinal), $"{name}: {article.Headline}");
            Assert.True(article.CreatedTime?.ToDateTime() is { Year: 2012, Month: >= 5 and <= 8 }, $"{name}: {article.CreatedTime}");
            Assert.True(article.Dateline.Text.EndsWith("2012", StringComparison.Ordinal), $"{name}: {article.Dateline.Text}");
            Assert.Equal("fr", article.Language);
            Assert.Equal(Count(html, "<h2>"), article.Body.Count(block => block.KindCase == Block.KindOneofCase.Heading));
            Assert.Equal(Count(html, "<p>"), article.Body.Count(block => block.KindCase == Block.KindOneofCase.Paragraph));
            Assert.Empty(ArticleFormats.Write(Documents.Format("html"), article).Losses.Except(["dateline.time"]));
        }
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
