using Spectre.Console;
using Syndication.Benchmarks.Bare;
using Syndication.Benchmarks.Measures;
using Syndication.Benchmarks.Nodes;
using Syndication.Benchmarks.Reports;
using static Syndication.Benchmarks.Reports.Report;

namespace Syndication.Benchmarks;

/// <summary>The figures, one measurement after the other.</summary>
internal sealed partial class Compare
{
    private const int ManySubscribers = 1_000;
    private const int ManyStreams = 50;
    private const int IdleSubscribers = 5_000;
    private const int SparseEvery = 1_000;

    /// <summary>More short articles than the smallest window holds.</summary>
    private const int OutOfWindow = 10_000;

    private async Task FanOutAsync(Report report, NodeProcess server, NodeProcess bare, int round, int subscribers, int updates)
    {
        var group = $"fan-out to {subscribers}";
        var (ours, once) = await InTurnAsync(
            round,
            () => FanOut.PublishedAsync(server, _requests, subscribers, updates),
            () => options.Baseline is null
                ? FanOut.SentAsync(bare, BareService.Once, subscribers, updates)
                : FanOut.PublishedAsync(bare, _requests, subscribers, updates));
        report.Figure(group, "delivered", "1/s", higherIsBetter: true, Gate(0.85)).Add(ours.PerSecond, once.PerSecond);
        report.Figure(group, "processor time a delivery", "µs", higherIsBetter: false, Gate(1.25)).Add(ours.CpuMicroseconds, once.CpuMicroseconds);
        report.Figure(group, "allocated a delivery", "bytes", higherIsBetter: false, Bound(200)).Add(ours.AllocatedBytes, once.AllocatedBytes);
        report.Figure(group, "received a delivery", "bytes", higherIsBetter: false).Add(ours.Bytes, once.Bytes);
        report.Figure(group, "updates in a frame", "mean", higherIsBetter: true).Add(ours.FrameUpdates, once.FrameUpdates);
        report.Figure(group, "encodings an update", "mean", higherIsBetter: false, Bound(1)).Add(ours.Encodings);
        if (options.Baseline is null)
        {
            var each = await FanOut.SentAsync(bare, BareService.Each, subscribers, updates);
            report.Figure(group, "delivered, bare encodes for each", "1/s", higherIsBetter: true).Add(ours.PerSecond, each.PerSecond);
            report.Figure(group, "processor time, bare encodes for each", "µs", higherIsBetter: false, Gate(0.45)).Add(ours.CpuMicroseconds, each.CpuMicroseconds);

            // The loop above stores nothing. With few subscribers most of the server's time for a delivery is the publish's.
            var stored = await FanOut.PublishedAsync(bare, _requests, subscribers, updates);
            report.Figure(group, "delivered, bare stores them too", "1/s", higherIsBetter: true).Add(ours.PerSecond, stored.PerSecond);
            report.Figure(group, "processor time, bare stores them too", "µs", higherIsBetter: false).Add(ours.CpuMicroseconds, stored.CpuMicroseconds);
        }
    }

    private async Task PublishAsync(Report report, NodeProcess server, NodeProcess bare, NodeProcess? checking, int round)
    {
        foreach (var inFlight in new[] { 1, 64, 256 })
        {
            var group = $"publish, {inFlight} in flight";
            var count = inFlight == 1 ? 1_000 : 10_000;
            var (ours, theirs) = await InTurnAsync(
                round,
                () => PublishLoad.RunAsync(server, _requests, count, inFlight),
                () => PublishLoad.RunAsync(bare, _requests, count, inFlight));
            report.Figure(group, "answered", "1/s", higherIsBetter: true, inFlight == 1 ? Aim(0.6) : inFlight == 64 ? Gate(0.5) : null).Add(ours.PerSecond, theirs.PerSecond);
            report.Figure(group, "slowest of a hundred", "ms", higherIsBetter: false, inFlight == 64 ? Gate(3) : null).Add(ours.P99Milliseconds, theirs.P99Milliseconds);
            report.Figure(group, "processor time", "µs", higherIsBetter: false).Add(ours.CpuMicroseconds, theirs.CpuMicroseconds);
            report.Figure(group, "allocated", "bytes", higherIsBetter: false).Add(ours.AllocatedBytes, theirs.AllocatedBytes);
            report.Figure(group, "statements", "mean", higherIsBetter: false).Add(ours.Statements);
            if (checking is not null)
            {
                // What is left of the difference when the loop decodes, checks and indexes articles by the server's own code.
                var checkedToo = await PublishLoad.RunAsync(checking, _requests, count, inFlight);
                report.Figure(group, "answered, bare checks and indexes too", "1/s", higherIsBetter: true).Add(ours.PerSecond, checkedToo.PerSecond);
                report.Figure(group, "processor time, bare checks and indexes too", "µs", higherIsBetter: false).Add(ours.CpuMicroseconds, checkedToo.CpuMicroseconds);
            }
        }
    }

