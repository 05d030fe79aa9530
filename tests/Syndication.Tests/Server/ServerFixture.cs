using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Syndication.Server.Hosting;
using Syndication.Tail;
using Syndication.V1;

namespace Syndication.Tests.Server;

/// <summary>
/// The real server inside the test's process: Kestrel on free loopback ports, SQLite in a folder of its own. With
/// <c>SYNDICATION_TEST_STORE=sqlserver</c> a database of its own on the server that <c>SYNDICATION_TEST_SQLSERVER</c> names.
/// </summary>
internal sealed class ServerFixture : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly DataDirectory _data;
    private bool _stopped;

    private ServerFixture(WebApplication app, DataDirectory data)
    {
        _app = app;
        _data = data;
        GrpcAddress = new(app.Urls.First());
        HttpAddress = new(app.Urls.Last());
        Channel = TestKeys.Connect(GrpcAddress);
    }

    public Uri GrpcAddress { get; }

    public Uri HttpAddress { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>How many subscriptions to <c>all</c> the server serves.</summary>
    public int Readers => Services.GetRequiredService<LogTail>().Find("all")!.ReaderCount;

    /// <summary>A channel as clients have it by default: one connection, 4 MB per message.</summary>
    public GrpcChannel Channel { get; }

    public CallInvoker Calls => Channel.Intercept(new BoundedCalls());

    public PublishingService.PublishingServiceClient Publishing => new(Calls);

    public ArticleService.ArticleServiceClient Articles => new(Calls);

    public StreamService.StreamServiceClient Streams => new(Calls);

    public SubscriptionService.SubscriptionServiceClient Subscriptions => new(Calls);

    public ServerService.ServerServiceClient Server => new(Calls);

    public Health.HealthClient Health => new(Calls);

    public PartnerService.PartnerServiceClient Partners => new(Calls);

    public static Task<ServerFixture> StartAsync(params string[] settings) => StartAsync(_ => { }, settings);

    /// <param name="configure">Replaces parts.</param>
    /// <param name="settings">Such as <c>Subscriptions:StallLimit=00:00:01</c>.</param>
    public static Task<ServerFixture> StartAsync(Action<WebApplicationBuilder> configure, params string[] settings) =>
        StartAsync("http", configure, settings);

    /// <summary>A server with a certificate: both protocols are on one port.</summary>
    public static Task<ServerFixture> StartTlsAsync(params string[] settings) => StartAsync("https", _ => { }, settings);

    private static async Task<ServerFixture> StartAsync(string scheme, Action<WebApplicationBuilder> configure, string[] settings)
    {
        var data = new DataDirectory();
        if (SqlServerDatabaseOfTest.IsDefault && !settings.Any(setting => setting.StartsWith("Store=", StringComparison.Ordinal)))
        {
            settings = [.. await data.UseSqlServerAsync(), .. settings];
        }

        var app = SyndicationServer.Build(
            [
                $"--Syndication:Grpc:Url={scheme}://127.0.0.1:0",
                "--Syndication:Http:Url=http://127.0.0.1:0",
                $"--Syndication:DataDirectory={data.Path}",
                TestKeys.Setting,
                .. settings.Select(setting => $"--Syndication:{setting}"),
            ],
            builder =>
            {
                builder.Logging.ClearProviders();
                configure(builder);
            });
        await SyndicationServer.MigrateAsync(app.Services);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var server = new ServerFixture(app, data);
        if (scheme == "http")
        {
            await server.WaitForHealthAsync(HealthCheckResponse.Types.ServingStatus.Serving);
        }

        return server;
    }

    /// <summary>Opens a subscription.</summary>
    public FrameReader Subscribe(SubscribeRequest request) => new(Subscriptions.Subscribe(request));

    /// <summary>Opens a subscription to <c>all</c>.</summary>
    public FrameReader Subscribe(StartPosition? start = null) => Subscribe(new SubscribeRequest { Stream = "all", Start = start });

    /// <summary>Publishes an article.</summary>
    public async Task<PublishArticleResponse> PublishAsync(Article article, string requestId = "") =>
        await Publishing.PublishArticleAsync(new() { Article = article, RequestId = requestId });

    /// <summary>Publishes articles of a size one after the other and returns their update ids.</summary>
    public async Task<List<string>> PublishAsync(int count, int bodyBytes = 0)
    {
        var ids = new List<string>();
        for (var i = 0; i < count; i++)
        {
            ids.Add((await PublishAsync(TestArticles.Make($"Headline {i}", bodyBytes: bodyBytes))).UpdateId);
        }

        return ids;
    }

    public async Task WaitForHealthAsync(HealthCheckResponse.Types.ServingStatus status)
    {
        using var watch = Health.Watch(new HealthCheckRequest());
        while (await watch.ResponseStream.MoveNext().WaitAsync(FrameReader.Patience))
        {
            if (watch.ResponseStream.Current.Status == status)
            {
                return;
            }
        }
    }

    /// <summary>Stops the server as SIGTERM does.</summary>
    public async Task StopAsync()
    {
        _stopped = true;
        await _app.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        // Ends the test's calls, so that there is nobody to wait for.
        Channel.Dispose();
        if (!_stopped)
        {
            await _app.StopAsync(CancellationToken.None);
        }

        await _app.DisposeAsync();
        _data.Dispose();
    }
}
