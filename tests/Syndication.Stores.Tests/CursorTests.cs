using System.Buffers.Text;
using Syndication.Access;
using Syndication.Stores.Tests.Fixtures;
using Syndication.V1;

namespace Syndication.Stores.Tests;

public abstract class CursorTests(StoreFixture store) : StoreTests(store)
{
    [Fact]
    public async Task A_cursor_with_any_bit_flipped_is_invalid()
    {
        var node = await StartNodeAsync();
        var token = Base64Url.DecodeFromChars((await node.PublishAsync(Make.Article("a"))).Cursor);
        for (var i = 0; i < token.Length; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var forged = (byte[])token.Clone();
                forged[i] ^= (byte)(1 << bit);
                Assert.Equal(ErrorReason.CursorInvalid, (await node.OpenCursorAsync(Base64Url.EncodeToString(forged))).Rejection?.Reason);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("not base64 !!")]
    [InlineData("AAAA")]
    public async Task What_is_no_token_is_invalid(string text)
    {
        var node = await StartNodeAsync();

        Assert.Equal(ErrorReason.CursorInvalid, (await node.OpenCursorAsync(text)).Rejection!.Reason);
        Assert.Equal(ErrorReason.CursorInvalid, (await node.OpenCursorAsync(new string('A', 10_000))).Rejection!.Reason);
    }

    [Fact]
    public async Task A_page_token_is_no_cursor()
    {
        var node = await StartNodeAsync();
        await node.PublishAsync(Make.Article("a"));
        await node.PublishAsync(Make.Article("b"));
        var page = await node.Archive.ListAsync(new ListArticlesRequest { PageSize = 1 }, ReadScope.Staff(held: false), Token);

        Assert.Equal(ErrorReason.CursorInvalid, (await node.OpenCursorAsync(page.Value.NextPageToken)).Rejection!.Reason);
    }

    [Fact]
    public async Task Tokens_have_one_length_and_two_of_one_place_differ()
    {
        var node = await StartNodeAsync();
        var first = await node.PublishAsync(Make.Article("a"), "r1");
        for (var i = 0; i < 30; i++)
        {
            await node.PublishAsync(Make.Article($"b{i}"));
        }

        var again = await node.PublishAsync(Make.Article("a"), "r1");
        await using var feed = await Feed.OpenAsync(node, new FeedRequest { Start = Make.Snapshot, MaxUpdates = 1 });
        await feed.CaughtUpAsync();

        Assert.NotEqual(first.Cursor, again.Cursor);
        Assert.All(feed.Frames, frame => Assert.Equal(first.Cursor.Length, frame.Cursor.Length));
    }

    [Fact]
    public async Task A_cursor_works_on_every_node_and_for_its_own_stream_alone()
    {
        var nodes = new[] { await StartNodeAsync(), await StartNodeAsync() };
        await nodes[0].CreateStreamAsync("s", Make.Language("fr"));
        await nodes[0].CreateStreamAsync("t", Make.Language("fr"));
        var published = await nodes[0].PublishAsync(Make.Article("a", "fr"));
        await using var feed = await Feed.OpenAsync(nodes[1], new FeedRequest { Stream = "s" });
        await feed.LinesAsync(1);

        Assert.Null((await nodes[0].OpenCursorAsync(feed.LastCursor, "s")).Rejection);
        Assert.Equal(ErrorReason.CursorStreamMismatch, (await nodes[0].OpenCursorAsync(feed.LastCursor, "t")).Rejection!.Reason);
        Assert.Equal(ErrorReason.CursorStreamMismatch, (await nodes[0].OpenCursorAsync(feed.LastCursor)).Rejection!.Reason);
        Assert.Equal(ErrorReason.CursorStreamMismatch, (await nodes[0].OpenCursorAsync(published.Cursor, "s")).Rejection!.Reason);
    }

    [Fact]
    public async Task Another_filter_changes_the_stream_and_another_name_does_not()
    {
        var node = await StartNodeAsync();
        await node.CreateStreamAsync("s", Make.Language("fr"));
        await node.PublishAsync(Make.Article("a", "fr"));
        var feed = await OpenFeedAsync(node, new FeedRequest { Stream = "s" });
        await feed.LinesAsync(1);
        var cursor = feed.LastCursor;
        var renamed = await node.Streams.UpdateAsync(
            Node.Principal,
            new UpdateStreamRequest
            {
                Stream = new V1.Stream { StreamId = "s", DisplayName = "French" },
                UpdateMask = new() { Paths = { "display_name" } },
                Revision = 1,
            },
            Token);
        Assert.Null((await node.OpenCursorAsync(cursor, "s")).Rejection);
        Assert.Null(feed.Ended);
        await node.ChangeFilterAsync("s", Make.Language("de"), renamed.Value.Stream.Revision);

        Assert.Equal(ErrorReason.StreamChanged, (await feed.EndedAsync()).Reason);
        var changed = (await node.OpenCursorAsync(cursor, "s")).Rejection!;
        Assert.Equal((ErrorReason.StreamChanged, "3"), (changed.Reason, changed.Metadata["revision"]));
        await node.DeleteStreamAsync("s");
        Assert.Equal(ErrorReason.StreamNotFound, (await Feed.TryOpenAsync(node, new FeedRequest { Stream = "s" })).Rejection!.Reason);
        await node.CreateStreamAsync("s", Make.Language("fr"));
        Assert.Equal(ErrorReason.StreamChanged, (await node.OpenCursorAsync(cursor, "s")).Rejection!.Reason);
    }

    [Fact]
    public async Task A_deleted_stream_ends_its_readers()
    {
        var nodes = new[] { await StartNodeAsync(), await StartNodeAsync() };
        await nodes[0].CreateStreamAsync("s", Make.Language("fr"));
        var feed = await OpenFeedAsync(nodes[1], new FeedRequest { Stream = "s" });
        await nodes[0].DeleteStreamAsync("s");

        Assert.Equal(ErrorReason.StreamNotFound, (await feed.EndedAsync()).Reason);
    }
}

public sealed class SqliteCursorTests() : CursorTests(new SqliteFixture());

public sealed class SqlServerCursorTests() : CursorTests(new SqlServerFixture());
