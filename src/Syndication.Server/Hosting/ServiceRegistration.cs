using Grpc.HealthCheck;
using Microsoft.Extensions.Options;
using Syndication.Articles;
using Syndication.Log;
using Syndication.Publishing;
using Syndication.Search;
using Syndication.Server.Configuration;
using Syndication.Server.Errors;
using Syndication.Sqlite;
using Syndication.Streams;
using Syndication.Subscriptions;
using Syndication.Tail;
using Syndication.Tokens;

namespace Syndication.Server.Hosting;

/// <summary>What the server is made of.</summary>
public static class ServiceRegistration
{
    /// <summary>Requests up to this are read, so that an article over the limit gets our error and not the transport's.</summary>
    private const int MaxRequestBytes = 16 * 1024 * 1024;

    /// <summary>The section <c>Syndication</c>, checked at start.</summary>
    public static IServiceCollection AddServerOptions(this IServiceCollection services)
    {
        services.AddOptions<ServerOptions>().BindConfiguration(ServerOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ServerOptions>, ServerOptionsValidator>();
        services.AddSingleton(TimeProvider.System);
        return services;
    }

    /// <summary>The embedded store.</summary>
    public static IServiceCollection AddSqliteStore(this IServiceCollection services)
    {
        services.AddSingleton(provider => new SqliteOptions { Path = Options(provider).SqlitePath });
        services.AddSingleton<StoreMetrics>();
        services.AddSingleton<SqliteDatabase>();
        services.AddSingleton<ILogStore, SqliteLogStore>();
        services.AddSingleton<IArticleStore, SqliteArticleStore>();
        services.AddSingleton<SqliteSearchDatabase>();
        services.AddSingleton<ITextIndex, SqliteTextIndex>();
        services.AddHostedService<SqliteCheckpointer>();
        return services;
    }

    /// <summary>Articles, streams, the log and its readers.</summary>
    public static IServiceCollection AddSyndication(this IServiceCollection services)
    {
        services.AddSingleton(provider => new PublishingOptions { MaxArticleBytes = Options(provider).Articles.MaxBytes });
        services.AddSingleton(provider => new RetentionOptions { Retention = Options(provider).Log.Retention });
        services.AddSingleton(provider => new TailOptions
        {
            PollInterval = Options(provider).Subscriptions.PollInterval,
            WindowBytes = Options(provider).Subscriptions.WindowBytes,
        });
        services.AddSingleton(provider => new CatchUpGate(Options(provider).Subscriptions.CatchUpReaders));
        services.AddSingleton<LogTail>();
        services.AddSingleton<IAppendObserver>(provider => provider.GetRequiredService<LogTail>());
        services.AddSingleton<LogAppender>();
        services.AddSingleton<TokenSealer>();
        services.AddSingleton<PageTokens>();
        services.AddSingleton<CursorService>();
        services.AddSingleton<SubscriptionReader>();
        services.AddSingleton<Consumers>();
        services.AddSingleton<Publisher>();
        services.AddSingleton<ArticleReader>();
        services.AddSingleton<StreamCatalog>();
        services.AddSingleton<TextIndexer>();
        services.AddSingleton<ArticleSearch>();
        services.AddSingleton<LinkResolver>();
        services.AddSingleton<StreamPreview>();
        services.AddSingleton<LiveSubscriptions>();
        services.AddSingleton<ArticleClock>();
        services.AddSingleton<StreamBackfill>();
        services.AddSingleton<RetentionSweeper>();
        services.AddHostedService<Node>();
        return services;
    }

    /// <summary>gRPC with typed errors, and the same calls over REST.</summary>
    public static IServiceCollection AddRpc(this IServiceCollection services)
    {
        services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<ErrorInterceptor>();
            grpc.MaxReceiveMessageSize = MaxRequestBytes;
            grpc.MaxSendMessageSize = null;
        });
        services.AddGrpcReflection();
        services.AddSingleton<HealthServiceImpl>();
        return services;
    }

    private static ServerOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<ServerOptions>>().Value;
}
