using System.Text.RegularExpressions;
using Google.Protobuf;
using Syndication.Findings.Gates;
using Syndication.Log;
using Syndication.Publishing;
using Syndication.V1;

namespace Syndication.Streams;

/// <summary>The streams: what there are, and how they are made, changed and deleted.</summary>
public sealed partial class StreamCatalog(LogAppender appender, ILogStore store)
{
    private static readonly HashSet<string> Updatable = ["display_name", "description", "filter", "findings_gate"];

    /// <summary>The stream of that name, as stored.</summary>
    public async Task<Outcome<StreamDefinition>> FindAsync(string streamId, CancellationToken cancellationToken)
    {
        if (streamId == StreamDefinition.AllId)
        {
            // Never changes: thousands who come back after a restart do not ask the database for it.
            return StreamDefinition.All;
        }

        var set = await store.ReadStreamsAsync(cancellationToken);
        return set.Find(streamId) is { } stream ? stream : StreamRejections.NotFound(streamId);
    }

    /// <summary>All streams by name, <c>all</c> among them.</summary>
    public async Task<IReadOnlyList<StreamDefinition>> ListAsync(CancellationToken cancellationToken)
    {
        var set = await store.ReadStreamsAsync(cancellationToken);
        return [.. set.Streams.Append(StreamDefinition.All).OrderBy(stream => stream.StreamId, StringComparer.Ordinal)];
    }

    /// <summary>Creates a stream.</summary>
    public async Task<Outcome<CreateStreamResponse>> CreateAsync(string principal, CreateStreamRequest request, CancellationToken cancellationToken)
    {
        var fields = Check(request.RequestId, request.Stream);
        if (fields.Count > 0)
        {
            return Rejection.OfFields(fields);
        }

        var outcome = await AppendAsync(
            new CreateStreamCommand(principal, request.RequestId)
            {
                Fingerprint = Publisher.Fingerprint(request, static copy => copy.RequestId = ""),
                Stream = request.Stream,
            },
            CreateStreamResponse.Parser,
            cancellationToken);
        if (outcome.Rejection is null)
        {
            await ShowProgressAsync(outcome.Value.Stream, cancellationToken);
        }

        return outcome;
    }

    /// <summary>Changes a stream.</summary>
    public async Task<Outcome<UpdateStreamResponse>> UpdateAsync(string principal, UpdateStreamRequest request, CancellationToken cancellationToken)
    {
        var fields = Check(request.RequestId, request.Stream);
        var mask = request.UpdateMask?.Paths.ToHashSet() is { Count: > 0 } paths ? paths : Updatable;
        foreach (var path in mask.Where(path => !Updatable.Contains(path)))
        {
            fields.Add(new FieldViolation("update_mask", $"\"{path}\" cannot be changed; {string.Join(", ", Updatable)} can"));
        }

        if (request.Revision <= 0)
        {
            fields.Add(new FieldViolation("revision", "is required: the revision that is changed"));
        }

        if (fields.Count > 0)
        {
            return Rejection.OfFields(fields);
        }

        var outcome = await AppendAsync(
            new UpdateStreamCommand(principal, request.RequestId)
            {
                Fingerprint = Publisher.Fingerprint(request, static copy => copy.RequestId = ""),
                Stream = request.Stream,
                Fields = mask,
                Revision = request.Revision,
            },
            UpdateStreamResponse.Parser,
            cancellationToken);
        if (outcome.Rejection is null)
        {
            await ShowProgressAsync(outcome.Value.Stream, cancellationToken);
        }

        return outcome;
    }

    /// <summary>Deletes a stream.</summary>
    public async Task<Outcome<DeleteStreamResponse>> DeleteAsync(string principal, DeleteStreamRequest request, CancellationToken cancellationToken)
    {
        var fields = new List<FieldViolation>();
        Publisher.CheckRequestId(fields, request.RequestId);
        if (request.Stream.Length == 0)
        {
            fields.Add(new FieldViolation("stream", "is required"));
        }

        return fields.Count > 0
            ? Rejection.OfFields(fields)
            : await AppendAsync(
                new DeleteStreamCommand(principal, request.RequestId)
                {
                    Fingerprint = Publisher.Fingerprint(request, static copy => copy.RequestId = ""),
                    StreamId = request.Stream,
                    Revision = request.Revision,
                },
                DeleteStreamResponse.Parser,
                cancellationToken);
    }

    private async Task<Outcome<T>> AppendAsync<T>(LogCommand command, MessageParser<T> parser, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        var appended = await appender.AppendAsync(command, cancellationToken);
        return appended.Rejection is { } rejection ? rejection : parser.ParseFrom(appended.Value.Response);
    }

    /// <summary>How far the search has come is not part of the remembered answer.</summary>
    private async Task ShowProgressAsync(V1.Stream stream, CancellationToken cancellationToken)
    {
        if ((await FindAsync(stream.StreamId, cancellationToken)) is { Rejection: null } found)
        {
            stream.Backfill = found.Value.ToStream().Backfill;
        }
    }

    private static List<FieldViolation> Check(string requestId, V1.Stream? stream)
    {
        var fields = new List<FieldViolation>();
        Publisher.CheckRequestId(fields, requestId);
        if (stream is null)
        {
            fields.Add(new FieldViolation("stream", "is required"));
            return fields;
        }

        if (!StreamIdPattern().IsMatch(stream.StreamId))
        {
            fields.Add(new FieldViolation("stream.stream_id", $"\"{stream.StreamId}\" is no stream name: [a-z0-9][a-z0-9._-]{{0,99}}"));
        }

        FieldViolation.CheckLength(fields, "stream.display_name", stream.DisplayName, 200);
        FieldViolation.CheckLength(fields, "stream.description", stream.Description, 2000);
        if (stream.Filter is { } filter)
        {
            fields.AddRange(StreamFilter.Validate(filter, "stream.filter"));
        }

        if (stream.FindingsGate is { } gate && FindingsGates.Validate(gate) is var (field, description))
        {
            fields.Add(new FieldViolation($"stream.findings_gate.{field}", description));
        }

        return fields;
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,99}\z")]
    private static partial Regex StreamIdPattern();
}
