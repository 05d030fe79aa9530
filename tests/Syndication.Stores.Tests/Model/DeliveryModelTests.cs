using System.Diagnostics;
using System.Globalization;
using Syndication.Access;
using Syndication.Stores.Tests.Fixtures;
using Syndication.V1;

namespace Syndication.Stores.Tests.Model;

/// <summary>
/// Random histories of publishing, kills, retention, partners that come and go and nodes that die: whoever was sent a text is
/// listed, and a kill that counts as sent was received. <c>SYNDICATION_MODEL_SECONDS</c> and <c>SYNDICATION_MODEL_SEED</c>
/// as in <see cref="ModelTests"/>.
/// </summary>
public abstract class DeliveryModelTests(Func<StoreFixture> create)
{
    private const int DefaultSeconds = 5;

    [Fact]
    public async Task Receipts_never_report_less_than_was_sent_and_of_kills_never_more()
    {
        if (Environment.GetEnvironmentVariable("SYNDICATION_MODEL_SEED") is { Length: > 0 } wanted)
        {
            await RunAsync(int.Parse(wanted, CultureInfo.InvariantCulture));
            return;
        }

        var seconds = Environment.GetEnvironmentVariable("SYNDICATION_MODEL_SECONDS") is { Length: > 0 } text
            ? double.Parse(text, CultureInfo.InvariantCulture)
            : DefaultSeconds;
        var watch = Stopwatch.StartNew();
        var count = 0;
        do
        {
            await RunAsync(Random.Shared.Next());
            count++;
        }
        while (watch.Elapsed.TotalSeconds < seconds);

        TestContext.Current.TestOutputHelper?.WriteLine($"{count} histories in {watch.Elapsed}");
    }

    private async Task RunAsync(int seed)
    {
        await using var store = create();
        store.SkipUnlessThere();
        await using var history = new DeliveryHistory(store, seed);
        try
        {
            await history.RunAsync();
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(
                $"SYNDICATION_MODEL_SEED={seed}: {exception.Message}{Environment.NewLine}{history.Text}", exception);
        }
    }
}

public sealed class SqliteDeliveryModelTests() : DeliveryModelTests(() => new SqliteFixture());

public sealed class SqlServerDeliveryModelTests() : DeliveryModelTests(() => new SqlServerFixture());

/// <summary>One random history.</summary>
internal sealed class DeliveryHistory(StoreFixture store, int seed) : IAsyncDisposable
{
    private const int Steps = 60;
    private const int Articles = 6;

    private static readonly string[] Partners = ["daily", "other", "third"];
    private static readonly string[] Languages = ["fr", "de", "en"];

    private readonly Random _random = new(seed);
    private readonly ManualClock _clock = new();
    private readonly List<string> _text = [];
    private readonly List<Open> _open = [];
    private readonly List<Open> _ended = [];
    private readonly Dictionary<(string Partner, string Stream), string> _cursors = [];
    private Node[] _nodes = [];

    public string Text => string.Join(Environment.NewLine, _text);

    private NodeOptions Options => new() { Time = _clock, Retention = TimeSpan.FromMinutes(10) };

    public async Task RunAsync()
    {
        await store.CreateAsync();
        _nodes = [await Node.StartAsync(store, Options), await Node.StartAsync(store, Options)];
        await _nodes[0].CreateStreamAsync("fr", Make.Language("fr"));
        await _nodes[0].CreateStreamAsync("de", Make.Language("de"));
        foreach (var partner in Partners)
        {
            await _nodes[0].AddPartnerAsync(partner, "fr", "de");
        }

        for (var step = 0; step < Steps; step++)
        {
            await StepAsync();
        }

        // What was on its way has come.
        foreach (var node in _nodes)
        {
            await node.CatchUpAsync();
        }

        while (_open.Count > 0)
        {
            await LeaveAsync(_open[0]);
        }

        foreach (var node in _nodes)
        {
            await node.Deliveries.FlushAsync();
        }

        await CheckAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var open in _open)
        {
            await open.Feed.DisposeAsync();
        }

        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    private async Task StepAsync()
    {
        var node = _nodes[_random.Next(_nodes.Length)];
        var article = $"a{_random.Next(Articles)}";
        switch (_random.Next(20))
        {
            case < 7:
                var language = Languages[_random.Next(Languages.Length)];
                Say($"publish {article} {language}: {Result(await node.TryPublishAsync(Make.Article(article, language, text: $"{_text.Count}")))}");
                break;
            case 7:
                Say($"withhold {article}: {Result(await node.TryWithholdAsync(article))}");
                break;
            case 8:
                Say($"release {article}: {Result(await node.TryReleaseAsync(article))}");
                break;
            case 9 when _random.Next(2) == 0:
                Say($"withdraw {article}: {Result(await node.TryWithdrawAsync(article))}");
                break;
            case < 14:
                await ComeAsync(node);
                break;
            case < 16 when _open.Count > 0:
                await LeaveAsync(_open[_random.Next(_open.Count)]);
                break;
            case 16:
                var by = TimeSpan.FromSeconds(_random.Next(1, 400));
                _clock.Advance(by);
                Say($"{by} pass");
                break;
            case 17:
                Say($"sweep: {await node.Retention.SweepAsync(CancellationToken.None)}");
                break;
            case 18 when _random.Next(3) == 0:
                await CrashAsync(_random.Next(_nodes.Length));
                break;
            default:
                await node.CatchUpAsync();
                Say("catch up");
                break;
        }
    }

