using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Syndication.Log;
using Syndication.Tail;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Receipts;

/// <summary>
/// Records what this node sends to partners. What must be on disk first is waited for, and shares its transaction with what
/// others wait for; what is only good to know (kills that were taken, who is connected, ranges that have ended) is written
/// within a second or so, and tried again.
/// </summary>
public sealed partial class DeliveryRecorder : IDisposable
{
    /// <summary>How long a kill that was taken waits to be written.</summary>
    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(1);

    /// <summary>How often it is written that a partner is still connected.</summary>
    public static readonly TimeSpan ContactInterval = TimeSpan.FromSeconds(30);

    /// <summary>How many pairs of partner and article are remembered as recorded; past this the memory starts anew.</summary>
    private const int MaxKnownReads = 100_000;

    private readonly IDeliveryStore _store;
    private readonly LogTail _tail;
    private readonly TimeProvider _time;
    private readonly ILogger<DeliveryRecorder> _logger;
    private readonly GroupWriter<Item> _writer;
    private readonly ConcurrentDictionary<Delivery, byte> _open = new();
    private readonly ConcurrentDictionary<StreamContact, byte> _seen = new();
    private readonly ConcurrentDictionary<(string PartnerId, string ArticleId), byte> _knownReads = new();
    private readonly ConcurrentDictionary<(string PartnerId, string ArticleId), DateTimeOffset> _kills = new();
    private readonly ConcurrentDictionary<DeliveryWrite.Close, byte> _unclosed = new();
    private readonly Dictionary<StreamContact, long> _contacts = [];
    private readonly SemaphoreSlim _flushing = new(1, 1);

    /// <summary>Constructs it; <see cref="RunAsync"/> lets it work.</summary>
    public DeliveryRecorder(IDeliveryStore store, LogTail tail, TimeProvider time, ILogger<DeliveryRecorder> logger)
    {
        (_store, _tail, _time, _logger) = (store, tail, time, logger);
        _writer = new GroupWriter<Item>(WriteAsync, logger);
    }

    /// <summary>Begins to record a partner's reading of a stream. Dispose the answer when it has ended.</summary>
    /// <param name="consumer">Who reads; its principal is the partner.</param>
    /// <param name="start">Where the reading starts.</param>
    /// <param name="held">Whether held articles are sent.</param>
    /// <param name="exact">Whether the reader comes for one page.</param>
    public Delivery Open(ConsumerKey consumer, Cursor start, bool held, bool exact)
    {
        var delivery = new Delivery(
            this,
            new DeliveryReader(consumer.Principal, consumer.Consumer, start.StreamKey, held),
            start.Position.Number,
            _tail.Head.Number,
            exact);
        _open.TryAdd(delivery, 0);
        return delivery;
    }

    /// <summary>Records that a partner is given articles by a call: to be awaited before the answer. Free for what is recorded already.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached: do not answer.</exception>
    public async Task RecordReadsAsync(string partnerId, IEnumerable<Article> articles, CancellationToken cancellationToken)
    {
        var unknown = articles
            .Where(article => !IsBlanked(article))
            .Select(article => article.ArticleId)
            .Where(articleId => !_knownReads.ContainsKey((partnerId, articleId)))
            .ToHashSet();
        if (unknown.Count == 0)
        {
            return;
        }

        await _writer.WriteAsync(new Item(new DeliveryWrite.Read(partnerId, unknown)), cancellationToken);
        if (_knownReads.Count > MaxKnownReads)
        {
            _knownReads.Clear();
        }

        foreach (var articleId in unknown)
        {
            _knownReads.TryAdd((partnerId, articleId), 0);
        }
    }

    /// <summary>Notes that a partner has been answered by a call, once the transport has taken the answer: a killed article tells its kill.</summary>
    public void OnAnswered(string partnerId, IEnumerable<Article> articles) =>
        NoteKills(partnerId, articles.Where(article => article.Status == ArticleStatus.Withdrawn).Select(article => article.ArticleId));

    /// <summary>Runs until cancelled, and then writes what is left.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stopWriting = new CancellationTokenSource();
        var writing = Task.Run(() => _writer.RunAsync(stopWriting.Token), CancellationToken.None);
        using var clock = new PeriodicTimer(FlushInterval, _time);
        try
        {
            while (await clock.WaitForNextTickAsync(cancellationToken))
            {
                await FlushAsync();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }

        await FlushAsync();
        await stopWriting.CancelAsync();
        await writing;
    }

