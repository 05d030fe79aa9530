using System.Net;
using System.Text;
using System.Text.Json;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Syndication.Tests.Access;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Http;

/// <summary>The contract's calls over REST: the same answers, the same errors, under the same rules.</summary>
public sealed class RestTests : IAsyncLifetime
{
    private ServerFixture _server = null!;
    private HttpClient _desk = null!;

    private static IEnumerable<MethodDescriptor> UnaryMethods =>
        ContractTests.Services.SelectMany(service => service.Methods).Where(method => !method.IsClientStreaming && !method.IsServerStreaming);

    public async ValueTask InitializeAsync()
    {
        _server = await ServerFixture.StartAsync();
        _desk = _server.OverHttp();
    }

    public async ValueTask DisposeAsync()
    {
        _desk.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Every_unary_call_is_there_and_refused_for_the_same_reason_as_over_gRPC_whoever_calls()
    {
        var keys = new[] { null, "wrong", TestKeys.Admin, (await _server.IssueAsync("archive", CallerRole.Reader)).Secret, await _server.CreatePartnerAsync("outlet") };
        foreach (var key in keys)
        {
            using var http = _server.OverHttp(key);
            using var grpc = _server.As(key);
            foreach (var method in UnaryMethods)
            {
                var rule = method.GetOptions()?.GetExtension(Google.Api.AnnotationsExtensions.Http);
                Assert.True(rule is not null, $"{method.FullName} has no HTTP annotation");

                // An id in the path cannot be empty; nothing of this name is there.
                var path = (rule.Get.Length > 0 ? rule.Get : rule.Post).Replace("{", "no-", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal);
                using var response = rule.Get.Length > 0 ? await http.SendAsync(path) : await http.PostJsonAsync(path, "{}");
                var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                var error = await RawCall.SendAsync(grpc.Calls, method, path.Contains("/no-", StringComparison.Ordinal) ? PathField(method, rule.Get) : []);

                Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
                if (error is null)
                {
                    Assert.True(response.IsSuccessStatusCode, $"{method.FullName}: {response.StatusCode} {text}");
                }
                else
                {
                    var (status, expected) = (HttpFixture.ParseStatus(text), Grpc.Core.RpcExceptionExtensions.GetRpcStatus(error)!);
                    Assert.Equal((expected.Code, expected.Message), (status.Code, status.Message));
                    Assert.Equal(expected.Details, status.Details);
                    Assert.False(response.IsSuccessStatusCode);
                }
            }
        }
    }

    [Fact]
    public async Task An_article_makes_its_way_through_REST()
    {
        var published = await _desk.PostJsonAsync("/v1/articles:publish", """
            {
              "requestId": "r1",
              "article": {
                "article_id": "story:1", "headline": "Über <Rest> & mehr", "language": "de",
                "body": [{"paragraph": {"content": {"text": "Ein Absatz."}}}],
                "sourceDocument": {"name": "a.txt", "sizeBytes": "9007199254740993"}
              }
            }
            """).MessageAsync<PublishArticleResponse>();
        Assert.Equal(("story:1", 1), (published.ArticleId, published.Version));

        var text = await _desk.GetStringAsync("/v1/articles/story:1?view=ARTICLE_VIEW_FULL", TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(text);
        var article = json.RootElement.GetProperty("article");
        Assert.Equal("9007199254740993", article.GetProperty("sourceDocument").GetProperty("sizeBytes").GetString());
        Assert.Equal("ARTICLE_STATUS_USABLE", article.GetProperty("status").GetString());
        Assert.False(article.TryGetProperty("urgency", out _));
        Assert.Equal(await _server.Articles.GetArticleAsync(new() { ArticleId = "story:1" }), GetArticleResponse.Parser.ParseJson(text));

        var batch = await _desk.SendAsync("/v1/articles:batchGet?article_ids=story:1&articleIds=none&view=2").RefusalAsync(HttpStatusCode.BadRequest, ErrorReason.InvalidFields);
        Assert.Equal(["view"], batch.GetDetail<BadRequest>()!.FieldViolations.Select(field => field.Field));
        var found = await _desk.SendAsync("/v1/articles:batchGet?article_ids=story:1&article_ids=none").MessageAsync<BatchGetArticlesResponse>();
        Assert.Equal(("story:1", "none"), (found.Articles.Single().ArticleId, found.MissingArticleIds.Single()));

        var mismatch = await _desk.PostJsonAsync("/v1/articles:publish", """{"expectedVersion": 0, "article": {"articleId": "story:1", "headline": "x", "language": "de"}}""")
            .RefusalAsync(HttpStatusCode.Conflict, ErrorReason.VersionMismatch);
        Assert.Equal("1", mismatch.GetDetail<ErrorInfo>()!.Metadata["current_version"]);

        var page = await _desk.PostJsonAsync("/v1/subscriptions:pull", """{"stream": "all", "start": {"earliest": {}}, "maxWait": "1s"}""").MessageAsync<PullUpdatesResponse>();
        Assert.Equal(published.UpdateId, page.Updates.Single().UpdateId);
        await _desk.PostJsonAsync("/v1/articles:withdraw", """{"articleId": "story:1", "internalReason": "libel", "advisory": "Kill."}""").MessageAsync<WithdrawArticleResponse>();
        var killed = await _desk.PostJsonAsync("/v1/subscriptions:pull", $$$"""{"stream": "all", "start": {"cursor": "{{{page.Cursor}}}"}}""").MessageAsync<PullUpdatesResponse>();
        Assert.Equal(UpdateKind.Withdrawn, killed.Updates.Single().Kind);

        var events = await _desk.PostJsonAsync("/v1/audit:list", """{"subject": "story:1"}""").MessageAsync<ListAuditEventsResponse>();
        Assert.Equal(2, events.Events.Count);
        Assert.All(events.Events, happened => Assert.Equal("admin", happened.Principal));
    }

    [Theory]
    [InlineData("{", "JSON")]
    [InlineData("", "JSON")]
    [InlineData("[]", "JSON")]
    [InlineData("null", "JSON")]
    [InlineData("""{"article": {"headlin": "x"}}""", "headlin")]
    [InlineData("""{"article": {"headline": 7}}""", "JSON")]
    [InlineData("""{"article": {"urgency": "soon"}}""", "JSON")]
    [InlineData("""{"change": "CHANGE_TYPE_NO"}""", "CHANGE_TYPE_NO")]
    public async Task A_body_that_is_no_JSON_of_the_message_is_told_apart(string body, string named)
    {
        var refused = await _desk.PostJsonAsync("/v1/articles:publish", body).RefusalAsync(HttpStatusCode.BadRequest, ErrorReason.HttpRequestMalformed);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_or_is_not_there_has_a_reason()
    {
        await _desk.SendAsync("/nowhere").RefusalAsync(HttpStatusCode.NotFound, ErrorReason.PathUnknown);
        await _desk.SendAsync("/").RefusalAsync(HttpStatusCode.NotFound, ErrorReason.PathUnknown);
        await _desk.SendAsync("/v1/articles/a/b/c").RefusalAsync(HttpStatusCode.NotFound, ErrorReason.PathUnknown);
        await _desk.SendAsync("/v1/articles:publish").RefusalAsync(HttpStatusCode.MethodNotAllowed, ErrorReason.VerbNotAllowed);
        await _desk.SendAsync("/v1/articles/a", HttpMethod.Patch).RefusalAsync(HttpStatusCode.MethodNotAllowed, ErrorReason.VerbNotAllowed);
        await _desk.PostAsync("/v1/articles:publish", new StringContent("{}", Encoding.UTF8, "text/plain"), TestContext.Current.CancellationToken)
            .RefusalAsync(HttpStatusCode.UnsupportedMediaType, ErrorReason.MediaTypeUnsupported);
        await _desk.PostAsync("/v1/articles:publish", null, TestContext.Current.CancellationToken)
            .RefusalAsync(HttpStatusCode.UnsupportedMediaType, ErrorReason.MediaTypeUnsupported);
        await _desk.PostJsonAsync("/v1/articles:publish?requestId=1", "{}").RefusalAsync(HttpStatusCode.BadRequest, ErrorReason.InvalidFields);
        var wrong = await _desk.SendAsync("/v1/streams?page_size=many&pageTokn=1&page_size.a=1").RefusalAsync(HttpStatusCode.BadRequest, ErrorReason.InvalidFields);
        Assert.Equal(["pageTokn", "page_size", "page_size.a"], wrong.GetDetail<BadRequest>()!.FieldViolations.Select(field => field.Field).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_is_too_large_is_refused_whether_its_length_is_known_or_not(bool known)
    {
        var content = new ByteArrayContent(new byte[(16 * 1024 * 1024) + 1]);
        content.Headers.ContentType = new("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/articles:publish") { Content = content };
        request.Headers.TransferEncodingChunked = !known;

        // Otherwise the client may be still sending when the connection is closed, and not see the answer.
        request.Headers.ExpectContinue = known;
        await _desk.SendAsync(request, TestContext.Current.CancellationToken).RefusalAsync(HttpStatusCode.RequestEntityTooLarge, ErrorReason.RequestTooLarge);

        var article = """{"article": {"headline": "x", "language": "en", "body": [{"paragraph": {"content": {"text": "TEXT"}}}]}}""".Replace("TEXT", new string('x', 3_000_000), StringComparison.Ordinal);
        await _desk.PostJsonAsync("/v1/articles:publish", article).RefusalAsync(HttpStatusCode.BadRequest, ErrorReason.ArticleTooLarge);
    }

    [Fact]
    public async Task A_quota_that_is_used_up_says_when_to_come_again()
    {
        var key = await _server.CreatePartnerAsync("outlet");
        var partner = (await _server.Partners.GetPartnerAsync(new() { Partner = "outlet" })).Partner;
        partner.Quota = new() { MaxRequestsPerSecond = 1 };
        await _server.Partners.UpdatePartnerAsync(new() { Partner = partner, Revision = partner.Revision, UpdateMask = new() { Paths = { "quota" } } });
        using var outlet = _server.OverHttp(key);
        HttpResponseMessage response;
        while ((response = await outlet.SendAsync("/v1/caller")).IsSuccessStatusCode)
        {
            response.Dispose();
        }

        var refused = await Task.FromResult(response).RefusalAsync(HttpStatusCode.TooManyRequests, ErrorReason.QuotaExceeded);
        Assert.Equal(1, refused.GetDetail<RetryInfo>()!.RetryDelay.Seconds);
    }

    [Fact]
    public async Task A_database_that_is_away_is_told_as_over_gRPC()
    {
        var gate = new StoreGate();
        await using var server = await ServerFixture.StartAsync(gate.Install);
        gate.Fault = () => new Log.StoreUnavailableException("away");
        using var desk = server.OverHttp();

        await desk.SendAsync("/v1/streams").RefusalAsync(HttpStatusCode.ServiceUnavailable, ErrorReason.StoreUnavailable);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task The_port_with_TLS_serves_it_too(string version)
    {
        using var certificate = TestCertificates.Make("http");
        var folder = Directory.CreateTempSubdirectory("tls-");
        var path = Path.Combine(folder.FullName, "server.pfx");
        try
        {
            await File.WriteAllBytesAsync(path, certificate.Export(System.Security.Cryptography.X509Certificates.X509ContentType.Pkcs12, "password"), TestContext.Current.CancellationToken);
            await using var server = await ServerFixture.StartTlsAsync($"Tls:CertificatePath={path}", "Tls:Password=password");
            using var client = new HttpClient(new SocketsHttpHandler { SslOptions = TestCertificates.Trusting(_ => { }) })
            {
                BaseAddress = server.GrpcAddress,
                DefaultRequestVersion = new Version(version),
                DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            client.DefaultRequestHeaders.Authorization = new("Bearer", TestKeys.Admin);

            Assert.Equal("admin", (await client.SendAsync("/v1/caller").MessageAsync<GetCallerResponse>()).Principal);
            using var reader = await UpdatesReader.OpenAsync(client, "/v1/streams/all/updates", UpdatesReader.Events);
            await reader.UntilAsync(SubscribeResponse.FrameOneofCase.CaughtUp);
            var ending = reader.EndAsync();
            await server.StopAsync();
            (await ending).MustBe(ErrorReason.ServerShuttingDown);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A request that holds what is in the path.</summary>
    private static byte[] PathField(MethodDescriptor method, string pattern)
    {
        var name = pattern.Split('{', '}')[1];
        var request = (Google.Protobuf.IMessage)Activator.CreateInstance(method.InputType.ClrType)!;
        method.InputType.FindFieldByName(name).Accessor.SetValue(request, $"no-{name}");
        return Google.Protobuf.MessageExtensions.ToByteArray(request);
    }
}