    /// <summary>Against single publishes to the same server: what a call for many saves.</summary>
    private async Task ImportAsync(Report report, NodeProcess server, int round)
    {
        const int InFlight = 64;
        const string Group = "import of 20,000";
        var (import, publish) = await InTurnAsync<object>(
            round,
            async () => await BulkImport.RunAsync(server, _requests, StoredUpdates),
            async () => await PublishLoad.RunAsync(server, _requests, StoredUpdates, InFlight));
        var (ours, theirs) = ((ImportResult)import, (PublishResult)publish);
        report.Figure(Group, $"stored, against publishes, {InFlight} in flight", "1/s", higherIsBetter: true, Aim(1.5)).Add(ours.PerSecond, theirs.PerSecond);
        report.Figure(Group, "processor time", "µs", higherIsBetter: false).Add(ours.CpuMicroseconds, theirs.CpuMicroseconds);
        report.Figure(Group, "growth of the server's memory", "bytes", higherIsBetter: false).Add(ours.NodeBytes);
        report.Figure(Group, "growth of the client's memory", "bytes", higherIsBetter: false).Add(ours.ClientBytes);
    }

    private async Task ReplayAsync(Report report, NodeProcess server, NodeProcess bare, int round)
    {
        const int ReadersInAll = 10;
        foreach (var readers in new[] { 1, ReadersInAll })
        {
            var group = $"replay, {readers} at once";
            var (ours, theirs) = await InTurnAsync(
                round,
                () => Replay.RunAsync(server, "all", readers, StoredUpdates, ReadersInAll / readers),
                () => Replay.RunAsync(bare, options.Baseline is null ? BareService.Stored : "all", readers, StoredUpdates, ReadersInAll / readers));
            report.Figure(group, "read", "1/s", higherIsBetter: true, Gate(0.8)).Add(ours.PerSecond, theirs.PerSecond);
            report.Figure(group, "processor time an update", "µs", higherIsBetter: false).Add(ours.CpuMicroseconds, theirs.CpuMicroseconds);
            report.Figure(group, "allocated an update", "bytes", higherIsBetter: false).Add(ours.AllocatedBytes, theirs.AllocatedBytes);
        }
    }

    private async Task LatencyAsync(Report report, NodeProcess server, NodeProcess bare, int round)
    {
        var (subscribers, updates) = (options.Subscribers, options.Updates);
        var group = $"200/s to {subscribers}";
        var (ours, theirs) = await InTurnAsync(
            round,
            () => Latency.RunAsync(server, _requests, subscribers, updates),
            () => Latency.RunAsync(bare, _requests, subscribers, updates));
        report.Figure(group, "publish to delivery, median", "ms", higherIsBetter: false, Gate(1.5)).Add(ours.P50, theirs.P50);
        report.Figure(group, "publish to delivery, slowest of a hundred", "ms", higherIsBetter: false, Gate(2)).Add(ours.P99, theirs.P99);
    }

    /// <summary>Many streams against one, of the same server: what it costs that each has a filter and frames of its own.</summary>
    private async Task StreamsAsync(Report report, NodeProcess server, int round)
    {
        var updates = Math.Max(1, options.Updates / 4);
        string[] names = [.. Enumerable.Range(0, ManyStreams).Select(i => $"stream-{i}")];
        var (many, one) = await InTurnAsync(
            round,
            () => FanOut.PublishedAsync(server, _requests, names, ManySubscribers, updates),
            () => FanOut.PublishedAsync(server, _requests, ManySubscribers, updates));
        var group = $"{ManyStreams} streams to {ManySubscribers}, against one";
        report.Figure(group, "delivered", "1/s", higherIsBetter: true, Aim(0.7)).Add(many.PerSecond, one.PerSecond);
        report.Figure(group, "processor time a delivery", "µs", higherIsBetter: false).Add(many.CpuMicroseconds, one.CpuMicroseconds);
        report.Figure(group, "allocated a delivery", "bytes", higherIsBetter: false, Bound(200)).Add(many.AllocatedBytes, one.AllocatedBytes);
        report.Figure(group, "encodings an update", "mean", higherIsBetter: false, Bound(1)).Add(many.Encodings, one.Encodings);
    }

