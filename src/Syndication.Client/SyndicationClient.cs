using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Syndication.V1;

namespace Syndication.Client;

/// <summary>
/// One connection to a syndication server: the contract's services, with key, deadlines and typed errors, and subscriptions
/// that reconnect and resume by themselves. Safe for use by many threads; make one and keep it.
/// </summary>
/// <example>
/// <code>
/// await using var client = new SyndicationClient(new() { Address = new("https://wire.example"), ApiKey = key });
/// await foreach (var update in client.FollowAsync("world-fr", cancellationToken: token))
/// {
///     Console.WriteLine($"{update.Kind} {update.ArticleId}: {update.Article?.Headline}");
/// }
/// </code>
/// <see cref="ConsumeAsync"/> is for a system that keeps the articles: it survives restarts.
/// </example>
public sealed partial class SyndicationClient : IDisposable, IAsyncDisposable
{
    private readonly SyndicationClientOptions _options;
    private readonly GrpcChannel _channel;

    /// <summary>Connects lazily: the first call does.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or a certificate cannot be read.</exception>
    public SyndicationClient(SyndicationClientOptions? options = null)
    {
        _options = options?.Copy() ?? new();
        if (_options.Faults().ToList() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join(' ', faults));
        }

        _channel = GrpcChannel.ForAddress(_options.Address, new()
        {
            HttpHandler = _options.Handler ?? CreateHandler(_options),
            DisposeHttpClient = _options.Handler is null,
            MaxReceiveMessageSize = _options.MaxReceiveMessageSize,
            // The server says what is too large, with a typed reason.
            MaxSendMessageSize = null,
            // The channel's own back-off grows to two minutes, in which every call fails at once without being tried: it would
            // lie under the subscription's and undo it.
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(100),
            MaxReconnectBackoff = TimeSpan.FromSeconds(1),
        });

        var invoker = _channel.Intercept(new CallInterceptor(_options));
        Publishing = new(invoker);
        Articles = new(invoker);
        Streams = new(invoker);
        Subscriptions = new(invoker);
        Partners = new(invoker);
        Deliveries = new(invoker);
        Server = new(invoker);
        Vocabularies = new(invoker);
    }

    /// <summary>Publishes, withdraws, holds and releases articles.</summary>
    public PublishingService.PublishingServiceClient Publishing { get; }

    /// <summary>Reads the archive.</summary>
    public ArticleService.ArticleServiceClient Articles { get; }

    /// <summary>Creates and changes streams.</summary>
    public StreamService.StreamServiceClient Streams { get; }

    /// <summary>
    /// Pulls and acknowledges updates, confirms kills. To follow a stream, prefer <see cref="SubscribeAsync"/> and <see cref="ConsumeAsync"/>:
    /// they reconnect.
    /// </summary>
    public SubscriptionService.SubscriptionServiceClient Subscriptions { get; }

    /// <summary>Partners, keys and grants: for administrators.</summary>
    public PartnerService.PartnerServiceClient Partners { get; }

    /// <summary>Webhooks: streams that the server posts to an outlet.</summary>
    public DeliveryService.DeliveryServiceClient Deliveries { get; }

    /// <summary>Tells what the server is and who the caller is.</summary>
    public ServerService.ServerServiceClient Server { get; }

    /// <summary>The vocabularies that filters know.</summary>
    public VocabularyService.VocabularyServiceClient Vocabularies { get; }

    internal TimeProvider TimeProvider => _options.TimeProvider;

    /// <summary>Ends all calls that are open.</summary>
    public void Dispose() => _channel.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private static SocketsHttpHandler CreateHandler(SyndicationClientOptions options) => new()
    {
        // One connection carries a hundred streams by default; the next subscription would wait for one of them to end.
        EnableMultipleHttp2Connections = true,
        // A subscription may be silent for minutes; its connection is not idle.
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        ConnectTimeout = options.ConnectTimeout,
        KeepAlivePingDelay = options.KeepAlivePingDelay,
        KeepAlivePingTimeout = options.KeepAlivePingTimeout,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        SslOptions = options.Tls.ToAuthenticationOptions(),
        // A proxy from the environment cannot reach our own machine, and none passes clear-text HTTP/2.
        UseProxy = !options.Address.IsLoopback,
    };
}
