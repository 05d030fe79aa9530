using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Syndication.Access;
using Syndication.V1;

namespace Syndication.Server.Access;

/// <summary>Holds partners to their quotas and counts what they use. Rates and open streams are each node's own; bytes are shared through the database.</summary>
public sealed partial class Quotas : IDisposable
{
    /// <summary>How often what was counted is written, and what other nodes have counted is read.</summary>
    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(5);

    /// <summary>A rate is averaged over so long: a burst may use up that much at once.</summary>
    private const int BurstSeconds = 10;

    private readonly AccessDirectory _access;
    private readonly IAccessStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger<Quotas> _logger;
    private readonly ConcurrentDictionary<string, Counted> _counted = new(StringComparer.Ordinal);
    private readonly PartitionedRateLimiter<(string PartnerId, int Limit)> _requests = PartitionedRateLimiter.Create<(string PartnerId, int Limit), (string, int)>(
        key => RateLimitPartition.GetTokenBucketLimiter(key, static partition => new TokenBucketRateLimiterOptions
        {
            TokenLimit = partition.Item2 * BurstSeconds,
            TokensPerPeriod = Math.Max(1, partition.Item2 / 10),
            ReplenishmentPeriod = partition.Item2 < 10 ? TimeSpan.FromSeconds(1.0 / partition.Item2) : TimeSpan.FromMilliseconds(100),
            QueueLimit = 0,
        }));

    private volatile Dictionary<string, long> _bytesToday = [];

    /// <summary>Counts from nothing.</summary>
    public Quotas(AccessDirectory access, IAccessStore store, TimeProvider time, ILogger<Quotas> logger) =>
        (_access, _store, _time, _logger) = (access, store, time, logger);

    private DateOnly Today => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);

    /// <summary>Counts a request of a partner.</summary>
    /// <returns>Why it is refused; null when it is not.</returns>
    public Rejection? BeginRequest(string partnerId)
    {
        var rate = QuotaOf(partnerId).MaxRequestsPerSecond;
        if (rate > 0)
        {
            using var lease = _requests.AttemptAcquire((partnerId, rate));
            if (!lease.IsAcquired)
            {
                return Exceeded("max_requests_per_second", $"{rate} requests a second", TimeSpan.FromSeconds(1));
            }
        }

        Interlocked.Increment(ref CountedOf(partnerId).Requests);
        return CheckBytes(partnerId);
    }

    /// <summary>Counts an open stream of a partner until the answer is disposed.</summary>
    public Outcome<IDisposable> OpenStream(string partnerId)
    {
        // Counted always, so that a quota that is lowered, or set later, knows of those that are open.
        var counted = CountedOf(partnerId);
        var open = Interlocked.Increment(ref counted.Streams);
        var limit = QuotaOf(partnerId).MaxConcurrentStreams;
        if (limit == 0 || open <= limit)
        {
            return new Lease(counted);
        }

        Interlocked.Decrement(ref counted.Streams);
        return Exceeded("max_concurrent_streams", $"{limit} open streams", TimeSpan.FromSeconds(5));
    }

    /// <summary>Counts bytes that are sent to a partner.</summary>
    public void AddBytes(string partnerId, long bytes) => Interlocked.Add(ref CountedOf(partnerId).Bytes, bytes);

    /// <summary>Whether a partner has bytes left for today.</summary>
    /// <returns>Why not; null when it has.</returns>
    public Rejection? CheckBytes(string partnerId)
    {
        var limit = QuotaOf(partnerId).MaxBytesPerDay;
        if (limit == 0 || _bytesToday.GetValueOrDefault(partnerId) + Interlocked.Read(ref CountedOf(partnerId).Bytes) < limit)
        {
            return null;
        }

        var now = _time.GetUtcNow();
        return Exceeded("max_bytes_per_day", $"{limit} bytes a day", new DateTimeOffset(now.UtcDateTime.Date.AddDays(1), TimeSpan.Zero) - now);
    }

    /// <summary>Writes and reads what was counted, until cancelled and then once more.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await FlushAsync();
            await Task.Delay(FlushInterval, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await FlushAsync();
    }

    /// <inheritdoc/>
    public void Dispose() => _requests.Dispose();

    private async Task FlushAsync()
    {
        var day = Today;
        var uses = _access.TakeKeyUses();
        var usage = new List<PartnerUsage>();
        foreach (var (partnerId, counted) in _counted)
        {
            var (requests, bytes) = (Interlocked.Exchange(ref counted.Requests, 0), Interlocked.Exchange(ref counted.Bytes, 0));
            if (requests != 0 || bytes != 0)
            {
                usage.Add(new PartnerUsage(partnerId, day, requests, bytes));
            }
        }

        try
        {
            if (uses.Count > 0 || usage.Count > 0)
            {
                await _store.AddUsageAsync(uses, usage, CancellationToken.None);
                usage.Clear();
            }

            if (_access.Current.Partners.Any(partner => partner.Quota?.MaxBytesPerDay > 0))
            {
                _bytesToday = (await _store.ReadDayAsync(day, CancellationToken.None)).ToDictionary(used => used.PartnerId, used => used.Bytes);
            }
        }
        catch (Exception exception)
        {
            // Counted again with the next flush. Where the write took effect all the same, a partner is counted too much, never too little.
            LogFault(_logger, exception);
            foreach (var used in usage)
            {
                Interlocked.Add(ref CountedOf(used.PartnerId).Requests, used.Requests);
                Interlocked.Add(ref CountedOf(used.PartnerId).Bytes, used.Bytes);
            }
        }
    }

    private Quota QuotaOf(string partnerId) => _access.Current.FindPartner(partnerId)?.Quota ?? new Quota();

    private Counted CountedOf(string partnerId) => _counted.GetOrAdd(partnerId, static _ => new Counted());

    private static Rejection Exceeded(string quota, string limit, TimeSpan retryDelay) =>
        new(ErrorReason.QuotaExceeded, $"The partner's quota of {limit} is used up.")
        {
            Metadata = new Dictionary<string, string> { ["quota"] = quota },
            RetryDelay = retryDelay,
        };

    [LoggerMessage(Level = LogLevel.Warning, Message = "What partners have used could not be written; trying again")]
    private static partial void LogFault(ILogger logger, Exception exception);

    private sealed class Counted
    {
        public long Requests;
        public long Bytes;
        public int Streams;
    }

    private sealed class Lease(Counted counted) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                Interlocked.Decrement(ref counted.Streams);
            }
        }
    }
}
