using Syndication.Stores.Tests.Fixtures;
using Syndication.V1;

namespace Syndication.Stores.Tests;

public abstract class StreamGateTests(StoreFixture store) : StoreTests(store)
{
    [Fact]
    public async Task A_gate_is_kept_with_its_stream_and_asked_on_every_node_until_it_is_taken_away()
    {
        var nodes = new[] { await StartNodeAsync(), await StartNodeAsync() };
        var gate = new FindingsGate { Severity = FindingSeverity.Error, Codes = { "missing-byline" } };
        var created = await nodes[0].Streams.CreateAsync(
            Node.Principal, new CreateStreamRequest { Stream = new V1.Stream { StreamId = "s", Filter = Make.Language("fr"), FindingsGate = gate } }, Token);

        Assert.Equal(gate, (await nodes[1].Streams.FindAsync("s", Token)).Value.FindingsGate);
        var refused = (await nodes[1].TryPublishAsync(Make.Article("a", "fr"))).Rejection!;
        Assert.Equal((ErrorReason.FindingsRefused, "stream:s"), (refused.Reason, refused.Metadata["gate"]));
        Assert.Equal(1, (await nodes[1].PublishAsync(Make.Article("b", "de"))).Version);

        await nodes[0].Streams.UpdateAsync(
            Node.Principal,
            new UpdateStreamRequest { Stream = new V1.Stream { StreamId = "s" }, UpdateMask = new() { Paths = { "findings_gate" } }, Revision = created.Value.Stream.Revision },
            Token);
        Assert.Null((await nodes[1].Streams.FindAsync("s", Token)).Value.FindingsGate);
        Assert.Equal(1, (await nodes[1].PublishAsync(Make.Article("a", "fr"))).Version);
    }
}

public sealed class SqliteStreamGateTests() : StreamGateTests(new SqliteFixture());

public sealed class SqlServerStreamGateTests() : StreamGateTests(new SqlServerFixture());
