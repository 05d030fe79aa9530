using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>The flags <c>--from</c>, also called <c>--since</c>, and <c>--fallback</c>.</summary>
internal sealed class StartOption
{
    private readonly Option<string?> _from;
    private readonly Option<string?> _fallback;

    public StartOption(Verb verb)
    {
        _from = verb.AddOption<string?>(
            "--from",
            "Where to start: earliest (the default), latest, ack (where the consumer acknowledged last), snapshot, a time such as 2026-06-17T18:00, or a cursor.",
            "PLACE");
        _from.Aliases.Add("--since");
        _fallback = verb.AddOption<string?>(
            "--fallback", "Where 'ack' starts when nothing was acknowledged: earliest (the default), latest, snapshot or fail.", "PLACE");
        _fallback.AcceptOnlyFromAmong("earliest", "latest", "snapshot", "fail");
    }

    /// <summary>The place that was named.</summary>
    /// <param name="run">The run.</param>
    /// <param name="otherwise">Where none was; null is the earliest.</param>
    public StartPosition Get(Invocation run, StartPosition? otherwise = null) => run.Get(_from) switch
    {
        null when otherwise is not null => otherwise,
        null or "earliest" => new() { Earliest = new() },
        "latest" => new() { Latest = new() },
        "snapshot" => new() { Snapshot = new() },
        "ack" => new() { Acknowledged = new() { Fallback = Fallback(run) } },
        { Length: 0 } => throw new CliUsageException("--from is empty."),
        var text when Times.TryParse(text, out var time) => new() { Time = Timestamp.FromDateTimeOffset(time) },
        var text => new()
        {
            Cursor = Invocation.Cursor(text, "no place to start from: earliest, latest, ack, snapshot, a time such as 2026-06-17T18:00, or a cursor"),
        },
    };

    private AcknowledgedFallback Fallback(Invocation run) => run.Get(_fallback) switch
    {
        "latest" => AcknowledgedFallback.Latest,
        "snapshot" => AcknowledgedFallback.Snapshot,
        "fail" => AcknowledgedFallback.Fail,
        _ => AcknowledgedFallback.Earliest,
    };
}
