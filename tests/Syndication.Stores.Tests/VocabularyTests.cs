using Syndication.Access;
using Syndication.Stores.Tests.Fixtures;
using Syndication.V1;

namespace Syndication.Stores.Tests;

/// <summary>What a stream holds follows the vocabularies: in one place of the log, on every node, whatever came first.</summary>
public abstract class VocabularyTests(StoreFixture store) : StoreTests(store)
{
    private static readonly ArticleFilter Economy = new() { AllOf = { new ArticleClause { Subject = new ConceptMatch { Scheme = "medtop", Code = "04000000" } } } };

    private static readonly string[] Expected = ["Published narrow/1+", "Published top/1+"];

    [Theory]
    [InlineData("publish create load")]
    [InlineData("publish load create")]
    [InlineData("create publish load")]
    [InlineData("create load publish")]
    [InlineData("load publish create")]
    [InlineData("load create publish")]
    public async Task A_stream_holds_the_same_in_whatever_order_it_came_about(string steps)
    {
        var node = await StartNodeAsync();
        var other = await StartNodeAsync();
        foreach (var step in steps.Split(' '))
        {
            switch (step)
            {
                case "publish":
                    await PublishAsync(node, "narrow", "20000344");
                    await PublishAsync(other, "top", "04000000");
                    await PublishAsync(node, "sport", "15000000");
                    break;
                case "create":
                    await node.CreateStreamAsync("s", Economy);
                    await node.BackfilledAsync();
                    break;
                default:
                    await LoadAsync(node, MediaTopics());
                    await node.BackfilledAsync();
                    break;
            }
        }

        foreach (var reader in new[] { node, other, await StartNodeAsync() })
        {
            await reader.CatchUpAsync();
            await reader.BackfilledAsync();
            Assert.Equal(Expected, await SnapshotAsync(reader, "s"));
            await PublishAsync(reader, $"later-{reader.GetHashCode()}", "15000000");
        }
    }

    [Fact]
    public async Task A_stream_that_holds_something_else_is_a_new_revision_and_the_others_are_left_alone()
    {
        var node = await StartNodeAsync();
        var other = await StartNodeAsync();
        await node.CreateStreamAsync("s", Economy);
        await node.CreateStreamAsync("fr", Make.Language("fr"));
        await node.CreateStreamAsync("exact", new ArticleFilter { AllOf = { new ArticleClause { Subject = new ConceptMatch { Scheme = "medtop", Code = "04000000", Exact = true } } } });
        await PublishAsync(node, "narrow", "20000344");
        await other.CatchUpAsync();
        await node.BackfilledAsync();
        await other.BackfilledAsync();
        var concerned = await OpenFeedAsync(other, new FeedRequest { Stream = "s" });
        var untouched = await OpenFeedAsync(other, new FeedRequest { Stream = "fr" });
        await concerned.CaughtUpAsync();
        await untouched.CaughtUpAsync();

        var loaded = await LoadAsync(node, MediaTopics());

        Assert.Equal(["s"], loaded.ChangedStreams);
        Assert.Equal(("medtop", 1, 3), (loaded.Info.Scheme, loaded.Info.Revision, loaded.Info.ConceptCount));
        Assert.Equal(ErrorReason.StreamChanged, (await concerned.EndedAsync()).Reason);
        Assert.Equal(ErrorReason.StreamChanged, (await other.OpenCursorAsync(concerned.LastCursor, "s")).Rejection?.Reason);
        await other.BackfilledAsync();
        Assert.Equal(["Published narrow/1+"], await SnapshotAsync(other, "s"));
        Assert.Empty(await SnapshotAsync(other, "exact"));
        Assert.Null(untouched.Ended);
        var stream = (await node.Streams.FindAsync("s", Token)).Value;
        Assert.Equal(2, stream.Revision);
        Assert.Equal(Economy, stream.ToStream().Filter);
        Assert.Equal(["04000000", "20000344"], stream.ToStream(narrower: true).Filter.AllOf[0].Subject.Narrower.Single().Codes);
    }

    [Fact]
    public async Task The_same_again_and_other_labels_disturb_nobody_and_a_deletion_makes_codes_literal()
    {
        var node = await StartNodeAsync();
        await LoadAsync(node, MediaTopics());
        await node.CreateStreamAsync("s", Economy);
        await PublishAsync(node, "narrow", "20000344");
        await PublishAsync(node, "top", "04000000");
        await node.BackfilledAsync();
        var feed = await OpenFeedAsync(node, new FeedRequest { Stream = "s" });
        await feed.CaughtUpAsync();
        var head = (await node.Store.ReadHeadAsync(Token)).Position.Number;

        var again = await LoadAsync(node, MediaTopics());
        Assert.Equal((1, head), (again.Info.Revision, (await node.Store.ReadHeadAsync(Token)).Position.Number));
        var labelled = MediaTopics();
        labelled.Concepts[0].Labels["fr"] = "économie";
        var relabelled = await LoadAsync(node, labelled);
        Assert.Equal((2, 0), (relabelled.Info.Revision, relabelled.ChangedStreams.Count));
        Assert.Equal(labelled, (await node.Vocabularies.GetAsync("medtop", Token)).Value.Vocabulary);
        Assert.Null(feed.Ended);

        var deleted = (await node.Vocabularies.DeleteAsync(Node.Principal, new DeleteVocabularyRequest { Scheme = "medtop" }, Token)).Value;
        Assert.Equal(["s"], deleted.ChangedStreams);
        await node.BackfilledAsync();
        Assert.Equal(["Published top/1+"], await SnapshotAsync(node, "s"));
        Assert.Empty(await node.Vocabularies.ListAsync(Token));
        Assert.Equal(ErrorReason.VocabularyNotFound, (await node.Vocabularies.GetAsync("medtop", Token)).Rejection?.Reason);
        Assert.Equal(
            ErrorReason.VocabularyNotFound,
            (await node.Vocabularies.DeleteAsync(Node.Principal, new DeleteVocabularyRequest { Scheme = "medtop" }, Token)).Rejection?.Reason);
    }

