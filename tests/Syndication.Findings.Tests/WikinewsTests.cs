using System.Net;
using System.Text.RegularExpressions;
using Syndication.Tests.Formats;
using Syndication.V1;

namespace Syndication.Findings.Tests;

/// <summary>Sixty real articles by many hands: what is found in them was looked at, one by one, and judged.</summary>
public sealed partial class WikinewsTests(ITestOutputHelper output)
{
    [Fact]
    public void Findings_in_the_wikinews_articles_are_those_that_were_judged()
    {
        var found = new List<(string File, Finding Finding)>();
        foreach (var file in Directory.GetFiles(SharedInput.Find("data/wikinews-fr"), "*.html").Order(StringComparer.Ordinal))
        {
            found.AddRange(ArticleChecker.Check(Read(file), FindingLimits.None).Findings.Select(finding => (Path.GetFileNameWithoutExtension(file), finding)));
        }

        foreach (var (file, finding) in found.OrderBy(item => item.Finding.Code, StringComparer.Ordinal))
        {
            output.WriteLine($"{file} {finding.Field} {finding.Start}-{finding.End} {finding.Code}: {finding.Message} [{finding.Snippet}]");
        }

        foreach (var group in found.GroupBy(item => item.Finding.Code).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"{group.Key} {group.Count()} in {group.Select(item => item.File).Distinct().Count()}");
        }
    }

    private static Article Read(string file)
    {
        var article = new Article { Language = "fr" };
        foreach (Match match in Elements().Matches(File.ReadAllText(file)))
        {
            var text = WebUtility.HtmlDecode(match.Groups[2].Value).Trim();
            switch (match.Groups[1].Value)
            {
                case "h1":
                    article.Headline = text;
                    break;

                case "h2":
                    article.Body.Add(new Block { Heading = new Heading { Level = 1, Content = new RichText { Text = text } } });
                    break;

                default:
                    article.Body.Add(Sample.Paragraph(text));
                    break;
            }
        }

        return article;
    }

    [GeneratedRegex("<(h1|h2|p)>(.*?)</\\1>", RegexOptions.Singleline)]
    private static partial Regex Elements();
}
