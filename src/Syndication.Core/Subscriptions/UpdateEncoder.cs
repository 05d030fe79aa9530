using System.Diagnostics.Metrics;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syndication.Articles;
using Syndication.Log;
using Syndication.V1;

namespace Syndication.Subscriptions;

/// <summary>Makes the bytes of one update in one form, ready to be copied into any number of frames.</summary>
public static class UpdateEncoder
{
    /// <summary>The name of the meter that counts encodings, one for each update and form in which it is sent.</summary>
    public const string MeterName = "Syndication.Updates";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Encodings = Meter.CreateCounter<long>("syndication.updates.encoded", "{update}", "Updates encoded, one for each form");

    private static readonly uint UpdatesTag = WireFormat.MakeTag(UpdateBatch.UpdatesFieldNumber, WireFormat.WireType.LengthDelimited);
    private static readonly uint ArticleTag = WireFormat.MakeTag(Update.ArticleFieldNumber, WireFormat.WireType.LengthDelimited);

    /// <summary>Encodes an entry as a whole <c>UpdateBatch.updates</c> field: tag, length and <see cref="Update"/>.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="record">The article as it is now, which decides whether its text may still be given out.</param>
    /// <param name="action">What the entry means to the stream: not <see cref="MembershipAction.None"/>.</param>
    /// <param name="audience">Who reads.</param>
    public static byte[] Encode(LogEntry entry, ArticleRecord record, MembershipAction action, Audience audience)
    {
        Encodings.Add(1);
        var update = new Update
        {
            UpdateId = entry.UpdateId.ToString("N"),
            Kind = (UpdateKind)entry.Kind,
            ArticleId = record.ArticleId,
            Version = audience.Held ? entry.Version : entry.PublicVersion,
            CommitTime = Timestamp.FromDateTimeOffset(entry.CommitTime),
        };
        if (action == MembershipAction.Remove)
        {
            update.Kind = UpdateKind.Removed;
            update.RemovalReason = RemovalReason.NoLongerMatches;
            return Field(update, null, audience, default);
        }

        if (!entry.CarriesArticle)
        {
            update.Advisory = entry.Advisory;
            return Field(update, null, audience, default);
        }

        if (record.BlankedFor(audience.HeldTexts) is { } blanked)
        {
            update.BlankedStatus = blanked;
            return Field(update, null, audience, default);
        }

        var content = (audience.Held ? entry.Content : entry.PublicContent)
            ?? throw new InvalidOperationException($"Entry {entry.Number} carries an article but has no content.");
        var firstPublished = record.FirstPublishedTime <= entry.CommitTime ? record.FirstPublishedTime : null;
        var status = audience.Held ? entry.Status : ArticleStatus.Usable;
        return Field(update, content, audience, content.EncodeServerFields(status, firstPublished));
    }

    private static byte[] Field(Update update, EncodedArticle? content, Audience audience, ReadOnlyMemory<byte> serverFields)
    {
        var body = content is null || audience.Headlines ? [] : content.Body;
        var desk = content is null || !audience.Desk ? [] : content.Desk;
        var articleLength = content is null ? 0 : content.Head.Length + body.Length + desk.Length + serverFields.Length;
        var articleField = content is null ? 0 : TagLength(ArticleTag) + CodedOutputStream.ComputeLengthSize(articleLength) + articleLength;
        var updateLength = update.CalculateSize() + articleField;
        var bytes = GC.AllocateUninitializedArray<byte>(TagLength(UpdatesTag) + CodedOutputStream.ComputeLengthSize(updateLength) + updateLength);
        var output = new CodedOutputStream(bytes);
        output.WriteTag(UpdatesTag);
        output.WriteLength(updateLength);
        update.WriteTo(output);
        if (content is not null)
        {
            output.WriteTag(ArticleTag);
            output.WriteLength(articleLength);
            var left = bytes.AsSpan(bytes.Length - output.SpaceLeft);
            content.Head.CopyTo(left);
            body.CopyTo(left[content.Head.Length..]);
            desk.CopyTo(left[(content.Head.Length + body.Length)..]);
            serverFields.Span.CopyTo(left[(content.Head.Length + body.Length + desk.Length)..]);
        }

        return bytes;
    }

    private static int TagLength(uint tag) => CodedOutputStream.ComputeRawVarint32Size(tag);
}