    [Fact]
    public async Task Lists_and_previews_ask_the_vocabularies_of_the_moment_on_every_node()
    {
        var node = await StartNodeAsync();
        var other = await StartNodeAsync();
        await PublishAsync(node, "narrow", "20000344");
        await PublishAsync(node, "sport", "15000000");
        Assert.Empty(await ListedAsync(other));

        await LoadAsync(node, MediaTopics());
        Assert.Equal(["narrow"], await ListedAsync(other));
        var preview = (await other.Preview.PreviewAsync(new PreviewStreamRequest { Filter = Economy }, ReadScope.Staff(held: false), Token)).Value;
        Assert.Equal((1, "narrow"), (preview.MatchedArticles, preview.Matches.Single().Article.ArticleId));

        await LoadAsync(node, new Vocabulary { Scheme = "medtop", Concepts = { new VocabularyConcept { Code = "04000000" }, new VocabularyConcept { Code = "15000000", Broader = { "04000000" } } } });
        Assert.Equal(["sport"], await ListedAsync(other));
    }

    [Fact]
    public async Task Publishers_and_loaders_that_collide_agree_on_what_the_stream_holds()
    {
        var node = await StartNodeAsync();
        var other = await StartNodeAsync();
        await node.CreateStreamAsync("s", Economy);
        await node.BackfilledAsync();

        await Task.WhenAll(
        [
            .. Enumerable.Range(0, 40).Select(i => PublishAsync(i % 2 == 0 ? node : other, $"a{i:D2}", "20000344")),
            LoadAsync(node, MediaTopics()),
            LoadAsync(other, MediaTopics()),
        ]);

        foreach (var reader in new[] { node, other })
        {
            await reader.CatchUpAsync();
            await reader.BackfilledAsync();
            Assert.Equal(Enumerable.Range(0, 40).Select(i => $"Published a{i:D2}/1+"), (await SnapshotAsync(reader, "s")).Order(StringComparer.Ordinal));
        }

        Assert.Equal(1, Assert.Single(await node.Vocabularies.ListAsync(Token)).Revision);
    }

    [Fact]
    public async Task A_bad_vocabulary_changes_nothing()
    {
        var node = await StartNodeAsync();
        var unknown = MediaTopics();
        unknown.Concepts[0].Broader.Add("nowhere");
        var twice = MediaTopics();
        twice.Concepts.Add(twice.Concepts[0]);
        foreach (var (vocabulary, field) in new[]
        {
            (null, "vocabulary"),
            (new Vocabulary { Scheme = "a b", Concepts = { new VocabularyConcept { Code = "a" } } }, "vocabulary.scheme"),
            (new Vocabulary { Scheme = "s" }, "vocabulary.concepts"),
            (unknown, "vocabulary.concepts[0].broader"),
            (twice, "vocabulary.concepts[3].code"),
        })
        {
            var refused = (await node.Vocabularies.LoadAsync(Node.Principal, new LoadVocabularyRequest { Vocabulary = vocabulary }, Token)).Rejection;
            Assert.Equal((ErrorReason.InvalidFields, field), (refused?.Reason, refused?.Fields[0].Field));
        }

        Assert.Empty(await node.Vocabularies.ListAsync(Token));
        Assert.Equal(0, (await node.Store.ReadHeadAsync(Token)).Position.Number);
    }

    private static Vocabulary MediaTopics() => new()
    {
        Scheme = "medtop",
        Uri = "http://cv.iptc.org/newscodes/mediatopic/",
        Concepts =
        {
            new VocabularyConcept { Code = "04000000" },
            new VocabularyConcept { Code = "20000344", Broader = { "04000000" } },
            new VocabularyConcept { Code = "15000000" },
        },
    };

    private static async Task<LoadVocabularyResponse> LoadAsync(Node node, Vocabulary vocabulary) =>
        (await node.Vocabularies.LoadAsync(Node.Principal, new LoadVocabularyRequest { Vocabulary = vocabulary }, Token)).Value;

    private static async Task PublishAsync(Node node, string id, string code)
    {
        var article = Make.Article(id);
        article.Subjects.Add(new Concept { Scheme = "medtop", Code = code });
        await node.PublishAsync(article);
    }

    private static async Task<IEnumerable<string>> SnapshotAsync(Node node, string stream) =>
        (await Feed.ReadAllAsync(node, new FeedRequest { Stream = stream, Start = Make.Snapshot })).Order(StringComparer.Ordinal);

    private static async Task<IEnumerable<string>> ListedAsync(Node node) =>
        (await node.Archive.ListAsync(new ListArticlesRequest { Filter = Economy }, ReadScope.Staff(held: false), Token)).Value.Articles.Select(article => article.ArticleId);
}

public sealed class SqliteVocabularyTests() : VocabularyTests(new SqliteFixture());

public sealed class SqlServerVocabularyTests() : VocabularyTests(new SqlServerFixture());
