using Syndication.V1;

namespace Syndication.Articles;

public static partial class ArticleValidator
{
    private static void CheckBody(Violations violations, Article article)
    {
        if (!violations.Count("body", article.Body.Count, 5_000))
        {
            return;
        }

        HashSet<string>? media = null;
        for (var i = 0; i < article.Body.Count && !violations.IsFull; i++)
        {
            violations.Enter("body", i);
            switch (article.Body[i].KindCase)
            {
                case Block.KindOneofCase.Paragraph:
                    violations.Enter("paragraph");
                    CheckRichText(violations, "content", article.Body[i].Paragraph.Content, required: true);
                    violations.Leave();
                    break;

                case Block.KindOneofCase.Heading:
                    violations.Enter("heading");
                    violations.Range("level", article.Body[i].Heading.Level, 0, 6);
                    CheckRichText(violations, "content", article.Body[i].Heading.Content, required: true);
                    violations.Leave();
                    break;

                case Block.KindOneofCase.Quote:
                    violations.Enter("quote");
                    CheckRichText(violations, "content", article.Body[i].Quote.Content, required: true);
                    violations.Line("attribution", article.Body[i].Quote.Attribution);
                    violations.Leave();
                    break;

                case Block.KindOneofCase.List:
                    violations.Enter("list");
                    CheckList(violations, article.Body[i].List);
                    violations.Leave();
                    break;

                case Block.KindOneofCase.Table:
                    violations.Enter("table");
                    CheckTable(violations, article.Body[i].Table);
                    violations.Leave();
                    break;

                case Block.KindOneofCase.Embed:
                    violations.Enter("embed");
                    CheckEmbed(violations, article.Body[i].Embed);
                    violations.Leave();
                    break;

                case Block.KindOneofCase.Media:
                    violations.Enter("media");
                    media ??= [.. article.Media.Select(medium => medium.MediaId)];
                    CheckMediaBlock(violations, article.Body[i].Media, media);
                    violations.Leave();
                    break;

                default:
                    violations.Add("kind", "is required");
                    break;
            }

            violations.Leave();
        }
    }

    private static void CheckList(Violations violations, List list)
    {
        if (list.Items.Count == 0)
        {
            violations.Add("items", "must have at least one item");
        }

        for (var i = 0; i < list.Items.Count && !violations.IsFull; i++)
        {
            CheckRichText(violations, "items", list.Items[i], required: false, i);
        }
    }

    private static void CheckTable(Violations violations, Table table)
    {
        violations.Lines("caption", table.Caption);
        if (table.Rows.Count == 0)
        {
            violations.Add("rows", "must have at least one row");
        }

        for (var row = 0; row < table.Rows.Count && !violations.IsFull; row++)
        {
            violations.Enter("rows", row);
            var cells = table.Rows[row].Cells;
            for (var cell = 0; cell < cells.Count; cell++)
            {
                CheckRichText(violations, "cells", cells[cell], required: false, cell);
            }

            violations.Leave();
        }
    }

    private static void CheckEmbed(Violations violations, Embed embed)
    {
        CheckWebAddress(violations, embed.Uri, required: embed.Html.Length == 0);
        violations.Lines("fallback_text", embed.FallbackText);
    }

    private static void CheckMediaBlock(Violations violations, MediaBlock block, HashSet<string> media)
    {
        if (block.MediaId.Length == 0)
        {
            violations.Add("media_id", "is required");
        }
        else if (!media.Contains(block.MediaId))
        {
            violations.Add("media_id", $"must be one of the article's media, {Show(block.MediaId)} is not");
        }
    }

    private static void CheckRichText(Violations violations, string field, RichText? content, bool required, int index = -1)
    {
        if (content is null || (required && content.Text.Length == 0))
        {
            if (required)
            {
                violations.Add(field, "is required: the text must not be empty", index);
            }

            if (content is null)
            {
                return;
            }
        }

        violations.Enter(field, index);
        violations.Lines("text", content.Text);
        if (content.Marks.Count > 0)
        {
            var length = Violations.CountCodePoints(content.Text);
            for (var i = 0; i < content.Marks.Count && !violations.IsFull; i++)
            {
                violations.Enter("marks", i);
                CheckMark(violations, content.Marks[i], length);
                violations.Leave();
            }
        }

        violations.Leave();
    }

    private static void CheckMark(Violations violations, Mark mark, int length)
    {
        if (mark.Start < 0 || mark.Start >= length)
        {
            violations.Add("start", $"must lie in the text, which has {length} code points, is {mark.Start}");
        }

        if (mark.End <= mark.Start || mark.End > length)
        {
            violations.Add("end", $"must be greater than start ({mark.Start}) and at most the text's {length} code points, is {mark.End}");
        }

        CheckGiven(violations, "type", mark.Type);
        if (mark.Type == MarkType.Link)
        {
            if (!AsciiText.IsLinkAddress(mark.Uri))
            {
                violations.Add("uri", mark.Uri.Length == 0
                    ? "is required for a link"
                    : $"must be an absolute http, https or mailto address, is {Show(mark.Uri)}");
            }
        }
        else if (mark.Uri.Length > 0)
        {
            violations.Add("uri", $"must be empty where the mark is no link, is {Show(mark.Uri)}");
        }
    }
}
