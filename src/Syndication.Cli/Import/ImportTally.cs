using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Syndication.Cli.Output;
using Syndication.Client;
using Syndication.Formats;
using Syndication.V1;

namespace Syndication.Cli.Import;

/// <summary>
/// What has become of an import's articles, in their order. The reader adds them as it reads, the results come later, from
/// another thread. Holds what is under way, and of the rest a bounded number.
/// </summary>
/// <param name="run">Where it goes.</param>
/// <param name="began">The server's time before the first article: what it committed earlier is not this run's work.</param>
internal sealed class ImportTally(Invocation run, Timestamp? began)
{
    private const int MaxShown = 20;
    private const int MaxFailures = 1000;
    private const int MaxNotes = 100;

    private static readonly string[] Outcomes = ["imported", "unchanged", "valid", "skipped", "failed"];

    private readonly Lock _gate = new();
    private readonly Queue<ImportItem> _underWay = [];
    private readonly List<ImportLine> _shown = [];
    private readonly List<(string Place, ImportLine Line, SyndicationException? Error)> _failures = [];
    private readonly List<string> _notes = [];
    private readonly Dictionary<string, long> _counts = [];
    private long _kept;
    private long _leftOut;

    public long Count { get; private set; }

    /// <summary>How many bytes of the sources are dealt with.</summary>
    public long Bytes { get; private set; }

    public bool AnyFailed => _counts.ContainsKey("failed");

    /// <summary>Notes an article that was read.</summary>
    public void Add(ImportItem item)
    {
        lock (_gate)
        {
            _underWay.Enqueue(item);
            SettleUnsent();
        }
    }

    /// <summary>Notes the result of the oldest article that was sent.</summary>
    public void Add(ImportedArticle result)
    {
        lock (_gate)
        {
            var item = _underWay.Dequeue();
            if (result.Published is { } published && NoteOf(item.Request!.Article, published) is { } note)
            {
                item = item with { Notes = [.. item.Notes, note] };
            }

            Settle(item, LineOf(item, result), result.Error);
            SettleUnsent();
        }
    }

    /// <summary>Writes the articles if they are few, the counts, and what failed.</summary>
    public void WriteSummary()
    {
        lock (_gate)
        {
            if (!run.Json)
            {
                if (Count <= MaxShown)
                {
                    _shown.ForEach(Write);
                }

                run.Io.Out.WriteLine(Count == 0
                    ? "There was nothing to import."
                    : string.Join(", ", Outcomes.Where(_counts.ContainsKey).Select(outcome => Text($"{_counts[outcome]:N0} {outcome}"))) + ".");
            }

            run.Io.Out.Flush();
            if (run.Json)
            {
                // Each has its line, among the others.
                return;
            }

            var errors = new ErrorWriter(run.Io.Error, json: false);
            foreach (var (place, line, error) in _failures)
            {
                errors.WriteItem(place, line.Reason ?? line.Error!.Message, error);
            }

            WriteNotes();

            if (_counts.GetValueOrDefault("failed") is var failed && failed > _failures.Count)
            {
                run.Io.Error.WriteLine(Text($"wire: {failed - _failures.Count:N0} more failed; --json tells of each."));
            }
        }
    }

