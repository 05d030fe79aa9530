using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using Syndication.Access;
using Syndication.Log;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Audit;

/// <summary>
/// Who did what. Publishing and administration are in the log already; this adds who read held articles and who was refused,
/// and answers all of it as one list. Holds no secret and no text of an article.
/// </summary>
public sealed partial class AuditTrail
{
    /// <summary>How often refused logins are written.</summary>
    private static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(1);

    /// <summary>The same article read again by the same caller within this time is not written again.</summary>
    private static readonly TimeSpan RepeatInterval = TimeSpan.FromMinutes(1);

    private const int MaxKnownReads = 10_000;

    /// <summary>How many entries of the log a page looks at: rare events are found over several pages.</summary>
    private const int MaxScan = 20_000;

    private readonly IAuditStore _store;
    private readonly PageTokens _pages;
    private readonly TimeProvider _time;
    private readonly ILogger<AuditTrail> _logger;
    private readonly GroupWriter<IReadOnlyCollection<AuditRecord>> _writer;
    private readonly RefusedLogins _refused = new();
    private readonly ConcurrentDictionary<(string Principal, string KeyId, string Address, string Subject), long> _knownReads = new();

    /// <summary>Constructs it; <see cref="RunAsync"/> lets it work.</summary>
    public AuditTrail(IAuditStore store, PageTokens pages, TimeProvider time, ILogger<AuditTrail> logger)
    {
        (_store, _pages, _time, _logger) = (store, pages, time, logger);
        _writer = new GroupWriter<IReadOnlyCollection<AuditRecord>>(
            groups => store.AddAsync([.. groups.SelectMany(group => group)], CancellationToken.None), logger);
    }

    /// <summary>Notes a refused credential. Never waits and never grows: what comes often is counted together.</summary>
    /// <param name="address">From where, without the port.</param>
    /// <param name="keyId">The visible part of the key, see <see cref="ApiKeySecret.VisiblePart"/>; empty for what has none.</param>
    /// <param name="reason">Why.</param>
    public void RefuseLogin(string address, string keyId, ErrorReason reason) => _refused.Add(address, keyId, reason, _time.GetUtcNow());

    /// <summary>Records which held articles an answer gives away: to be awaited before it is given. Free for answers without any.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached: do not answer.</exception>
    public Task RecordHeldAsync(Caller caller, string address, IEnumerable<Article> articles, CancellationToken cancellationToken) => RecordAsync(
        caller,
        address,
        articles.Where(ShowsHeld).Select(article => (article.ArticleId, $"version {article.Version}, {article.Status.ToString().ToLowerInvariant()}")),
        cancellationToken);

    /// <summary>Records that a stream is opened with its held articles: to be awaited before the first of them is sent.</summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached: do not open it.</exception>
    public Task RecordHeldStreamAsync(Caller caller, string address, string streamId, CancellationToken cancellationToken) =>
        RecordAsync(caller, address, [(streamId, "stream")], cancellationToken);

