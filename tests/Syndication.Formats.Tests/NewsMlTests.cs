using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using Syndication.Formats.NewsMl;
using Syndication.Formats.Xml;
using Syndication.Tests.Formats;
using Syndication.V1;

namespace Syndication.Formats.Tests;

public sealed class NewsMlTests(ITestOutputHelper output)
{
    private static readonly XNamespace Nar = "http://iptc.org/std/nar/2006-10-01/";

    [Fact]
    public void Every_news_item_comes_through_import_and_export_without_losing_a_field()
    {
        var table = new FieldTable();
        foreach (var file in NewsItems())
        {
            var article = Documents.Read(Documents.File(file));
            table.Add(Path.GetFileName(file), article, Documents.Again(article, "newsml-g2"));
        }

        output.WriteLine(table.ToString());
        Documents.AssertNone(table.Lost);
    }

    [Fact]
    public void Every_element_of_every_news_item_stands_in_its_export_but_for_its_text()
    {
        foreach (var file in NewsItems())
        {
            var original = SafeXml.Load(File.ReadAllBytes(file), FormatLimits.Default);
            original.Descendants(Nar + "inlineXML").Where(inline => inline.Elements().FirstOrDefault()?.Name.LocalName is "nitf" or "html" or "p").Remove();
            var export = SafeXml.Load(Documents.Format("newsml-g2").Write([Documents.Read(Documents.File(file))]), FormatLimits.Default);
            var missing = NewsMlReader.Rests.Find(original, export);
            Documents.AssertNone(missing is null ? [] : XmlRest.Paths(missing).Select(path => $"{Path.GetFileName(file)}: {path}"));
        }
    }

    [Fact]
    public void Exports_are_valid_by_the_schema()
    {
        var schemas = Schemas();
        foreach (var file in NewsItems())
        {
            var before = Errors(schemas, File.ReadAllBytes(file));
            before.ForEach(error => output.WriteLine($"{Path.GetFileName(file)} itself: {error}"));
            var errors = Errors(schemas, Documents.Format("newsml-g2").Write([Documents.Read(Documents.File(file))]));
            Documents.AssertNone(errors.Except(before).Select(error => $"{Path.GetFileName(file)}: {error}"));
        }

        var samples = Documents.Samples.SelectMany(path => ArticleFormats.Read(Documents.File(path)).Items).Select(item => item.Article).OfType<Article>().ToList();
        Documents.AssertNone(samples.SelectMany(article => Errors(schemas, Documents.Format("newsml-g2").Write([article]))));
        Documents.AssertNone(Errors(schemas, Documents.Format("newsml-g2").Write(samples)));
    }

    [Fact]
    public void Packages_concepts_and_plans_are_refused_and_fragments_too()
    {
        foreach (var file in Documents.Shared("newsml-g2", "*.xml").Except(NewsItems()))
        {
            var items = ArticleFormats.Read(Documents.File(file)).Items;
            Assert.All(items.Where(item => item.Article is null), item => Assert.Contains(
                item.Refusal!.Reason, (FormatRefusalReason[])[FormatRefusalReason.UnsupportedItem, FormatRefusalReason.NotThisFormat, FormatRefusalReason.NotWellFormed]));
            output.WriteLine($"{Path.GetFileName(file)}: {string.Join("; ", items.Select(item => item.Article?.ArticleId ?? item.Refusal!.ToString()).Distinct())}");
        }
    }

    [Fact]
    public void A_message_with_several_items_gives_them_all_and_refuses_its_package()
    {
        var items = ArticleFormats.Read(Documents.Sample("message.g2.xml")).Items;
        Assert.Equal([FormatRefusalReason.UnsupportedItem, null, null], items.Select(item => item.Refusal?.Reason));
        Assert.Equal(["Pont rouvert", "Le bac s’arrête"], items.Skip(1).Select(item => item.Article!.Headline));
        Assert.Equal("Le pont a rouvert ce matin.", items[1].Article!.Body[0].Paragraph.Content.Text);
        Assert.Equal(MarkType.Strong, items[2].Article!.Body[0].Paragraph.Content.Marks[0].Type);
    }

    [Fact]
    public void The_embargo_counts_whatever_the_status_says_and_without_a_date_it_holds()
    {
        var dated = Documents.Read(Item("<embargoed>2031-10-23T12:00:00Z</embargoed><pubStatus qcode=\"stat:usable\"/>"));
        Assert.Equal((ArticleStatus.Embargoed, 2031), (dated.Status, dated.EmbargoTime.ToDateTime().Year));
        Assert.Equal(ArticleStatus.Withheld, Documents.Read(Item("<embargoed/><pubStatus qcode=\"stat:usable\"/>")).Status);
        Assert.Equal(ArticleStatus.Withdrawn, Documents.Read(Item("<pubStatus qcode=\"stat:canceled\"/>")).Status);
    }

    private static FormatSource Item(string meta) => Documents.Of(
        $"<newsItem xmlns=\"{Nar}\" guid=\"urn:x:1\" version=\"1\"><itemMeta><itemClass qcode=\"ninat:text\"/><provider literal=\"x\"/><versionCreated>2030-01-01T00:00:00Z</versionCreated>{meta}</itemMeta><contentMeta><headline>Held</headline></contentMeta></newsItem>");

    private static IEnumerable<string> NewsItems() => Documents.Shared("newsml-g2", "*.xml").Where(file => XDocument.Load(file).Root!.Name == Nar + "newsItem");

    private static XmlSchemaSet Schemas()
    {
        var schemas = new XmlSchemaSet { XmlResolver = new XmlUrlResolver() };
        schemas.Add("http://www.w3.org/XML/1998/namespace", SharedInput.Find("data/newsml-g2/xml.xsd"));
        schemas.Add(Nar.NamespaceName, SharedInput.Find("data/newsml-g2/NewsML-G2_2.35-spec-All-Power.xsd"));
        schemas.Compile();
        return schemas;
    }

    private static List<string> Errors(XmlSchemaSet schemas, byte[] bytes)
    {
        var errors = new List<string>();
        var settings = new XmlReaderSettings { Schemas = schemas, ValidationType = ValidationType.Schema };
        settings.ValidationEventHandler += (_, error) => errors.Add(error.Message);
        using var reader = XmlReader.Create(new MemoryStream(bytes), settings);
        while (reader.Read())
        {
        }

        return errors;
    }
}
