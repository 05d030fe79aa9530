using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Syndication.Tests.Server;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Access;

/// <summary>What a partner may use, and that it is told when to come back.</summary>
public sealed class QuotaTests : IAsyncLifetime
{
    private ServerFixture _server = null!;
    private Client _outlet = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerFixture.StartAsync();
        await _server.CreateStreamAsync("fr", "fr");
        _outlet = _server.As(await _server.CreatePartnerAsync("outlet", new Grant { Stream = "fr" }));
    }

    public async ValueTask DisposeAsync()
    {
        _outlet.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Streams_beyond_the_quota_are_refused_and_a_closed_one_makes_room()
    {
        await SetAsync(new Quota { MaxConcurrentStreams = 2 });
        using var first = _outlet.Subscribe("fr");
        using var second = _outlet.Subscribe("fr");
        await first.UntilAsync(Kind.CaughtUp);
        await second.UntilAsync(Kind.CaughtUp);
        using var third = _outlet.Subscribe("fr");
        MustTellWhen(await third.EndAsync(), "max_concurrent_streams");

        await SetAsync(new Quota { MaxConcurrentStreams = 1 });
        using var lowered = _outlet.Subscribe("fr");
        MustTellWhen(await lowered.EndAsync(), "max_concurrent_streams");
        await SetAsync(new Quota { MaxConcurrentStreams = 2 });

        first.Dispose();
        await Eventually.TrueAsync(() => _server.Services.GetRequiredService<Syndication.Tail.LogTail>().Find("fr")!.ReaderCount == 1);
        using var fourth = _outlet.Subscribe("fr");
        await fourth.UntilAsync(Kind.CaughtUp);
    }

    [Fact]
    public async Task Requests_beyond_the_rate_are_refused_and_the_staff_has_none()
    {
        await SetAsync(new Quota { MaxRequestsPerSecond = 1 });
        var refused = 0;
        for (var i = 0; i < 40; i++)
        {
            try
            {
                await _outlet.Server.GetCallerAsync(new());
            }
            catch (RpcException error)
            {
                MustTellWhen(Refusal.Of(error), "max_requests_per_second");
                refused++;
            }

            await _server.Server.GetCallerAsync(new());
        }

        Assert.InRange(refused, 1, 30);
    }

    [Fact]
    public async Task The_days_bytes_end_streams_and_calls_until_midnight()
    {
        for (var i = 0; i < 10; i++)
        {
            await _server.PublishAsync(TestArticles.Make($"Titre {i}", bodyBytes: 20_000, language: "fr"));
        }

        await SetAsync(new Quota { MaxBytesPerDay = 100_000 });
        using var reader = new FrameReader(_outlet.Subscriptions.Subscribe(new() { Stream = "fr", MaxBatchUpdates = 1 }));
        var refusal = await reader.EndAsync();

        MustTellWhen(refusal, "max_bytes_per_day");
        Assert.InRange(reader.UpdateIds.Count, 4, 5);
        MustTellWhen(Refusal.Of(await Assert.ThrowsAsync<RpcException>(() => _outlet.Server.GetCallerAsync(new()).ResponseAsync)), "max_bytes_per_day");

        await SetAsync(new Quota());
        using var rest = _outlet.Subscribe("fr", start: new() { Cursor = reader.Cursor });
        await rest.UpdatesAsync(10 - reader.UpdateIds.Count);
    }

    [Fact]
    public async Task What_was_used_is_shown_to_the_partner_and_outlives_the_server()
    {
        using var data = new DataDirectory();
        string secret;
        await using (var first = await ServerProcess.StartAsync(data))
        {
            using var admin = new Client(first.GrpcAddress, TestKeys.Admin);
            await admin.Partners.CreatePartnerAsync(new() { Partner = new() { PartnerId = "outlet" } });
            secret = (await admin.Partners.IssueApiKeyAsync(new() { Principal = "outlet", Role = CallerRole.Partner })).Secret;
            using var outlet = new Client(first.GrpcAddress, secret);
            for (var i = 0; i < 5; i++)
            {
                await outlet.Server.GetCallerAsync(new());
            }

            first.Terminate();
            await first.WaitForExitAsync();
        }

        await using var second = await ServerProcess.StartAsync(data);
        using var again = new Client(second.GrpcAddress, secret);
        var used = (await again.Partners.GetUsageAsync(new())).Days.Aggregate((Requests: 0L, Bytes: 0L), (sum, day) => (sum.Requests + day.Requests, sum.Bytes + day.Bytes));
        Assert.Equal(5, used.Requests);
        Assert.True(used.Bytes > 0);
        Assert.NotNull(Assert.Single((await again.Partners.ListApiKeysAsync(new())).Keys).LastUsedTime);
    }

    private async Task SetAsync(Quota quota)
    {
        var partner = (await _server.Partners.GetPartnerAsync(new() { Partner = "outlet" })).Partner;
        partner.Quota = quota;
        await _server.Partners.UpdatePartnerAsync(new() { Partner = partner, Revision = partner.Revision, UpdateMask = new() { Paths = { "quota" } } });
    }

    private static void MustTellWhen(Refusal refusal, string quota)
    {
        refusal.MustBe(StatusCode.ResourceExhausted, ErrorReason.QuotaExceeded);
        Assert.Equal(quota, refusal.Metadata["quota"]);
        Assert.InRange(refusal.RetryDelay!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
    }
}
