using Syndication.Server.Hosting;

namespace Syndication.Benchmarks.Nodes;

/// <summary>The server as it is shipped, in this process.</summary>
internal static class ServerNode
{
    /// <summary>Serves until the parent has ended.</summary>
    public static async Task RunAsync(string[] settings)
    {
        await using var app = SyndicationServer.Build(settings);
        using var control = NodeControl.Attach(app, static _ => throw new NotSupportedException("The server sends what is published."));
        await SyndicationServer.RunAsync(app);
    }
}
