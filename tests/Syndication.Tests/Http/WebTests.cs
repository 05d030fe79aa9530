using System.IO.Compression;
using System.Net;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Syndication.Tests.Server;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Http;

/// <summary>What browsers and tools need: gRPC-Web, leave for other origins, and the contract itself.</summary>
public sealed class WebTests
{
    private const string Page = "https://page.example";

    [Theory]
    [InlineData(GrpcWebMode.GrpcWeb)]
    [InlineData(GrpcWebMode.GrpcWebText)]
    public async Task Calls_streams_and_typed_errors_go_over_gRPC_Web(GrpcWebMode mode)
    {
        await using var server = await ServerFixture.StartAsync();
        using var channel = Connect(server.HttpAddress, mode);
        var calls = channel.Intercept(new BoundedCalls());
        var published = await new PublishingService.PublishingServiceClient(calls).PublishArticleAsync(new() { Article = TestArticles.Make() }, Admin);
        using var reader = new FrameReader(new SubscriptionService.SubscriptionServiceClient(calls).Subscribe(new() { Stream = "all" }, Admin));
        await reader.UpdatesAsync(1);
        await reader.UntilAsync(Kind.CaughtUp);
        Assert.Equal([published.UpdateId], reader.UpdateIds);

        await Refusal.OfAsync(
            StatusCode.NotFound, ErrorReason.ArticleNotFound, new ArticleService.ArticleServiceClient(calls).GetArticleAsync(new() { ArticleId = "none" }, Admin).ResponseAsync);
        await Refusal.OfAsync(
            StatusCode.Unauthenticated, ErrorReason.CredentialMissing, new ArticleService.ArticleServiceClient(calls).GetArticleAsync(new() { ArticleId = "none" }).ResponseAsync);
        var unknown = new Method<GetCallerRequest, GetCallerResponse>(
            MethodType.Unary, "syndication.v1.None", "Call", Marshallers.Create(_ => Array.Empty<byte>(), _ => new GetCallerRequest()), Marshallers.Create(_ => Array.Empty<byte>(), _ => new GetCallerResponse()));
        await Refusal.OfAsync(StatusCode.Unimplemented, ErrorReason.MethodUnknown, calls.AsyncUnaryCall(unknown, null, new CallOptions(Admin), new()).ResponseAsync);

        var ending = reader.EndAsync();
        await server.StopAsync();
        (await ending).MustBe(StatusCode.Unavailable, ErrorReason.ServerShuttingDown);
    }

    [Fact]
    public async Task One_that_reads_nothing_over_gRPC_Web_is_ended()
    {
        await using var server = await ServerFixture.StartAsync("Subscriptions:StallLimit=00:00:01");
        using var channel = Connect(server.HttpAddress, GrpcWebMode.GrpcWeb);
        using var stalled = new FrameReader(new SubscriptionService.SubscriptionServiceClient(channel).Subscribe(new() { Stream = "all" }, Admin));
        await stalled.UntilAsync(Kind.CaughtUp);
        while (server.Readers > 0)
        {
            await server.PublishAsync(1, bodyBytes: 1_000_000);
        }
    }

    [Fact]
    public async Task Pages_of_the_origins_that_are_configured_may_call_and_read_errors_and_others_may_not()
    {
        await using var server = await ServerFixture.StartAsync($"Cors:Origins={Page}, https://other.example:8443");
        using var http = server.OverHttp();
        foreach (var path in new[] { "/syndication.v1.ArticleService/GetArticle", "/v1/articles/none", "/v1/streams/all/updates", "/nowhere" })
        {
            using var preflight = await http.SendAsync(path, HttpMethod.Options, ("Origin", Page), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization,x-grpc-web"));
            Assert.Equal([Page], preflight.Headers.GetValues("Access-Control-Allow-Origin"));
            Assert.Equal("authorization,x-grpc-web", preflight.Headers.GetValues("Access-Control-Allow-Headers").Single());
            Assert.False(preflight.Headers.Contains("Access-Control-Allow-Credentials"));
        }

        using var answer = await http.SendAsync("/v1/articles/none", headers: ("Origin", Page));
        Assert.Equal([Page], answer.Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.Contains("grpc-status-details-bin", string.Join(',', answer.Headers.GetValues("Access-Control-Expose-Headers")), StringComparison.Ordinal);
        using var stranger = await http.SendAsync("/v1/articles/none", headers: ("Origin", "https://evil.example"));
        Assert.False(stranger.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Without_configuration_no_page_of_another_origin_may()
    {
        await using var server = await ServerFixture.StartAsync();
        using var http = server.OverHttp();
        using var answer = await http.SendAsync("/v1/caller", headers: ("Origin", Page));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        await http.SendAsync("/v1/caller", HttpMethod.Options, ("Origin", Page), ("Access-Control-Request-Method", "GET"))
            .RefusalAsync(HttpStatusCode.MethodNotAllowed, ErrorReason.VerbNotAllowed);
    }

    [Theory]
    [InlineData("page.example")]
    [InlineData("https://page.example/path")]
    [InlineData("ftp://page.example")]
    public async Task An_origin_that_is_none_ends_the_start(string origin)
    {
        var error = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => ServerFixture.StartAsync($"Cors:Origins={origin}"));
        Assert.Contains("Syndication:Cors:Origins", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_contract_is_handed_out_to_whoever_asks_and_is_whole()
    {
        await using var server = await ServerFixture.StartAsync();
        using var nobody = server.OverHttp(null);
        var set = FileDescriptorSet.Parser.ParseFrom(await nobody.GetByteArrayAsync("/protos.binpb", TestContext.Current.CancellationToken));
        var files = FileDescriptor.BuildFromByteStrings(set.File.Select(file => Google.Protobuf.MessageExtensions.ToByteString(file)));
        Assert.Equal(
            ContractTests.Services.Select(service => service.FullName),
            files.SelectMany(file => file.Services).Select(service => service.FullName).Order(StringComparer.Ordinal));
        Assert.Contains(set.File, file => file.SourceCodeInfo.Location.Any(location => location.LeadingComments.Contains("Delivers the updates of a stream", StringComparison.Ordinal)));

        using var response = await nobody.SendAsync("/protos.zip");
        await using var zip = new ZipArchive(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal(set.File.Select(file => file.Name).Order(StringComparer.Ordinal), zip.Entries.Select(entry => entry.FullName));
        foreach (var entry in zip.Entries.Where(entry => !entry.FullName.StartsWith("google/protobuf/", StringComparison.Ordinal)))
        {
            using var content = new StreamReader(await entry.OpenAsync(TestContext.Current.CancellationToken));
            var source = Repository.PathOf("protos", entry.FullName);
            Assert.Equal(await File.ReadAllTextAsync(source, TestContext.Current.CancellationToken), await content.ReadToEndAsync(TestContext.Current.CancellationToken));
        }

        using var again = await nobody.SendAsync("/protos.zip", headers: ("If-None-Match", response.Headers.ETag!.ToString()));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        using var head = await nobody.SendAsync("/protos.zip", HttpMethod.Head);
        Assert.Equal(response.Headers.ETag, head.Headers.ETag);
    }

    private static Metadata Admin => new() { { "authorization", $"Bearer {TestKeys.Admin}" } };

    private static GrpcChannel Connect(Uri address, GrpcWebMode mode) =>
        GrpcChannel.ForAddress(address, new() { HttpHandler = new GrpcWebHandler(mode, new HttpClientHandler()), HttpVersion = HttpVersion.Version11 });
}
