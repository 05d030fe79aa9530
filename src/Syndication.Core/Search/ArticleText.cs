using System.Text;
using Google.Protobuf;
using Syndication.Articles;
using Syndication.V1;

namespace Syndication.Search;

/// <summary>
/// What of an article is searched, field by field: UTF-8, a line for each text. Copied out of the encoded article, which is
/// indexed as often as it is published: to decode it first takes three times as long and ten times the memory.
/// </summary>
/// <param name="Headline">Headline, its variants and the kicker.</param>
/// <param name="Body">Standfirst and body.</param>
/// <param name="Names">People, organisations, places, events and who signs.</param>
public sealed record ArticleText(byte[] Headline, byte[] Body, byte[] Names)
{
    /// <summary>The messages that texts lie in.</summary>
    private enum Part
    {
        None,
        Article,
        HeadlineVariant,
        Byline,
        Contributor,
        Concept,
        Block,
        Paragraph,
        Heading,
        Quote,
        List,
        Table,
        TableRow,
        Embed,
        RichText,
    }

    private enum Field
    {
        None = -1,
        Headline,
        Body,
        Names,
    }

    /// <summary>Reads the text of an article.</summary>
    public static ArticleText Of(EncodedArticle article)
    {
        // Once for the lengths and once for the bytes: walking the fields costs less than buffers that grow.
        Span<int> lengths = stackalloc int[3];
        Copy(article, null, lengths);
        byte[][] fields = [new byte[lengths[0]], new byte[lengths[1]], new byte[lengths[2]]];
        lengths.Clear();
        Copy(article, fields, lengths);
        return new ArticleText(fields[0], fields[1], fields[2]);
    }

    /// <summary>A field as a string.</summary>
    public static string Decode(byte[] field) => Encoding.UTF8.GetString(field);

    private static void Copy(EncodedArticle article, byte[][]? fields, Span<int> lengths)
    {
        Copy(article.Head, Part.Article, Field.None, fields, lengths);
        Copy(article.Body, Part.Article, Field.None, fields, lengths);
    }

    private static void Copy(ReadOnlySpan<byte> message, Part part, Field inherited, byte[][]? fields, Span<int> lengths)
    {
        var field = new WireFields(message);
        while (field.MoveNext())
        {
            if (field.Type != WireFormat.WireType.LengthDelimited)
            {
                continue;
            }

            var (inner, target) = Meaning(part, field.Number, inherited);
            if (inner != Part.None)
            {
                Copy(field.Content, inner, target, fields, lengths);
            }
            else if (target != Field.None && field.Content.Length > 0)
            {
                Add(field.Content, fields?[(int)target], ref lengths[(int)target]);
            }
        }
    }

    /// <summary>What a field of a message is: a message with texts in it, a text, or neither.</summary>
    private static (Part Inner, Field Target) Meaning(Part part, int number, Field inherited) => (part, number) switch
    {
        (Part.Article, Article.HeadlineFieldNumber or Article.KickerFieldNumber) => (Part.None, Field.Headline),
        (Part.Article, Article.HeadlineVariantsFieldNumber) => (Part.HeadlineVariant, Field.Headline),
        (Part.Article, Article.StandfirstFieldNumber) => (Part.None, Field.Body),
        (Part.Article, Article.BodyFieldNumber) => (Part.Block, Field.Body),
        (Part.Article, Article.BylineFieldNumber) => (Part.Byline, Field.Names),
        (Part.Article, Article.PeopleFieldNumber or Article.OrganisationsFieldNumber or Article.PlacesFieldNumber or Article.EventsFieldNumber) =>
            (Part.Concept, Field.Names),
        (Part.Block, Block.ParagraphFieldNumber) => (Part.Paragraph, inherited),
        (Part.Block, Block.HeadingFieldNumber) => (Part.Heading, inherited),
        (Part.Block, Block.QuoteFieldNumber) => (Part.Quote, inherited),
        (Part.Block, Block.ListFieldNumber) => (Part.List, inherited),
        (Part.Block, Block.TableFieldNumber) => (Part.Table, inherited),
        (Part.Block, Block.EmbedFieldNumber) => (Part.Embed, inherited),
        (Part.Paragraph, Paragraph.ContentFieldNumber) or (Part.Heading, Heading.ContentFieldNumber) or (Part.Quote, Quote.ContentFieldNumber)
            or (Part.List, List.ItemsFieldNumber) or (Part.TableRow, TableRow.CellsFieldNumber) => (Part.RichText, inherited),
        (Part.Table, Table.RowsFieldNumber) => (Part.TableRow, inherited),
        (Part.Byline, Byline.ContributorsFieldNumber) => (Part.Contributor, inherited),
        (Part.HeadlineVariant, HeadlineVariant.TextFieldNumber) or (Part.Byline, Byline.TextFieldNumber) or (Part.Contributor, Contributor.NameFieldNumber)
            or (Part.Concept, Concept.NameFieldNumber) or (Part.Quote, Quote.AttributionFieldNumber) or (Part.Table, Table.CaptionFieldNumber)
            or (Part.Embed, Embed.FallbackTextFieldNumber) or (Part.RichText, RichText.TextFieldNumber) => (Part.None, inherited),
        _ => (Part.None, Field.None),
    };

    /// <summary>A line each: a phrase that ends one text and begins the next is rare enough.</summary>
    private static void Add(ReadOnlySpan<byte> text, byte[]? field, ref int length)
    {
        if (field is not null)
        {
            text.CopyTo(field.AsSpan(length));
            field[length + text.Length] = (byte)'\n';
        }

        length += text.Length + 1;
    }
}
