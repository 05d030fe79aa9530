using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Syndication.Log;
using Syndication.Streams;
using Syndication.V1;

namespace Syndication.Access;

/// <summary>
/// Who may do what, as this node knows it. The tail has it read anew at each entry of the log that changes access, before
/// readers see what was committed after that entry; a clock looks for what expires. Both end the calls that are open.
/// </summary>
public sealed partial class AccessDirectory(IAccessStore store, TimeProvider time, ILogger<AccessDirectory> logger) : IDisposable
{
    /// <summary>How often what expires is looked for. Keeps the promise of at most a second.</summary>
    private static readonly TimeSpan ClockInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>How often an unknown key has the database asked: a guesser costs nobody else anything.</summary>
    private static readonly TimeSpan MissInterval = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<AccessSession, byte> _sessions = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _keyUses = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _refreshing = new(1, 1);
    private volatile AccessSet _current = AccessSet.Empty;
    private long _missRead;

    /// <summary>Who may do what.</summary>
    public AccessSet Current => _current;

    /// <summary>Reads partners and keys anew, and ends the open calls that have lost what they rest on.</summary>
    /// <exception cref="StoreUnavailableException">The database does not answer: what was known stays in force.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        // One after the other: an older state must not replace a newer one.
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            _current = await store.ReadAccessAsync(cancellationToken);
        }
        finally
        {
            _refreshing.Release();
        }

        EndLost();
    }

    /// <summary>Identifies the caller with a key.</summary>
    /// <param name="secret">What came as bearer token.</param>
    /// <returns>The caller, or <see cref="ErrorReason.CredentialInvalid"/> or <see cref="ErrorReason.PartnerDisabled"/>.</returns>
    public async ValueTask<Outcome<Caller>> AuthenticateAsync(string secret, CancellationToken cancellationToken)
    {
        var hash = ApiKeySecret.Hash(secret);
        var now = time.GetUtcNow();
        var record = _current.FindByHash(hash);
        if (record is null && TryMiss())
        {
            // Issued on another node a moment ago, perhaps: the tail will come to it.
            await RefreshAsync(cancellationToken);
            record = _current.FindByHash(hash);
        }

        if (record is null || !CryptographicOperations.FixedTimeEquals(record.SecretHash, hash) || !AccessSet.IsInForce(record.Key, now))
        {
            return AccessRejections.CredentialInvalid;
        }

        if (record.Key.Role == CallerRole.Partner && _current.FindPartner(record.Key.Principal) is not { Disabled: false })
        {
            return AccessRejections.PartnerDisabled;
        }

        _keyUses[record.Key.KeyId] = now;
        return new Caller
        {
            Principal = record.Key.Principal,
            Roles = [record.Key.Role],
            KeyId = record.Key.KeyId,
            ExpireTime = record.Key.ExpireTime?.ToDateTimeOffset(),
        };
    }

    /// <summary>What a caller may read.</summary>
    /// <param name="caller">Who reads.</param>
    /// <param name="includeHeld">Whether it asks for held articles.</param>
    /// <param name="streams">The streams there are.</param>
    public Outcome<ReadScope> ScopeOf(Caller caller, bool includeHeld, StreamSet streams)
    {
        if (!caller.IsPartner)
        {
            return ReadScope.Staff(includeHeld);
        }

        var readable = new List<ReadableStream>();
        foreach (var grant in _current.GrantsOf(caller.Principal, time.GetUtcNow()))
        {
            if (streams.Find(grant.Stream) is { } stream && Covers(grant, stream))
            {
                readable.Add(new ReadableStream(stream, includeHeld && grant.EmbargoAccess));
            }
        }

        return includeHeld && !readable.Any(stream => stream.Held)
            ? AccessRejections.EmbargoAccessRequired
            : ReadScope.Partner(caller.Principal, readable);
    }

    /// <summary>A stream that a caller may read, in the form in which it asks for it.</summary>
    /// <param name="caller">Who reads.</param>
    /// <param name="streamId">The stream.</param>
    /// <param name="includeHeld">Whether it asks for held articles.</param>
    /// <param name="streams">The streams there are.</param>
    public Outcome<StreamDefinition> StreamOf(Caller caller, string streamId, bool includeHeld, StreamSet streams)
    {
        if (!caller.IsPartner)
        {
            return streams.Find(streamId) is { } any ? any : StreamRejections.NotFound(streamId);
        }

        // Whether the stream is granted comes first: what held articles need says nothing of streams that are not.
        if (ScopeOf(caller, includeHeld: false, streams).Value.Find(streamId) is not { } readable)
        {
            return StreamRejections.NotFound(streamId);
        }

        return !includeHeld || ScopeOf(caller, includeHeld, streams) is { Rejection: null } held && held.Value.Find(streamId) is { Held: true }
            ? readable.Definition
            : AccessRejections.EmbargoAccessRequired;
    }

    /// <summary>Whether a stream is the one that was granted, and not a later one of the same name.</summary>
    public static bool Covers(Grant grant, StreamDefinition stream) =>
        grant.CreateTime is null || stream.CreateTime <= grant.CreateTime.ToDateTimeOffset();

    /// <summary>Opens a call that lasts: it is ended when the caller loses what it rests on. Dispose it with the call.</summary>
    public AccessSession Open(Caller caller, StreamDefinition stream, bool held)
    {
        var session = new AccessSession(caller, stream, held, ended => _sessions.TryRemove(ended, out _));
        _sessions.TryAdd(session, 0);

        // What was revoked between the check and the line above.
        EndIfLost(session, time.GetUtcNow());
        return session;
    }

    /// <summary>The keys that were used since the last call.</summary>
    public IReadOnlyCollection<KeyUse> TakeKeyUses()
    {
        var taken = new List<KeyUse>();
        foreach (var keyId in _keyUses.Keys)
        {
            if (_keyUses.TryRemove(keyId, out var at))
            {
                taken.Add(new KeyUse(keyId, at));
            }
        }

        return taken;
    }

    /// <summary>Ends what expires, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var clock = new PeriodicTimer(ClockInterval, time);
        try
        {
            while (await clock.WaitForNextTickAsync(cancellationToken))
            {
                EndLost();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _refreshing.Dispose();

    private bool TryMiss()
    {
        var read = Interlocked.Read(ref _missRead);
        return (read == 0 || time.GetElapsedTime(read) >= MissInterval)
            && Interlocked.CompareExchange(ref _missRead, time.GetTimestamp(), read) == read;
    }

    private void EndLost()
    {
        var now = time.GetUtcNow();
        foreach (var session in _sessions.Keys)
        {
            EndIfLost(session, now);
        }
    }

    private void EndIfLost(AccessSession session, DateTimeOffset now)
    {
        if (session.Ended is null && Lost(session, _current, now) is { } rejection)
        {
            LogEnded(logger, session.Caller.Principal, session.Stream.StreamId, rejection.Reason);
            session.End(rejection);
        }
    }

    private static Rejection? Lost(AccessSession session, AccessSet access, DateTimeOffset now)
    {
        var caller = session.Caller;
        if (caller.ExpireTime <= now
            || (caller.KeyId.Length > 0 && (access.FindKey(caller.KeyId) is not { } record || !AccessSet.IsInForce(record.Key, now))))
        {
            return AccessRejections.CredentialInvalid;
        }

        if (!caller.IsPartner)
        {
            return null;
        }

        if (access.FindPartner(caller.Principal) is not { Disabled: false } partner)
        {
            return AccessRejections.PartnerDisabled;
        }

        return partner.Grants.FirstOrDefault(grant => grant.Stream == session.Stream.StreamId) switch
        {
            null => AccessRejections.GrantEnded(session.Stream.StreamId),
            var grant when !AccessSet.IsInForce(grant, now) || !Covers(grant, session.Stream) => AccessRejections.GrantEnded(session.Stream.StreamId),
            { EmbargoAccess: false } when session.Held => AccessRejections.EmbargoAccessRequired,
            _ => null,
        };
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A call of {Principal} on stream {Stream} has ended: {Reason}")]
    private static partial void LogEnded(ILogger logger, string principal, string stream, ErrorReason reason);
}

/// <summary>A call that lasts, with what it rests on.</summary>
public sealed class AccessSession(Caller caller, StreamDefinition stream, bool held, Action<AccessSession> onDispose) : IDisposable
{
    private volatile Rejection? _ended;

    /// <summary>Told once, when the session has ended. Must be quick.</summary>
    public event Action? Ending;

    /// <summary>Who calls.</summary>
    public Caller Caller { get; } = caller;

    /// <summary>The stream that is read.</summary>
    public StreamDefinition Stream { get; } = stream;

    /// <summary>Whether held articles are read.</summary>
    public bool Held { get; } = held;

    /// <summary>Why the caller may not go on; null while it may.</summary>
    public Rejection? Ended => _ended;

    /// <inheritdoc/>
    public void Dispose() => onDispose(this);

    internal void End(Rejection rejection)
    {
        _ended = rejection;
        Ending?.Invoke();
    }
}
