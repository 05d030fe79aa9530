using Syndication.Stores.Tests.Fixtures;
using Syndication.V1;

namespace Syndication.Stores.Tests.Model;

/// <summary>A cursor that a reader was given.</summary>
/// <param name="Cursor">As it was sent.</param>
/// <param name="Last">The number of the last update before it; negative inside a snapshot.</param>
public sealed record SeenCursor(string Cursor, string Stream, int Generation, bool Held, long Last);

/// <summary>One subscription of a scenario, and what it must have been told.</summary>
public sealed class Session(Node node, FeedRequest request, Feed feed, string? language, int generation, SeenCursor? from)
{
    public Node Node { get; } = node;

    public FeedRequest Request { get; } = request;

    public Feed Feed { get; } = feed;

    public string? Language { get; } = language;

    /// <summary>Whether its stream has gone, or has another filter by now.</summary>
    public bool IsOver(IReadOnlyDictionary<string, (string Language, int Revision, int Generation)> streams) =>
        Request.Stream != "all" && (!streams.TryGetValue(Request.Stream, out var stream) || stream.Generation != generation);

    /// <summary>Ordered, unique, complete, filter-exact, removal-complete, embargo-silent, snapshot-exact: one comparison.</summary>
    public void Check(ModelLog model, bool complete)
    {
        var expected = model.ToldAfter(Feed.Start, Language, Request.Held);
        if (from is { Last: >= 0 })
        {
            // Honest: nothing lies between what was delivered before the cursor and what comes after it.
            var between = model.ToldTo(Language, Request.Held).Where(told =>
                told.Entry.Number > from.Last && told.Entry.Number <= Feed.Start.Position.Number && !MayBeMissing(model, told));
            Assert.Equal([], between.Select(told => told.Line));
        }

        var delivered = Feed.Updates;
        var next = 0;
        foreach (var told in expected)
        {
            if (next < delivered.Count && delivered[next].UpdateId == told.Entry.UpdateId.ToString("N"))
            {
                Check(model, told, delivered[next++]);
            }
            else if (!MayBeMissing(model, told))
            {
                Assert.True(!complete && next == delivered.Count, $"{told.Line} is missing before {(next < delivered.Count ? Make.Line(delivered[next]) : "the end")}");
                break;
            }
        }

        Assert.True(next == delivered.Count, $"{(next < delivered.Count ? Make.Line(delivered[next]) : "")} came too much, out of order or again");
        if (complete && Feed.Start.InSnapshot)
        {
            CheckSnapshot(model);
        }
    }

    /// <summary>The cursors of its frames.</summary>
    public IReadOnlyList<SeenCursor> Cursors(ModelLog model)
    {
        var numbers = model.Entries.ToDictionary(entry => entry.UpdateId.ToString("N"), entry => entry.Number);
        var cursors = new List<SeenCursor>();
        var inSnapshot = Feed.Start.InSnapshot;
        var last = inSnapshot ? -1 : Feed.Start.Position.Number;
        foreach (var frame in Feed.Frames)
        {
            if (frame.SnapshotComplete is not null)
            {
                (inSnapshot, last) = (false, Feed.Start.SnapshotPoint.Number);
            }
            else if (frame.Updates is { } batch && !inSnapshot)
            {
                last = numbers[batch.Updates[^1].UpdateId];
            }

            cursors.Add(new SeenCursor(frame.Cursor, Request.Stream, generation, Request.Held, last));
        }

        return cursors;
    }

    /// <summary>Of what retention had dropped when it started, a reader is promised nothing.</summary>
    private bool MayBeMissing(ModelLog model, Told told) =>
        model.Dropped.TryGetValue(told.Entry.Number, out var sweeps) && sweeps <= Feed.Start.Sweeps;

    private void Check(ModelLog model, Told told, Update update)
    {
        var kind = told.Removed ? UpdateKind.Removed : (UpdateKind)told.Entry.Kind;
        Assert.Equal((kind, told.Entry.Id, told.Version), (update.Kind, update.ArticleId, update.Version));
        if (update.Article is { } article)
        {
            Assert.True(told.Entry.Carries && !told.Removed);
            var (language, text) = model.Articles[update.ArticleId].Versions[told.Version - 1];
            var expected = Make.Article(update.ArticleId, language, text);
            Assert.Equal((told.Version, language, expected.Headline, expected.Body), (article.Version, article.Language, article.Headline, article.Body));
            Assert.Equal(Request.Held ? expected.EditorialNote : "", article.EditorialNote);
            Assert.True(Request.Held || article.Status == ArticleStatus.Usable);
        }
        else if (told.Entry.Carries && !told.Removed)
        {
            Assert.NotEqual(ArticleStatus.Unspecified, update.BlankedStatus);
        }
    }

    private void CheckSnapshot(ModelLog model)
    {
        var numbers = model.Entries.ToDictionary(entry => entry.UpdateId.ToString("N"), entry => entry.Number);
        var end = Feed.Frames.ToList().FindIndex(frame => frame.SnapshotComplete is not null);
        Assert.True(end >= 0, "the snapshot was not completed");
        Assert.Single(Feed.Frames, frame => frame.SnapshotComplete is not null);
        for (var i = 0; i < Feed.Frames.Count; i++)
        {
            Assert.All(
                Feed.Frames[i].Updates?.Updates ?? [],
                update => Assert.Equal(i < end, numbers[update.UpdateId] <= Feed.Start.SnapshotPoint.Number));
        }
    }
}
