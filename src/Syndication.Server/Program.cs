using System.CommandLine;
using Microsoft.Extensions.Options;
using Syndication.Log;
using Syndication.Server.Demo;
using Syndication.Server.Hosting;

var demo = new Option<bool>("--demo") { Description = "Fill the archive with demo streams and a sample wire, then publish an update now and then." };
var migrate = new Command("migrate", "Bring the database to the current schema, and end.") { TreatUnmatchedTokensAsErrors = false };
var newEpoch = new Command("new-epoch", "Begin a new incarnation of the log, after a restore from a backup, and end.") { TreatUnmatchedTokensAsErrors = false };
var root = new RootCommand("Serves articles and their updates over gRPC. Settings: --Syndication:KEY=VALUE, or the environment as Syndication__KEY.")
{
    demo, migrate, newEpoch,
};
root.TreatUnmatchedTokensAsErrors = false;

root.SetAction(result => RunAsync(
    result,
    SyndicationServer.RunAsync,
    result.GetValue(demo) ? builder => builder.Services.AddDemo() : null));
migrate.SetAction(result => RunAsync(result, app => SyndicationServer.MigrateAsync(app.Services)));
newEpoch.SetAction(result => RunAsync(result, async app =>
{
    var head = await SyndicationServer.BeginEpochAsync(app.Services);
    Console.WriteLine($"Epoch {head.Epoch} begins after number {head.Forks[head.Epoch - 1]}.");
}));

// The host handles SIGTERM: the parser's own handler would end the process two seconds later, with streams half closed.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

static async Task<int> RunAsync(ParseResult result, Func<WebApplication, Task> work, Action<WebApplicationBuilder>? configure = null)
{
    var unknown = result.UnmatchedTokens.FirstOrDefault(token => !token.StartsWith("--", StringComparison.Ordinal) || !token.Contains('='));
    if (unknown is not null)
    {
        Console.Error.WriteLine($"\"{unknown}\" is neither a verb nor a setting; settings are written --Syndication:KEY=VALUE.");
        return 2;
    }

    try
    {
        await using var app = SyndicationServer.Build([.. result.UnmatchedTokens], configure);
        await work(app);
        return 0;
    }
    catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException or IOException or UnauthorizedAccessException or StoreUnavailableException)
    {
        // A wrong setting, a port that is taken, a folder that cannot be written: people need the sentence, not the trace.
        Console.Error.WriteLine(exception.InnerException is { } inner and not Microsoft.Data.Sqlite.SqliteException
            ? $"{exception.Message} {inner.Message}"
            : exception.Message);
        return 1;
    }
}