    private async Task ComeAsync(Node node)
    {
        var partner = Partners[_random.Next(Partners.Length)];
        var stream = _random.Next(2) == 0 ? "fr" : "de";
        var (how, start) = _random.Next(6) switch
        {
            0 => ("earliest", Make.Earliest),
            1 => ("latest", Make.Latest),
            2 => ("snapshot", Make.Snapshot),
            _ => _cursors.TryGetValue((partner, stream), out var cursor) ? ("cursor", Make.After(cursor)) : ("earliest", Make.Earliest),
        };
        var opened = await Feed.TryOpenAsync(node, new FeedRequest
        {
            Stream = stream,
            Start = start,
            MaxUpdates = _random.Next(1, 4),
            Caller = new Caller { Principal = partner, Roles = [CallerRole.Partner] },
        });
        Say($"{partner} comes to {stream} from {how}: {Result(opened)}");
        if (opened.Rejection is null)
        {
            _open.Add(new Open(partner, stream, opened.Value, node));
        }
        else
        {
            _cursors.Remove((partner, stream));
        }
    }

    private async Task LeaveAsync(Open open)
    {
        await open.Feed.DisposeAsync();
        _open.Remove(open);
        _ended.Add(open);
        if (open.Feed.Frames.Count > 0)
        {
            _cursors[(open.Partner, open.Stream)] = open.Feed.LastCursor;
        }

        Say($"{open.Partner} leaves {open.Stream} with {string.Join(", ", open.Feed.Lines)}");
    }

    private async Task CrashAsync(int index)
    {
        // From here on it writes nothing any more; what it has in its memory it may still send.
        Say($"node {index} dies");
        _nodes[index].Store.IsAway = true;
        foreach (var open in _open.Where(open => open.Node == _nodes[index]).ToList())
        {
            await LeaveAsync(open);
        }

        await _nodes[index].KillAsync();
        _nodes[index] = await Node.StartAsync(store, Options);
    }

    private async Task CheckAsync()
    {
        var node = _nodes[0];
        for (var i = 0; i < Articles; i++)
        {
            var article = $"a{i}";
            var listed = await node.Withdrawals.ListAsync(
                new ListWithdrawalReceiptsRequest { ArticleId = article, PageSize = 500 }, CancellationToken.None);
            if (listed.Rejection is not null)
            {
                continue;
            }

            var receipts = listed.Value.Receipts.ToDictionary(receipt => receipt.Partner);
            foreach (var partner in Partners)
            {
                var updates = _ended.Where(open => open.Partner == partner).SelectMany(open => open.Feed.Updates).Where(update => update.ArticleId == article).ToList();
                if (updates.Any(update => update.Article is not null) && !receipts.ContainsKey(partner))
                {
                    Assert.Fail($"{partner} was sent {article} and is not listed.");
                }

                if (receipts.TryGetValue(partner, out var receipt) && receipt.SentTime is not null && updates.All(update => update.Kind != UpdateKind.Withdrawn))
                {
                    Assert.Fail($"The kill of {article} counts as sent to {partner}, which did not receive it.");
                }
            }
        }
    }

    private void Say(string line) => _text.Add(line);

    private static string Result<T>(Outcome<T> outcome) => outcome.Rejection is { } rejection ? $"{rejection.Reason}" : "done";

    private sealed record Open(string Partner, string Stream, Feed Feed, Node Node);
}
