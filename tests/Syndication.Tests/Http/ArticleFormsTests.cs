using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Syndication.Server.Http.Rest;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Http;

/// <summary>An article over HTTP in the format that its reader asks for.</summary>
public sealed class ArticleFormsTests : IAsyncLifetime
{
    private const string Path = "/v1/articles/urn:x-valmere:1";
    private const string Ninjs = "application/json; profile=\"http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json\"";
    private const string NewsMl = "application/vnd.iptc.g2.newsitem+xml";

    private ServerFixture _server = null!;
    private HttpClient _desk = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerFixture.StartAsync();
        _desk = _server.OverHttp();
        var article = TestArticles.Make("Pont <rouvert> & fête", "urn:x-valmere:1", language: "fr");
        article.Urgency = 3;
        await _server.PublishAsync(article);
    }

    public async ValueTask DisposeAsync()
    {
        _desk.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(null, "application/json; charset=utf-8")]
    [InlineData("*/*", "application/json; charset=utf-8")]
    [InlineData("application/json", "application/json; charset=utf-8")]
    [InlineData("application/json;q=0.5, text/html;q=0.4", "application/json; charset=utf-8")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8")]
    [InlineData("text/*", "text/html; charset=utf-8")]
    [InlineData("text/html;q=0, text/*", "text/plain; charset=utf-8")]
    [InlineData("text/plain, text/html;q=0.9", "text/plain; charset=utf-8")]
    [InlineData("application/nitf+xml;q=0.2, application/vnd.iptc.g2.newsitem+xml;q=0.3", NewsMl)]
    [InlineData("application/nitf+xml", "application/nitf+xml")]
    [InlineData("application/atom+xml", "application/atom+xml")]
    [InlineData("application/json; profile=\"http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json#\"", Ninjs)]
    [InlineData("application/ninjs+json", "application/ninjs+json")]
    public async Task The_format_is_the_one_that_is_asked_for_most(string? accept, string mediaType)
    {
        using var response = await GetAsync(accept);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(mediaType, response.Content.Headers.ContentType?.ToString());
        Assert.Contains("Accept", response.Headers.Vary);
    }

    [Fact]
    public async Task Each_holds_the_article_and_names_what_it_does_not_hold()
    {
        using var news = await GetAsync(NewsMl);
        var item = XDocument.Parse(await news.Content.ReadAsStringAsync(Token)).Root!;
        Assert.Equal("urn:x-valmere:1", (string?)item.Attribute("guid"));
        Assert.Equal("Pont <rouvert> & fête", item.Descendants().First(element => element.Name.LocalName == "headline").Value);
        Assert.False(news.Headers.Contains("Syndication-Losses"));

        using var ninjs = await GetAsync(Ninjs);
        using var document = JsonDocument.Parse(await ninjs.Content.ReadAsStringAsync(Token));
        Assert.Equal(3, document.RootElement.GetProperty("urgency").GetInt32());

        using var page = await GetAsync("text/html");
        Assert.Contains("<h1>Pont &lt;rouvert&gt; &amp; fête</h1>", await page.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("urgency", page.Headers.GetValues("Syndication-Losses").Single());

        using var text = await GetAsync("text/plain");
        Assert.StartsWith("Pont <rouvert> & fête", Encoding.UTF8.GetString(await text.Content.ReadAsByteArrayAsync(Token)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("application/json; profile=\"https://example.org/other\"")]
    [InlineData("application/json;q=0")]
    public async Task What_there_is_not_is_refused_with_what_there_is(string accept)
    {
        var refusal = await GetAsync(accept).RefusalAsync(HttpStatusCode.NotAcceptable, ErrorReason.NotAcceptable);

        Assert.Equal(string.Join(", ", ArticleForms.MediaTypes), refusal.GetDetail<ErrorInfo>()!.Metadata["media_types"]);
        Assert.Contains(NewsMl, ArticleForms.MediaTypes);
    }

    [Fact]
    public async Task What_must_not_be_used_now_is_given_only_where_that_can_be_said()
    {
        var held = TestArticles.Make("Pas encore", "held-1", language: "fr");
        held.EmbargoTime = Timestamp.FromDateTime(new(2091, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await _server.PublishAsync(held);

        await _desk.SendAsync("/v1/articles/held-1?include_held=true", null, ("Accept", "text/plain")).RefusalAsync(HttpStatusCode.NotAcceptable, ErrorReason.NotAcceptable);
        using var news = await _desk.SendAsync("/v1/articles/held-1?include_held=true", null, ("Accept", NewsMl));
        Assert.Contains("<embargoed>2091-01-01T00:00:00Z</embargoed>", await news.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        await _desk.SendAsync("/v1/articles/held-1", null, ("Accept", "text/html")).RefusalAsync(HttpStatusCode.NotFound, ErrorReason.ArticleNotFound);
    }

    private Task<HttpResponseMessage> GetAsync(string? accept) => accept is null ? _desk.SendAsync(Path) : _desk.SendAsync(Path, null, ("Accept", accept));
}
