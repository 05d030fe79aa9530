using Google.Api;
using Google.Protobuf.Reflection;
using Microsoft.OpenApi;
using Syndication.Server.Http.Rest;

namespace Syndication.Server.Http.OpenApi;

/// <summary>Describes what the server offers over HTTP as an <see href="https://spec.openapis.org/oas/v3.1.1.html">OpenAPI</see> document, from the contract's descriptors and comments.</summary>
public sealed class OpenApiBuilder
{
    private const string Json = "application/json";
    private const string Bearer = "key";
    private const string StatusName = "google.rpc.Status";

    private readonly FileDescriptorSet _files;
    private readonly ContractComments _comments;
    private readonly ContractSchemas _schemas;
    private readonly OpenApiDocument _document = new()
    {
        Info = new OpenApiInfo
        {
            Title = "Article syndication",
            Version = "v1",
            Description = "The contract `syndication.v1` over HTTP. Errors are a `google.rpc.Status`, whose `ErrorInfo` says why; the same calls are served over gRPC.",
        },
        Servers = [new OpenApiServer { Url = "/" }],
        Paths = [],
        Tags = new HashSet<OpenApiTag>(),
        Components = new OpenApiComponents
        {
            Schemas = new Dictionary<string, IOpenApiSchema>(),
            SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key, or a token of the configured OpenID Connect provider." },
            },
        },
    };

    /// <summary>Prepares a document.</summary>
    /// <param name="files">The contract, with source info and its HTTP annotations.</param>
    public OpenApiBuilder(FileDescriptorSet files)
    {
        _files = files;
        _comments = new ContractComments(files);
        _schemas = new ContractSchemas(files, _comments, _document);
        _document.Security = [Requirement()];
    }

    /// <summary>Makes the document. Once.</summary>
    public OpenApiDocument Build()
    {
        foreach (var (file, service) in _files.File.SelectMany(file => file.Service.Select(service => (file, service))).OrderBy(pair => pair.service.Name, StringComparer.Ordinal))
        {
            _document.Tags!.Add(new OpenApiTag { Name = service.Name, Description = _comments.Of(service) });
            foreach (var method in service.Method.Where(method => method.Options?.HasExtension(AnnotationsExtensions.Http) ?? false))
            {
                Add(service, method, method.Options.GetExtension(AnnotationsExtensions.Http));
            }
        }

        AddUpdates();
        AddFeed("atom", "application/atom+xml", "A stream as an Atom feed, newest change first, paged. What was killed, withheld or has expired is a tombstone.");
        AddFeed("json", "application/feed+json", "A stream as a JSON Feed, newest change first, paged.");
        AddFile("/protos.zip", "application/zip", "The contract's proto files, with all that they import.");
        AddFile("/protos.binpb", "application/octet-stream", "The contract as a google.protobuf.FileDescriptorSet, with comments.");
        return _document;
    }

    private void Add(ServiceDescriptorProto service, MethodDescriptorProto method, HttpRule rule)
    {
        var (verb, path) = rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => (HttpMethod.Get, rule.Get),
            HttpRule.PatternOneofCase.Post => (HttpMethod.Post, rule.Post),
            _ => throw new InvalidOperationException($"{method.Name} is neither a GET nor a POST."),
        };
        var operation = Operation(service.Name, $"{service.Name}_{method.Name}", _comments.Of(method));
        operation.Responses = Responses((Json, _schemas.Reference(method.OutputType)));
        if (method.Name == "GetArticle")
        {
            operation.Description += "\n\nAlso as a document of a format of newsrooms, as the `Accept` header asks; the header `Syndication-Losses` names the fields that it does not hold.";
            operation.Responses = Responses(
                [(Json, _schemas.Reference(method.OutputType)), .. ArticleForms.MediaTypes.Skip(1).Select(type => (type, (IOpenApiSchema)new OpenApiSchema { Type = JsonSchemaType.String }))]);
        }

        if (rule.Body == "*")
        {
            operation.RequestBody = new OpenApiRequestBody { Required = true, Content = ContentOf((Json, _schemas.Reference(method.InputType))) };
        }
        else
        {
            operation.Parameters = [.. _schemas.Message(method.InputType).Field.Select(field => Parameter(field, path))];
        }

        Add(verb, path, operation);
    }

    private OpenApiParameter Parameter(FieldDescriptorProto field, string path)
    {
        if (field.Type == FieldDescriptorProto.Types.Type.Message && !ContractSchemas.IsWellKnown(field))
        {
            throw new InvalidOperationException($"{field.Name} has fields of its own: a call that takes it needs a body.");
        }

        var isInPath = path.Contains($"{{{field.Name}}}", StringComparison.Ordinal);
        return new OpenApiParameter
        {
            Name = isInPath ? field.Name : field.JsonName,
            In = isInPath ? ParameterLocation.Path : ParameterLocation.Query,
            Required = isInPath,
            Description = _comments.Of(field),
            Schema = _schemas.Of(field),
        };
    }

    /// <summary>The call that streams, which transcoding cannot answer: its parameters are the request's fields.</summary>
    private void AddUpdates()
    {
        const string Path = "/v1/streams/{stream}/updates";
        var service = _files.File.SelectMany(file => file.Service).Single(service => service.Name == "SubscriptionService");
        var method = service.Method.Single(method => method.Name == "Subscribe");
        var frame = _schemas.Reference(method.OutputType);
        var operation = Operation(
            service.Name,
            $"{service.Name}_{method.Name}",
            _comments.Of(method) + "\n\nA frame on each line, or as a server-sent event with its kind as name and its cursor as id. The last words may be `{\"error\": google.rpc.Status}`, or an event `error`.");
        operation.Responses = Responses(("application/x-ndjson", frame), ("text/event-stream", frame));
        operation.Parameters =
        [
            .. _schemas.Message(method.InputType).Field.Where(field => field.Name != "start").Select(field => Parameter(field, Path)),
            new OpenApiParameter
            {
                Name = "start", In = ParameterLocation.Query, Description = "Where to start; earliest where nothing is said.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["earliest", "latest", "snapshot", "acknowledged"] },
            },
            Text("start.cursor", "After the frame that carried this cursor."),
            Text("start.time", "The first update at or after this time."),
            Text("start.acknowledged.fallback", "Where to start when nothing was acknowledged: earliest, latest, snapshot or fail."),
            new OpenApiParameter { Name = "Last-Event-ID", In = ParameterLocation.Header, Description = "A cursor; counts before any start.", Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
        ];
        Add(HttpMethod.Get, Path, operation);
    }

    private void AddFeed(string format, string mediaType, string description)
    {
        var operation = Operation("Feeds", $"Feeds_{format}", description);
        operation.Responses = Responses((mediaType, new OpenApiSchema { Type = format == "json" ? JsonSchemaType.Object : JsonSchemaType.String }));
        operation.Parameters =
        [
            new OpenApiParameter { Name = "stream", In = ParameterLocation.Path, Required = true, Description = "The stream.", Schema = new OpenApiSchema { Type = JsonSchemaType.String } },
            Text("view", "`headlines` leaves out the texts."),
            Text("page_size", "How many at most: 50 where nothing is said, 500 at most."),
            Text("page_token", "From the address of a next page."),
        ];
        Add(HttpMethod.Get, $"/feeds/{{stream}}.{format}", operation);
    }

    private void AddFile(string path, string mediaType, string description)
    {
        var operation = Operation("Contract", "Contract_" + path[1..].Replace('.', '_'), description);
        operation.Responses = Responses((mediaType, new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" }));
        operation.Security = [];
        Add(HttpMethod.Get, path, operation);
    }

    private void Add(HttpMethod verb, string path, OpenApiOperation operation)
    {
        if (!_document.Paths.TryGetValue(path, out var item))
        {
            _document.Paths[path] = item = new OpenApiPathItem();
        }

        ((OpenApiPathItem)item).AddOperation(verb, operation);
    }

    private OpenApiOperation Operation(string tag, string id, string comment)
    {
        if (_document.Tags!.All(known => known.Name != tag))
        {
            _document.Tags!.Add(new OpenApiTag { Name = tag });
        }

        return new OpenApiOperation
        {
            OperationId = id,
            Tags = new HashSet<OpenApiTagReference> { new(tag, _document) },
            Summary = comment.Split(". ", 2)[0].Split('\n', 2)[0],
            Description = comment,
        };
    }

    private OpenApiResponses Responses(params (string MediaType, IOpenApiSchema Schema)[] content) => new()
    {
        ["200"] = new OpenApiResponse { Description = "The answer.", Content = ContentOf(content) },
        ["default"] = new OpenApiResponse { Description = "An error.", Content = ContentOf((Json, _schemas.Reference(StatusName))) },
    };

    private OpenApiSecurityRequirement Requirement() => new() { [new OpenApiSecuritySchemeReference(Bearer, _document)] = [] };

    private static OpenApiParameter Text(string name, string description) =>
        new() { Name = name, In = ParameterLocation.Query, Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static Dictionary<string, OpenApiMediaType> ContentOf(params (string MediaType, IOpenApiSchema Schema)[] content) =>
        content.ToDictionary(pair => pair.MediaType, pair => new OpenApiMediaType { Schema = pair.Schema });
}
