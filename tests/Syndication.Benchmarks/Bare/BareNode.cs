using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Syndication.Benchmarks.Nodes;
using Syndication.Benchmarks.Payload;
using Syndication.Sqlite;

namespace Syndication.Benchmarks.Bare;

/// <summary>The bare loops in this process.</summary>
internal static class BareNode
{
    private const int SampleCount = 64;

    /// <summary>Serves until the parent has ended.</summary>
    /// <param name="data">The folder of its databases.</param>
    /// <param name="checks">Whether articles are decoded, checked and indexed too.</param>
    public static async Task RunAsync(string data, bool checks)
    {
        // As the server does: commits wait for the disk on pool threads.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, 16), ports);
        var builder = WebApplication.CreateSlimBuilder();
        var options = new SqliteOptions { Path = Path.Combine(data, "bare.db") };
        var hub = new BareHub();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.Http2.MaxStreamsPerConnection = 10_000;
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddGrpc(grpc => grpc.MaxSendMessageSize = null);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<SqliteDatabase>();
        builder.Services.AddHostedService<SqliteCheckpointer>();
        builder.Services.AddSingleton(hub);
        builder.Services.AddSingleton(provider => new BareLog(
            provider.GetRequiredService<SqliteDatabase>(), update => hub.Add([BareFrame.OfUpdates(update)])));
        if (checks)
        {
            SqliteMigrator.MigrateSearch(SqliteSearchDatabase.PathOf(options));
            builder.Services.AddSingleton<SqliteSearchDatabase>();
            builder.Services.AddSingleton<SqliteTextIndex>();
            builder.Services.AddSingleton<BareIndex>();
        }

        await using var app = builder.Build();
        app.MapGrpcService<BareService>();
        var samples = Samples();
        using var control = NodeControl.Attach(app, count => hub.Add([.. Enumerable.Range(0, count).Select(i => samples[i % SampleCount])]));
        var writing = Task.Run(() => app.Services.GetRequiredService<BareLog>().RunAsync(app.Lifetime.ApplicationStopped));
        var indexing = Task.Run(() => app.Services.GetService<BareIndex>()?.RunAsync(app.Lifetime.ApplicationStopped) ?? Task.CompletedTask);
        await app.RunAsync();
        await Task.WhenAll(writing, indexing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static BareFrame[] Samples()
    {
        var requests = new PublishRequests();
        return [.. Enumerable.Range(1, SampleCount).Select(number => BareFrame.OfUpdates(BareUpdate.Of(requests.Make(number))))];
    }
}
