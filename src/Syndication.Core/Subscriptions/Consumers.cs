using System.Text.RegularExpressions;
using Syndication.Log;
using Syndication.Publishing;
using Syndication.Streams;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Subscriptions;

/// <summary>The places that consumers acknowledge.</summary>
public sealed partial class Consumers(LogAppender appender, StreamCatalog streams, CursorService cursors, ILogStore store)
{
    /// <summary>The consumer that is meant where none is named.</summary>
    public const string DefaultConsumer = "default";

    /// <summary>The key of a consumer by the name in a request.</summary>
    public static Outcome<ConsumerKey> KeyOf(string principal, string consumer, string streamId)
    {
        if (streamId.Length == 0)
        {
            return Rejection.OfField("stream", "is required");
        }

        var name = NameOf(consumer);
        return name.Rejection is { } badName ? badName : new ConsumerKey(principal, name.Value, streamId);
    }

    /// <summary>The consumer by the name in a request.</summary>
    public static Outcome<string> NameOf(string consumer)
    {
        var name = consumer.Length == 0 ? DefaultConsumer : consumer;
        return NamePattern().IsMatch(name) ? name : Rejection.OfField("consumer", "is no consumer name: [A-Za-z0-9._~:-]{1,200}");
    }

    /// <summary>Stores a consumer's place.</summary>
    public async Task<Outcome<AcknowledgeResponse>> AcknowledgeAsync(
        string principal, AcknowledgeRequest request, CancellationToken cancellationToken)
    {
        var fields = new List<FieldViolation>();
        Publisher.CheckRequestId(fields, request.RequestId);
        if (request.Cursor.Length == 0)
        {
            fields.Add(new FieldViolation("cursor", "is required"));
        }

        if (fields.Count > 0)
        {
            return Rejection.OfFields(fields);
        }

        var key = KeyOf(principal, request.Consumer, request.Stream);
        if (key.Rejection is { } badKey)
        {
            return badKey;
        }

        var stream = await streams.FindAsync(request.Stream, cancellationToken);
        if (stream.Rejection is { } noStream)
        {
            return noStream;
        }

        var cursor = await cursors.OpenAsync(request.Cursor, stream.Value, cancellationToken);
        if (cursor.Rejection is { } badCursor)
        {
            return badCursor;
        }

        var appended = await appender.AppendAsync(
            new AcknowledgeCommand(principal, request.RequestId, store)
            {
                Fingerprint = Publisher.Fingerprint(request, static copy => copy.RequestId = ""),
                Consumer = key.Value,
                Cursor = cursor.Value,
                Rewind = request.Rewind,
            },
            cancellationToken);
        return appended.Rejection is { } rejection ? rejection : AcknowledgeResponse.Parser.ParseFrom(appended.Value.Response);
    }

    [GeneratedRegex(@"^[A-Za-z0-9._~:-]{1,200}\z")]
    private static partial Regex NamePattern();

    private sealed record AcknowledgeCommand(string Principal, string RequestId, ILogStore Store) : LogCommand(Principal, RequestId)
    {
        public required ConsumerKey Consumer { get; init; }

        public required Cursor Cursor { get; init; }

        public required bool Rewind { get; init; }

        public override async ValueTask<Outcome<Decision>> DecideAsync(AppendScope scope, CancellationToken cancellationToken)
        {
            var inBatch = scope.Batch.Acknowledgements.FindLastIndex(place => place.Key == Consumer);
            var before = inBatch >= 0
                ? scope.Batch.Acknowledgements[inBatch].Cursor
                : await Store.ReadAcknowledgedAsync(Consumer, cancellationToken);
            var rewind = Rewind;
            if (before is not null && Tokens.Cursor.Read(before) is { } place)
            {
                // Places in an earlier incarnation of the log, or under another filter, are not comparable: the new one counts.
                rewind |= place.Epoch != Cursor.Epoch || place.StreamKey != Cursor.StreamKey;
                var order = Cursor.Rank.CompareTo(place.Rank);
                if (order == 0 && Cursor.StreamKey == place.StreamKey)
                {
                    return new Decision(new AcknowledgeResponse { Moved = false }, -1);
                }

                if (order < 0 && !rewind)
                {
                    return new Rejection(ErrorReason.AcknowledgedLater, "The cursor lies before the acknowledged one; set rewind to move backwards.");
                }
            }

            // The statement compares once more: another node may have moved the place in the meantime.
            scope.Batch.Acknowledgements.Add(new Acknowledgement(Consumer, Cursor.ToBytes(), Cursor.Rank, rewind, scope.Now));
            return new Decision(new AcknowledgeResponse { Moved = true }, -1);
        }
    }
}
