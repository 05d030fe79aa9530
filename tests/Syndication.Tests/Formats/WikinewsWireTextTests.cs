using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Syndication.Articles;
using Syndication.Formats.WireText;
using Syndication.V1;

namespace Syndication.Tests.Formats;

/// <summary>60 French news articles of Wikinews, as plain texts in the layouts that such texts come in.</summary>
public sealed partial class WikinewsWireTextTests
{
    [Theory]
    [InlineData("\n\n", 0)]
    [InlineData("\r\n\r\n", 0)]
    [InlineData("\n", 0)]
    [InlineData("\n\n", 72)]
    [InlineData("\r\n\r\n", 78)]
    public void Each_article_is_read_whole_and_rebuilt_byte_for_byte(string gap, int width)
    {
        var lineEnd = gap.Contains('\r', StringComparison.Ordinal) ? "\r\n" : "\n";
        Assert.All(Articles(), parts =>
        {
            var source = Encoding.UTF8.GetBytes(string.Join(gap, parts.Select((part, i) => i > 0 && width > 0 ? Wrap(part, width, lineEnd) : part)) + lineEnd);

            var article = WireTextReader.Read(source, "a.txt");

            Assert.Equal(parts[0], article.Headline);
            Assert.Equal("fr", article.Language);
            Assert.Equal(parts[1..], Texts(article));
            Assert.Equal(source, WireTextWriter.WriteBytes(article));
            Assert.Empty(ArticleValidator.Validate(article));
        });
    }

    [Fact]
    public void Sub_headings_are_those_of_the_site()
    {
        var headings = Articles().SelectMany(parts => WireTextReader.Read(Encoding.UTF8.GetBytes(string.Join("\n\n", parts)), "a").Body)
            .Where(block => block.Heading is not null).Select(block => block.Heading.Content.Text);

        // The site has two more: standfirsts, of a sentence each.
        Assert.Equal(["Le client désigné comme responsable", "Le mode opératoire"], headings);
    }

    [Fact]
    public void All_in_one_file_are_taken_apart()
    {
        var articles = Articles();
        var source = Encoding.UTF8.GetBytes(string.Concat(articles.Select(parts => string.Join("\n\n", parts) + "\n\nNNNN\n\n")));

        var items = WireTextReader.ReadAll(source, "wikinews.txt");

        Assert.Equal(articles.Select(parts => parts[0]), items.Select(item => item.Article?.Headline));
        Assert.Equal(source, items.SelectMany(item => WireTextWriter.WriteBytes(item.Article!)));
    }

    // The headline and the paragraphs of each, without what a line of text has not: tabs and line ends.
    private static List<string[]> Articles() =>
        [.. Directory.EnumerateFiles(SharedInput.Find("data/wikinews-fr"), "*.html").Order(StringComparer.Ordinal).Select(file =>
            Elements().Matches(File.ReadAllText(file)).Select(match => Spaces().Replace(WebUtility.HtmlDecode(match.Groups["text"].Value), " ").Trim()).ToArray())];

    private static string[] Texts(Article article) =>
        [.. (article.Dateline is { } dateline ? new[] { dateline.Text } : []).Concat(article.Body.Select(block => (block.Heading?.Content ?? block.Paragraph.Content).Text))];

    private static string Wrap(string text, int width, string lineEnd)
    {
        var wrapped = new StringBuilder();
        var column = 0;
        foreach (var word in text.Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > width)
            {
                wrapped.Append(lineEnd);
                column = 0;
            }
            else if (column > 0)
            {
                wrapped.Append(' ');
                column++;
            }

            wrapped.Append(word);
            column += word.Length;
        }

        return wrapped.ToString();
    }

    [GeneratedRegex("<(?<tag>h1|h2|p)>(?<text>.*?)</\\k<tag>>", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Elements();

    [GeneratedRegex("[ \t\r\n\u00A0]+")]
    private static partial Regex Spaces();
}