    private void WriteNotes()
    {
        _notes.ForEach(note => run.Io.Error.WriteLine(Terminal.Clean(note)));
        if (_leftOut > _notes.Count)
        {
            run.Io.Error.WriteLine(Text($"wire: {_leftOut - _notes.Count:N0} more notes; --json tells each."));
        }

        if (_kept > 0)
        {
            run.Io.Error.WriteLine(Text($"wire: kept in the extensions, for no field models them: {_kept:N0} elements, attributes and members; --json names them."));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // Those that were not sent wait for no result, only for their turn.
    private void SettleUnsent()
    {
        while (_underWay.TryPeek(out var item) && item.Request is null)
        {
            _underWay.Dequeue();
            Settle(
                item,
                item.Skipped is { } skipped
                    ? new(item.Source, "skipped") { Line = item.Line, Item = item.Number, Reason = skipped }
                    : new(item.Source, "failed") { Line = item.Line, Item = item.Number, Error = new("INVALID_ARGUMENT", item.Reason, item.Problem ?? "", null, null) },
                error: null);
        }
    }

    private void Settle(ImportItem item, ImportLine line, SyndicationException? error)
    {
        Count++;
        Bytes = item.EndBytes;
        _counts[line.Outcome] = _counts.GetValueOrDefault(line.Outcome) + 1;
        _kept += item.Notes.Count(note => note.Kept);
        foreach (var note in item.Notes.Where(note => !note.Kept))
        {
            _leftOut++;
            if (_notes.Count < MaxNotes)
            {
                _notes.Add($"wire: {item.Place}: {note.Path}: {note.Text}");
            }
        }

        if (line.Error is not null && _failures.Count < MaxFailures)
        {
            _failures.Add((item.Place, line, error));
        }

        if (run.Json)
        {
            run.Io.Out.WriteLine(JsonLines.Format(line));
        }
        else if (line.Error is null && Count <= MaxShown)
        {
            _shown.Add(line);
        }
    }

    /// <summary>What the publisher may not expect; null where there is nothing.</summary>
    private static FormatNote? NoteOf(Article article, PublishArticleResponse published) => published switch
    {
        { LatestVersion: var latest } when latest > published.Version =>
            new("version", Text($"it was imported before, as version {published.Version}; {published.ArticleId} is at version {latest} since, and stays so"), Kept: false),
        { Status: ArticleStatus.Embargoed } when article.EmbargoTime is null =>
            new("embargoTime", "it names no embargo: that of the version before goes on; 'wire release --lift-embargo' ends it", Kept: false),
        { Status: ArticleStatus.Withheld } =>
            new("status", "the article is withheld here, and this version with it; 'wire release' ends that", Kept: false),
        _ => null,
    };

    private static string Outdated(SyndicationException error)
    {
        return $"the edition that {error.Metadata.GetValueOrDefault("article_id")} is at, version {error.Metadata.GetValueOrDefault("current_version")}, is later ({Edition("current_source_version")}) than this one ({Edition("source_version")})";

        string Edition(string key) => string.Join(" of ", new[] { error.Metadata.GetValueOrDefault(key) is { } number ? $"number {number}" : null, error.Metadata.GetValueOrDefault(key + "_time") }.OfType<string>());
    }

    private ImportLine LineOf(ImportItem item, ImportedArticle result)
    {
        var article = item.Request!.Article;
        var line = new ImportLine(item.Source, "")
        {
            Line = item.Line,
            Item = item.Number,
            Notes = item.Notes.Count > 0 ? item.Notes : null,
            ArticleId = article.ArticleId,
            Language = article.Language,
            Sections = article.Body.Count(block => block.KindCase == Block.KindOneofCase.Heading),
            Links = article.Links.Count,
            Headline = article.Headline,
        };
        if (result.Published is { } published)
        {
            return published.Version == 0
                ? line with { Outcome = "valid" }
                : line with { Outcome = published.CommitTime < began ? "unchanged" : "imported", Version = published.Version };
        }

        var error = result.Error!;
        if (error.Reason == ErrorReason.SourceOutdated)
        {
            return line with { Outcome = "skipped", Reason = "SOURCE_OUTDATED: " + Outdated(error) };
        }

        if (error.Reason == ErrorReason.RequestIdReused)
        {
            // What it says was imported before, from a document with other bytes or another name.
            return line with { Outcome = "unchanged" };
        }

        if (error.Reason != ErrorReason.VersionMismatch
            || !int.TryParse(error.Metadata.GetValueOrDefault("current_version"), NumberStyles.None, CultureInfo.InvariantCulture, out var current))
        {
            return line with { Outcome = "failed", Error = ErrorLine.Of(error).Error };
        }

        // It is there already: from an earlier import under another name or by another caller, or because it comes from there.
        // It may have been edited since; an import does not undo that.
        var version = Math.Max(1, article.Version);
        return current >= version && item.Request.HasExpectedVersion
            ? line with { Outcome = "unchanged", Version = current }
            : line with
            {
                Outcome = "failed",
                Error = ErrorLine.Of(error).Error,
                Reason = $"it is version {version}, but the server has {(current == 0 ? "none" : $"version {current}")} of {article.ArticleId}; "
                    + "--renumber publishes it as the next one.",
            };
    }

    private void Write(ImportLine line) => run.Io.Out.WriteLine(Terminal.Clean(line.Outcome == "skipped"
        ? $"skipped    {line.File}{(line.Line is { } number ? $":{number}" : line.Item is { } place ? $"#{place}" : "")}: {line.Reason}"
        : $"{line.Outcome,-9}  {line.ArticleId}{(line.Version is { } version ? $" version {version}" : "")}  {line.Language}  "
            + $"{line.Sections} sections, {line.Links} links  {line.File}: {line.Headline}"));
}
