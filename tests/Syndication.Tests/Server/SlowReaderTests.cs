using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Server;

/// <summary>Pitfalls 3, 4 and 7: slow readers cost only themselves and lose nothing.</summary>
public sealed class SlowReaderTests
{
    [Fact]
    public async Task One_that_falls_out_of_the_window_is_told_reads_on_from_the_archive_and_catches_up()
    {
        await using var server = await ServerFixture.StartAsync("Subscriptions:WindowBytes=1048576");
        using var slow = server.Subscribe();
        await slow.UntilAsync(Kind.CaughtUp);
        var published = await server.PublishAsync(60, bodyBytes: 100_000);

        await slow.UntilAsync(Kind.FellBehind);
        await slow.UntilAsync(Kind.CaughtUp);
        Assert.Equal(published, slow.UpdateIds);
        Assert.Single(slow.Kinds, kind => kind == Kind.FellBehind);

        // Back at the live edge it gets what is new, without being told anything.
        published.AddRange(await server.PublishAsync(3));
        await slow.UpdatesAsync(published.Count);
        Assert.Equal(published, slow.UpdateIds);
        Assert.Equal(2, slow.Kinds.Count(kind => kind == Kind.CaughtUp));
    }

    [Fact]
    public async Task One_that_stalls_holds_up_neither_the_publisher_nor_the_others()
    {
        await using var server = await ServerFixture.StartAsync();
        using var stalled = server.Subscribe();
        using var stalledInArchive = server.Subscribe(new StartPosition { Snapshot = new() });
        var others = Enumerable.Range(0, 20).Select(_ => server.Subscribe()).ToList();
        await stalled.UntilAsync(Kind.CaughtUp);
        await stalledInArchive.UntilAsync(Kind.CaughtUp);

        // On one connection with the stalled ones: their flow control is their streams' own.
        var reading = others.Select(other => other.UpdatesAsync(50)).ToList();
        var published = await server.PublishAsync(50, bodyBytes: 50_000);
        await Task.WhenAll(reading);

        Assert.All(others, other => Assert.Equal(published, other.UpdateIds));
        await stalled.UpdatesAsync(published.Count);
        await stalledInArchive.UpdatesAsync(published.Count);
        Assert.Equal(published, stalled.UpdateIds);
        Assert.Equal(published, stalledInArchive.UpdateIds);
        others.ForEach(other => other.Dispose());
    }

    [Fact]
    public async Task Readers_that_are_busy_writing_when_updates_come_lose_none()
    {
        const int Count = 300;
        await using var server = await ServerFixture.StartAsync("Subscriptions:WindowBytes=1048576");
        var readers = Enumerable.Range(0, 30).Select(i => server.Subscribe(new SubscribeRequest { Stream = "all", MaxBatchUpdates = 1 + (i % 3) })).ToList();

        // Bodies beyond what flow control lets through at once: writes wait for their readers while publishes go on.
        var reading = readers.Select(reader => reader.UpdatesAsync(Count)).ToList();
        var publishing = Enumerable.Range(0, Count).Select(i => server.PublishAsync(TestArticles.Make($"Headline {i}", bodyBytes: i % 10 * 2000)));
        await Task.WhenAll(publishing);
        await Task.WhenAll(reading);

        using var all = server.Subscribe();
        await all.UpdatesAsync(Count);
        Assert.Equal(Count, all.UpdateIds.Distinct().Count());
        Assert.All(readers, reader => Assert.Equal(all.UpdateIds, reader.UpdateIds));
        readers.ForEach(reader => reader.Dispose());
    }
}
