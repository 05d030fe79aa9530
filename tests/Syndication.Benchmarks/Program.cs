using System.CommandLine;
using Spectre.Console;
using Syndication.Benchmarks;
using Syndication.Benchmarks.Bare;
using Syndication.Benchmarks.Nodes;

var rounds = new Option<int>("--rounds") { Description = "How often each figure is taken.", DefaultValueFactory = _ => 5 };
var subscribers = new Option<int>("--subscribers") { Description = "How many streams follow the log.", DefaultValueFactory = _ => 100 };
var updates = new Option<int>("--updates") { Description = "How many updates each of them receives in a round.", DefaultValueFactory = _ => 1_000 };
var json = new Option<bool>("--json") { Description = "Write one object instead of a table." };
var only = new Option<string?>("--only") { Description = "One measurement alone." };
only.AcceptOnlyFromAmong(Compare.Groups);
var archive = new Option<int>("--archive") { Description = "How many updates the long archive has.", DefaultValueFactory = _ => 1_000_000 };
var store = new Option<string>("--store") { Description = "Which store the server uses; sqlserver with the connection in SYNDICATION_TEST_SQLSERVER.", DefaultValueFactory = _ => "sqlite" };
store.AcceptOnlyFromAmong("sqlite", "sqlserver");
var baseline = new Option<string?>("--baseline") { Description = "Another build of this program: its server takes the place of the bare loops." };
var compare = new Command("compare", "Measure the server, and bare loops that send and store the same bytes.") { rounds, subscribers, updates, json, only, archive, store, baseline };
compare.SetAction(async result =>
{
    // Progress goes to standard error, so that a pipe gets the report alone.
    var progress = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    string[] settings = result.GetValue(store) == "sqlite"
        ? []
        : ["--Syndication:Store=sqlserver", $"--Syndication:ConnectionString={Environment.GetEnvironmentVariable("SYNDICATION_TEST_SQLSERVER")}"];
    using var comparison = new Compare(
        new CompareOptions(
            result.GetValue(rounds), result.GetValue(subscribers), result.GetValue(updates), result.GetValue(archive), settings, result.GetValue(baseline)),
        progress);
    var report = await comparison.RunAsync(result.GetValue(only));
    if (result.GetValue(json))
    {
        report.WriteJson(Console.Out, result.GetValue(rounds), result.GetValue(subscribers), comparison.ArticleBytes);
        return;
    }

    var console = AnsiConsole.Console;
    if (Console.IsOutputRedirected)
    {
        console.Profile.Width = 200;
    }

    console.WriteLine($"Articles of {comparison.ArticleBytes:0} bytes, {Environment.ProcessorCount} processors, medians of {result.GetValue(rounds)} rounds");
    report.WriteTable(console, result.GetValue(baseline) is null ? "bare" : "baseline");
});

var quick = new Command("quick", "Check what no noise can change; fails when it does not hold.");
quick.SetAction(_ => Quick.RunAsync(AnsiConsole.Console));

var findings = new Command("findings", "Measure what looking at an article costs, by itself and as a share of publishing it.") { rounds };
findings.SetAction(result => FindingsCost.RunAsync(result.GetValue(rounds), AnsiConsole.Console));

var taken = new Option<int>("--articles") { Description = "How many articles are taken in each time.", DefaultValueFactory = _ => 40_000 };
var index = new Command("index", "Measure what taking an article into the full-text index costs.") { rounds, taken };
index.SetAction(result => IndexCost.RunAsync(result.GetValue(rounds), result.GetValue(taken), AnsiConsole.Console));

var formats = new Command("formats", "Measure how fast articles are read and written in each format, on one core.") { rounds };
formats.SetAction(result => FormatsCost.Run(result.GetValue(rounds), AnsiConsole.Console));

var read = new Option<int>("--updates") { Description = "How many updates are read each time.", DefaultValueFactory = _ => 20_000 };
var sdk = new Command("sdk", "Measure what the SDK costs a subscriber beside the generated client alone; fails beyond its bound.") { rounds, read };
sdk.SetAction(result => SdkCost.RunAsync(result.GetValue(rounds), result.GetValue(read), AnsiConsole.Console));

var serve = new Command("serve") { Hidden = true, TreatUnmatchedTokensAsErrors = false };
serve.SetAction(result => ServerNode.RunAsync([.. result.UnmatchedTokens]));

var data = new Argument<string>("data");
var checks = new Option<bool>("--checks");
var bare = new Command("bare") { data, checks };
bare.Hidden = true;
bare.SetAction(result => BareNode.RunAsync(result.GetRequiredValue(data), result.GetValue(checks)));

var root = new RootCommand("Measures the server on this machine.") { compare, quick, findings, index, formats, sdk, serve, bare };
return await root.Parse(args).InvokeAsync();
