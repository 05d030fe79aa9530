using System.Collections.Concurrent;
using System.Net;
using System.ServiceModel.Syndication;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Microsoft.Extensions.Logging;
using Syndication.Tests.Access;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Http;

/// <summary>Streams as feeds: valid to readers that know nothing of this service, and under the same walls as every read.</summary>
public sealed class FeedTests : IAsyncLifetime
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";
    private static readonly XNamespace Tombstones = "http://purl.org/atompub/tombstones/1.0";

    private ServerFixture _server = null!;
    private HttpClient _desk = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerFixture.StartAsync();
        _desk = _server.OverHttp();
        await _server.CreateStreamAsync("fr", "fr");
    }

    public async ValueTask DisposeAsync()
    {
        _desk.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Both_formats_have_the_stream_newest_first_and_its_texts_as_harmless_HTML()
    {
        await PublishAsync("a", "Premier");
        await _server.PublishAsync(TestArticles.Make("Nicht hier", "de", language: "de"));
        var hostile = TestArticles.Make("Deuxième <b>&\"", "b", language: "fr");
        hostile.Standfirst = "Court <i>";
        hostile.Byline = new() { Contributors = { new Contributor { Name = "Ada" }, new Contributor { Name = "Bob" } } };
        hostile.Subjects.Add(new Concept { Scheme = "medtop", Code = "1", Name = "Bac" });
        hostile.Body.Add(TestArticles.Paragraph("<script>alert(1)</script>"));
        hostile.Body.Add(new Block { Embed = new() { Html = "<script>alert(2)</script>", FallbackText = "player" } });
        hostile.Media.Add(new Media { MediaId = "m", ItemType = ItemType.Picture, Caption = "Le bac", Renditions = { new Rendition { Name = "web", Uri = "https://example.com/m.jpg", MediaType = "image/jpeg", SizeBytes = 7 } } });
        await _server.PublishAsync(hostile);

        var atom = await AtomAsync("/feeds/fr.atom");
        Assert.Equal(["Deuxième <b>&\"", "Premier"], atom.Items.Select(item => item.Title.Text));
        var entry = atom.Items.First();
        Assert.Equal(("urn:syndication:article:b", "Court <i>"), (entry.Id, entry.Summary.Text));
        Assert.Equal("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n<p>player</p>\n", ((TextSyndicationContent)entry.Content).Text);
        Assert.Equal("html", entry.Content.Type);
        Assert.Equal(["Ada", "Bob"], entry.Authors.Select(author => author.Name));
        Assert.Equal("Bac", entry.Categories.Single().Label);
        var enclosure = entry.Links.Single(link => link.RelationshipType == "enclosure");
        Assert.Equal(("https://example.com/m.jpg", "image/jpeg", 7), (enclosure.Uri.AbsoluteUri, enclosure.MediaType, enclosure.Length));
        using var alternate = await _desk.SendAsync(entry.Links.Single(link => link.RelationshipType == "alternate").Uri.AbsoluteUri);
        Assert.Equal(HttpStatusCode.OK, alternate.StatusCode);

        using var json = await JsonAsync("/feeds/fr.json");
        Assert.Equal("https://jsonfeed.org/version/1.1", json.RootElement.GetProperty("version").GetString());
        var items = json.RootElement.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(atom.Items.Select(item => item.Id), items.Select(item => item.GetProperty("id").GetString()));
        Assert.Equal(((TextSyndicationContent)entry.Content).Text, items[0].GetProperty("content_html").GetString());
        Assert.Equal(["Ada", "Bob"], items[0].GetProperty("authors").EnumerateArray().Select(author => author.GetProperty("name").GetString()));
        Assert.Equal("https://example.com/m.jpg", items[0].GetProperty("attachments")[0].GetProperty("url").GetString());
        Assert.Equal(1, items[0].GetProperty("_syndication").GetProperty("version").GetInt32());
    }

    [Theory]
    [InlineData("atom")]
    [InlineData("json")]
    public async Task Pages_lead_from_one_to_the_next_without_gap_or_repeat(string format)
    {
        for (var i = 0; i < 7; i++)
        {
            await PublishAsync($"a{i}", $"Titre {i}");
        }

        var ids = new List<string>();
        var pages = 0;
        for (var address = $"/feeds/fr.{format}?page_size=3&view=headlines"; address is not null; pages++)
        {
            if (format == "atom")
            {
                var page = await AtomAsync(address);
                Assert.All(page.Items, item => Assert.Null(item.Content));
                Assert.Equal(address, pages == 0 ? address : page.Links.Single(link => link.RelationshipType == "self").Uri.AbsoluteUri);
                ids.AddRange(page.Items.Select(item => item.Id));
                address = page.Links.SingleOrDefault(link => link.RelationshipType == "next")?.Uri.AbsoluteUri;
            }
            else
            {
                using var page = await JsonAsync(address);
                ids.AddRange(page.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
                Assert.All(page.RootElement.GetProperty("items").EnumerateArray(), item => Assert.False(item.TryGetProperty("content_html", out _)));
                address = page.RootElement.TryGetProperty("next_url", out var next) ? next.GetString() : null;
            }
        }

        Assert.Equal(3, pages);
        Assert.Equal(Enumerable.Range(0, 7).Reverse().Select(i => $"urn:syndication:article:a{i}"), ids);
    }

    [Fact]
    public async Task What_is_taken_away_is_a_tombstone_in_Atom_and_gone_from_JSON()
    {
        await PublishAsync("killed", "Secret un");
        await PublishAsync("held", "Secret deux");
        await PublishAsync("left", "Secret trois");
        await PublishAsync("stays", "Reste");
        var before = await AtomAsync("/feeds/fr.atom");
        await _server.Publishing.WithdrawArticleAsync(new() { ArticleId = "killed", InternalReason = "libel", Advisory = "Kill <now>." });
        await _server.Publishing.WithholdArticleAsync(new() { ArticleId = "held", InternalReason = "check", Advisory = "Hold." });
        await _server.PublishAsync(TestArticles.Make("Anders", "left", language: "de"));
        await _server.Publishing.WithdrawArticleAsync(new() { ArticleId = "left", InternalReason = "libel", Advisory = "Kill." });

        var text = await _desk.GetStringAsync("/feeds/fr.atom", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("Secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("libel", text, StringComparison.Ordinal);
        var tombstones = XDocument.Parse(text).Root!.Elements(Tombstones + "deleted-entry").ToDictionary(stone => stone.Attribute("ref")!.Value);
        Assert.Equal(["urn:syndication:article:held", "urn:syndication:article:killed", "urn:syndication:article:left"], tombstones.Keys.Order(StringComparer.Ordinal));
        var stone = tombstones["urn:syndication:article:killed"];
        Assert.Equal("Kill <now>.", stone.Element(Tombstones + "comment")!.Value);
        Assert.True((DateTimeOffset)stone.Attribute("when")! > before.Items.Single(item => item.Id.EndsWith("killed", StringComparison.Ordinal)).LastUpdatedTime);
        Assert.Equal(["Reste"], (await AtomAsync("/feeds/fr.atom")).Items.Select(item => item.Title.Text));

        using var json = await JsonAsync("/feeds/fr.json");
        Assert.Equal(["Reste"], json.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("title").GetString()));

        await _server.Publishing.ReleaseArticleAsync(new() { ArticleId = "held" });
        Assert.Contains("Secret deux", (await AtomAsync("/feeds/fr.atom")).Items.Select(item => item.Title.Text));
    }

    [Fact]
    public async Task A_reader_that_has_the_page_is_told_so_until_anything_changes()
    {
        await PublishAsync("a", "Un");
        using var first = await _desk.SendAsync("/feeds/fr.atom");
        var tag = first.Headers.ETag!.ToString();
        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync(("If-None-Match", tag)));
        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync(("If-None-Match", $"\"other\", {tag}")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(("If-None-Match", "\"other\""), ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(("If-Modified-Since", "Mon, 01 Jan 2001 00:00:00 GMT")));
        Assert.True(first.Content.Headers.LastModified <= DateTimeOffset.UtcNow);

        foreach (var change in new Func<Task>[]
        {
            () => PublishAsync("b", "Deux"),
            () => _server.Publishing.PublishArticleAsync(new() { Article = TestArticles.Make("Un bis", "a", language: "fr") }).ResponseAsync,
            () => _server.Publishing.WithholdArticleAsync(new() { ArticleId = "b", Advisory = "Hold." }).ResponseAsync,
            () => _server.Publishing.ReleaseArticleAsync(new() { ArticleId = "b" }).ResponseAsync,
            () => _server.Publishing.WithdrawArticleAsync(new() { ArticleId = "b", Advisory = "Kill.", InternalReason = "libel" }).ResponseAsync,
            () => _server.PublishAsync(TestArticles.Make("Weg", "a", language: "de")),
        })
        {
            await change();
            using var changed = await _desk.SendAsync("/feeds/fr.atom", headers: ("If-None-Match", tag));
            Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
            Assert.NotEqual(tag, changed.Headers.ETag!.ToString());
            tag = changed.Headers.ETag!.ToString();
        }

        async Task<HttpStatusCode> StatusAsync(params (string, string)[] headers)
        {
            using var response = await _desk.SendAsync("/feeds/fr.atom", headers: headers);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task A_partner_reads_what_is_granted_to_it_and_its_reads_and_kills_are_recorded()
    {
        using var outlet = _server.OverHttp(await _server.CreatePartnerAsync("outlet", new Grant { Stream = "fr", EmbargoAccess = true }));
        await PublishAsync("a", "Public");
        var embargoed = TestArticles.Make("Sous embargo", "e", language: "fr");
        embargoed.EmbargoTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow.AddHours(1));
        await _server.PublishAsync(embargoed);

        foreach (var path in new[] { "/feeds/all.atom", "/feeds/none.json" })
        {
            await outlet.SendAsync(path).RefusalAsync(HttpStatusCode.NotFound, ErrorReason.StreamNotFound);
        }

        using var nobody = _server.OverHttp(null);
        await nobody.SendAsync("/feeds/fr.atom?key=" + TestKeys.Admin).RefusalAsync(HttpStatusCode.Unauthorized, ErrorReason.CredentialMissing);
        await outlet.SendAsync("/feeds/fr.atom?page_size=x&size=1&view=some").RefusalAsync(HttpStatusCode.BadRequest, ErrorReason.InvalidFields);
        await outlet.SendAsync("/feeds/fr.atom?page_token=x").RefusalAsync(HttpStatusCode.BadRequest, ErrorReason.PageTokenInvalid);
        await outlet.SendAsync("/feeds/fr.atom", HttpMethod.Post).RefusalAsync(HttpStatusCode.MethodNotAllowed, ErrorReason.VerbNotAllowed);
        await outlet.SendAsync("/feeds/fr.rss").RefusalAsync(HttpStatusCode.NotFound, ErrorReason.PathUnknown);
        Assert.Empty((await _server.Subscriptions.ListWithdrawalReceiptsAsync(new() { ArticleId = "a" })).Receipts);

        var text = await outlet.GetStringAsync("/feeds/fr.atom", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("embargo", text, StringComparison.Ordinal);
        Assert.Equal(ReceiptState.NotWithdrawn, (await _server.Subscriptions.ListWithdrawalReceiptsAsync(new() { ArticleId = "a" })).Receipts.Single().State);
        await _server.Publishing.WithdrawArticleAsync(new() { ArticleId = "a", InternalReason = "libel", Advisory = "Kill." });
        await outlet.GetStringAsync("/feeds/fr.atom", TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => _server.Subscriptions.ListWithdrawalReceipts(new() { ArticleId = "a" }).Receipts.Single().State == ReceiptState.Sent);
    }

    [Fact]
    public async Task A_key_in_the_address_works_where_it_is_allowed_and_is_kept_nowhere()
    {
        var log = new Log();
        await using var server = await ServerFixture.StartAsync(
            builder =>
            {
                builder.Logging.AddProvider(log);
                builder.Logging.SetMinimumLevel(LogLevel.Trace);
                builder.Configuration["Logging:LogLevel:Microsoft.AspNetCore"] = "Trace";
                builder.Configuration["Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics"] = "Trace";
            },
            "Feeds:KeyInQuery=true");
        await server.CreateStreamAsync("fr", "fr");
        var key = await server.CreatePartnerAsync("outlet", new Grant { Stream = "fr" });
        for (var i = 0; i < 3; i++)
        {
            await server.PublishAsync(TestArticles.Make("Titre", language: "fr"));
        }

        using var reader = server.OverHttp(null);
        foreach (var path in new[] { "/feeds/fr.atom", "/feeds/fr.json" })
        {
            var text = await reader.GetStringAsync($"{path}?page_size=1&key={key}", TestContext.Current.CancellationToken);
            Assert.Contains("page_token=", text, StringComparison.Ordinal);
            Assert.DoesNotContain(key, text, StringComparison.Ordinal);
        }

        await reader.SendAsync($"/feeds/none.atom?key={key}").RefusalAsync(HttpStatusCode.NotFound, ErrorReason.StreamNotFound);
        await reader.SendAsync($"/feeds/fr.atom?key={key[..^1]}").RefusalAsync(HttpStatusCode.Unauthorized, ErrorReason.CredentialInvalid);
        await reader.SendAsync($"/v1/caller?key={key}").RefusalAsync(HttpStatusCode.Unauthorized, ErrorReason.CredentialMissing);
        Assert.NotEmpty(log.Lines);
        Assert.DoesNotContain(log.Lines, line => line.Contains(key[..^1], StringComparison.Ordinal) && line.Contains("feeds", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Links_carry_the_key_only_where_that_is_asked_for_and_texts_may_be_left_out_for_all()
    {
        await using var server = await ServerFixture.StartAsync("Feeds:KeyInQuery=true", "Feeds:KeyInLinks=true", "Feeds:HeadlinesOnly=true", "Feeds:PublicUrl=https://wire.example/");
        await server.PublishAsync(2, bodyBytes: 100);
        using var reader = server.OverHttp(null);
        var text = await reader.GetStringAsync($"/feeds/all.json?page_size=1&view=full&key={TestKeys.Admin}", TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(text);
        var next = new Uri(json.RootElement.GetProperty("next_url").GetString()!);

        Assert.Equal("https://wire.example/feeds/all.json", next.GetLeftPart(UriPartial.Path));
        Assert.DoesNotContain("xxx", text, StringComparison.Ordinal);
        using var second = JsonDocument.Parse(await reader.GetStringAsync(next.PathAndQuery, TestContext.Current.CancellationToken));
        Assert.Equal("Headline 0", second.RootElement.GetProperty("items")[0].GetProperty("title").GetString());
    }

    private Task<PublishArticleResponse> PublishAsync(string articleId, string headline) =>
        _server.PublishAsync(TestArticles.Make(headline, articleId, bodyBytes: 50, language: "fr"));

    private async Task<SyndicationFeed> AtomAsync(string path)
    {
        using var response = await _desk.SendAsync(path);
        Assert.Equal("application/atom+xml", response.Content.Headers.ContentType?.MediaType);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        foreach (var entry in XDocument.Parse(text).Root!.Elements(Atom + "entry"))
        {
            // What RFC 4287 wants of every entry.
            Assert.All((string[])["id", "title", "updated", "author"], name => Assert.NotEmpty(entry.Elements(Atom + name)));
        }

        using var reader = XmlReader.Create(new StringReader(text));
        return SyndicationFeed.Load(reader);
    }

    private async Task<JsonDocument> JsonAsync(string path)
    {
        using var response = await _desk.SendAsync(path);
        Assert.Equal("application/feed+json", response.Content.Headers.ContentType?.MediaType);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Keeps everything that is logged.</summary>
    private sealed class Log : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
