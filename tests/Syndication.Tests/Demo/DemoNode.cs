using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Syndication.Server.Hosting;
using Syndication.Tests.Server;

namespace Syndication.Tests.Demo;

/// <summary>A server on free ports over a database of the test's.</summary>
internal sealed class DemoNode : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DemoNode(WebApplication app) => _app = app;

    public IServiceProvider Services => _app.Services;

    /// <summary>Where gRPC is served: the first that was bound.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<DemoNode> StartAsync(string directory, Action<IServiceCollection> configure)
    {
        var app = SyndicationServer.Build(
            [
                $"--Syndication:DataDirectory={directory}",
                TestKeys.Setting,
                "--Syndication:Grpc:Url=http://localhost:0",
                "--Syndication:Http:Url=http://localhost:0",
            ],
            builder =>
            {
                builder.Logging.ClearProviders();
                configure(builder.Services);
            });
        await SyndicationServer.MigrateAsync(app.Services);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new DemoNode(app);
    }

    public async ValueTask DisposeAsync()
    {
        // Disposing alone would take the database away under a commit.
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }
}

/// <summary>A folder that goes when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("syndication-demo-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
