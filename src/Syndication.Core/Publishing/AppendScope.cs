using Syndication.Access;
using Syndication.Articles;
using Syndication.Changes;
using Syndication.Log;
using Syndication.Streams;
using Syndication.Vocabularies;

namespace Syndication.Publishing;

/// <summary>What the commands of one batch see and change: the state that was read, with the changes of those before.</summary>
public sealed class AppendScope(
    AppendBatch batch, AppendState state, CompiledStreams streams, ILogStore log, IArticleStore articles, IAccessStore access)
{
    private readonly Dictionary<string, ArticleRecord> _changed = [];
    private readonly Dictionary<string, (bool FirstPublished, bool Advised)> _firsts = [];
    private readonly Dictionary<(string ArticleId, long StreamKey), MembershipState> _memberships = [];
    private readonly Dictionary<long, IReadOnlyList<LogEntry>> _histories = [];

    /// <summary>The time of the decisions.</summary>
    public DateTimeOffset Now => batch.Now;

    /// <summary>The batch under construction.</summary>
    public AppendBatch Batch => batch;

    /// <summary>The streams at the time of the decisions.</summary>
    public CompiledStreams Streams => streams;

    /// <summary>The article as the commands before leave it; null when there is none.</summary>
    public ArticleRecord? Find(string articleId) =>
        _changed.TryGetValue(articleId, out var changed) ? changed : state.Articles.GetValueOrDefault(articleId);

    /// <summary>Partners and keys, as stored: a command that changes them has a transaction of its own.</summary>
    public Task<AccessSet> ReadAccessAsync(CancellationToken cancellationToken) => access.ReadAccessAsync(cancellationToken);

    /// <summary>The vocabularies, as stored: a change before this command's commit is a conflict for all that changes streams.</summary>
    public Task<IReadOnlyList<StoredVocabulary>> ReadVocabulariesAsync(CancellationToken cancellationToken) => log.ReadVocabulariesAsync(concepts: true, cancellationToken);

    /// <summary>A version's content.</summary>
    public async Task<EncodedArticle?> ReadVersionAsync(string articleId, int version, CancellationToken cancellationToken) =>
        batch.Entries.FirstOrDefault(entry => entry.ArticleId == articleId && entry.NewVersion?.Version == version)?.NewVersion
        ?? (await articles.ReadAsync(articleId, version, held: true, cancellationToken))?.Content;

    /// <summary>What changed between two versions; null when there is no version before.</summary>
    /// <param name="from">The older version; 0 when there is none.</param>
    /// <param name="to">The newer version.</param>
    /// <param name="newer">Its content; null: as stored.</param>
    /// <param name="prepared">What was compared before the command was queued. It is looked for again where another publisher was first.</param>
    public async ValueTask<EncodedChanges?> CompareAsync(
        string articleId, int from, int to, EncodedArticle? newer, PreparedChanges? prepared, CancellationToken cancellationToken)
    {
        if (from == 0)
        {
            return null;
        }

        if (prepared?.From == from && prepared.To == to)
        {
            return prepared.Changes;
        }

        newer ??= await ReadVersionAsync(articleId, to, cancellationToken);
        return newer is not null && await ReadVersionAsync(articleId, from, cancellationToken) is { } older
            ? ArticleComparer.Compare(older, newer, ChangeLimits.OfUpdate)
            : null;
    }

    /// <summary>Adds an entry and the state that the article has after it.</summary>
    /// <param name="after">The article's new state.</param>
    /// <param name="entry">The entry, its memberships left out.</param>
    /// <param name="publicMatches">Whether a stream's filter matches the public version after the entry.</param>
    /// <param name="latestMatches">Whether a stream's filter matches the latest version after the entry.</param>
    /// <param name="advised">Whether the entry sets the advisory.</param>
    /// <returns>The entry's ordinal in the batch.</returns>
    public async ValueTask<int> AddAsync(
        ArticleRecord after,
        NewEntry entry,
        Func<CompiledStream, MembershipState, bool> publicMatches,
        Func<CompiledStream, MembershipState, bool> latestMatches,
        bool advised,
        CancellationToken cancellationToken)
    {
        var memberships = new List<Membership>();
        foreach (var stream in streams.Streams)
        {
            var before = await MembershipAsync(after, stream, cancellationToken);
            var (then, open, held) = before.Apply(
                entry.Kind,
                entry.IsPublic,
                LogEntry.Carries(entry.Kind) && publicMatches(stream, before),
                LogEntry.Carries(entry.Kind) && latestMatches(stream, before));
            _memberships[(after.ArticleId, stream.Definition.StreamKey)] = then;
            if (open != MembershipAction.None || held != MembershipAction.None)
            {
                memberships.Add(new Membership(
                    stream.Definition.StreamKey, open, held, before.OpenIn && open == MembershipAction.Deliver, before.HeldIn && held == MembershipAction.Deliver));
            }
        }

        batch.Entries.Add(entry with { Memberships = memberships });
        var known = Find(after.ArticleId);
        var firsts = _firsts.GetValueOrDefault(after.ArticleId);
        var isFirst = entry.IsPublic && LogEntry.Carries(entry.Kind) && (known is null || known.PublicVersion == 0);
        _firsts[after.ArticleId] = (firsts.FirstPublished || isFirst, firsts.Advised || advised);
        _changed[after.ArticleId] = after;
        return batch.Entries.Count - 1;
    }

    /// <summary>Completes the batch with the articles as they are at its end.</summary>
    public void Complete()
    {
        foreach (var (articleId, record) in _changed)
        {
            var (firstPublished, advised) = _firsts[articleId];
            batch.Articles.Add(new ArticleChange(
                record, state.Articles.GetValueOrDefault(articleId)?.LastNumber ?? 0, firstPublished, advised));
        }
    }

    private async ValueTask<MembershipState> MembershipAsync(
        ArticleRecord article, CompiledStream stream, CancellationToken cancellationToken)
    {
        var key = stream.Definition.StreamKey;
        if (_memberships.TryGetValue((article.ArticleId, key), out var known))
        {
            return known;
        }

        if (article.ArticleKey == 0)
        {
            return default;
        }

        if (stream.Definition.IsBackfilled)
        {
            return state.Memberships.GetValueOrDefault((article.ArticleKey, key));
        }

        // The index does not yet hold this article's past: fold it here. Rare and short-lived.
        if (!_histories.TryGetValue(article.ArticleKey, out var history))
        {
            history = await log.ReadHistoryAsync(article.ArticleKey, cancellationToken);
            _histories.Add(article.ArticleKey, history);
        }

        // Of what retention has dropped only the index knows, as far as the search had come.
        var indexed = state.Memberships.GetValueOrDefault((article.ArticleKey, key));
        var folded = history.Aggregate(default(MembershipState), (before, entry) => stream.Apply(before, entry).After);
        return folded with { OpenEver = folded.OpenEver || indexed.OpenEver, HeldEver = folded.HeldEver || indexed.HeldEver };
    }
}
