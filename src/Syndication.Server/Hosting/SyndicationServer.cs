using System.Net;
using System.Net.Sockets;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Syndication.Log;
using Syndication.Server.Access;
using Syndication.Server.Configuration;
using Syndication.Server.Errors;
using Syndication.Server.Http;
using Syndication.Server.Http.Rest;
using Syndication.Server.Services;
using Syndication.Server.Webhooks;
using Syndication.Tail;

namespace Syndication.Server.Hosting;

/// <summary>Builds the server: what the command line runs and the tests start.</summary>
public static partial class SyndicationServer
{
    /// <summary>Calls may end and answers be sent for so long after SIGTERM; then connections are cut.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(4);

    /// <summary>Builds the server.</summary>
    /// <param name="args">Configuration as <c>--Syndication:Key=value</c>.</param>
    /// <param name="configure">Replaces parts, for tests.</param>
    /// <exception cref="OptionsValidationException">The configuration is wrong; each message names its key.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        // The settings lie beside the program; `./data` lies in the caller's folder.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddServerOptions().AddStore(builder.Configuration).AddSyndication().AddAccess().AddWebhooks().AddRpc().AddHttp();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, BlockPool>();
        builder.WebHost.ConfigureKestrel(Listen);
        configure?.Invoke(builder);

        var app = builder.Build();
        app.UseHttp();
        app.UseErrorDetails();
        app.UseCallers();
        app.UseRestCalls();
        app.MapGrpcService<PublishingGrpcService>();
        app.MapGrpcService<ArticleGrpcService>();
        app.MapGrpcService<StreamGrpcService>();
        app.MapGrpcService<VocabularyGrpcService>();
        app.MapGrpcService<SubscriptionGrpcService>();
        app.MapGrpcService<ServerGrpcService>();
        app.MapGrpcService<PartnerGrpcService>();
        app.MapGrpcService<DeliveryGrpcService>();
        app.MapGrpcService<HealthServiceImpl>();
        if (app.Services.GetRequiredService<IOptions<ServerOptions>>().Value.Reflection)
        {
            app.MapGrpcReflectionService();
        }

        app.MapHttp();
        app.MapGet("/health/live", () => Results.Text("live\n"));
        app.MapGet("/health/ready", (LogTail tail, IHostApplicationLifetime lifetime) =>
            tail.IsReading && !lifetime.ApplicationStopping.IsCancellationRequested
                ? Results.Text("ready\n")
                : Results.Text("not ready\n", statusCode: StatusCodes.Status503ServiceUnavailable));
        return app;
    }

    /// <summary>Brings the database to the current schema.</summary>
    /// <exception cref="InvalidOperationException">The database cannot be used; names the setting that says where it is.</exception>
    public static async Task MigrateAsync(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<ServerOptions>>().Value;
        try
        {
            await MigrateStoreAsync(services);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException(
                options.ConnectionString.Length > 0
                    ? $"Syndication:ConnectionString names {options.SqlitePath}, which cannot be used:"
                    : $"Syndication:DataDirectory is {options.DataDirectory}, which cannot be used:",
                exception);
        }
    }

    private static async Task MigrateStoreAsync(IServiceProvider services)
    {
        var logger = services.GetRequiredService<ILogger<Node>>();
        var migration = services.GetRequiredService<IStoreMigration>();
        foreach (var script in await migration.MigrateAsync())
        {
            LogMigrated(logger, script);
        }

        LogDatabase(logger, migration.Database);
    }

    /// <summary>Migrates the database and serves until it is told to stop.</summary>
    public static async Task RunAsync(WebApplication app)
    {
        // Commits wait for the disk on pool threads: the default of one thread a core would let them hold up the readers.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, 16), ports);
        await MigrateAsync(app.Services);
        var options = app.Services.GetRequiredService<IOptions<ServerOptions>>().Value;
        CheckIsFree("Syndication:Grpc:Url", new Uri(options.Grpc.Url));
        if (!options.Tls.IsConfigured)
        {
            CheckIsFree("Syndication:Http:Url", new Uri(options.Http.Url));
        }

        try
        {
            await app.StartAsync();
        }
        catch
        {
            // What has started by then ends in order.
            await app.StopAsync();
            throw;
        }

        await app.WaitForShutdownAsync();
    }

    /// <summary>Begins a new incarnation of the log: after a restore from a backup.</summary>
    public static async Task<LogHead> BeginEpochAsync(IServiceProvider services)
    {
        await MigrateAsync(services);
        return await services.GetRequiredService<ILogStore>()
            .BeginEpochAsync(services.GetRequiredService<TimeProvider>().GetUtcNow(), CancellationToken.None);
    }

    private static void Listen(KestrelServerOptions kestrel)
    {
        var options = kestrel.ApplicationServices.GetRequiredService<IOptions<ServerOptions>>().Value;

        // A client that opens many streams on one connection would otherwise hang at the 101st without a word.
        kestrel.Limits.Http2.MaxStreamsPerConnection = options.Limits.MaxStreamsPerConnection;

        // One client's share. Kestrel itself ends connections that reset streams or send pings and settings in floods.
        kestrel.Limits.MaxConcurrentConnections = options.Limits.MaxConnections;
        kestrel.Limits.MaxRequestHeadersTotalSize = options.Limits.MaxHeaderBytes;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = options.Limits.MaxHeaderBytes;
        kestrel.Limits.RequestHeadersTimeout = options.Limits.HeadersTimeout;

        // A frozen client answers no ping: its connection ends, and with it its streams.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);

        // Slow readers are the subscriptions' own business: they are told, and ended with a reason.
        kestrel.Limits.MinResponseDataRate = null;
        if (options.Tls.IsConfigured)
        {
            // With TLS a client and the server agree on the protocol: one port serves both.
            var certificate = kestrel.ApplicationServices.GetRequiredService<ServerCertificate>();
            Bind(kestrel, new Uri(options.Grpc.Url), listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(https => https.ServerCertificateSelector = (_, _) => certificate.Current);
            });
            return;
        }

        Bind(kestrel, new Uri(options.Grpc.Url), static listen => listen.Protocols = HttpProtocols.Http2);
        Bind(kestrel, new Uri(options.Http.Url), static listen => listen.Protocols = HttpProtocols.Http1);
    }

    /// <summary>Says by its key which port is taken; Kestrel would say it with a trace, after the node has begun its work.</summary>
    private static void CheckIsFree(string key, Uri url)
    {
        if (url.Port == 0)
        {
            return;
        }

        try
        {
            using var listener = new TcpListener(IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) ? address : IPAddress.Loopback, url.Port);
            listener.Start();
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new InvalidOperationException($"{key} is {url.GetLeftPart(UriPartial.Authority)}, and another process listens there: stop it, or set another port.");
        }
    }

    private static void Bind(KestrelServerOptions kestrel, Uri url, Action<ListenOptions> configure)
    {
        if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address))
        {
            kestrel.Listen(address, url.Port, configure);
        }
        else if (url.Port == 0)
        {
            // Both loopback addresses cannot be given one free port.
            kestrel.Listen(IPAddress.Loopback, 0, configure);
        }
        else
        {
            kestrel.ListenLocalhost(url.Port, configure);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Applied migration {Script}")]
    private static partial void LogMigrated(ILogger logger, string script);

    [LoggerMessage(Level = LogLevel.Information, Message = "Database: {Name}")]
    private static partial void LogDatabase(ILogger logger, string name);
}
