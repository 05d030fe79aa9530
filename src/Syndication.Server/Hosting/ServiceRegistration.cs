using Grpc.HealthCheck;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Syndication.Access;
using Syndication.Articles;
using Syndication.Audit;
using Syndication.Changes;
using Syndication.Deliveries;
using Syndication.Log;
using Syndication.Publishing;
using Syndication.Receipts;
using Syndication.Search;
using Syndication.Server.Access;
using Syndication.Server.Configuration;
using Syndication.Server.Errors;
using Syndication.Server.Http.Rest;
using Syndication.Server.Services;
using Syndication.Sqlite;
using Syndication.SqlServer;
using Syndication.Streams;
using Syndication.Subscriptions;
using Syndication.Tail;
using Syndication.Tokens;
using Syndication.Vocabularies;

namespace Syndication.Server.Hosting;

/// <summary>What the server is made of.</summary>
public static class ServiceRegistration
{
    /// <summary>The section <c>Syndication</c>, checked at start.</summary>
    public static IServiceCollection AddServerOptions(this IServiceCollection services)
    {
        services.AddOptions<ServerOptions>().BindConfiguration(ServerOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ServerOptions>, ServerOptionsValidator>();
        services.AddSingleton(TimeProvider.System);
        return services;
    }

    /// <summary>The store that the configuration names, chosen when the server is built: what it is made of depends on it.</summary>
    public static IServiceCollection AddStore(this IServiceCollection services, IConfiguration configuration) =>
        configuration[$"{ServerOptions.Section}:{nameof(ServerOptions.Store)}"] == ServerOptions.SqlServerStore
            ? services.AddSqlServerStore()
            : services.AddSqliteStore();

    /// <summary>SQL Server.</summary>
    public static IServiceCollection AddSqlServerStore(this IServiceCollection services)
    {
        services.AddSingleton(provider => Options(provider).ToSqlServerOptions());
        services.AddSingleton<SqlServerDatabase>();
        services.AddSingleton<ILogStore, SqlServerLogStore>();
        services.AddSingleton<IArticleStore, SqlServerArticleStore>();
        services.AddSingleton<IAccessStore, SqlServerAccessStore>();
        services.AddSingleton<IDeliveryStore, SqlServerDeliveryStore>();
        services.AddSingleton<IAuditStore, SqlServerAuditStore>();
        services.AddSingleton<IWebhookStore, SqlServerWebhookStore>();
        services.AddSingleton<ITextIndex, SqlServerTextIndex>();
        services.AddSingleton<IStoreMigration, SqlServerMigration>();
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
        services.AddSingleton<IAccessStore, SqliteAccessStore>();
        services.AddSingleton<IDeliveryStore, SqliteDeliveryStore>();
        services.AddSingleton<IAuditStore, SqliteAuditStore>();
        services.AddSingleton<IWebhookStore, SqliteWebhookStore>();
        services.AddSingleton<SqliteSearchDatabase>();
        services.AddSingleton<ITextIndex, SqliteTextIndex>();
        services.AddSingleton<IStoreMigration, SqliteMigration>();
        services.AddHostedService<SqliteCheckpointer>();
        return services;
    }

    /// <summary>Articles, streams, the log and its readers.</summary>
    public static IServiceCollection AddSyndication(this IServiceCollection services)
    {
        services.AddSingleton(provider => new PublishingOptions
        {
            MaxArticleBytes = Options(provider).Articles.MaxBytes,
            FindingsOnPublish = Options(provider).Findings.OnPublish,
            FindingsGate = Options(provider).Findings.ToGate(),
        });
        services.AddSingleton(provider => new RetentionOptions { Retention = Options(provider).Log.Retention });
        services.AddSingleton(provider => new WithdrawalOptions { ConfirmWithin = Options(provider).Withdrawals.ConfirmWithin });
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
        services.AddSingleton<AccessDirectory>();
        services.AddSingleton<PartnerCatalog>();
        services.AddSingleton<VisibleArticles>();
        services.AddSingleton<DeliveryRecorder>();
        services.AddSingleton<Withdrawals>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<ArticleReader>();
        services.AddSingleton<VersionComparison>();
        services.AddSingleton<ArticleFeed>();
        services.AddSingleton<VocabularyCatalog>();
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

    /// <summary>Keys, tokens, policies and quotas, and the certificate.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<FirstAdministrator>();
        services.AddSingleton<Quotas>();
        services.AddSingleton<Admission>();
        services.AddSingleton<ReadScopes>();
        services.AddSingleton<ReadRecorder>();
        services.AddSingleton(provider => new ServerCertificate(
            Options(provider).Tls, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<ServerCertificate>>()));

        // A single scheme would be tried on every request, keys and all; tokens are only looked at where there is one.
        AppContext.SetSwitch("Microsoft.AspNetCore.Authentication.SuppressAutoDefaultScheme", true);
        services.AddAuthentication().AddJwtBearer(Callers.JwtScheme);
        services.AddOptions<JwtBearerOptions>(Callers.JwtScheme).Configure<IOptions<ServerOptions>>((bearer, server) =>
        {
            var jwt = server.Value.Jwt;
            bearer.Authority = jwt.Authority;
            bearer.Audience = jwt.Audience;
            bearer.MapInboundClaims = false;

            // Checked with the configuration: anything but https is on loopback.
            bearer.RequireHttpsMetadata = !jwt.Authority.StartsWith(Uri.UriSchemeHttp + "://", StringComparison.OrdinalIgnoreCase);
        });
        return services;
    }

    /// <summary>gRPC with typed errors.</summary>
    public static IServiceCollection AddRpc(this IServiceCollection services)
    {
        services.AddSingleton<RpcFaults>();
        services.AddSingleton<SubscriptionCalls>();
        services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<ErrorInterceptor>();
            grpc.Interceptors.Add<AccessInterceptor>();

            // More than an article may have, so that one over the limit gets our error and not the transport's.
            grpc.MaxReceiveMessageSize = RestCalls.MaxRequestBytes;
            grpc.MaxSendMessageSize = null;

            // The framework's answer to unknown methods is an endpoint for every path of two parts, which hides what is wrong with
            // others' verbs. They are answered with the other errors of the transport.
            grpc.IgnoreUnknownServices = true;
        });
        services.AddGrpcReflection();
        services.AddSingleton<HealthServiceImpl>();
        return services;
    }

    private static ServerOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<ServerOptions>>().Value;
}
