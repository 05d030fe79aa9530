using Syndication.V1;

namespace Syndication.Formats.Markup;

/// <summary>
/// Makes typed blocks of marked-up text: HTML, XHTML, NITF. Elements that mean nothing here keep their text. Media of the text become the
/// article's, unless it has them already. Recursive: the tree's depth is bounded by whoever parsed it.
/// </summary>
/// <param name="article">Gets the blocks and the media. Its headline, where the text begins with it as a heading of the first level, is not repeated.</param>
/// <param name="notes">Gets what is left out.</param>
/// <param name="baseUri">What relative addresses are relative to; null leaves them out.</param>
internal sealed partial class BodyReader(Article article, SourceNotes notes, Uri? baseUri)
{
    private static readonly HashSet<string> LeftOut =
        ["script", "style", "template", "noscript", "head", "button", "select", "textarea", "input", "svg", "canvas", "param", "source", "track", "nitf-table-metadata", "media-metadata"];

    private static readonly HashSet<string> Containers =
    [
        "p", "div", "section", "article", "main", "header", "footer", "aside", "nav", "body", "html", "block", "body.content", "body.end", "center", "address", "fieldset",
        "form", "details", "summary", "li", "dt", "dd", "tr", "td", "th", "caption", "figcaption", "nitf-table", "note", "fn", "hr", "hedline", "abstract", "tagline", "bibliography",
    ];

    private readonly RichTextBuilder _text = new();
    private bool _hasText;

    /// <summary>Reads all of a text.</summary>
    public void Read(MarkupNode root)
    {
        Visit(root);
        Flush();
    }

    private void Visit(MarkupNode node)
    {
        switch (node.Name)
        {
            case "":
                _text.Append(node.Text);
                break;
            case "br":
                _text.Break();
                break;
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "hl1" or "hl2":
                AddHeading(node);
                break;
            case "blockquote" or "bq":
                AddQuote(node);
                break;
            case "ul" or "ol" or "dl" when node.Children.Any(child => child.Name is "li" or "dt" or "dd"):
                AddList(node);
                break;
            case "table" when node.Find("tr") is not null:
                AddTable(node);
                break;
            case "pre":
                Flush();
                _text.Append(FlatText(node), keepSpace: true);
                Flush();
                break;
            case "p" when node.HasClass("embed") && node.Find("a") is { } link && AddEmbed(link.Attribute("href"), FlatText(node)):
                break;
            case "iframe" or "embed" or "object" when AddEmbed(node.Attribute("src") ?? node.Attribute("data"), node.Attribute("title") ?? ""):
                break;
            case "figure" or "media" or "img" or "picture" or "video" or "audio" when AddMedia(node):
                break;
            case var name when LeftOut.Contains(name):
                if (name is not ("head" or "style"))
                {
                    notes.LeftOut(name, "left out of the text");
                }

                break;
            case var name when Containers.Contains(name):
                Flush();
                VisitChildren(node);
                Flush();
                break;
            default:
                Mark(node, _text, () => VisitChildren(node));
                break;
        }
    }

    private void VisitChildren(MarkupNode node)
    {
        foreach (var child in node.Children)
        {
            Visit(child);
        }
    }

    /// <summary>Reads an inline element: its content, marked as far as its name says.</summary>
    private void Mark(MarkupNode node, RichTextBuilder text, Action content)
    {
        var type = node.Name switch
        {
            "b" or "strong" => MarkType.Strong,
            "em" when node.HasClass("strong") => MarkType.Strong,
            "i" or "em" or "cite" or "dfn" or "var" => MarkType.Emphasis,
            "a" => MarkType.Link,
            _ => MarkType.Unspecified,
        };
        var uri = "";
        if (type == MarkType.Link && !text.IsInLink && SourceAddress.Link(node.Attribute("href"), baseUri) is { } address)
        {
            uri = address;
        }
        else if (type == MarkType.Link)
        {
            type = MarkType.Unspecified;
        }

        if (type == MarkType.Unspecified)
        {
            content();
        }
        else
        {
            text.Open(type, uri);
            content();
            text.Close();
        }
    }

    // The text since the last block, as a paragraph.
    private void Flush()
    {
        if (_text.Take() is { } content)
        {
            Add(new() { Paragraph = new() { Content = content } });
        }
    }

