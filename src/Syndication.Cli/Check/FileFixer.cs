using System.Text;
using System.Text.Encodings.Web;
using Syndication.Findings.Fixes;
using Syndication.V1;

namespace Syndication.Cli.Check;

/// <summary>Mends a file where it stands: nothing but the pieces that are wrong changes, in the file's own encoding and with its own line ends.</summary>
internal sealed class FileFixer(CheckReader reader)
{
    /// <summary>A fix may uncover another.</summary>
    private const int MaxPasses = 5;

    /// <summary>Applies what is safe.</summary>
    /// <returns>The file as it is then, and how many findings were mended.</returns>
    public (CheckedFile File, int Mended) Fix(CheckedFile file)
    {
        var mended = 0;
        for (var pass = 0; pass < MaxPasses && file.IsMendable; pass++)
        {
            var edits = file.Articles.SelectMany(article => EditsOf(file, article)).OrderBy(edit => edit.Start).ToList();
            if (edits.Count == 0)
            {
                break;
            }

            mended += edits.Count(edit => edit.IsFix);
            file = reader.Read(file.Path, file.Encoding.GetBytes(Apply(file.Text, edits)));
        }

        return (file, mended);
    }

    private static string Apply(string text, List<SourceEdit> edits)
    {
        var result = new StringBuilder(text.Length);
        var at = 0;
        foreach (var edit in edits)
        {
            // Two fields of JSON never overlap; of a text read twice the first counts.
            if (edit.Start >= at)
            {
                result.Append(text, at, edit.Start - at).Append(edit.Text);
                at = edit.End;
            }
        }

        return result.Append(text, at, text.Length - at).ToString();
    }

    private static IEnumerable<SourceEdit> EditsOf(CheckedFile file, CheckedArticle article)
    {
        var safe = article.Findings.Where(finding => finding.Fix is { Safe: true } && article.Places.ContainsKey(finding.Field)).ToList();
        var texts = safe.Where(finding => !finding.Field.StartsWith(ControlCharacters.Field, StringComparison.Ordinal) && Edits(file, article, finding) is not null);
        var (mended, applied) = ArticleFixes.Apply(article.Article, texts);
        var all = applied.Concat(safe.Where(finding => finding.Field.StartsWith(ControlCharacters.Field, StringComparison.Ordinal)));
        return [.. all.SelectMany(finding => Edits(file, article, finding)!), .. article.IsJson ? Marks(article, mended) : []];
    }

    /// <summary>The replacements of a finding in the file; null where they cannot be made there.</summary>
    private static List<SourceEdit>? Edits(CheckedFile file, CheckedArticle article, Finding finding)
    {
        var edits = new List<SourceEdit>();
        foreach (var replacement in finding.Fix.Replacements)
        {
            var (start, end) = (article.OffsetOf(file.Text, finding.Field, replacement.Start), article.OffsetOf(file.Text, finding.Field, replacement.End));
            var text = article.IsJson ? JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(replacement.Text) : Encodable(file.Encoding, replacement.Text);

            // Where a line ends the space is the line end: it stays.
            if (text is null || file.Text.AsSpan(start, end - start).ContainsAny('\r', '\n'))
            {
                return null;
            }

            edits.Add(new SourceEdit(start, end, text, IsFix: edits.Count == 0));
        }

        return edits;
    }

    /// <summary>The marks that moved.</summary>
    private static IEnumerable<SourceEdit> Marks(CheckedArticle article, Article mended)
    {
        for (var i = 0; i < mended.Body.Count; i++)
        {
            foreach (var (path, before, after) in Contents(article.Article.Body[i], mended.Body[i], $"body[{i}]"))
            {
                for (var mark = 0; mark < Math.Min(before.Marks.Count, after.Marks.Count); mark++)
                {
                    foreach (var (name, was, becomes) in new[] { ("start", before.Marks[mark].Start, after.Marks[mark].Start), ("end", before.Marks[mark].End, after.Marks[mark].End) })
                    {
                        if (was != becomes && article.Places.TryGetValue($"{path}.marks[{mark}].{name}", out var place))
                        {
                            yield return new SourceEdit(place[0], place[^1], $"{becomes}", IsFix: false);
                        }
                    }
                }
            }
        }
    }

    private static IEnumerable<(string Path, RichText Before, RichText After)> Contents(Block before, Block after, string path)
    {
        switch (before.KindCase)
        {
            case Block.KindOneofCase.Paragraph:
                yield return ($"{path}.paragraph.content", before.Paragraph.Content, after.Paragraph.Content);
                break;

            case Block.KindOneofCase.Heading:
                yield return ($"{path}.heading.content", before.Heading.Content, after.Heading.Content);
                break;

            case Block.KindOneofCase.List:
                for (var i = 0; i < before.List.Items.Count; i++)
                {
                    yield return ($"{path}.list.items[{i}]", before.List.Items[i], after.List.Items[i]);
                }

                break;

            case Block.KindOneofCase.Table:
                for (var row = 0; row < before.Table.Rows.Count; row++)
                {
                    for (var cell = 0; cell < before.Table.Rows[row].Cells.Count; cell++)
                    {
                        yield return ($"{path}.table.rows[{row}].cells[{cell}]", before.Table.Rows[row].Cells[cell], after.Table.Rows[row].Cells[cell]);
                    }
                }

                break;
        }
    }

    // Windows-1252 has the wide space that does not break, and not the narrow one.
    private static string? Encodable(Encoding encoding, string text) =>
        CanEncode(encoding, text) ? text : text == "\u202F" && CanEncode(encoding, "\u00A0") ? "\u00A0" : null;

    private static bool CanEncode(Encoding encoding, string text)
    {
        try
        {
            encoding.GetByteCount(text);
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    private readonly record struct SourceEdit(int Start, int End, string Text, bool IsFix);
}
