using Syndication.Log;
using Syndication.Streams;
using Syndication.Tail;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Subscriptions;

/// <summary>Seals places into cursors, opens and checks them, and finds the place at which a reader starts.</summary>
public sealed class CursorService(ILogStore store, LogTail tail, TokenSealer sealer, TimeProvider time)
{
    /// <summary>Seals a place.</summary>
    public string Seal(Cursor cursor)
    {
        Span<byte> bytes = stackalloc byte[Cursor.Length];
        cursor.Write(bytes);
        return sealer.Seal(TokenPurpose.Cursor, bytes);
    }

    /// <summary>Opens a cursor of a stream and checks that a reader can go on from it without missing anything.</summary>
    public async Task<Outcome<Cursor>> OpenAsync(string text, StreamDefinition stream, CancellationToken cancellationToken)
    {
        var payload = await sealer.OpenAsync(TokenPurpose.Cursor, text, cancellationToken);
        return payload is null || Cursor.Read(payload) is not { } cursor
            ? new Rejection(ErrorReason.CursorInvalid, "The cursor is none of this server's: it is damaged or forged.")
            : await CheckAsync(cursor, stream, cancellationToken);
    }

    /// <summary>The place at which a reader starts.</summary>
    public async Task<Outcome<Cursor>> StartAsync(
        StartPosition? start, StreamDefinition stream, ConsumerKey consumer, CancellationToken cancellationToken)
    {
        var head = await tail.RefreshHeadAsync(cancellationToken);
        switch (start?.PositionCase ?? StartPosition.PositionOneofCase.None)
        {
            case StartPosition.PositionOneofCase.Latest:
                return Place(stream, head, head.Position);
            case StartPosition.PositionOneofCase.Snapshot:
                return Snapshot(stream, head);
            case StartPosition.PositionOneofCase.Cursor:
                return await OpenAsync(start!.Cursor, stream, cancellationToken);
            case StartPosition.PositionOneofCase.Time:
                return await AtTimeAsync(start!.Time, stream, head, cancellationToken);
            case StartPosition.PositionOneofCase.Acknowledged:
                return await AcknowledgedAsync(start!.Acknowledged.Fallback, stream, head, consumer, cancellationToken);
            default:
                return Place(stream, head, LogPosition.Start);
        }
    }

    private async Task<Outcome<Cursor>> AcknowledgedAsync(
        AcknowledgedFallback fallback, StreamDefinition stream, LogHead head, ConsumerKey consumer, CancellationToken cancellationToken)
    {
        if (!Enum.IsDefined(fallback) || fallback == AcknowledgedFallback.Unspecified)
        {
            return Rejection.OfField("start.acknowledged.fallback", "is required: where to start when nothing was acknowledged");
        }

        if (await store.ReadAcknowledgedAsync(consumer, cancellationToken) is { } acknowledged)
        {
            return await CheckAsync(Cursor.Read(acknowledged)!.Value, stream, cancellationToken);
        }

        return fallback switch
        {
            AcknowledgedFallback.Earliest => Place(stream, head, LogPosition.Start),
            AcknowledgedFallback.Latest => Place(stream, head, head.Position),
            AcknowledgedFallback.Snapshot => Snapshot(stream, head),
            _ => new Rejection(
                ErrorReason.NothingAcknowledged, $"Consumer \"{consumer.Consumer}\" has acknowledged nothing on stream \"{stream.StreamId}\".")
            {
                Metadata = new Dictionary<string, string> { ["stream"] = stream.StreamId, ["consumer"] = consumer.Consumer },
            },
        };
    }

