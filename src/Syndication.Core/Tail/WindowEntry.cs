using Syndication.Log;
using Syndication.Subscriptions;

namespace Syndication.Tail;

/// <summary>
/// An entry in the tail's window. Its bytes are made once for each form in which they are sent, and forgotten when a kill,
/// a hold or an expiry takes the text away, so that the window never gives out what the archive would not.
/// </summary>
public sealed class WindowEntry(LogEntry entry)
{
    private readonly Lock _encoding = new();
    private readonly List<(int Form, ReadOnlyMemory<byte> Update)> _forms = new(1);
    private readonly bool _hasChanges = entry.Changes is not null;
    private LogEntry _entry = entry;
    private ArticleRecord? _record = entry.Article;

    /// <summary>The entry's number.</summary>
    public long Number { get; } = entry.Number;

    /// <summary>The article's key; null in internal entries.</summary>
    public long? ArticleKey { get; } = entry.Article?.ArticleKey;

    /// <summary>The article that it kills; null in other entries.</summary>
    public string? Withdrawn { get; } = entry.Kind == EntryKind.Withdrawn ? entry.Article?.ArticleId : null;

    /// <summary>When it was committed, UTC.</summary>
    public DateTimeOffset CommitTime { get; } = entry.CommitTime;

    /// <summary>The place just after it.</summary>
    public LogPosition Position { get; } = entry.Position;

    /// <summary>About how many bytes the entry takes, one form counted.</summary>
    public int SizeBytes { get; } = 512 + (2 * SizeOf(entry));

    /// <summary>The update in one form.</summary>
    /// <param name="action">What the entry means to the stream.</param>
    /// <param name="continues">Whether the stream held the article before.</param>
    /// <param name="audience">Who reads.</param>
    public ReadOnlyMemory<byte> Encode(MembershipAction action, bool continues, Audience audience)
    {
        continues &= _hasChanges;
        var form = audience.Index + (action == MembershipAction.Remove ? Audience.Count : continues ? 2 * Audience.Count : 0);
        lock (_encoding)
        {
            // There are 24 forms; most entries are sent in one or two.
            foreach (var (known, made) in _forms)
            {
                if (known == form)
                {
                    return made;
                }
            }

            var update = UpdateEncoder.Encode(_entry, _record!, action, continues, audience);
            _forms.Add((form, update));
            return update;
        }
    }

    /// <summary>Takes over where the article stands now.</summary>
    /// <returns>Whether that changes what may be sent.</returns>
    public bool Follow(ArticleRecord record)
    {
        lock (_encoding)
        {
            if (record.LastNumber < _record!.LastNumber)
            {
                // Read before what is known here was committed.
                return false;
            }

            var changed = _record.BlankedFor(heldTexts: false) != record.BlankedFor(heldTexts: false)
                || _record.BlankedFor(heldTexts: true) != record.BlankedFor(heldTexts: true);
            _record = record;
            if (changed)
            {
                _forms.Clear();
                if (record.Withdrawn)
                {
                    // Final: the text is not needed again.
                    _entry = _entry with { Content = null, PublicContent = null, Changes = null };
                }
            }

            return changed;
        }
    }

    /// <summary>The bytes of an entry's content.</summary>
    public static int SizeOf(LogEntry entry) =>
        (entry.Content is { } content ? content.Head.Length + content.Body.Length + content.Desk.Length : 0) + (entry.Changes?.Length ?? 0);
}
