using Syndication.Formats.Feeds;

namespace Syndication.Formats.Tests.Feeds;

/// <summary>Documents of feeds as they come, each with what a good reader reads in it.</summary>
public sealed class FeedTests(ITestOutputHelper output)
{
    /// <summary>Of a hundred documents so many must give their reading. Each of the others is listed with what is read instead.</summary>
    private const double Floor = 0.93;

    [Fact]
    public void Documents_give_the_reading_that_their_comments_state()
    {
        var (right, wrong) = (0, new List<string>());
        foreach (var path in Documents.Shared("feeds/atom10", "*.xml").Concat(Documents.Shared("feeds/rss", "*.xml")))
        {
            if (WrongIn(path) is { } reason)
            {
                wrong.Add($"{Path.GetFileName(path)}: {reason}");
            }
            else
            {
                right++;
            }
        }

        var share = (double)right / (right + wrong.Count);
        output.WriteLine(FormattableString.Invariant($"{right} of {right + wrong.Count} documents give the reading that they state: {share:P1}. The others:"));
        wrong.ForEach(output.WriteLine);
        Assert.True(share >= Floor, $"{share:P1} is too few:\n{string.Join('\n', wrong)}");
    }

    [Fact]
    public void Every_document_is_read_or_refused_with_a_reason()
    {
        foreach (var path in Documents.Shared("feeds/atom10", "*.xml").Concat(Documents.Shared("feeds/rss", "*.xml")))
        {
            Assert.All(ArticleFormats.Read(Documents.File(path)).Items, item => Assert.True(item.Article is not null || item.Refusal!.Message.Length > 0, path));
        }
    }

    private static string? WrongIn(string path)
    {
        try
        {
            return FeedExpectation.Of(File.ReadAllText(path)).Check(FeedReading.Of(FeedDocument.Load(Documents.File(path))));
        }
        catch (FormatRefusedException exception)
        {
            return exception.Refusal.Message;
        }
    }
}
