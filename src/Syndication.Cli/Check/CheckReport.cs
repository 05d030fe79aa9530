using System.Globalization;
using Spectre.Console;
using Syndication.Cli.Commands;
using Syndication.Cli.Output;
using Syndication.V1;

namespace Syndication.Cli.Check;

/// <summary>Writes what was found, file by file, and counts it.</summary>
internal sealed class CheckReport(Invocation run, FindingSeverity from, FindingSeverity failOn)
{
    private readonly ErrorWriter _errors = new(run.Io.Error, run.Json);
    private readonly int[] _counts = new int[System.Enum.GetValues<FindingSeverity>().Length];
    private int _files;
    private int _mended;

    /// <summary>Whether there was a finding that is bad enough, or a file that could not be read.</summary>
    public bool HasFailed { get; private set; }

    public void Write(CheckedFile file)
    {
        _files++;
        var lines = new LineIndex(file.Text);
        foreach (var (offset, message) in file.Problems)
        {
            HasFailed = true;
            _errors.WriteItem($"{file.Path}:{lines.Of(offset).Line}", message);
        }

        foreach (var (finding, offset) in file.Articles
            .SelectMany(article => article.Findings.Select(finding => (Finding: finding, Offset: article.OffsetOf(file.Text, finding.Field, finding.Start))))
            .OrderBy(item => item.Offset))
        {
            _counts[(int)finding.Severity]++;
            HasFailed |= finding.Severity >= failOn;
            if (finding.Severity >= from)
            {
                Write(file.Path, lines.Of(offset), finding);
            }
        }
    }

    public void WriteUnreadable(string path)
    {
        HasFailed = true;
        _errors.WriteItem(path, "cannot be read.");
    }

    /// <summary>A diff without context: nothing that is mended parts or joins lines.</summary>
    public void WriteMended(CheckedFile before, CheckedFile after, int count)
    {
        _mended += count;
        if (!before.IsMendable)
        {
            _errors.WriteItem(before.Path, "only texts and the contract's JSON are mended.");
        }

        if (count == 0 || run.Json)
        {
            return;
        }

        var (old, @new) = (new LineIndex(before.Text), new LineIndex(after.Text));
        WriteDiff($"--- {before.Path}", "bold");
        WriteDiff($"+++ {before.Path}", "bold");
        for (var line = 0; line < Math.Min(old.Count, @new.Count); line++)
        {
            if (old.Line(line) != @new.Line(line))
            {
                WriteDiff($"@@ -{line + 1} +{line + 1} @@", "blue");
                WriteDiff("-" + old.Line(line), "red");
                WriteDiff("+" + @new.Line(line), "green");
            }
        }
    }

    public void WriteSummary(bool written)
    {
        if (!run.Json)
        {
            run.Io.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{_files} files: {_counts[(int)FindingSeverity.Error]} errors, {_counts[(int)FindingSeverity.Warning]} warnings, {_counts[(int)FindingSeverity.Info]} infos{(_mended == 0 ? "" : written ? $"; {_mended} mended" : $"; {_mended} can be mended with --write")}."));
        }
    }

    private void Write(string path, (int Line, int Column) place, Finding finding)
    {
        if (run.Json)
        {
            run.Io.Out.WriteLine(JsonLines.Format(new CheckLine(
                path, place.Line, place.Column, CheckCommand.Name(finding.Severity), finding.Code, finding.Field, finding.Start, finding.End, finding.Message, finding.Snippet,
                finding.Fix is { Safe: true })));
            return;
        }

        var snippet = finding.Snippet.Length > 0 ? $" [{finding.Snippet}]" : "";
        var text = string.Create(CultureInfo.InvariantCulture, $"{path}:{place.Line}:{place.Column}: {CheckCommand.Name(finding.Severity)} {finding.Code}: {finding.Message}{snippet}");
        run.Io.Out.WriteLine(Terminal.Clean(text));
    }

    private void WriteDiff(string line, string style)
    {
        if (run.Io.IsTerminal)
        {
            run.Console.MarkupLine($"[{style}]{Terminal.Literal(line)}[/]");
        }
        else
        {
            run.Io.Out.WriteLine(line);
        }
    }
}