    private async Task<Outcome<Cursor>> AtTimeAsync(
        Google.Protobuf.WellKnownTypes.Timestamp start, StreamDefinition stream, LogHead head, CancellationToken cancellationToken)
    {
        if (start.Seconds is < -62_135_596_800 or > 253_402_300_799 || start.Nanos is < 0 or > 999_999_999)
        {
            return Rejection.OfField("start.time", "is no time between the years 1 and 9999");
        }

        var wanted = start.ToDateTimeOffset();
        if (wanted > time.GetUtcNow())
        {
            return Rejection.OfField("start.time", $"{wanted:O} lies in the future");
        }

        var position = await store.ReadPositionAtAsync(wanted, cancellationToken);
        if (position.Number > head.Position.Number)
        {
            head = await tail.RefreshHeadAsync(cancellationToken);
        }

        return position.Number < head.Dropped.Floor
            ? new Rejection(ErrorReason.TimeExpired, $"Retention has dropped updates after {wanted:O}.") { Metadata = OldestCursor(stream, head) }
            : Place(stream, head, position);
    }

    /// <summary>Checks that a reader can go on from a place without missing anything.</summary>
    public async Task<Outcome<Cursor>> CheckAsync(Cursor cursor, StreamDefinition stream, CancellationToken cancellationToken)
    {
        if (cursor.StreamKey != stream.StreamKey)
        {
            var set = await store.ReadStreamsAsync(cancellationToken);
            return set.Retired.TryGetValue(cursor.StreamKey, out var was) && was == stream.StreamId
                ? StreamRejections.Changed(stream.StreamId, set.Find(stream.StreamId)?.Revision ?? stream.Revision)
                : new Rejection(ErrorReason.CursorStreamMismatch, $"The cursor is not one of stream \"{stream.StreamId}\".")
                {
                    Metadata = new Dictionary<string, string> { ["stream"] = stream.StreamId },
                };
        }

        var head = await tail.RefreshHeadAsync(cancellationToken);
        var reached = cursor.InSnapshot ? cursor.SnapshotPoint : cursor.Position;
        if (cursor.Epoch > head.Epoch)
        {
            return EpochLost();
        }

        for (var epoch = cursor.Epoch; epoch < head.Epoch; epoch++)
        {
            if (head.Forks[epoch] < reached.Number)
            {
                return EpochLost();
            }
        }

        if (reached.Number > head.Position.Number)
        {
            // The cursor is authentic, so this database once went on further: it was restored. From here on the log is
            // another one, and every cursor of the lost part is told apart by its epoch.
            await tail.BeginEpochAsync(head.Epoch, cancellationToken);
            return EpochLost();
        }

        // A restored log that has grown past the cursor again has another entry in its place.
        if (reached.Check != 0 && await store.ReadCheckAsync(reached.Number, cancellationToken) is { } check && check != reached.Check)
        {
            return EpochLost();
        }

        return IsExpired(cursor, head.Dropped) ? Expired(stream, head) : cursor with { Epoch = head.Epoch };
    }

    /// <summary>Whether retention has dropped updates after a place since the place was given out.</summary>
    public static bool IsExpired(Cursor cursor, DroppedEntries dropped) => dropped.Floor > cursor.Position.Number && dropped.Sweeps != cursor.Sweeps;

    /// <summary>The refusal of an expired place.</summary>
    public Rejection Expired(StreamDefinition stream, LogHead head) =>
        new(ErrorReason.CursorExpired, "Retention has dropped updates after the cursor: take a snapshot, or go on from oldest_cursor and accept the gap.")
        {
            Metadata = OldestCursor(stream, head),
        };

    /// <summary>A place in the log.</summary>
    public static Cursor Place(StreamDefinition stream, LogHead head, LogPosition position) =>
        new(stream.StreamKey, head.Epoch, position, head.Dropped.Sweeps, default, InSnapshot: false);

    private static Cursor Snapshot(StreamDefinition stream, LogHead head) =>
        new(stream.StreamKey, head.Epoch, LogPosition.Start, head.Dropped.Sweeps, head.Position, InSnapshot: true);

    private static Rejection EpochLost() =>
        new(ErrorReason.EpochLost, "The log was restored from a backup that ends before the cursor: take a snapshot.");

    private Dictionary<string, string> OldestCursor(StreamDefinition stream, LogHead head) =>
        new() { ["oldest_cursor"] = Seal(Place(stream, head, new LogPosition(head.Dropped.Floor, 0))) };
}
