using System.Diagnostics.Metrics;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syndication.Articles;
using Syndication.Changes;
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
    private static readonly uint ChangesTag = WireFormat.MakeTag(Update.ChangesFieldNumber, WireFormat.WireType.LengthDelimited);
    private static readonly uint ArticleTag = WireFormat.MakeTag(Update.ArticleFieldNumber, WireFormat.WireType.LengthDelimited);

    /// <summary>Encodes an entry as a whole <c>UpdateBatch.updates</c> field: tag, length and <see cref="Update"/>.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="record">The article as it is now, which decides whether its text may still be given out.</param>
    /// <param name="action">What the entry means to the stream: not <see cref="MembershipAction.None"/>.</param>
    /// <param name="continues">Whether the stream held the article before: only then its readers are told what changed.</param>
    /// <param name="audience">Who reads.</param>
    public static byte[] Encode(LogEntry entry, ArticleRecord record, MembershipAction action, bool continues, Audience audience)
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
            return Field(update, null, null, audience, default);
        }

        if (!entry.CarriesArticle)
        {
            update.Advisory = entry.Advisory;
            return Field(update, null, null, audience, default);
        }

        if (record.BlankedFor(audience.HeldTexts) is { } blanked)
        {
            update.BlankedStatus = blanked;
            return Field(update, null, null, audience, default);
        }

        var content = (audience.Held ? entry.Content : entry.PublicContent)
            ?? throw new InvalidOperationException($"Entry {entry.Number} carries an article but has no content.");
        var firstPublished = record.FirstPublishedTime <= entry.CommitTime ? record.FirstPublishedTime : null;
        var status = audience.Held ? entry.Status : ArticleStatus.Usable;
        var changes = continues ? entry.ChangesFor(audience.Held) : null;
        return Field(update, content, changes, audience, content.EncodeServerFields(status, firstPublished));
    }

    private static byte[] Field(
        Update update, EncodedArticle? content, EncodedChanges? changes, Audience audience, ReadOnlyMemory<byte> serverFields)
    {
        var article = content is null ? default : new Parts(content.Head, content.Body, content.Desk, serverFields.Span, audience);
        var changed = changes is null ? default : new Parts(changes.Head, changes.Body, changes.Desk, [], audience);
        var updateLength = update.CalculateSize()
            + (content is null ? 0 : FieldLength(ArticleTag, article.Length))
            + (changes is null ? 0 : FieldLength(ChangesTag, changed.Length));
        var bytes = GC.AllocateUninitializedArray<byte>(FieldLength(UpdatesTag, updateLength));
        var output = new CodedOutputStream(bytes);
        output.WriteTag(UpdatesTag);
        output.WriteLength(updateLength);
        update.WriteTo(output);
        var end = bytes.Length - output.SpaceLeft;
        end += content is null ? 0 : Append(bytes.AsSpan(end), ArticleTag, article);
        if (changes is not null)
        {
            Append(bytes.AsSpan(end), ChangesTag, changed);
        }

        return bytes;
    }

    /// <summary>Writes a message that is there in parts. By hand: a coded stream cannot go on behind what was copied.</summary>
    /// <returns>The length of the field.</returns>
    private static int Append(Span<byte> target, uint tag, Parts parts)
    {
        var length = WriteVarint(target, tag);
        length += WriteVarint(target[length..], (uint)parts.Length);
        parts.CopyTo(target[length..]);
        return length + parts.Length;
    }

    private static int WriteVarint(Span<byte> target, uint value)
    {
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            target[length++] = (byte)(value | 0x80);
        }

        target[length] = (byte)value;
        return length + 1;
    }

    private static int FieldLength(uint tag, int length) =>
        CodedOutputStream.ComputeRawVarint32Size(tag) + CodedOutputStream.ComputeLengthSize(length) + length;

    /// <summary>What a reader is given of a message: protobuf merges concatenated parts into one.</summary>
    private readonly ref struct Parts(byte[] head, byte[] body, byte[] desk, ReadOnlySpan<byte> rest, Audience audience)
    {
        private readonly ReadOnlySpan<byte> _head = head;
        private readonly ReadOnlySpan<byte> _body = audience.Headlines ? [] : body;
        private readonly ReadOnlySpan<byte> _desk = audience.Desk ? desk : [];
        private readonly ReadOnlySpan<byte> _rest = rest;

        public int Length => _head.Length + _body.Length + _desk.Length + _rest.Length;

        public void CopyTo(Span<byte> target)
        {
            _head.CopyTo(target);
            _body.CopyTo(target = target[_head.Length..]);
            _desk.CopyTo(target = target[_body.Length..]);
            _rest.CopyTo(target[_desk.Length..]);
        }
    }
}
