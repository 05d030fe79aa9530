using System.Globalization;
using Spectre.Console;
using Syndication.Client;
using Syndication.V1;

namespace Syndication.Cli.Output;

/// <summary>A subscription for people: a line per update, and one for each change of its state.</summary>
internal sealed class FollowView(IAnsiConsole console, TimeProvider clock, string stream)
{
    /// <summary>Writes an update.</summary>
    /// <param name="update">The update.</param>
    /// <param name="lag">What is still to come after its frame; shown where there is something.</param>
    public void Write(Update update, Lag? lag = null)
    {
        var article = update.Article;
        var mark = article is { Status: not (ArticleStatus.Usable or ArticleStatus.Unspecified) }
            ? $" [yellow]({ArticleText.Name(article.Status)})[/]"
            : "";
        console.MarkupLine(
            $"[dim]{clock.Local(update.CommitTime)}[/]  [{Colour(update.Kind)}]{Kind(update.Kind),-9}[/]  [dim]{Terminal.Literal(stream)}[/]  "
            + $"{Terminal.Literal(update.ArticleId)} [dim]v{update.Version}[/]  {Terminal.Literal(article?.Language ?? "-"),-5}  "
            + Terminal.Literal(Text(update)) + mark + Changes(update) + (lag is { Updates: > 0 } ? $"  [yellow]({Lags.Text(lag)} behind)[/]" : ""));
    }

    public void Write(SubscriptionEvent happened)
    {
        switch (happened)
        {
            case SubscriptionEvent.Connected connected:
                State("green", connected.Cursor is null ? "connected" : "connected again");
                break;
            case SubscriptionEvent.Disconnected disconnected:
                State("red", Describe(disconnected));
                break;
            case SubscriptionEvent.SnapshotCompleted:
                State("dim", "snapshot complete: whatever it did not name is to be dropped");
                break;
            case SubscriptionEvent.CaughtUp:
                State("green", "caught up: live");
                break;
            case SubscriptionEvent.FellBehind behind:
                State("yellow", $"fell behind ({Lags.Text(behind.Lag)}): reading from the archive");
                break;
        }
    }

    public static string Describe(SubscriptionEvent.Disconnected disconnected)
    {
        var why = disconnected switch
        {
            { Cause: DisconnectCause.Silent } => "the server is silent",
            { Error.ReasonName: { } reason } => $"{disconnected.Error.Message} [{reason}]",
            { Error: { } error } => error.Message,
            _ => "the server ended the subscription",
        };
        var seconds = disconnected.RetryDelay.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        return $"disconnected: {why}; connecting again in {seconds} s";
    }

    private void State(string colour, string text) =>
        console.MarkupLine($"[dim]{clock.Local(clock.GetUtcNow())}[/]  [{colour}]-- {Terminal.Literal(text)}[/]");

    private static string Text(Update update) => update switch
    {
        { Article: { } article } => article.Headline,
        { Advisory.Length: > 0 } => update.Advisory,
        { RemovalReason: RemovalReason.NoLongerMatches } => "no longer matches the stream",
        { BlankedStatus: not ArticleStatus.Unspecified } => $"(text not given out: {ArticleText.Name(update.BlankedStatus)})",
        _ => "",
    };

    private static string Changes(Update update) =>
        update.Changes is { } changes && ChangeSummary.Of(changes) is { Length: > 0 } summary ? $"  [dim]~ {Terminal.Literal(summary)}[/]" : "";

    private static string Kind(UpdateKind kind) => ArticleText.Name(kind).ToUpperInvariant();

    private static string Colour(UpdateKind kind) => kind switch
    {
        UpdateKind.Published or UpdateKind.Released => "green",
        UpdateKind.Updated => "blue",
        UpdateKind.Corrected => "yellow",
        UpdateKind.Withheld => "magenta",
        UpdateKind.Withdrawn => "bold red",
        _ => "grey",
    };
}