    /// <summary>What was done and tried, newest first.</summary>
    public async Task<Outcome<ListAuditEventsResponse>> ListAsync(ListAuditEventsRequest request, CancellationToken cancellationToken)
    {
        var fields = new List<FieldViolation>();
        foreach (var action in request.Actions.Where(action => !System.Enum.IsDefined(action) || action == AuditAction.Unspecified).Take(1))
        {
            fields.Add(new FieldViolation("actions", $"{(int)action} is no action"));
        }

        var from = TimeOf(fields, "start_time", request.StartTime);
        var to = TimeOf(fields, "end_time", request.EndTime);
        if (fields.Count > 0)
        {
            return Rejection.OfFields(fields);
        }

        var arguments = request.Clone();
        arguments.PageToken = "";
        arguments.PageSize = 0;
        var page = await _pages.OpenAsync(arguments, request.PageSize, request.PageToken, cancellationToken);
        if (page.Rejection is { } rejection)
        {
            return rejection;
        }

        var (size, place) = page.Value;
        var query = new AuditQuery(request.Principal, [.. request.Actions.Distinct()], request.Subject, from, to);
        var before = place.First == 0 ? long.MaxValue : place.First;
        var at = request.PageToken.Length == 0 ? AuditPlace.End : new AuditPlace(place.Second, place.Third);
        var entries = await _store.ReadLogAsync(query, before, size + 1, MaxScan, cancellationToken);
        var events = await _store.ReadEventsAsync(query, at, size + 1, cancellationToken);
        var response = new ListAuditEventsResponse();
        var (e, v) = (0, 0);
        while (response.Events.Count < size)
        {
            var entry = e < entries.Events.Count ? entries.Events[e] : null;
            if (entry is null && entries.ScannedTo > 0)
            {
                // What the log has before this is not known yet: older events must not come first.
                break;
            }

            var other = v < events.Count ? events[v] : null;
            if (entry is null && other is null)
            {
                return response;
            }

            if (other is null || entry?.Time >= other.Time)
            {
                response.Events.Add(entry!.ToEvent());
                (before, e) = (entry.Id, e + 1);
            }
            else
            {
                response.Events.Add(other.ToEvent());
                (at, v) = (new AuditPlace(LogTime.ToMicroseconds(other.Time), other.Id), v + 1);
            }
        }

        if (e == entries.Events.Count)
        {
            // At the end of the log the place is before its first entry: 0 would be its end.
            before = entries.ScannedTo == 0 ? 1 : entries.ScannedTo;
        }

        if (e < entries.Events.Count || entries.ScannedTo > 0 || v < events.Count)
        {
            response.NextPageToken = _pages.Seal(arguments, new PagePlace(before, at.Time, at.Id));
        }

        return response;
    }

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

    /// <summary>Writes the refused logins. A fault is logged; they are counted together with the next.</summary>
    public async Task FlushAsync()
    {
        var refused = _refused.Take();
        if (refused.Count == 0)
        {
            return;
        }

        try
        {
            await _writer.WriteAsync(refused, CancellationToken.None);
        }
        catch (Exception exception)
        {
            LogFault(_logger, exception);
            _refused.PutBack(refused);
        }
    }

    private async Task RecordAsync(
        Caller caller, string address, IEnumerable<(string Subject, string Detail)> subjects, CancellationToken cancellationToken)
    {
        var now = LogTime.Floor(_time.GetUtcNow());
        var timestamp = _time.GetTimestamp();
        var records = subjects
            .Where(read => !_knownReads.TryGetValue(KeyOf(caller, address, read), out var known) || _time.GetElapsedTime(known, timestamp) >= RepeatInterval)
            .Select(read => (Read: read, Record: new AuditRecord
            {
                Time = now,
                Action = AuditAction.ReadHeld,
                Principal = caller.Principal,
                KeyId = caller.KeyId,
                Subject = read.Subject,
                Detail = read.Detail,
                Address = address,
            }))
            .ToList();
        if (records.Count == 0)
        {
            return;
        }

        await _writer.WriteAsync([.. records.Select(pair => pair.Record)], cancellationToken);
        if (_knownReads.Count > MaxKnownReads)
        {
            _knownReads.Clear();
        }

        foreach (var (read, _) in records)
        {
            _knownReads[KeyOf(caller, address, read)] = timestamp;
        }
    }

    private static (string Principal, string KeyId, string Address, string Subject) KeyOf(Caller caller, string address, (string Subject, string Detail) read) =>
        (caller.Principal, caller.KeyId, address, $"{read.Subject} {read.Detail}");

    /// <summary>Whether an article is shown with a text that is not for everybody.</summary>
    private static bool ShowsHeld(Article article) => article.Status is ArticleStatus.Embargoed
        || (article.Status is ArticleStatus.Withheld or ArticleStatus.Expired && article.VersionTime is not null);

    private static DateTimeOffset? TimeOf(List<FieldViolation> fields, string field, Timestamp? time)
    {
        if (time is null)
        {
            return null;
        }

        if (time.Seconds is < -62_135_596_800 or > 253_402_300_799 || time.Nanos is < 0 or > 999_999_999)
        {
            fields.Add(new FieldViolation(field, "is no time between the years 1 and 9999"));
            return null;
        }

        return LogTime.Ceiling(time);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused logins could not be recorded; trying again")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
