using Grpc.Core;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Server;

public sealed class StreamTests : IAsyncLifetime
{
    private ServerFixture _server = null!;

    public async ValueTask InitializeAsync() => _server = await ServerFixture.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_stream_is_created_read_listed_changed_and_deleted()
    {
        var created = await CreateAsync("b-fr", "fr");
        await CreateAsync("a-de", "de");

        Assert.Equal(("b-fr", 1), (created.StreamId, created.Revision));
        Assert.NotNull(created.CreateTime);
        Assert.Equal("fr", (await _server.Streams.GetStreamAsync(new() { Stream = "b-fr" })).Stream.Filter.AllOf.Single().Language);
        Assert.Equal(["a-de", "all", "b-fr"], (await _server.Streams.ListStreamsAsync(new())).Streams.Select(stream => stream.StreamId));

        var changed = (await _server.Streams.UpdateStreamAsync(new()
        {
            Stream = new() { StreamId = "b-fr", DisplayName = "French", Description = "Not in the mask" },
            UpdateMask = new() { Paths = { "display_name" } },
            Revision = 1,
        })).Stream;
        Assert.Equal(("French", "", 2), (changed.DisplayName, changed.Description, changed.Revision));
        Assert.Equal("fr", changed.Filter.AllOf.Single().Language);

        await _server.Streams.DeleteStreamAsync(new() { Stream = "b-fr", Revision = 2 });
        var gone = await Refusal.OfAsync(
            StatusCode.NotFound, ErrorReason.StreamNotFound, _server.Streams.GetStreamAsync(new() { Stream = "b-fr" }).ResponseAsync);
        Assert.Equal("b-fr", gone.Metadata["stream"]);
    }

    [Fact]
    public async Task Streams_come_in_pages()
    {
        await CreateAsync("a", "fr");
        await CreateAsync("b", "fr");

        var first = await _server.Streams.ListStreamsAsync(new() { PageSize = 2 });
        var second = await _server.Streams.ListStreamsAsync(new() { PageSize = 2, PageToken = first.NextPageToken });

        Assert.Equal(["a", "all", "b"], [.. first.Streams.Select(s => s.StreamId), .. second.Streams.Select(s => s.StreamId)]);
        Assert.Empty(second.NextPageToken);
    }

    [Fact]
    public async Task Repeating_a_request_does_nothing_twice()
    {
        var request = new CreateStreamRequest { RequestId = "r", Stream = new() { StreamId = "a" } };
        var first = await _server.Streams.CreateStreamAsync(request);
        var second = await _server.Streams.CreateStreamAsync(request);

        Assert.Equal(first.Stream.CreateTime, second.Stream.CreateTime);
        request.Stream.StreamId = "b";
        await Refusal.OfAsync(StatusCode.InvalidArgument, ErrorReason.RequestIdReused, _server.Streams.CreateStreamAsync(request).ResponseAsync);
    }

    [Fact]
    public async Task What_collides_is_refused_with_what_it_collides_with()
    {
        await CreateAsync("a", "fr");

        var exists = await Refusal.OfAsync(StatusCode.AlreadyExists, ErrorReason.StreamExists, CreateAsync("a", "de"));
        Assert.Equal("a", exists.Metadata["stream"]);
        foreach (var call in new Task[]
        {
            _server.Streams.UpdateStreamAsync(new() { Stream = new() { StreamId = "a" }, Revision = 5 }).ResponseAsync,
            _server.Streams.DeleteStreamAsync(new() { Stream = "a", Revision = 5 }).ResponseAsync,
        })
        {
            var refusal = await Refusal.OfAsync(StatusCode.Aborted, ErrorReason.RevisionMismatch, call);
            Assert.Equal(("a", "5", "1"), (refusal.Metadata["stream"], refusal.Metadata["expected_revision"], refusal.Metadata["current_revision"]));
        }

        await Refusal.OfAsync(StatusCode.AlreadyExists, ErrorReason.StreamExists, CreateAsync("all", "fr"));
        await Refusal.OfAsync(
            StatusCode.FailedPrecondition,
            ErrorReason.StreamReserved,
            _server.Streams.UpdateStreamAsync(new() { Stream = new() { StreamId = "all" }, Revision = 1 }).ResponseAsync);
        await Refusal.OfAsync(
            StatusCode.FailedPrecondition, ErrorReason.StreamReserved, _server.Streams.DeleteStreamAsync(new() { Stream = "all" }).ResponseAsync);
    }

