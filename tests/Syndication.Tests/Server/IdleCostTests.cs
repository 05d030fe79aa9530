using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Syndication.Log;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Server;

/// <summary>What a node asks of its database while nothing happens. The README states the numbers.</summary>
public sealed class IdleCostTests(ITestOutputHelper output)
{
    [Fact]
    public async Task An_idle_node_runs_four_statements_a_second_with_the_default_settings()
    {
        await using var server = await ServerFixture.StartAsync();
        await server.Streams.CreateStreamAsync(new() { Stream = new() { StreamId = "s" } });
        await server.PublishAsync(3);
        using var reader = server.Subscribe();
        await reader.UntilAsync(Kind.CaughtUp);

        var counts = new Counts(server.Services.GetRequiredService<StoreMetrics>());

        // The first looks after news come quickly: idle is what comes after them.
        await Eventually.TrueAsync(() => counts.Statements >= 30);
        var (statements, transactions, started) = (counts.Statements, counts.Transactions, Stopwatch.GetTimestamp());
        await Eventually.TrueAsync(() => counts.Statements >= statements + 16);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var perSecond = (counts.Statements - statements) / seconds;
        output.WriteLine($"idle: {perSecond:0.0} statements and {(counts.Transactions - transactions) / seconds:0.0} transactions a second");

        Assert.InRange(perSecond, 0, 4.4);
        Assert.Equal(counts.Statements - statements, counts.Transactions - transactions);
    }

    private sealed class Counts
    {
        private long _statements;
        private long _transactions;

        public Counts(StoreMetrics metrics)
        {
            var listener = new MeterListener
            {
                InstrumentPublished = (instrument, listener) =>
                {
                    if (ReferenceEquals(instrument.Meter, metrics.Meter))
                    {
                        listener.EnableMeasurementEvents(instrument);
                    }
                },
            };
            listener.SetMeasurementEventCallback<long>((instrument, count, _, _) =>
                Interlocked.Add(ref instrument.Name == "syndication.store.statements" ? ref _statements : ref _transactions, count));
            listener.Start();
        }

        public long Statements => Interlocked.Read(ref _statements);

        public long Transactions => Interlocked.Read(ref _transactions);
    }
}