    private void Add(Block block)
    {
        _hasText = true;
        article.Body.Add(block);
    }

    private void AddHeading(MarkupNode node)
    {
        Flush();
        if (Flat(node) is not { } content)
        {
            return;
        }

        // The headline above the body is the first level.
        var name = node.Name == "hl2" && node.Attribute("class") is ['h', >= '3' and <= '6'] and var written ? written : node.Name;
        var level = name[^1] is >= '2' and <= '6' and var digit && name[0] == 'h' && name.Length == 2 ? digit - '1' : 1;
        if (_hasText || name is not ("h1" or "hl1") || !SourceText.SameWords(content.Text, article.Headline))
        {
            Add(new() { Heading = new() { Level = level, Content = content } });
        }
    }

    private void AddQuote(MarkupNode node)
    {
        Flush();
        var attribution = node.Children.FirstOrDefault(child => child.Name is "footer" or "cite" or "credit");
        if (Flat(node, attribution) is { } content)
        {
            Add(new() { Quote = new() { Content = content, Attribution = attribution is null ? "" : SourceText.Line(FlatText(attribution)) } });
        }
        else if (attribution is not null)
        {
            VisitChildren(attribution);
            Flush();
        }
    }

    private void AddList(MarkupNode node)
    {
        Flush();
        var list = new List { Ordered = node.Name == "ol" };
        foreach (var child in node.Children)
        {
            var item = Flat(child);
            if (child.Name.Length > 0 || item is not null)
            {
                list.Items.Add(item ?? new());
            }
        }

        Add(new() { List = list });
    }

    private void AddTable(MarkupNode node)
    {
        Flush();
        var table = new Table();
        AddRows(table, node, isHead: false);
        if (table.Rows.Count > 0)
        {
            Add(new() { Table = table });
        }
    }

    private void AddRows(Table table, MarkupNode node, bool isHead)
    {
        foreach (var child in node.Children)
        {
            switch (child.Name)
            {
                case "tr":
                    var cells = child.Children.Where(cell => cell.Name.Length > 0 || !string.IsNullOrWhiteSpace(cell.Text)).ToList();
                    var row = new TableRow { Header = isHead || (cells.Count > 0 && cells.TrueForAll(cell => cell.Name == "th")) };
                    row.Cells.AddRange(cells.Select(cell => Flat(cell) ?? new RichText()));
                    table.Rows.Add(row);
                    break;
                case "caption":
                    table.Caption = Flat(child)?.Text ?? "";
                    break;
                case "thead" or "tbody" or "tfoot":
                    AddRows(table, child, child.Name == "thead");
                    break;
                case "":
                    _text.Append(child.Text);
                    break;
                default:
                    Visit(child);
                    break;
            }
        }

        // Stray text stands before its table, as browsers show it.
        Flush();
    }

    private RichText? Flat(MarkupNode node, MarkupNode? without = null)
    {
        var text = new RichTextBuilder();
        AppendFlat(text, node, without);
        return text.Take();
    }

    private string FlatText(MarkupNode node)
    {
        var text = new RichTextBuilder();
        AppendFlat(text, node, null, keepSpace: node.Name == "pre");
        return text.Take()?.Text ?? "";
    }

    // All of a node as one text: blocks inside it become lines.
    private void AppendFlat(RichTextBuilder text, MarkupNode node, MarkupNode? without, bool keepSpace = false)
    {
        foreach (var child in node.Children)
        {
            if (child.Name.Length == 0)
            {
                text.Append(child.Text, keepSpace);
            }
            else if (child.Name == "br")
            {
                text.Break();
            }
            else if (without is not null && child.Name == without.Name)
            {
                without = null;
            }
            else if (Containers.Contains(child.Name) || child.Name is "blockquote" or "bq" or "ul" or "ol" or "dl" or "table" or "pre" or "figure" or ['h', >= '1' and <= '6'])
            {
                text.BreakOnce();
                AppendFlat(text, child, null, keepSpace);
                text.BreakOnce();
            }
            else if (child.Name is "img" or "video" or "audio" or "iframe" or "embed" or "object")
            {
                notes.LeftOut(child.Name, "left out: it stands inside a quotation, list, table or caption");
            }
            else if (!LeftOut.Contains(child.Name))
            {
                Mark(child, text, () => AppendFlat(text, child, null, keepSpace));
            }
        }
    }
}
