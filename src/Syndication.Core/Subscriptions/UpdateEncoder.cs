using System.Diagnostics.Metrics;
using System.Text;
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

    /// <summary>Of an update's fields, but for article, changes and advisory: an id of 200 bytes, one of 32 digits, three numbers and a time.</summary>
    private const int MaxFieldsLength = 320;

    /// <summary>Encodes an entry as a whole <c>UpdateBatch.updates</c> field: tag, length and <see cref="Update"/>.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="record">The article as it is now, which decides whether its text may still be given out.</param>
    /// <param name="action">What the entry means to the stream: not <see cref="MembershipAction.None"/>.</param>
    /// <param name="continues">Whether the stream held the article before: only then its readers are told what changed.</param>
    /// <param name="audience">Who reads.</param>
    public static byte[] Encode(LogEntry entry, ArticleRecord record, MembershipAction action, bool continues, Audience audience) =>
        Encode(entry, EncodedArticle.BytesOf(audience.Held ? entry.Content : entry.PublicContent), record, action, continues, audience);

    /// <inheritdoc cref="Encode(LogEntry, ArticleRecord, MembershipAction, bool, Audience)"/>
    /// <param name="content">The content of the version that is in force for the audience; not used where it may not be given out.</param>
    public static byte[] Encode(
        LogEntry entry, ArticleBytes content, ArticleRecord record, MembershipAction action, bool continues, Audience audience)
    {
        Encodings.Add(1);
        var fields = new WireWriter(stackalloc byte[MaxFieldsLength]);
        fields.Text(Update.UpdateIdFieldNumber, entry.UpdateId);
        fields.Number(Update.KindFieldNumber, action == MembershipAction.Remove ? (int)UpdateKind.Removed : (int)entry.Kind);
        fields.Text(Update.ArticleIdFieldNumber, record.ArticleId);
        fields.Number(Update.VersionFieldNumber, audience.Held ? entry.Version : entry.PublicVersion);
        fields.Time(Update.CommitTimeFieldNumber, entry.CommitTime);
        if (action == MembershipAction.Remove)
        {
            fields.Number(Update.RemovalReasonFieldNumber, (int)RemovalReason.NoLongerMatches);
            return Join(fields.Written, default, default);
        }

        if (!entry.CarriesArticle)
        {
            return Join(fields.Written, new Parts(Update.AdvisoryFieldNumber, Encoding.UTF8.GetBytes(entry.Advisory)), default);
        }

        if (record.BlankedFor(audience.HeldTexts) is { } blanked)
        {
            fields.Number(Update.BlankedStatusFieldNumber, (int)blanked);
            return Join(fields.Written, default, default);
        }

        if (!content.Exists)
        {
            throw new InvalidOperationException($"Entry {entry.Number} carries an article but has no content.");
        }

        var serverFields = new WireWriter(stackalloc byte[ArticleBytes.MaxServerFieldsLength]);
        content.WriteServerFields(
            ref serverFields,
            audience.Held ? entry.Status : ArticleStatus.Usable,
            record.FirstPublishedTime <= entry.CommitTime ? record.FirstPublishedTime : null);
        return Join(
            fields.Written,
            new Parts(Update.ArticleFieldNumber, content.Head, content.Body, content.Desk, serverFields.Written, audience),
            continues && entry.ChangesFor(audience.Held) is { } changes
                ? new Parts(Update.ChangesFieldNumber, changes.Head, changes.Body, changes.Desk, [], audience)
                : default);
    }

    private static byte[] Join(ReadOnlySpan<byte> fields, Parts first, Parts second)
    {
        var length = fields.Length + first.FieldLength + second.FieldLength;

        // Overwritten at once: to clear it first would take as long as the copy.
        var bytes = GC.AllocateUninitializedArray<byte>(WireWriter.LengthOf(UpdateBatch.UpdatesFieldNumber, length));
        var writer = new WireWriter(bytes);
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
