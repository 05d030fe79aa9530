using System.Net;
using Google.Rpc;
using Grpc.Core;
using Syndication.Tests.Access;
using Syndication.Tests.Server;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Http;

/// <summary>Streams over HTTP: the same frames as over gRPC, to the last update, under the same rules.</summary>
public sealed class UpdatesTests : IAsyncLifetime
{
    private ServerFixture _server = null!;
    private HttpClient _desk = null!;

    public static TheoryData<string> Forms { get; } = [UpdatesReader.Lines, UpdatesReader.Events];

    public async ValueTask InitializeAsync()
    {
        _server = await ServerFixture.StartAsync("Subscriptions:StallLimit=00:00:01");
        _desk = _server.OverHttp();
        await _server.CreateStreamAsync("fr", "fr");
    }

    public async ValueTask DisposeAsync()
    {
        _desk.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Update_by_update_they_are_those_of_gRPC(string form)
    {
        var key = await _server.CreatePartnerAsync("outlet", new Grant { Stream = "fr", EmbargoAccess = true });
        await PublishAllKindsAsync("before");
        using var outlet = _server.As(key);
        using var http = _server.OverHttp(key);
        foreach (var (path, request) in new (string, SubscribeRequest)[]
        {
            ("fr/updates", new SubscribeRequest { Stream = "fr" }),
            ("fr/updates?start=snapshot&view=HEADLINES", new() { Stream = "fr", Start = new() { Snapshot = new() }, View = ArticleView.Headlines }),
            ("fr/updates?includeHeld=true&max_batch_updates=2", new() { Stream = "fr", IncludeHeld = true, MaxBatchUpdates = 2 }),
            ("all/updates?include_held=true&view=article_view_full", new() { Stream = "all", IncludeHeld = true }),
        })
        {
            var isAll = request.Stream == "all";
            using var overHttp = await UpdatesReader.OpenAsync(isAll ? _desk : http, "/v1/streams/" + path, form);
            using var overGrpc = (isAll ? _server.Subscriptions : outlet.Subscriptions).Subscribe(request);
            var frames = new List<SubscribeResponse>();
            await overHttp.UntilAsync(Kind.CaughtUp);
            while (frames is not [.., { FrameCase: Kind.CaughtUp }])
            {
                await ReadAsync(overGrpc, frames);
            }

            await PublishAllKindsAsync($"live{path.Length}");
            await _server.PublishAsync(TestArticles.Make("Fin", $"fin{path.Length}", language: "fr"));
            while (UpdatesOf(frames).LastOrDefault()?.ArticleId != $"fin{path.Length}")
            {
                await ReadAsync(overGrpc, frames);
            }

            await overHttp.UpdatesAsync(UpdatesOf(frames).Count());

            Assert.NotEmpty(overHttp.Updates);
            var blanked = UpdatesOf(frames).Concat(overHttp.Updates).Where(IsBlanked).Select(update => update.UpdateId).ToHashSet();
            Assert.Equal(UpdatesOf(frames).Select(update => Without(blanked, update)), overHttp.Updates.Select(update => Without(blanked, update)));
            Assert.Equal(KindsOf(frames), KindsOf(overHttp.Frames));
        }

        static bool IsBlanked(Update update) => update.BlankedStatus != ArticleStatus.Unspecified;

        // Of a text that was killed or held a moment after, only the quicker of the two readers has seen anything.
        static Update Without(HashSet<string> blanked, Update update)
        {
            if (!blanked.Contains(update.UpdateId))
            {
                return update;
            }

            var without = update.Clone();
            (without.Article, without.Changes, without.BlankedStatus) = (null, null, ArticleStatus.Withdrawn);
            return without;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Every_place_resumes_exactly_after_its_frame_whatever_start_the_address_names(string form)
    {
        var published = await _server.PublishAsync(5);
        using var all = await UpdatesReader.OpenAsync(_desk, "/v1/streams/all/updates?max_batch_updates=1", form);
        for (var i = 1; i <= published.Count; i++)
        {
            await all.UpdatesAsync(i);
            using var resumed = await UpdatesReader.OpenAsync(_desk, "/v1/streams/all/updates?start=earliest", form, all.LastEventId);
            await resumed.UntilAsync(Kind.CaughtUp);

            Assert.Equal(published.Skip(i), resumed.Updates.Select(update => update.UpdateId));
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_server_that_goes_down_says_so_after_a_last_cursor(string form)
    {
        var published = await _server.PublishAsync(2);
        using var reader = await UpdatesReader.OpenAsync(_desk, "/v1/streams/all/updates", form);
        await reader.UntilAsync(Kind.CaughtUp);

        var ending = reader.EndAsync();
        await _server.StopAsync();
        var end = await ending;

        end.MustBe(ErrorReason.ServerShuttingDown);
        Assert.Equal((int)Code.Unavailable, end.Code);
        Assert.Equal(Kind.Heartbeat, reader.Frames[^1].FrameCase);
        Assert.Equal(published, reader.Updates.Select(update => update.UpdateId));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_revoked_grant_ends_the_stream_and_nothing_after_it_is_sent(string form)
    {
        using var outlet = _server.OverHttp(await _server.CreatePartnerAsync("outlet", new Grant { Stream = "fr" }));
        using var reader = await UpdatesReader.OpenAsync(outlet, "/v1/streams/fr/updates", form);
        await reader.UntilAsync(Kind.CaughtUp);

        await _server.Partners.RevokeStreamAsync(new() { Partner = "outlet", Stream = "fr" });
        await _server.PublishAsync(TestArticles.Make("Après", language: "fr"));

        (await reader.EndAsync()).MustBe(ErrorReason.GrantEnded);
        Assert.Empty(reader.Updates);
        await outlet.SendAsync("/v1/streams/fr/updates").RefusalAsync(HttpStatusCode.NotFound, ErrorReason.StreamNotFound);
    }

    [Fact]
    public async Task One_that_reads_nothing_is_ended_and_gets_what_was_buffered_and_the_reason_when_it_reads()
    {
        using var stalled = await UpdatesReader.OpenAsync(_desk, "/v1/streams/all/updates", UpdatesReader.Lines);
        await stalled.UntilAsync(Kind.CaughtUp);
        List<string> published = [];
        while (_server.Readers > 0 && published.Count < 1000)
        {
            published.AddRange(await _server.PublishAsync(1, bodyBytes: 1_000_000));
        }

        Assert.Equal(0, _server.Readers);
        var end = await stalled.EndAsync();
        end.MustBe(ErrorReason.SubscriberStalled);
        var read = stalled.Updates.Select(update => update.UpdateId).ToList();
        Assert.NotEmpty(read);
        Assert.Equal(published.Take(read.Count), read);
    }

    [Fact]
    public async Task One_that_never_reads_is_cut_off()
    {
        var stalled = await UpdatesReader.OpenAsync(_desk, "/v1/streams/all/updates", UpdatesReader.Lines);
        await stalled.UntilAsync(Kind.CaughtUp);
        while (_server.Readers > 0)
        {
            await _server.PublishAsync(1, bodyBytes: 1_000_000);
        }

        // Time passes by another's heartbeats: the limit is a second, and as much again to take the reason.
        using var clock = await UpdatesReader.OpenAsync(_desk, "/v1/streams/all/updates?start=latest&heartbeat_interval=1s", UpdatesReader.Lines);
        for (var beats = 0; beats < 3; beats++)
        {
            await clock.UntilAsync(Kind.Heartbeat);
        }

        await Assert.ThrowsAnyAsync<Exception>(stalled.EndAsync);
        Assert.Null(stalled.End);
        stalled.Dispose();
    }

    [Fact]
    public async Task What_is_wrong_with_a_request_is_told_before_anything_is_sent()
    {
        using var nobody = _server.OverHttp(null);
        using var stranger = _server.OverHttp(await _server.CreatePartnerAsync("outlet"));
        await nobody.SendAsync("/v1/streams/all/updates").RefusalAsync(HttpStatusCode.Unauthorized, ErrorReason.CredentialMissing);
        await nobody.SendAsync("/v1/streams/all/updates", headers: ("Authorization", "Bearer wrong")).RefusalAsync(HttpStatusCode.Unauthorized, ErrorReason.CredentialInvalid);
        await stranger.SendAsync("/v1/streams/fr/updates").RefusalAsync(HttpStatusCode.NotFound, ErrorReason.StreamNotFound);
        await _desk.SendAsync("/v1/streams/none/updates").RefusalAsync(HttpStatusCode.NotFound, ErrorReason.StreamNotFound);
        await _desk.SendAsync("/v1/streams/all/updates?start.cursor=x").RefusalAsync(HttpStatusCode.BadRequest, ErrorReason.CursorInvalid);
        await _desk.SendAsync("/v1/streams/all/updates", headers: ("Last-Event-ID", "x")).RefusalAsync(HttpStatusCode.BadRequest, ErrorReason.CursorInvalid);
        await _desk.SendAsync("/v1/streams/all/updates?start=acknowledged&start.acknowledged.fallback=fail").RefusalAsync(HttpStatusCode.NotFound, ErrorReason.NothingAcknowledged);
        await _desk.SendAsync("/v1/streams/all/updates", headers: ("Accept", "text/html")).RefusalAsync(HttpStatusCode.NotAcceptable, ErrorReason.NotAcceptable);
        await _desk.SendAsync("/v1/streams/all/updates", HttpMethod.Delete).RefusalAsync(HttpStatusCode.MethodNotAllowed, ErrorReason.VerbNotAllowed);
        var wrong = await _desk.SendAsync("/v1/streams/all/updates?strat=latest&view=some&max_batch_updates=many&heartbeat_interval=15&include_held=1&start=now&start.time=2")
            .RefusalAsync(HttpStatusCode.BadRequest, ErrorReason.InvalidFields);

        Assert.Equal(
            ["heartbeat_interval", "include_held", "max_batch_updates", "start", "strat", "view"],
            wrong.GetDetail<BadRequest>()!.FieldViolations.Select(field => field.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task HEAD_tells_what_GET_would_begin_with_and_opens_nothing()
    {
        using var head = await _desk.SendAsync("/v1/streams/all/updates", HttpMethod.Head, ("Accept", UpdatesReader.Events));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(UpdatesReader.Events, head.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no", head.Headers.GetValues("X-Accel-Buffering").Single());
        Assert.Equal(0, _server.Readers);

        using var missing = await _desk.SendAsync("/v1/streams/none/updates", HttpMethod.Head);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Quotas_receipts_and_the_audit_see_it_as_they_see_gRPC()
    {
        using var outlet = _server.OverHttp(await _server.CreatePartnerAsync("outlet", new Grant { Stream = "fr", EmbargoAccess = true }));
        var partner = (await _server.Partners.GetPartnerAsync(new() { Partner = "outlet" })).Partner;
        partner.Quota = new() { MaxConcurrentStreams = 1 };
        await _server.Partners.UpdatePartnerAsync(new() { Partner = partner, Revision = partner.Revision, UpdateMask = new() { Paths = { "quota" } } });
        using var reader = await UpdatesReader.OpenAsync(outlet, "/v1/streams/fr/updates?include_held=true&consumer=web", UpdatesReader.Events);
        await reader.UntilAsync(Kind.CaughtUp);
        await outlet.SendAsync("/v1/streams/fr/updates").RefusalAsync(HttpStatusCode.TooManyRequests, ErrorReason.QuotaExceeded);

        await _server.PublishAsync(TestArticles.Make("Titre", "a", language: "fr"));
        await _server.Publishing.WithdrawArticleAsync(new() { ArticleId = "a", InternalReason = "libel", Advisory = "Kill." });
        await reader.UpdatesAsync(2);
        var open = (await _server.Subscriptions.ListSubscriptionsAsync(new() { Stream = "fr" })).Subscriptions.Single();
        Assert.Equal(("outlet", "web", true), (open.Principal, open.Consumer, open.Connections.Single().IncludeHeld));
        Assert.StartsWith("ipv4:127.0.0.1:", open.Connections.Single().Address, StringComparison.Ordinal);

        var events = await _server.Partners.ListAuditEventsAsync(new() { Principal = "outlet", Actions = { AuditAction.ReadHeld } });
        Assert.Equal("fr", events.Events.Single().Subject);
        await Eventually.TrueAsync(() => _server.Subscriptions.ListWithdrawalReceipts(new() { ArticleId = "a" }).Receipts.Single().State == ReceiptState.Sent);
    }

    private async Task PublishAllKindsAsync(string id)
    {
        Article Make(string suffix, string language = "fr") => TestArticles.Make($"{id} « {suffix} »", $"{id}-{suffix}", bodyBytes: 100, language: language);
        await _server.PublishAsync(Make("a"));
        var corrected = Make("a");
        corrected.Correction = new() { Note = "Wrong name" };
        await _server.Publishing.PublishArticleAsync(new() { Article = corrected, Change = ChangeType.Correction });
        await _server.PublishAsync(Make("b"));
        await _server.PublishAsync(Make("b", "de"));
        await _server.PublishAsync(Make("c"));
        await _server.Publishing.WithholdArticleAsync(new() { ArticleId = $"{id}-c", InternalReason = "check", Advisory = "Hold." });
        await _server.PublishAsync(Make("d"));
        await _server.Publishing.WithdrawArticleAsync(new() { ArticleId = $"{id}-d", InternalReason = "libel", Advisory = "Kill." });
        var embargoed = Make("e");
        embargoed.EmbargoTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddHours(1));
        await _server.PublishAsync(embargoed);
    }

    private static IEnumerable<Update> UpdatesOf(IEnumerable<SubscribeResponse> frames) => frames.SelectMany(frame => frame.Updates?.Updates ?? []);

    private static async Task ReadAsync(AsyncServerStreamingCall<SubscribeResponse> call, List<SubscribeResponse> frames)
    {
        Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken).WaitAsync(FrameReader.Patience));
        frames.Add(call.ResponseStream.Current);
    }

    /// <summary>Kinds in order; how updates are dealt into frames depends on when they come.</summary>
    private static List<Kind> KindsOf(IEnumerable<SubscribeResponse> frames)
    {
        var kinds = new List<Kind>();
        foreach (var frame in frames)
        {
            if (frame.FrameCase != Kind.Updates || kinds is not [.., Kind.Updates])
            {
                kinds.Add(frame.FrameCase);
            }
        }

        return kinds;
    }
}
