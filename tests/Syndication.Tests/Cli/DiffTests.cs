using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Cli;

/// <summary>What changed, shown by the command line.</summary>
public sealed class DiffTests : WireTests
{
    [Fact]
    public async Task Changes_are_shown_between_the_words_that_stayed()
    {
        await PublishAsync("12 dead [1]", "At least 12 people died on Monday.", "The mayor spoke.", "It rained.");
        await PublishAsync("14 dead [1]", "At least 14 people died on Monday.", "It rained.", "More follows.");

        var run = await RunAsync("diff", "a");
        var json = await RunAsync("diff", "a", "--json");
        var same = await RunAsync("diff", "a", "--from", "2", "--to", "2");
        var first = await RunAsync("diff", "a", "--to", "1");
        var missing = await RunAsync("diff", "a", "--to", "3");

        Assert.Equal(
            """
            a version 1 to 2
            headline  [-12-]{+14+} dead [1] (number)
            block 1  At least [-12-]{+14+} people died on Monday. (number)
            block 2 gone  [-The mayor spoke.-]
            block 3 new  {+More follows.+}

            """.ReplaceLineEndings("\n"),
            run.Out);
        var compared = CompareVersionsResponse.Parser.ParseJson(json.Lines.Single());
        Assert.Equal((1, 2, 3), (compared.Changes.FromVersion, compared.Changes.ToVersion, compared.Changes.Blocks.Count));
        Assert.Equal("a version 2 to 2\nNothing differs.\n", same.Out);
        Assert.Equal("a version 1 is the first\n", first.Out);
        Assert.Contains("has no version 3", missing.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, missing.ExitCode);
    }

    [Fact]
    public async Task A_subscription_shows_in_half_a_line_what_changed()
    {
        await PublishAsync("12 dead", "At least 12 people died.");
        await PublishAsync("14 dead", "At least 14 people died.", "More follows.");

        var run = await RunAsync("follow", "all", "--from", "earliest", "--count", "2");

        Assert.Matches(@"UPDATED .* a v2 .* 14 dead +~ headline, 1 block changed, 1 new: 12 → 14", run.Out);
    }

    private Task<PublishArticleResponse> PublishAsync(string headline, params string[] paragraphs)
    {
        var article = TestArticles.Make(headline, "a");
        article.Body.Add(paragraphs.Select(TestArticles.Paragraph));
        return Server.PublishAsync(article);
    }
}
