using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Syndication.V1;
using Status = Google.Rpc.Status;

namespace Syndication.Tests.Client;

/// <summary>One connection of a subscription, from the server's side.</summary>
internal delegate Task Script(IServerStreamWriter<SubscribeResponse> stream, ServerCallContext call);

/// <summary>A server on a free loopback port that says what a test tells it to, and remembers what it was asked.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>The <c>authorization</c> of every call, null where there was none.</summary>
    public ConcurrentQueue<string?> Keys { get; } = [];

    public ConcurrentQueue<SubscribeRequest> Subscribed { get; } = [];

    public ConcurrentQueue<PublishArticleRequest> Published { get; } = [];

    /// <summary>Ends the first calls of <c>ImportArticles</c>, after as many results as named.</summary>
    public ConcurrentQueue<(int Results, Exception Error)> BrokenImports { get; } = [];

    public ConcurrentQueue<AcknowledgeRequest> Acknowledged { get; } = [];

    public ConcurrentQueue<CreateStreamRequest> StreamsCreated { get; } = [];

    /// <summary>One per connection; the last one serves all further ones.</summary>
    public ConcurrentQueue<Script> Scripts { get; } = [];

    public Func<PublishArticleRequest, PublishArticleResponse> OnPublish { get; set; } = request => new()
    {
        ArticleId = request.Article.ArticleId,
        Version = 1 + request.ExpectedVersion,
        Status = ArticleStatus.Usable,
    };

    public Timestamp Time { get; } = new() { Seconds = 1_700_000_000 };

    public Func<GetArticleRequest, ServerCallContext, Task<Article>> OnGet { get; set; } =
        (request, _) => Task.FromResult(new Article { ArticleId = request.ArticleId, Version = 1 });

    public Func<AcknowledgeRequest, AcknowledgeResponse> OnAcknowledge { get; set; } = _ => new() { Moved = true };

    public Func<PullUpdatesRequest, ServerCallContext, PullUpdatesResponse> OnPull { get; set; } = (_, _) => new();

    public static async Task<FakeServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        FakeServer? server = null;
        builder.Services.AddSingleton(_ => server!);
        builder.Services.AddGrpc(grpc => grpc.Interceptors.Add<KeyRecorder>());
        var app = builder.Build();
        app.MapGrpcService<Publishing>();
        app.MapGrpcService<Articles>();
        app.MapGrpcService<Streams>();
        app.MapGrpcService<Subscriptions>();
        app.MapGrpcService<Info>();
        server = new(app);
        await app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        // Open calls are the tests' own: do not wait for them.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    /// <summary>An error as the contract spells it.</summary>
    public static RpcException Error(
        StatusCode code,
        ErrorReason reason,
        string message = "No.",
        (string Key, string Value)[]? metadata = null,
        (string Field, string Description)[]? fields = null,
        TimeSpan? retryDelay = null)
    {
        var name = ErrorsReflection.Descriptor.EnumTypes[0].FindValueByNumber((int)reason).Name["ERROR_REASON_".Length..];
        var info = new ErrorInfo { Reason = name, Domain = "syndication.v1" };
        foreach (var (key, value) in metadata ?? [])
        {
            info.Metadata[key] = value;
        }

        var status = new Status { Code = (int)code, Message = message, Details = { Any.Pack(info) } };
        if (fields is not null)
        {
            var violations = fields.Select(field =>
                new BadRequest.Types.FieldViolation { Field = field.Field, Description = field.Description });
            status.Details.Add(Any.Pack(new BadRequest { FieldViolations = { violations } }));
        }

        if (retryDelay is { } delay)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }));
        }

        return status.ToRpcException();
    }

    /// <summary>A batch with an update per id.</summary>
    public static SubscribeResponse Batch(string cursor, params string[] updateIds) => new()
    {
        Cursor = cursor,
        Updates = new()
        {
            Updates =
            {
                updateIds.Select(id => new Update
                {
                    UpdateId = id,
                    Kind = UpdateKind.Published,
                    ArticleId = "article-" + id,
                    Version = 1,
                    CommitTime = new() { Seconds = 1_700_000_000 },
                    Article = new() { ArticleId = "article-" + id, Version = 1, Language = "fr", Headline = "Titre " + id },
                }),
            },
        },
    };

    public static SubscribeResponse CaughtUp(string cursor) => new() { Cursor = cursor, CaughtUp = new() };

    /// <summary>Sends frames, then stays open.</summary>
    public static Script Send(params SubscribeResponse[] frames) => async (stream, call) =>
    {
        await WriteAllAsync(stream, frames);
        await Task.Delay(Timeout.Infinite, call.CancellationToken);
    };

    /// <summary>Sends frames, then ends as told.</summary>
    public static Script SendThenThrow(Exception error, params SubscribeResponse[] frames) => async (stream, _) =>
    {
        await WriteAllAsync(stream, frames);
        throw error;
    };

    /// <summary>Sends frames, and cuts the connection when told.</summary>
    public static Script SendThenCut(Task when, params SubscribeResponse[] frames) => async (stream, call) =>
    {
        await WriteAllAsync(stream, frames);
        await when;
        call.GetHttpContext().Abort();
    };

    private static async Task WriteAllAsync(IServerStreamWriter<SubscribeResponse> stream, SubscribeResponse[] frames)
    {
        foreach (var frame in frames)
        {
            await stream.WriteAsync(frame);
        }
    }

    private sealed class KeyRecorder(FakeServer server) : Interceptor
    {
        public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        {
            server.Keys.Enqueue(context.RequestHeaders.GetValue("authorization"));
            return continuation(request, context);
        }

        public override Task ServerStreamingServerHandler<TRequest, TResponse>(
            TRequest request,
            IServerStreamWriter<TResponse> responseStream,
            ServerCallContext context,
            ServerStreamingServerMethod<TRequest, TResponse> continuation)
        {
            server.Keys.Enqueue(context.RequestHeaders.GetValue("authorization"));
            return continuation(request, responseStream, context);
        }
    }

    private sealed class Publishing(FakeServer server) : PublishingService.PublishingServiceBase
    {
        public override Task<PublishArticleResponse> PublishArticle(PublishArticleRequest request, ServerCallContext context)
        {
            server.Published.Enqueue(request);
            return Task.FromResult(server.OnPublish(request));
        }

        public override async Task ImportArticles(
            IAsyncStreamReader<ImportArticlesRequest> requestStream, IServerStreamWriter<ImportArticlesResponse> responseStream, ServerCallContext context)
        {
            var isBroken = server.BrokenImports.TryDequeue(out var broken);
            for (var index = 0; await requestStream.MoveNext(); index++)
            {
                if (isBroken && index == broken.Results)
                {
                    throw broken.Error;
                }

                server.Published.Enqueue(requestStream.Current.Publish);
                var response = new ImportArticlesResponse { Index = index };
                try
                {
                    response.Published = server.OnPublish(requestStream.Current.Publish);
                }
                catch (RpcException error)
                {
                    response.Error = error.GetRpcStatus();
                }

                await responseStream.WriteAsync(response);
            }
        }
    }

    private sealed class Info(FakeServer server) : ServerService.ServerServiceBase
    {
        public override Task<GetServerInfoResponse> GetServerInfo(GetServerInfoRequest request, ServerCallContext context) =>
            Task.FromResult(new GetServerInfoResponse { ServerTime = server.Time });
    }

    private sealed class Articles(FakeServer server) : ArticleService.ArticleServiceBase
    {
        public override async Task<GetArticleResponse> GetArticle(GetArticleRequest request, ServerCallContext context) =>
            new() { Article = await server.OnGet(request, context) };
    }

    private sealed class Streams(FakeServer server) : StreamService.StreamServiceBase
    {
        public override Task<CreateStreamResponse> CreateStream(CreateStreamRequest request, ServerCallContext context)
        {
            server.StreamsCreated.Enqueue(request);
            return Task.FromResult(new CreateStreamResponse { Stream = request.Stream });
        }
    }

    private sealed class Subscriptions(FakeServer server) : SubscriptionService.SubscriptionServiceBase
    {
        public override async Task Subscribe(
            SubscribeRequest request, IServerStreamWriter<SubscribeResponse> responseStream, ServerCallContext context)
        {
            server.Subscribed.Enqueue(request);
            if (server.Scripts.Count > 1 ? server.Scripts.TryDequeue(out var script) : server.Scripts.TryPeek(out script))
            {
                await script(responseStream, context);
            }
        }

        public override Task<PullUpdatesResponse> PullUpdates(PullUpdatesRequest request, ServerCallContext context) =>
            Task.FromResult(server.OnPull(request, context));

        public override Task<AcknowledgeResponse> Acknowledge(AcknowledgeRequest request, ServerCallContext context)
        {
            server.Acknowledged.Enqueue(request);
            return Task.FromResult(server.OnAcknowledge(request));
        }
    }
}
