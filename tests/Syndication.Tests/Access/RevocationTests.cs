using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Syndication.Tests.Server;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Access;

/// <summary>What ends while a stream is open ends the stream: at once, and nothing that was committed after it is delivered.</summary>
public sealed class RevocationTests : IAsyncLifetime
{
    private ServerFixture _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerFixture.StartAsync();
        await _server.CreateStreamAsync("fr", "fr");
        await _server.CreateStreamAsync("de", "de");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public Task A_revoked_grant_ends_its_streams_alone() => EndsAsync(
        _ => _server.Partners.RevokeStreamAsync(new() { Partner = "outlet", Stream = "fr" }).ResponseAsync,
        StatusCode.PermissionDenied,
        ErrorReason.GrantEnded,
        otherStreamGoesOn: true);

    [Fact]
    public Task A_revoked_key_ends_what_came_with_it() => EndsAsync(
        keyId => _server.Partners.RevokeApiKeyAsync(new() { KeyId = keyId }).ResponseAsync, StatusCode.Unauthenticated, ErrorReason.CredentialInvalid);

    [Fact]
    public Task A_disabled_partners_streams_end() => EndsAsync(
        _ => _server.Partners.DisablePartnerAsync(new() { Partner = "outlet" }).ResponseAsync, StatusCode.PermissionDenied, ErrorReason.PartnerDisabled);

    [Fact]
    public Task A_grant_that_ends_by_the_clock_ends_its_streams() => EndsAsync(
        _ => _server.Partners.GrantStreamAsync(new()
        {
            Partner = "outlet",
            Grant = new() { Stream = "fr", EndTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddMilliseconds(300)) },
        }).ResponseAsync,
        StatusCode.PermissionDenied,
        ErrorReason.GrantEnded,
        otherStreamGoesOn: true,
        atOnce: false);

    [Fact]
    public async Task Losing_embargo_access_ends_the_streams_that_use_it_alone()
    {
        var key = await _server.CreatePartnerAsync("outlet", new Grant { Stream = "fr", EmbargoAccess = true });
        using var outlet = _server.As(key);
        using var held = outlet.Subscribe("fr", includeHeld: true);
        using var open = outlet.Subscribe("fr");
        await held.UntilAsync(Kind.CaughtUp);
        await open.UntilAsync(Kind.CaughtUp);

        await _server.Partners.GrantStreamAsync(new() { Partner = "outlet", Grant = new() { Stream = "fr" } });

        (await held.EndAsync()).MustBe(StatusCode.PermissionDenied, ErrorReason.EmbargoAccessRequired);
        await _server.PublishAsync(TestArticles.Make("Après", language: "fr"));
        await open.UpdatesAsync(1);
    }

    [Fact]
    public async Task A_stream_of_the_same_name_that_is_created_later_is_not_granted()
    {
        var key = await _server.CreatePartnerAsync("outlet", new Grant { Stream = "fr" });
        using var outlet = _server.As(key);
        using var reader = outlet.Subscribe("fr");
        await reader.UntilAsync(Kind.CaughtUp);

        await _server.Streams.DeleteStreamAsync(new() { Stream = "fr" });
        (await reader.EndAsync()).MustBe(StatusCode.NotFound, ErrorReason.StreamNotFound);
        await _server.CreateStreamAsync("fr", "en");

        await Refusal.OfAsync(
            StatusCode.NotFound, ErrorReason.StreamNotFound, outlet.Streams.GetStreamAsync(new() { Stream = "fr" }).ResponseAsync);
    }

    [Fact]
    public async Task Keys_overlap_so_that_a_partner_can_change_them_without_a_gap()
    {
        var first = await _server.CreatePartnerAsync("outlet", new Grant { Stream = "fr" });
        var second = await _server.IssueAsync("outlet", CallerRole.Partner);
        using var before = _server.As(first);
        using var after = _server.As(second.Secret);
        var firstId = (await before.Server.GetCallerAsync(new())).KeyId;
        using var reader = after.Subscribe("fr");
        await reader.UntilAsync(Kind.CaughtUp);

        await _server.Partners.RevokeApiKeyAsync(new() { KeyId = firstId });

        await Refusal.OfAsync(StatusCode.Unauthenticated, ErrorReason.CredentialInvalid, before.Server.GetCallerAsync(new()).ResponseAsync);
        await _server.PublishAsync(TestArticles.Make("Toujours", language: "fr"));
        await reader.UpdatesAsync(1);
    }

    /// <summary>Publishes while something ends, and checks what has come by then.</summary>
    private async Task EndsAsync(
        Func<string, Task> end, StatusCode status, ErrorReason reason, bool otherStreamGoesOn = false, bool atOnce = true)
    {
        var key = await _server.CreatePartnerAsync("outlet", new Grant { Stream = "fr" }, new Grant { Stream = "de" });
        using var outlet = _server.As(key);
        var keyId = (await outlet.Server.GetCallerAsync(new())).KeyId;
        using var reader = outlet.Subscribe("fr");
        using var other = outlet.Subscribe("de");
        await reader.UntilAsync(Kind.CaughtUp);
        await other.UntilAsync(Kind.CaughtUp);
        var before = await _server.PublishAsync(TestArticles.Make("Avant", language: "fr"));
        await reader.UpdatesAsync(1);
        var pull = outlet.Subscriptions.PullUpdatesAsync(new()
        {
            Stream = "fr",
            Start = new() { Cursor = reader.Cursor },
            MaxWait = Duration.FromTimeSpan(TimeSpan.FromSeconds(60)),
        }).ResponseAsync;

        await end(keyId);
        var after = new List<string>();
        if (atOnce)
        {
            for (var i = 0; i < 20; i++)
            {
                after.Add((await _server.PublishAsync(TestArticles.Make($"Après {i}", language: "fr"))).UpdateId);
            }
        }

        (await reader.EndAsync()).MustBe(status, reason);
        Assert.Equal([before.UpdateId], reader.UpdateIds.Take(1));
        Assert.Empty(reader.UpdateIds.Intersect(after));
        if (atOnce)
        {
            // Whether it was refused or answered, it held nothing that came after.
            var pulled = await Record.ExceptionAsync(() => pull) is null ? (await pull).Updates : [];
            Assert.Empty(pulled.Select(update => update.UpdateId).Intersect(after));
        }
        else
        {
            Refusal.Of(await Assert.ThrowsAsync<RpcException>(() => pull)).MustBe(status, reason);
        }

        if (otherStreamGoesOn)
        {
            await _server.PublishAsync(TestArticles.Make("Weiter", language: "de"));
            await other.UpdatesAsync(1);
        }
        else
        {
            (await other.EndAsync()).MustBe(status, reason);
        }
    }
}
