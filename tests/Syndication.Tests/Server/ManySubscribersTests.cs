using System.Diagnostics.Metrics;
using Syndication.Subscriptions;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Server;

/// <summary>Runs alone: what it measures belongs to the whole process.</summary>
[CollectionDefinition(nameof(WholeProcess), DisableParallelization = true)]
public sealed class WholeProcess;

/// <summary>Pitfalls 2, 5 and 20: what many subscribers cost.</summary>
[Collection(nameof(WholeProcess))]
public sealed class ManySubscribersTests
{
    [Fact]
    public async Task An_update_is_encoded_once_for_all_that_read_it_in_the_same_form()
    {
        const int Updates = 20;
        await using var server = await ServerFixture.StartAsync();
        var full = Enumerable.Range(0, 100).Select(_ => server.Subscribe()).ToList();
        var headlines = Enumerable.Range(0, 50).Select(_ => server.Subscribe(new SubscribeRequest { Stream = "all", View = ArticleView.Headlines })).ToList();
        var readers = full.Concat(headlines).ToList();
        await Task.WhenAll(readers.Select(reader => reader.UntilAsync(Kind.CaughtUp)));
        var encoded = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == UpdateEncoder.MeterName)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref encoded, count));
        listener.Start();

        await server.PublishAsync(Updates);
        await Task.WhenAll(readers.Select(reader => reader.UpdatesAsync(Updates)));

        Assert.Equal(2 * Updates, Interlocked.Read(ref encoded));
        readers.ForEach(reader => reader.Dispose());
    }

    [Fact]
    public async Task Hundreds_of_streams_fit_on_one_connection()
    {
        await using var server = await ServerFixture.StartAsync();
        var readers = Enumerable.Range(0, 300).Select(_ => server.Subscribe()).ToList();
        await Task.WhenAll(readers.Select(reader => reader.UntilAsync(Kind.CaughtUp)));
        var published = await server.PublishAsync(1);
        await Task.WhenAll(readers.Select(reader => reader.UpdatesAsync(1)));

        Assert.All(readers, reader => Assert.Equal(published, reader.UpdateIds));
        readers.ForEach(reader => reader.Dispose());
    }

    [Fact]
    public async Task Stalled_subscribers_are_held_in_bounded_memory_while_much_is_published()
    {
        const int Stalled = 50;
        const int Articles = 500;
        const int ArticleBytes = 200_000;
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads the memory of another process from /proc.");

        // A process of its own, so that the clients' memory is not counted. What the window may hold is part of the baseline.
        using var data = new DataDirectory();
        await using var server = await ServerProcess.StartAsync(data, "Subscriptions:WindowBytes=8388608", "Subscriptions:StallLimit=01:00:00");
        await PublishAsync(server, 100, ArticleBytes);
        var before = server.PrivateBytes;

        // Half of them stall at the live edge, half in the archive.
        var cursor = (await server.Publishing.PublishArticleAsync(new() { Article = TestArticles.Make() })).Cursor;
        var stalled = Enumerable.Range(0, Stalled).Select(i => new FrameReader(server.Subscriptions.Subscribe(new()
        {
            Stream = "all",
            Start = i % 2 == 0 ? new() { Cursor = cursor } : new() { Earliest = new() },
        }))).ToList();
        await Task.WhenAll(stalled.Select(reader => reader.NextAsync()));
        await PublishAsync(server, Articles, ArticleBytes);
        var grown = server.PrivateBytes - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"{grown / 1024 / 1024} MiB more with {Stalled} stalled subscribers");

        // A page of the archive, one frame and the transport's buffers for each; the garbage collector's slack for all.
        Assert.InRange(grown, long.MinValue, (Stalled * 3L * 1024 * 1024) + (150L * 1024 * 1024));

        // Nothing is lost to one that reads again.
        await stalled[0].UpdatesAsync(Articles);
        stalled.ForEach(reader => reader.Dispose());
    }

    private static async Task PublishAsync(ServerProcess server, int count, int bodyBytes)
    {
        var article = TestArticles.Make(bodyBytes: bodyBytes);
        for (var i = 0; i < count; i += 10)
        {
            await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => server.Publishing.PublishArticleAsync(new() { Article = article }).ResponseAsync));
        }
    }
}