    /// <summary>Writes what waits for the next second. A fault is logged, and tried again with the next.</summary>
    public async Task FlushAsync()
    {
        await _flushing.WaitAsync();
        try
        {
            var kills = _kills.ToArray();
            var closes = _unclosed.Keys.ToArray();
            var contacts = TakeContacts();
            DeliveryWrite[] writes =
            [
                .. closes,
                .. kills.Select(kill => new DeliveryWrite.KillSent(kill.Key.PartnerId, kill.Key.ArticleId, kill.Value)),
                .. contacts.Select(contact => new DeliveryWrite.Contact(contact)),
            ];
            if (writes.Length == 0)
            {
                return;
            }

            await _writer.WriteAsync(new Item(writes), CancellationToken.None);
            var now = _time.GetTimestamp();
            foreach (var kill in kills)
            {
                _kills.TryRemove(kill);
            }

            foreach (var close in closes)
            {
                _unclosed.TryRemove(close, out _);
            }

            foreach (var contact in contacts)
            {
                _contacts[contact] = now;
            }
        }
        catch (Exception exception)
        {
            LogFault(_logger, exception);
        }
        finally
        {
            _flushing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _flushing.Dispose();

    internal async ValueTask<DateTimeOffset?> TryReserveAsync(DeliveryWrite.Reserve reservation, CancellationToken cancellationToken)
    {
        var item = new Item(reservation);
        try
        {
            await _writer.WriteAsync(item, cancellationToken);
            return item.Until;
        }
        catch (StoreUnavailableException exception)
        {
            LogUnrecorded(_logger, reservation.Reader.PartnerId, exception);
            return null;
        }
    }

    internal void NoteKills(string partnerId, IEnumerable<string> articleIds)
    {
        var now = _time.GetUtcNow();
        foreach (var articleId in articleIds)
        {
            _kills.TryAdd((partnerId, articleId), now);
        }
    }

    internal void End(Delivery delivery, DeliveryWrite.Close? close)
    {
        if (_open.TryRemove(delivery, out _))
        {
            _seen.TryAdd(ContactOf(delivery), 0);
        }

        if (close is not null)
        {
            // Soon: the reader's next call goes on from it. Where it fails, the next second tries again.
            _unclosed.TryAdd(close, 0);
            _ = CloseAsync(close);
        }
    }

    private async Task CloseAsync(DeliveryWrite.Close close)
    {
        try
        {
            await _writer.WriteAsync(new Item(close), CancellationToken.None);
            _unclosed.TryRemove(close, out _);
        }
        catch (Exception exception)
        {
            LogFault(_logger, exception);
        }
    }

    /// <summary>Who is connected, or was since the last time, as far as that is not written or was long ago.</summary>
    private List<StreamContact> TakeContacts()
    {
        var seen = _open.Keys.Select(ContactOf).ToHashSet();
        foreach (var contact in _seen.Keys)
        {
            _seen.TryRemove(contact, out _);
            seen.Add(contact);
        }

        foreach (var gone in _contacts.Where(pair => !seen.Contains(pair.Key) && _time.GetElapsedTime(pair.Value) >= ContactInterval).ToList())
        {
            _contacts.Remove(gone.Key);
        }

        return [.. seen.Where(contact => !_contacts.TryGetValue(contact, out var written) || _time.GetElapsedTime(written) >= ContactInterval)];
    }

    private async Task WriteAsync(IReadOnlyList<Item> items)
    {
        var until = await _store.WriteAsync([.. items.SelectMany(item => item.Writes)], LogTime.Floor(_time.GetUtcNow()), CancellationToken.None);
        var next = 0;
        foreach (var item in items)
        {
            item.Until = item.Writes.Count > 0 ? until[next] : default;
            next += item.Writes.Count;
        }
    }

    private static StreamContact ContactOf(Delivery delivery) => new(delivery.Reader.PartnerId, delivery.Reader.StreamKey, delivery.Reader.Held);

    /// <summary>Whether an article is shown without its text.</summary>
    private static bool IsBlanked(Article article) =>
        article.Status is ArticleStatus.Withdrawn or ArticleStatus.Withheld or ArticleStatus.Expired && article.VersionTime is null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "What is to be sent to partner {Partner} could not be recorded; it waits")]
    private static partial void LogUnrecorded(ILogger logger, string partner, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Deliveries could not be recorded; trying again")]
    private static partial void LogFault(ILogger logger, Exception exception);

    private sealed class Item(params IReadOnlyList<DeliveryWrite> writes)
    {
        public IReadOnlyList<DeliveryWrite> Writes { get; } = writes;

        public DateTimeOffset Until { get; set; }
    }
}
