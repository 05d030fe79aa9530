using Google.Protobuf.WellKnownTypes;
using Syndication.Articles;
using Syndication.Benchmarks.Payload;
using Syndication.Log;
using Syndication.Search;
using Syndication.Sqlite;
using Syndication.Streams;
using Syndication.V1;

namespace Syndication.Benchmarks.Nodes;

/// <summary>
/// A folder with a large log, written through the store in large batches instead of published: a million updates in a minute
/// or two. Short articles; a stream of one word holds some of them. What is searched for is as if indexed.
/// </summary>
internal static class Archive
{
    /// <summary>The stream's name.</summary>
    public const string Stream = "sparse";

    private const int BatchCount = 2_000;
    private const string Word = "needle";

    /// <summary>Writes a log.</summary>
    /// <param name="data">The folder.</param>
    /// <param name="count">How many updates.</param>
    /// <param name="isInStream">Which of them are in the stream, from 0.</param>
    public static async Task WriteAsync(string data, int count, Func<int, bool> isInStream)
    {
        var options = new SqliteOptions { Path = Path.Combine(data, "syndication.db") };
        SqliteMigrator.Migrate(options.Path);
        SqliteMigrator.MigrateSearch(SqliteSearchDatabase.PathOf(options));
        using var database = new SqliteDatabase(options);
        var store = new SqliteLogStore(database);
        var now = DateTimeOffset.UtcNow;
        var streamKey = await CreateStreamAsync(store, now);
        var templates = SampleArticles.Generate(16);
        for (var first = 0; first < count; first += BatchCount)
        {
            var batch = new AppendBatch { Now = now, StreamsNumber = streamKey };
            for (var number = first; number < Math.Min(count, first + BatchCount); number++)
            {
                Add(batch, PublishRequests.IdOf(number), templates[number % templates.Length], isInStream(number) ? streamKey : null);
            }

            await store.AppendAsync(batch, CancellationToken.None);
        }

        using var search = new SqliteSearchDatabase(options);
        var index = new SqliteTextIndex(search);
        var head = await store.ReadHeadAsync(CancellationToken.None);
        await index.ClearAsync(head.EpochId, CancellationToken.None);
        await index.WriteAsync([], new IndexPosition(head.EpochId, 0), new IndexPosition(head.EpochId, head.Position.Number), CancellationToken.None);
    }

    private static async Task<long> CreateStreamAsync(SqliteLogStore store, DateTimeOffset now)
    {
        var batch = new AppendBatch { Now = now, StreamsNumber = 0 };
        batch.Entries.Add(new NewEntry { Kind = EntryKind.StreamChanged, UpdateId = Guid.NewGuid(), Principal = "benchmark" });
        batch.Streams.Add(new StreamChange(
            0,
            Stream,
            new StreamDefinition
            {
                StreamKey = 0,
                StreamId = Stream,
                DisplayName = Stream,
                Description = "",
                Filter = new ArticleFilter { AllOf = { new ArticleClause { Keyword = new KeywordMatch { Text = Word, HeadlineOnly = true } } } },
                Revision = 1,
                BackfilledThrough = 1,
                CreateTime = now,
                UpdateTime = now,
            },
            NewFilter: true));
        var committed = (AppendResult.Committed)await store.AppendAsync(batch, CancellationToken.None);
        return committed.FirstNumber;
    }

    private static void Add(AppendBatch batch, string articleId, Article template, long? streamKey)
    {
        var article = new Article
        {
            ArticleId = articleId,
            ItemType = ItemType.Text,
            Headline = streamKey is null ? template.Headline : $"{Word} {template.Headline}",
            Language = template.Language,
            Standfirst = template.Standfirst,
            CreatedTime = Timestamp.FromDateTimeOffset(batch.Now),
        };
        batch.Entries.Add(new NewEntry
        {
            Kind = EntryKind.Published,
            UpdateId = Guid.NewGuid(),
            Principal = "benchmark",
            ArticleId = articleId,
            Version = 1,
            PublicVersion = 1,
            IsPublic = true,
            Status = ArticleStatus.Usable,
            NewVersion = EncodedArticle.Encode(article, 1, ChangeType.New),
            Memberships = streamKey is { } key ? [new Membership(key, MembershipAction.Deliver, MembershipAction.Deliver)] : [],
        });
        var record = new ArticleRecord { ArticleKey = 0, ArticleId = articleId, LatestVersion = 1, LiftedVersion = 1, PublicVersion = 1 };
        batch.Articles.Add(new ArticleChange(record, 0, FirstPublished: true, Advised: false));
    }
}
