using System.Diagnostics;
using System.Text;

namespace Syndication.Formats.Tests;

/// <summary>What is meant to hurt its reader is refused with its reason, quickly and without much memory.</summary>
public sealed class HostileInputTests
{
    // Each takes a second or two at most; the bound is for machines that have other things to do.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly string[] Xml = ["newsml-g2", "nitf", "rss", "atom", "rss-1.0"];
    private static readonly string[] Json = ["json", "ninjs", "json-feed"];

    public static TheoryData<string> XmlFormats => [.. Xml];

    public static TheoryData<string> JsonFormats => [.. Json];

    public static TheoryData<string> AllFormats => [.. ArticleFormats.All.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(XmlFormats))]
    public void Billion_laughs_are_refused(string format) => Expect(
        format,
        FormatRefusalReason.DocumentTypeDeclaration,
        "<!DOCTYPE nitf [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]><nitf><head><title>&c;</title></head></nitf>");

    [Theory]
    [MemberData(nameof(XmlFormats))]
    public void Entities_of_parameters_that_expand_are_refused(string format) => Expect(
        format,
        FormatRefusalReason.DocumentTypeDeclaration,
        "<!DOCTYPE nitf [<!ENTITY % a \"<!ENTITY &#37; b '" + new string('x', 5000) + "'>\">%a;%a;]><nitf/>");

    [Theory]
    [MemberData(nameof(XmlFormats))]
    public void Entities_from_outside_are_refused_and_not_fetched(string format)
    {
        var secret = Path.GetTempFileName();
        File.WriteAllText(secret, "the secret");
        try
        {
            Expect(format, FormatRefusalReason.DocumentTypeDeclaration, $"<!DOCTYPE rss [<!ENTITY x SYSTEM \"file://{secret}\">]><rss version=\"2.0\"><channel><title>&x;</title><item><title>&x;</title></item></channel></rss>");
            Expect(format, FormatRefusalReason.NotWellFormed, $"<!DOCTYPE rss SYSTEM \"file://{secret}\"><rss version=\"2.0\"><channel><title>&x;</title></channel></rss>");
        }
        finally
        {
            File.Delete(secret);
        }
    }

    [Theory]
    [InlineData("<?xml version=\"1.0\" encoding=\"utf-7\"?><rss version=\"2.0\"><channel><title>T</title><item><title>T</title></item></channel></rss>", FormatRefusalReason.BadEncoding)]
    [InlineData("<?xml version=\"1.0\" encoding=\"cp037\"?><rss version=\"2.0\"><channel><title>T</title><item><title>T</title></item></channel></rss>", FormatRefusalReason.BadEncoding)]
    [InlineData("<rss version=\"2.0\" version=\"2.0\"><channel><title>T</title><item><title>T</title></item></channel></rss>", FormatRefusalReason.NotWellFormed)]
    [InlineData("<rss version=\"2.0\"><channel><title>T</title><item a=\"1\" a=\"2\"><title>T</title></item></channel></rss>", FormatRefusalReason.NotWellFormed)]
    [InlineData("<rdf:RDF a=\"1\" a=\"1\" xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"/>", FormatRefusalReason.NotWellFormed)]
    [InlineData("\uFEFF\n<?xml version='1.0'?>\n<!-- <html> --><newsItem a='1' a='2'/>", FormatRefusalReason.NotWellFormed)]
    [InlineData("<rss version=\"2.0\"><item><title>T</title></item></rss>", null)]
    [InlineData("<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml' lang='en' lang='en'><body><h1>T</h1><p>Text.</p></body></html>", null)]
    public void XML_that_is_broken_is_not_taken_for_a_page(string xml, FormatRefusalReason? refusal)
    {
        var reading = ArticleFormats.Read(new(Encoding.UTF8.GetBytes(xml), ""));

        Assert.Equal(refusal, reading.Items[0].Refusal?.Reason);
        Assert.Equal(refusal is null ? "T" : null, reading.Items[0].Article?.Headline);
    }

    [Fact]
    public void A_document_type_that_declares_nothing_is_passed_over() =>
        Assert.Equal("Pont rouvert", Documents.Read(Documents.Sample("story.nitf.xml")).Headline);

    [Theory]
    [MemberData(nameof(XmlFormats))]
    public void Deep_nesting_of_elements_is_refused(string format) => Expect(format, FormatRefusalReason.TooDeep, Repeat("<a>", 1_000_000));

    [Theory]
    [MemberData(nameof(XmlFormats))]
    public void Elements_with_a_million_attributes_are_refused(string format) =>
        Expect(format, FormatRefusalReason.TooLarge, "<nitf " + string.Concat(Enumerable.Range(0, 1_000_000).Select(i => $"a{i}=\"\" ")) + "/>");

    [Theory]
    [MemberData(nameof(JsonFormats))]
    public void Deep_nesting_of_arrays_is_refused(string format) => Expect(format, FormatRefusalReason.TooDeep, Repeat("[", 5_000_000));

    [Theory]
    [MemberData(nameof(JsonFormats))]
    public void Deep_nesting_of_objects_is_refused(string format) => Expect(format, FormatRefusalReason.TooDeep, Repeat("{\"a\":", 2_000_000));

    [Theory]
    [MemberData(nameof(JsonFormats))]
    public void Millions_of_values_are_refused(string format) => Expect(format, FormatRefusalReason.TooLarge, "[" + Repeat("{},", 4_000_000) + "{}]");

    [Theory]
    [InlineData("<div>")]
    [InlineData("<b>")]
    [InlineData("<table><tr><td>")]
    [InlineData("<svg>")]
    [InlineData("<ul><li>")]
    public void Deep_nesting_of_html_is_refused(string part) => Expect("html", FormatRefusalReason.TooDeep, Repeat(part, 500_000));

    // A link ends the one that is open, and of formatting that is begun again three are the most: neither grows deep, both become many.
    [Theory]
    [InlineData("<p>a", 3_000_000)]
    [InlineData("<a href=x>", 600_000)]
    [InlineData("<p><b id=1><i><u>", 200_000)]
    public void Html_of_millions_of_elements_is_refused(string part, int times) => Expect("html", FormatRefusalReason.TooLarge, Repeat(part, times));

    [Fact]
    public void Html_inside_other_formats_is_bounded_in_the_same_way()
    {
        var deep = Repeat("<div>", 500_000);
        Expect("ninjs", FormatRefusalReason.TooDeep, $$"""{"uri":"urn:x:1","headlines":[{"value":"A"}],"bodies":[{"contentType":"text/html","value":"{{deep}}"}]}""");
        Expect("json-feed", FormatRefusalReason.TooDeep, $$"""{"version":"1","items":[{"id":"1","content_html":"{{deep}}"}]}""");
        Expect("rss", FormatRefusalReason.TooDeep, $"<rss version=\"2.0\"><channel><item><description>{deep.Replace("<", "&lt;", StringComparison.Ordinal)}</description></item></channel></rss>");
    }

    [Fact]
    public void A_page_of_one_tag_with_a_million_attributes_ends_soon() =>
        Within(Patience, () => ArticleFormats.Read(Documents.Of("<html><p " + string.Concat(Enumerable.Range(0, 1_000_000).Select(i => $"a{i} ")) + ">text", "x.html")));

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void More_bytes_than_the_limit_are_refused_before_anything_is_read(string format) =>
        Assert.Equal(FormatRefusalReason.TooLarge, Documents.Refused(new(new byte[100], "x") { Limits = new() { MaxBytes = 99 } }, format).Reason);

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void Nothing_is_refused_as_nothing(string format) => Assert.Equal(FormatRefusalReason.Empty, Documents.Refused(Documents.Of(" \r\n\t "), format).Reason);

    [Fact]
    public void A_line_of_megabytes_is_refused() => Expect("text", FormatRefusalReason.LineTooLong, "Title\n\n" + new string('a', 2_000_000) + "\nend");

    [Theory]
    [InlineData("utf-7", FormatRefusalReason.BadEncoding)]
    [InlineData("ebcdic-cp-fr", FormatRefusalReason.BadEncoding)]
    [InlineData("x-no-such-charset", FormatRefusalReason.BadEncoding)]
    public void Encodings_that_nobody_should_use_are_refused(string encoding, FormatRefusalReason reason)
    {
        Expect("nitf", reason, $"<?xml version=\"1.0\" encoding=\"{encoding}\"?><nitf/>");
        Expect("html", reason, $"<html><head><meta charset=\"{encoding}\"></head><body><h1>A</h1><p>B</p></body></html>");
    }

    [Fact]
    public void Bytes_that_are_not_of_their_encoding_are_refused()
    {
        byte[] broken = [.. "<nitf><body>"u8, 0xC3, 0x28, 0xFF, .. "</body></nitf>"u8];
        Assert.Equal(FormatRefusalReason.BadEncoding, Documents.Refused(new(broken, ""), "nitf").Reason);
        Assert.Equal(FormatRefusalReason.BadEncoding, Documents.Refused(new((byte[])[.. "{\"uri\":\""u8, 0xC3, 0x28, .. "\"}"u8], ""), "ninjs").Reason);
        Expect("ninjs", FormatRefusalReason.BadEncoding, """{"uri":"urn:x:1","headlines":[{"value":"half a pair: \ud83d"}]}""");
    }

    [Fact]
    public void A_name_that_comes_twice_in_an_object_is_refused() => Expect("ninjs", FormatRefusalReason.NotWellFormed, """{"uri":"urn:x:1","headlines":[],"uri":"urn:x:2"}""");

    private static void Expect(string format, FormatRefusalReason reason, string document) => Within(Patience, () =>
    {
        var refusal = Documents.Refused(new(Encoding.UTF8.GetBytes(document), "hostile"), format);
        Assert.True(refusal.Reason == reason, $"{format}: {refusal}");
    });

    private static void Within(TimeSpan limit, Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        Assert.True(clock.Elapsed < limit, $"It took {clock.Elapsed}.");
    }

    private static string Repeat(string part, int count) => new StringBuilder(part.Length * count).Insert(0, part, count).ToString();
}
