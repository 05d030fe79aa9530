using System.Text;
using Spectre.Console;
using Syndication.V1;

namespace Syndication.Cli.Output;

/// <summary>Changes for people: what is gone in red, what has come in green, between the words that stayed.</summary>
internal sealed class DiffView(IAnsiConsole console, bool isTerminal)
{
    /// <summary>So much of what stayed is shown on each side of a change, in code points.</summary>
    private const int Around = 60;

    /// <summary>Writes changes.</summary>
    /// <param name="newer">The version that they lead to.</param>
    /// <param name="changes">The changes.</param>
    public void Write(Article newer, ArticleChanges changes)
    {
        Line($"[bold]{Terminal.Literal(newer.ArticleId)}[/] [dim]{(changes.FromVersion == 0 ? "version 1 is the first" : $"version {changes.FromVersion} to {changes.ToVersion}")}[/]");
        foreach (var field in changes.Fields.Where(field => !IsProvenance(field)))
        {
            Write(field);
        }

        if (changes.Fields.Any(IsProvenance))
        {
            Line("[dim]its source document, or what that brought besides, differs too: --json shows how[/]");
        }

        if (changes.FieldsTruncated)
        {
            Line("[yellow]… more fields changed than are listed[/]");
        }

        foreach (var block in changes.Blocks)
        {
            Write(block, block.HasNewIndex && block.NewIndex < newer.Body.Count ? BlockText.Of(newer.Body[block.NewIndex]) : "");
        }

        if (changes.BlocksTruncated)
        {
            Line("[yellow]… more blocks changed than are listed[/]");
        }

        if (changes.FromVersion > 0 && changes.Fields.Count + changes.Blocks.Count == 0)
        {
            Line("Nothing differs.");
        }
    }

    /// <summary>Whether it is of how the article came, and not of what it says: hashes, and bytes that no person reads.</summary>
    private static bool IsProvenance(FieldChange field) =>
        field.Path.StartsWith("source_document.", StringComparison.Ordinal) || field.Path.StartsWith("extensions", StringComparison.Ordinal);

    private void Write(FieldChange field)
    {
        var value = field switch
        {
            { Kind: ChangeKind.Moved } => "[dim]another order[/]",
            { Edits.Count: > 0 } => Marked(field.NewValue, field.Edits) + Kinds(field.Edits),
            _ => string.Join(' ', new[] { Gone(field.OldValue), Come(field.NewValue) }.Where(part => part.Length > 0)),
        };
        Line($"[dim]{Terminal.Literal(field.Path)}[/]  {value}{(field.Truncated ? " [yellow](cut)[/]" : "")}");
    }

    private void Write(BlockChange block, string newText)
    {
        var what = block.Kind switch
        {
            ChangeKind.Added => Come(block.Text),
            ChangeKind.Removed => Gone(block.Text),
            ChangeKind.Moved => $"[dim]moved from {block.OldIndex + 1}:[/] {Terminal.Literal(Beginning(newText))}",
            _ when block.Edits.Count > 0 => Marked(newText, block.Edits) + Kinds(block.Edits),
            _ => Terminal.Literal(Beginning(newText)),
        };
        var place = block.Kind == ChangeKind.Removed ? $"{block.OldIndex + 1} gone" : block.Kind == ChangeKind.Added ? $"{block.NewIndex + 1} new" : $"{block.NewIndex + 1}";
        Line($"[dim]block {place}[/]  {what}{(block.MarkupChanged ? " [yellow](markup)[/]" : "")}{(block.Truncated ? " [yellow](too long to show)[/]" : "")}");
    }

    /// <summary>The newer text with the edits in their places; long stretches that stayed are cut.</summary>
    private string Marked(string newText, IReadOnlyList<TextChange> edits)
    {
        var runes = newText.EnumerateRunes().ToList();
        var markup = new StringBuilder();
        var read = 0;
        foreach (var edit in edits)
        {
            markup.Append(Stayed(runes, read, edit.NewStart, read == 0, isLast: false));
            markup.Append(Gone(edit.OldText)).Append(Come(edit.NewText));
            read = edit.NewStart + edit.NewText.EnumerateRunes().Count();
        }

        return markup.Append(Stayed(runes, read, runes.Count, isFirst: false, isLast: true)).ToString();
    }

    private static string Stayed(List<Rune> runes, int start, int end, bool isFirst, bool isLast)
    {
        (start, end) = (Math.Clamp(start, 0, runes.Count), Math.Clamp(end, 0, runes.Count));
        var head = isFirst ? 0 : Around;
        var tail = isLast ? 0 : Around;
        return end - start <= head + tail + 1
            ? Terminal.Literal(Text(start, end))
            : Terminal.Literal(Text(start, start + head)) + "[dim]…[/]" + Terminal.Literal(Text(end - tail, end));

        string Text(int from, int to) => string.Concat(runes.Skip(from).Take(to - from));
    }

    private string Gone(string text) => text.Length == 0 ? "" : isTerminal ? $"[red strikethrough]{Terminal.Literal(text)}[/]" : $"[[-{Terminal.Literal(text)}-]]";

    private string Come(string text) => text.Length == 0 ? "" : isTerminal ? $"[green]{Terminal.Literal(text)}[/]" : $"{{+{Terminal.Literal(text)}+}}";

    private static string Kinds(IEnumerable<TextChange> edits)
    {
        var kinds = edits.SelectMany(edit => edit.Kinds).Where(kind => kind != TokenKind.Other).Distinct().Order().Select(kind => ArticleText.Name(kind)).ToList();
        return kinds.Count == 0 ? "" : $" [yellow]({string.Join(", ", kinds)})[/]";
    }

    private static string Beginning(string text)
    {
        var runes = text.EnumerateRunes().Take(Around + 1).ToList();
        return runes.Count > Around ? string.Concat(runes.Take(Around)) + "…" : text;
    }

    private void Line(string markup) => console.MarkupLine(markup);
}
