using System.Net;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Syndication.Tests.Access;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Http;

/// <summary>The OpenAPI document is valid, complete, and true: what it describes is called, and the answers are as it says.</summary>
public sealed class OpenApiTests : IAsyncLifetime
{
    private ServerFixture _server = null!;
    private HttpClient _desk = null!;
    private OpenApiDocument _document = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerFixture.StartAsync("Subscriptions:HeartbeatInterval=00:00:01");
        _desk = _server.OverHttp();
        using var nobody = _server.OverHttp(null);
        await using var text = await nobody.GetStreamAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
        using var copy = new MemoryStream();
        await text.CopyToAsync(copy, TestContext.Current.CancellationToken);
        copy.Position = 0;
        var read = await OpenApiDocument.LoadAsync(copy, "json", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Empty(read.Diagnostic.Warnings);
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
        _document = read.Document!;
    }

    public async ValueTask DisposeAsync()
    {
        _desk.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public void It_names_every_unary_call_with_its_comment_and_every_field_with_its_own()
    {
        var operations = _document.Paths.SelectMany(path => path.Value.Operations!.Values).ToDictionary(operation => operation.OperationId!);
        foreach (var method in ContractTests.Services.SelectMany(service => service.Methods).Where(method => !method.IsClientStreaming))
        {
            Assert.NotEmpty(operations[$"{method.Service.Name}_{method.Name}"].Description!);
        }

        var article = _document.Components!.Schemas!["syndication.v1.Article"];
        Assert.Equal(Article.Descriptor.Fields.InDeclarationOrder().Select(field => field.JsonName).Order(), article.Properties!.Keys.Order());
        foreach (var (name, schema) in _document.Components.Schemas.Where(pair => pair.Key.StartsWith("syndication.", StringComparison.Ordinal)))
        {
            Assert.All(schema.Properties ?? new Dictionary<string, IOpenApiSchema>(), property => Assert.False(string.IsNullOrEmpty(property.Value.Description), $"{name}.{property.Key}"));
        }
    }

    [Fact]
    public async Task What_it_describes_is_there_and_answers_as_it_says_to_the_last_field()
    {
        await FillAsync();
        foreach (var (template, item) in _document.Paths)
        {
            foreach (var (verb, operation) in item.Operations!)
            {
                var path = template.Replace("{article_id}", "a", StringComparison.Ordinal).Replace("{stream}", "fr", StringComparison.Ordinal).Replace("{partner}", "outlet", StringComparison.Ordinal);
                using var request = new HttpRequestMessage(verb, path);
                if (operation.RequestBody is not null)
                {
                    request.Content = new StringContent("{}", System.Text.Encoding.UTF8, operation.RequestBody.Content!.Keys.Single());
                }

                using var response = await _desk.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
                var said = operation.Responses![response.IsSuccessStatusCode ? "200" : "default"].Content!;
                var mediaType = response.Content.Headers.ContentType!.MediaType!;
                Assert.Contains(mediaType, said.Keys);
                Assert.False(response.StatusCode is HttpStatusCode.MethodNotAllowed or HttpStatusCode.InternalServerError, $"{operation.OperationId}: {response.StatusCode}");
                if (mediaType is not ("application/json" or "application/x-ndjson"))
                {
                    continue;
                }

                using var body = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
                var text = mediaType == "application/json" ? await body.ReadToEndAsync(TestContext.Current.CancellationToken) : await body.ReadLineAsync(TestContext.Current.CancellationToken);
                MustFit(JsonNode.Parse(text!), said[mediaType].Schema!, operation.OperationId!);
                Assert.DoesNotContain("PATH_UNKNOWN", text, StringComparison.Ordinal);
            }
        }
    }

    private async Task FillAsync()
    {
        await _server.CreateStreamAsync("fr", "fr");
        await _server.CreatePartnerAsync("outlet", new Grant { Stream = "fr", Territories = { "FR" } });
        var article = TestArticles.Make("Titre", "a", bodyBytes: 10, language: "fr");
        article.Urgency = 3;
        article.Subjects.Add(new Concept { Scheme = "medtop", Code = "1", Name = "Bac", Relevance = 50, Origin = ConceptOrigin.Editor });
        article.SourceDocument = new() { Name = "a.txt", SizeBytes = 5, Sha256 = Google.Protobuf.ByteString.CopyFrom(new byte[32]) };
        article.Extensions.Add(new Extension { Namespace = "urn:x", MediaType = "text/plain", Content = Google.Protobuf.ByteString.CopyFromUtf8("x") });
        await _server.PublishAsync(article);
    }

    /// <summary>Checks that an instance is what a schema says: types, enums, and no property that it does not name.</summary>
    private static void MustFit(JsonNode? node, IOpenApiSchema schema, string where)
    {
        switch (schema.Type)
        {
            case JsonSchemaType.Object:
                foreach (var (name, value) in Assert.IsType<JsonObject>(node))
                {
                    var property = schema.Properties?.TryGetValue(name, out var known) == true ? known : schema.AdditionalProperties;
                    Assert.True(property is not null, $"{where}.{name} is not described");
                    MustFit(value, property, $"{where}.{name}");
                }

                break;
            case JsonSchemaType.Array:
                foreach (var value in Assert.IsType<JsonArray>(node))
                {
                    MustFit(value, schema.Items!, $"{where}[]");
                }

                break;
            case JsonSchemaType.String:
                var text = node!.GetValue<string>();
                Assert.True(schema.Enum is not { Count: > 0 } values || values.Any(value => value.GetValue<string>() == text), $"{where}: {text}");
                Assert.True(schema.Format != "date-time" || DateTimeOffset.TryParse(text, out _), $"{where}: {text}");
                Assert.True(schema.Format != "int64" || long.TryParse(text, out _), $"{where}: {text}");
                Assert.True(schema.Pattern is null || System.Text.RegularExpressions.Regex.IsMatch(text, schema.Pattern), $"{where}: {text}");
                break;
            case JsonSchemaType.Integer:
                node!.GetValue<int>();
                break;
            case JsonSchemaType.Boolean:
                node!.GetValue<bool>();
                break;
            default:
                // What details of errors hold is not described further.
                Assert.Null(schema.Type);
                break;
        }
    }
}