    [Fact]
    public async Task Every_wrong_field_is_named_by_its_path()
    {
        var stream = new V1.Stream
        {
            StreamId = "No good",
            DisplayName = new string('d', 201),
            Filter = new() { AnyOf = { new ArticleClause() } },
        };

        Assert.Equal(["stream"], await Refusal.FieldsAsync(_server.Streams.CreateStreamAsync(new()).ResponseAsync));
        var fields = await Refusal.FieldsAsync(_server.Streams.CreateStreamAsync(new() { Stream = stream, RequestId = new string('r', 201) }).ResponseAsync);
        Assert.Equal(["request_id", "stream.stream_id", "stream.display_name"], fields.Take(3));
        Assert.StartsWith("stream.filter.any_of[0]", fields[3], StringComparison.Ordinal);
        Assert.Equal(
            ["update_mask", "revision"],
            await Refusal.FieldsAsync(_server.Streams.UpdateStreamAsync(
                new() { Stream = new() { StreamId = "a" }, UpdateMask = new() { Paths = { "stream_id" } } }).ResponseAsync));
        Assert.Equal(["stream"], await Refusal.FieldsAsync(_server.Streams.DeleteStreamAsync(new()).ResponseAsync));
    }

    [Fact]
    public async Task A_new_stream_is_read_from_the_beginning_of_the_archive()
    {
        var french = await _server.PublishAsync(TestArticles.Make(language: "fr"));
        await _server.PublishAsync(TestArticles.Make(language: "en"));
        await CreateAsync("fr", "fr");
        using var reader = _server.Subscribe(new SubscribeRequest { Stream = "fr" });
        await reader.UntilAsync(Kind.CaughtUp);
        var later = await _server.PublishAsync(TestArticles.Make(language: "fr"));
        await reader.UpdatesAsync(2);

        Assert.Equal([french.UpdateId, later.UpdateId], reader.UpdateIds);
        Assert.True((await _server.Streams.GetStreamAsync(new() { Stream = "fr" })).Stream.Backfill.Complete);
    }

    [Fact]
    public async Task A_changed_filter_ends_subscriptions_and_cursors_and_a_deleted_stream_ends_subscriptions()
    {
        await CreateAsync("a", "fr");
        using var before = _server.Subscribe(new SubscribeRequest { Stream = "a" });
        await before.UntilAsync(Kind.CaughtUp);
        await _server.Streams.UpdateStreamAsync(new()
        {
            Stream = new() { StreamId = "a", Filter = new() { AllOf = { new ArticleClause { Language = "de" } } } },
            Revision = 1,
        });
        var changed = await before.EndAsync();
        changed.MustBe(StatusCode.FailedPrecondition, ErrorReason.StreamChanged);
        Assert.Equal(("a", "2"), (changed.Metadata["stream"], changed.Metadata["revision"]));
        using var stale = _server.Subscribe(new SubscribeRequest { Stream = "a", Start = new() { Cursor = before.Cursor } });
        (await stale.EndAsync()).MustBe(StatusCode.FailedPrecondition, ErrorReason.StreamChanged);

        using var after = _server.Subscribe(new SubscribeRequest { Stream = "a", Start = new() { Snapshot = new() } });
        await after.UntilAsync(Kind.CaughtUp);
        await _server.Streams.DeleteStreamAsync(new() { Stream = "a" });
        (await after.EndAsync()).MustBe(StatusCode.NotFound, ErrorReason.StreamNotFound);
    }

    private async Task<V1.Stream> CreateAsync(string streamId, string language) => (await _server.Streams.CreateStreamAsync(new()
    {
        Stream = new() { StreamId = streamId, Filter = new() { AllOf = { new ArticleClause { Language = language } } } },
    })).Stream;
}
