using System.Text.Json.Nodes;
using Syndication.Formats.Json;
using Syndication.Formats.Ninjs;
using Syndication.Tests.Formats;
using Syndication.V1;

namespace Syndication.Formats.Tests;

public sealed class NinjsTests(ITestOutputHelper output)
{
    // What the writer says itself, what is another form of the same text, and counts of it.
    private static readonly string[] Rewritten = ["standard", "bodies[]", "bodies[].charCount", "bodies[].wordCount"];

    [Theory]
    [InlineData("2.1", "ninjs-2.1")]
    [InlineData("3.0", "ninjs")]
    public void Every_example_comes_through_import_and_export_without_losing_a_field(string folder, string format)
    {
        var table = new FieldTable();
        foreach (var file in Documents.Shared($"ninjs/{folder}", "*.json"))
        {
            var article = Documents.Read(Documents.File(file));
            table.Add(Path.GetFileName(file), article, Documents.Again(article, format));
        }

        output.WriteLine(table.ToString());
        Documents.AssertNone(table.Lost);
    }

    [Theory]
    [InlineData("2.1")]
    [InlineData("3.0")]
    public void Every_member_of_every_example_stands_in_its_export(string folder)
    {
        foreach (var file in Documents.Shared($"ninjs/{folder}", "*.json"))
        {
            var original = NinjsNames.ToVersion3((JsonObject)SafeJson.Parse(File.ReadAllBytes(file), FormatLimits.Default)!);
            var export = (JsonObject)SafeJson.Parse(Documents.Format("ninjs").Write([Documents.Read(Documents.File(file))]), FormatLimits.Default)!;
            var missing = JsonRest.Find(original, export);
            Documents.AssertNone(missing is null ? [] : JsonRest.Paths(missing).Except(Rewritten).Select(path => $"{Path.GetFileName(file)}: {path}"));
        }
    }

    [Theory]
    [InlineData("ninjs-2.1", "2.1")]
    [InlineData("ninjs", "3.1")]
    public void Exports_are_valid_by_the_schema(string format, string version)
    {
        var schema = new NinjsSchema(SharedInput.Find($"data/ninjs/ninjs-schema_{version}.json"));
        foreach (var file in Documents.Shared("ninjs/2.1", "*.json").Concat(Documents.Shared("ninjs/3.0", "*.json")))
        {
            // An example that breaks the schema in what is only kept breaks it again.
            var original = (JsonObject)JsonNode.Parse(File.ReadAllText(file))!;
            original = version == "3.1" ? NinjsNames.ToVersion3(original) : NinjsNames.ToVersion2(NinjsNames.ToVersion3(original));
            var before = schema.Validate(original);
            var errors = schema.Validate(JsonNode.Parse(Documents.Format(format).Write([Documents.Read(Documents.File(file))]))!);
            before.ForEach(error => output.WriteLine($"{Path.GetFileName(file)} itself: {error}"));
            Documents.AssertNone(errors.Select(Place).Except(before.Select(Place)).Select(error => $"{Path.GetFileName(file)}: {error}"));
        }

        foreach (var article in Samples())
        {
            Documents.AssertNone(schema.Validate(JsonNode.Parse(Documents.Format(format).Write([article]))!));
        }

        static string Place(string error) => System.Text.RegularExpressions.Regex.Replace(error, @"\d+", "n");
    }

    [Fact]
    public void The_embargo_counts_whatever_the_status_says()
    {
        var article = Documents.Read(Documents.Of("""{"uri":"urn:x:1","pubStatus":"usable","embargoedUntil":"2031-05-01T12:00:00+02:00","headlines":[{"value":"Held"}]}"""));
        Assert.Equal(new DateTime(2031, 5, 1, 10, 0, 0, DateTimeKind.Utc), article.EmbargoTime.ToDateTime());
        Assert.Equal(ArticleStatus.Embargoed, article.Status);
    }

    [Theory]
    [InlineData("\"embargoed\":1795600000")]
    [InlineData("\"embargoed\":[\"2031-05-01T12:00:00Z\"]")]
    [InlineData("\"embargoedUntil\":{\"date\":\"2031-05-01T12:00:00Z\"}")]
    [InlineData("\"embargoedUntil\":\"\"")]
    [InlineData("\"embargoedUntil\":true")]
    public void An_embargo_that_is_no_text_refuses_the_article(string member) =>
        Assert.Contains("embargo", Documents.Refused(Documents.Of($$"""{"uri":"urn:x:1",{{member}},"headlines":[{"value":"Held"}]}"""), "ninjs").Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Embargoed")]
    [InlineData("EMBARGOEDUNTIL")]
    public void An_embargo_counts_in_whatever_case_it_is_named(string name) => Assert.NotNull(
        Documents.Read(Documents.Of($$"""{"uri":"urn:x:1","{{name}}":"2031-05-01T12:00:00Z","headlines":[{"value":"Held"}]}"""), "ninjs").EmbargoTime);

    [Fact]
    public void What_is_nested_as_deep_as_the_limit_lets_it_is_kept()
    {
        var nested = new string('[', 120) + new string(']', 120);
        var article = Documents.Read(Documents.Of($$"""{"uri":"urn:x:1","headlines":[{"value":"Deep"}],"zz":{{nested}}}"""), "ninjs");

        Assert.Contains(article.Extensions, extension => extension.Content.ToStringUtf8().Contains(nested, StringComparison.Ordinal));
    }

    [Fact]
    public void An_embargo_that_cannot_be_understood_refuses_the_article() =>
        Assert.Contains("embargo", Documents.Refused(Documents.Of("""{"uri":"urn:x:1","embargoed":"after lunch","headlines":[{"value":"Held"}]}""")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("withheld", ArticleStatus.Withheld)]
    [InlineData("canceled", ArticleStatus.Withdrawn)]
    [InlineData("something new", ArticleStatus.Withheld)]
    public void A_status_that_is_not_usable_holds_the_article(string word, ArticleStatus status) =>
        Assert.Equal(status, Documents.Read(Documents.Of($$"""{"uri":"urn:x:1","pubstatus":"{{word}}","headlines":[{"value":"A"}]}""")).Status);

    [Fact]
    public void What_was_corrected_is_not_brought_back_by_what_was_kept()
    {
        var article = Documents.Read(Documents.Of("""{"uri":"urn:x:1","headlines":[{"role":"main","value":"Wrong name"}],"people":[{"name":"Wrong","rel":"accused"}],"x":1}"""));
        article.Headline = "Right name";
        article.People[0].Name = "Right";
        var export = System.Text.Encoding.UTF8.GetString(Documents.Format("ninjs").Write([article]));
        Assert.DoesNotContain("Wrong", export, StringComparison.Ordinal);
        Assert.DoesNotContain("accused", export, StringComparison.Ordinal);
        Assert.Contains("\"x\": 1", export, StringComparison.Ordinal);
    }

    private static IEnumerable<Article> Samples() => Documents.Samples.SelectMany(path => ArticleFormats.Read(Documents.File(path)).Items).Select(item => item.Article).OfType<Article>();
}