    private async Task IdleAsync(Report report, NodeProcess server, NodeProcess bare, int round)
    {
        var (ours, theirs) = await InTurnAsync(round, () => Idle.RunAsync(server, IdleSubscribers), () => Idle.RunAsync(bare, IdleSubscribers));
        var group = $"{IdleSubscribers} idle on 16 connections";
        report.Figure(group, "memory of each", "bytes", higherIsBetter: false, Gate(1.5)).Add(ours.Bytes, theirs.Bytes);
        report.Figure(group, "time to open all", "s", higherIsBetter: false, Gate(2)).Add(ours.Seconds, theirs.Seconds);
    }

    /// <summary>Against the same readers alone.</summary>
    private async Task StalledAsync(Report report, NodeProcess server, int round)
    {
        const int StalledCount = 10;
        var reading = options.Subscribers - StalledCount;
        var (beside, alone) = await InTurnAsync(
            round,
            () => Stalled.RunAsync(server, _requests, reading, StalledCount, options.Updates),
            () => Stalled.RunAsync(server, _requests, reading, 0, options.Updates));
        var group = $"{StalledCount} of {options.Subscribers} stalled, against none";
        report.Figure(group, "delivered to the others", "1/s", higherIsBetter: true, Aim(0.9)).Add(beside.PerSecond, alone.PerSecond);
        report.Figure(group, "slowest publish of a hundred", "ms", higherIsBetter: false, Aim(1.1)).Add(beside.P99Milliseconds, alone.P99Milliseconds);
        report.Figure(group, "memory of a stalled one", "bytes", higherIsBetter: false, Bound(1024 * 1024))
            .Add(Math.Max(0, beside.GrownBytes - alone.GrownBytes) / (double)StalledCount);
    }

    /// <summary>
    /// A stream that holds one of a thousand updates, against one whose updates lie side by side. Behind those are as many others
    /// as the window holds, or they would be read from memory and not from the store.
    /// </summary>
    private async Task SparseAsync()
    {
        const int Times = 50;
        var few = options.ArchiveUpdates / SparseEvery;
        var own = Directory.CreateTempSubdirectory("syndication-benchmark-").FullName;
        await Archive.WriteAsync(own, few + OutOfWindow, number => number < few);
        var archive = await ArchiveAsync();
        await using (var server = await NodeProcess.StartServerOverAsync(archive, SmallWindow))
        await using (var alone = await NodeProcess.StartServerOverAsync(own, SmallWindow))
        {
            var group = $"{few} updates among {options.ArchiveUpdates}, against alone";
            for (var round = -MaxWarmUpRounds; round < options.Rounds; round++)
            {
                progress.WriteLine(round < 0 ? "sparse: warming up" : $"sparse: round {round + 1} of {options.Rounds}");
                var (ours, theirs) = await InTurnAsync(
                    round, () => CatchUp.RunAsync(server, Archive.Stream, few, Times), () => CatchUp.RunAsync(alone, Archive.Stream, few, Times));
                if (round >= 0)
                {
                    _report.Figure(group, "until caught_up", "ms", higherIsBetter: false, Gate(1.5)).Add(ours, theirs);
                }
            }
        }

        Directory.Delete(own, recursive: true);
    }

    private async Task StartAsync()
    {
        var archive = await ArchiveAsync();
        var empty = Directory.CreateTempSubdirectory("syndication-benchmark-").FullName;
        for (var round = 0; round <= options.Rounds; round++)
        {
            progress.WriteLine(round == 0 ? "start: warming up" : $"start: round {round} of {options.Rounds}");
            var (ours, theirs) = await InTurnAsync(round, () => Start.RunAsync(archive), () => Start.RunAsync(empty));
            if (round > 0)
            {
                _report.Figure($"start over {options.ArchiveUpdates} updates, against none", "until SERVING", "ms", higherIsBetter: false, Aim(2)).Add(ours, theirs);
            }
        }

        Directory.Delete(empty, recursive: true);
    }

    /// <summary>The other one is first in every second round: neither has the quieter machine.</summary>
    private static async Task<(T Server, T Bare)> InTurnAsync<T>(int round, Func<Task<T>> server, Func<Task<T>> bare)
    {
        if (round % 2 == 0)
        {
            var first = await server();
            return (first, await bare());
        }

        var other = await bare();
        return (await server(), other);
    }
}
