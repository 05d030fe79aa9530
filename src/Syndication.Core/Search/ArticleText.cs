using System.Text;
using Syndication.V1;

namespace Syndication.Search;

/// <summary>What of an article is searched, field by field.</summary>
/// <param name="Headline">Headline, its variants and the kicker.</param>
/// <param name="Body">Standfirst and body.</param>
/// <param name="Names">People, organisations, places, events and who signs.</param>
public sealed record ArticleText(string Headline, string Body, string Names)
{
    /// <summary>Reads the text of an article.</summary>
    public static ArticleText Of(Article article)
    {
        var headline = new StringBuilder();
        Add(headline, article.Headline);
        Add(headline, article.Kicker);
        foreach (var variant in article.HeadlineVariants)
        {
            Add(headline, variant.Text);
        }

        var body = new StringBuilder();
        Add(body, article.Standfirst);
        foreach (var block in article.Body)
        {
            Add(body, block);
        }

        var names = new StringBuilder();
        foreach (var concept in article.People.Concat(article.Organisations).Concat(article.Places).Concat(article.Events))
        {
            Add(names, concept.Name);
        }

        Add(names, article.Byline?.Text);
        foreach (var contributor in article.Byline?.Contributors ?? [])
        {
            Add(names, contributor.Name);
        }

        return new ArticleText(headline.ToString(), body.ToString(), names.ToString());
    }

    private static void Add(StringBuilder text, Block block)
    {
        switch (block.KindCase)
        {
            case Block.KindOneofCase.Paragraph:
                Add(text, block.Paragraph.Content?.Text);
                break;
            case Block.KindOneofCase.Heading:
                Add(text, block.Heading.Content?.Text);
                break;
            case Block.KindOneofCase.Quote:
                Add(text, block.Quote.Content?.Text);
                Add(text, block.Quote.Attribution);
                break;
            case Block.KindOneofCase.List:
                foreach (var item in block.List.Items)
                {
                    Add(text, item.Text);
                }

                break;
            case Block.KindOneofCase.Table:
                Add(text, block.Table.Caption);
                foreach (var cell in block.Table.Rows.SelectMany(row => row.Cells))
                {
                    Add(text, cell.Text);
                }

                break;
            case Block.KindOneofCase.Embed:
                Add(text, block.Embed.FallbackText);
                break;
        }
    }

    /// <summary>A line each: a phrase that ends one text and begins the next is rare enough.</summary>
    private static void Add(StringBuilder text, string? part)
    {
        if (!string.IsNullOrEmpty(part))
        {
            text.Append(part).Append('\n');
        }
    }
}
