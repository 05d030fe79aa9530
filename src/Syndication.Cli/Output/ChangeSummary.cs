using Syndication.V1;

namespace Syndication.Cli.Output;

/// <summary>Changes in half a line.</summary>
internal static class ChangeSummary
{
    private const int MaxFields = 3;
    private const int MaxEdits = 2;
    private const int MaxEditLength = 30;

    /// <summary>Such as <c>headline, 2 blocks changed, 1 new: 12 → 14</c>; empty where nothing changed.</summary>
    public static string Of(ArticleChanges changes)
    {
        var parts = changes.Fields.Take(MaxFields).Select(field => field.Path).ToList();
        if (changes.Fields.Count > MaxFields)
        {
            parts.Add($"{changes.Fields.Count - MaxFields} more fields");
        }

        var blocks = new[] { (ChangeKind.Modified, "changed"), (ChangeKind.Added, "new"), (ChangeKind.Removed, "gone"), (ChangeKind.Moved, "moved") }
            .Select(kind => (Count: changes.Blocks.Count(block => block.Kind == kind.Item1), Word: kind.Item2))
            .Where(kind => kind.Count > 0)
            .Select((kind, i) => i == 0 ? $"{kind.Count} {(kind.Count == 1 ? "block" : "blocks")} {kind.Word}" : $"{kind.Count} {kind.Word}");
        parts.AddRange(blocks);

        // What a desk wants to know of at once.
        var edits = changes.Fields.SelectMany(field => field.Edits).Concat(changes.Blocks.SelectMany(block => block.Edits))
            .Where(edit => edit.Kinds.Any(kind => kind != TokenKind.Other) && edit.OldText.Length is > 0 and <= MaxEditLength && edit.NewText.Length is > 0 and <= MaxEditLength)
            .Select(edit => $"{edit.OldText} → {edit.NewText}").Distinct().Take(MaxEdits).ToList();
        return string.Join(", ", parts) + (edits.Count > 0 ? $": {string.Join("; ", edits)}" : "");
    }
}
