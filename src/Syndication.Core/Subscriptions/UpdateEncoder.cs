using System.Diagnostics.Metrics;
using System.Text;
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

    /// <summary>Of an update's fields, but for article, changes and advisory: an id of 200 bytes, one of 32 digits, three numbers and a time.</summary>
    private const int MaxFieldsLength = 320;

    /// <summary>Encodes an entry as a whole <c>UpdateBatch.updates</c> field: tag, length and <see cref="Update"/>.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="record">The article as it is now, which decides whether its text may still be given out.</param>
    /// <param name="action">What the entry means to the stream: not <see cref="MembershipAction.None"/>.</param>
    /// <param name="continues">Whether the stream held the article before: only then its readers are told what changed.</param>
    /// <param name="audience">Who reads.</param>
    public static ReadOnlyMemory<byte> Encode(LogEntry entry, ArticleRecord record, MembershipAction action, bool continues, Audience audience)
    {
        Span<byte> room = stackalloc byte[MaxFieldsLength];
        return Encode(
            new EntryBytes
            {
                Number = entry.Number,
                Kind = entry.Kind,
                UpdateId = entry.UpdateId,
                CommitTime = entry.CommitTime,
                ArticleId = room[..Encoding.UTF8.GetBytes(record.ArticleId, room)],
                Version = audience.Held ? entry.Version : entry.PublicVersion,
                Status = entry.Status,
                Action = action,
                Continues = continues,
                Blankings = record.Blankings,
                Advisory = entry.CarriesArticle ? [] : Encoding.UTF8.GetBytes(entry.Advisory),
                FirstPublishedTime = record.FirstPublishedTime,
                Content = EncodedArticle.BytesOf(audience.Held ? entry.Content : entry.PublicContent),
                Changes = ChangesBytes.Of(entry.Changes),
            },
            audience,
            buffer: null);
    }

    /// <inheritdoc cref="Encode(LogEntry, ArticleRecord, MembershipAction, bool, Audience)"/>
    /// <param name="buffer">Where the update's memory is taken from; null for an array of its own.</param>
    public static ReadOnlyMemory<byte> Encode(in EntryBytes entry, Audience audience, PageBuffer? buffer)
    {
        Encodings.Add(1);
        var fields = new WireWriter(stackalloc byte[MaxFieldsLength]);
        fields.Text(Update.UpdateIdFieldNumber, entry.UpdateId);
        fields.Number(Update.KindFieldNumber, entry.Action == MembershipAction.Remove ? (int)UpdateKind.Removed : (int)entry.Kind);
        fields.Text(Update.ArticleIdFieldNumber, entry.ArticleId);
        fields.Number(Update.VersionFieldNumber, entry.Version);
        fields.Time(Update.CommitTimeFieldNumber, entry.CommitTime);
        if (entry.Action == MembershipAction.Remove)
        {
            fields.Number(Update.RemovalReasonFieldNumber, (int)RemovalReason.NoLongerMatches);
            return Join(buffer, fields.Written, default, default);
        }

        if (!LogEntry.Carries(entry.Kind))
        {
            return Join(buffer, fields.Written, new Parts(Update.AdvisoryFieldNumber, entry.Advisory), default);
        }

        if (entry.Blankings.For(audience.HeldTexts) is { } blanked)
        {
            fields.Number(Update.BlankedStatusFieldNumber, (int)blanked);
            return Join(buffer, fields.Written, default, default);
        }

        var content = entry.Content;
        if (!content.Exists)
        {
            throw new InvalidOperationException($"Entry {entry.Number} carries an article but has no content.");
        }

        var serverFields = new WireWriter(stackalloc byte[ArticleBytes.MaxServerFieldsLength]);
        content.WriteServerFields(
            ref serverFields,
            audience.Held ? entry.Status : ArticleStatus.Usable,
            entry.FirstPublishedTime <= entry.CommitTime ? entry.FirstPublishedTime : null);
        return Join(
            buffer,
            fields.Written,
            new Parts(Update.ArticleFieldNumber, content.Head, content.Body, content.Desk, serverFields.Written, audience),
            entry.Continues && entry.Changes.Exist && LogEntry.TellsChanges(entry.Kind, audience.Held)
                ? new Parts(Update.ChangesFieldNumber, entry.Changes.Head, entry.Changes.Body, entry.Changes.Desk, [], audience)
                : default);
    }

    private static ReadOnlyMemory<byte> Join(PageBuffer? buffer, ReadOnlySpan<byte> fields, Parts first, Parts second)
    {
        var length = fields.Length + first.FieldLength + second.FieldLength;
        var whole = WireWriter.LengthOf(UpdateBatch.UpdatesFieldNumber, length);

        // Overwritten at once: to clear it first would take as long as the copy.
        var bytes = buffer?.Take(whole) ?? GC.AllocateUninitializedArray<byte>(whole);
        var writer = new WireWriter(bytes.Span);
        writer.Begin(UpdateBatch.UpdatesFieldNumber, length);
        writer.Append(fields);
        first.AppendTo(ref writer);
        second.AppendTo(ref writer);
        return bytes;
    }

    /// <summary>A field made of what a reader is given of a message: protobuf merges concatenated parts into one.</summary>
    private readonly ref struct Parts
    {
        private readonly int _field;
        private readonly ReadOnlySpan<byte> _head;
        private readonly ReadOnlySpan<byte> _body;
        private readonly ReadOnlySpan<byte> _desk;
        private readonly ReadOnlySpan<byte> _rest;

        public Parts(int field, ReadOnlySpan<byte> whole)
        {
            _field = field;
            _head = whole;
        }

        public Parts(
            int field, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> desk, ReadOnlySpan<byte> rest, Audience audience)
        {
            _field = field;
            _head = head;
            _body = audience.Headlines ? [] : body;
            _desk = audience.Desk ? desk : [];
            _rest = rest;
        }

        public int FieldLength => _field == 0 ? 0 : WireWriter.LengthOf(_field, Length);

        private int Length => _head.Length + _body.Length + _desk.Length + _rest.Length;

        public void AppendTo(ref WireWriter writer)
        {
            if (_field != 0)
            {
                writer.Begin(_field, Length);
                writer.Append(_head);
                writer.Append(_body);
                writer.Append(_desk);
                writer.Append(_rest);
            }
        }
    }
}
