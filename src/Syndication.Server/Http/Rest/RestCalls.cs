using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Syndication.Server.Access;
using Syndication.Server.Errors;
using Syndication.V1;
using RpcStatus = Google.Rpc.Status;

namespace Syndication.Server.Http.Rest;

/// <summary>
/// Stands around JSON transcoding, which answers the contract's unary calls over HTTP. Transcoding steps over fields and
/// parameters that it does not know, and has no reasons for what it cannot read: here both are errors like any other.
/// </summary>
public static class RestCalls
{
    /// <summary>The largest body that is read, as over gRPC.</summary>
    public const int MaxRequestBytes = 16 * 1024 * 1024;

    private static readonly JsonParser Strict = JsonParser.Default;
    private static readonly JsonParser Answers = new(JsonParser.Settings.Default.WithTypeRegistry(HttpErrors.Details));

    /// <summary>Checks requests before transcoding reads them, and completes the errors that it answers.</summary>
    public static IApplicationBuilder UseRestCalls(this IApplicationBuilder app) => app.Use((http, next) =>
        http.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is { } call ? AnswerAsync(http, call, next) : next(http));

    private static async Task AnswerAsync(HttpContext http, GrpcJsonTranscodingMetadata call, RequestDelegate next)
    {
        // Who is not known is not read from.
        http.Caller();
        CheckQuery(http.Request, call);
        var isArticle = call.MethodDescriptor.FullName == "syndication.v1.ArticleService.GetArticle";
        var form = isArticle ? ArticleForms.Choose(http.Request) : null;
        if (call.HttpRule.Body.Length > 0)
        {
            http.Request.Body = await ReadBodyAsync(http, call.MethodDescriptor.InputType);
        }

        // Answers are bounded by what stock clients accept over gRPC. Kept back, because an error is not answered as transcoding has it.
        var body = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var answer = new MemoryStream();
        http.Response.Body = answer;
        try
        {
            await next(http);
        }
        finally
        {
            http.Features.Set(body);
        }

        if (http.Response.StatusCode >= StatusCodes.Status400BadRequest)
        {
            await HttpErrors.WriteAsync(http, Complete(Answers.Parse<RpcStatus>(new StreamReader(new MemoryStream(answer.ToArray())).ReadToEnd())));
            return;
        }

        http.Response.Headers.CacheControl = "no-store";
        if (isArticle)
        {
            http.Response.Headers.Vary = HeaderNames.Accept;
        }

        var bytes = form is var (format, mediaType) ? ArticleForms.Write(http.Response, answer, format, mediaType) : answer.GetBuffer().AsMemory(0, (int)answer.Length);
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }

    /// <summary>Our own errors have details; one that has none comes from transcoding, which could not read the request.</summary>
    private static RpcStatus Complete(RpcStatus status) =>
        status.Details.Count > 0 ? status : RpcErrors.StatusOf(new Rejection(ErrorReason.HttpRequestMalformed, status.Message));

    private static async Task<MemoryStream> ReadBodyAsync(HttpContext http, MessageDescriptor type)
    {
        if (!http.Request.HasJsonContentType())
        {
            throw RpcErrors.Of(new Rejection(ErrorReason.MediaTypeUnsupported, $"The body's media type is \"{http.Request.ContentType}\"; send application/json.")
            {
                Metadata = new Dictionary<string, string> { ["media_types"] = "application/json" },
            });
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxRequestBytes;
        }

        var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        try
        {
            Strict.Parse(new StreamReader(new MemoryStream(body.GetBuffer(), 0, (int)body.Length)), type);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw RpcErrors.Of(new Rejection(ErrorReason.HttpRequestMalformed, $"The body is no JSON of {type.FullName}: {exception.Message}"));
        }

        body.Position = 0;

        // Checked as UTF-8, as JSON has to be (RFC 8259, section 8.1), and read as what was checked.
        http.Request.Headers[HeaderNames.ContentType] = "application/json";
        return body;
    }

    private static void CheckQuery(HttpRequest request, GrpcJsonTranscodingMetadata call)
    {
        var type = call.MethodDescriptor.InputType;
        var problems = new List<FieldViolation>();
        foreach (var (name, values) in request.Query)
        {
            var problem = call.HttpRule.Body.Length > 0 ? "is no parameter: this call takes its fields from the body" : ProblemOf(type, name.Split('.'), values);
            if (problem is not null)
            {
                problems.Add(new FieldViolation(name, problem));
            }
        }

        if (problems.Count > 0)
        {
            throw RpcErrors.Of(Rejection.OfFields(problems));
        }
    }

    /// <summary>What is wrong with a parameter, which names a field by its path, in either spelling of JSON; null for nothing.</summary>
    private static string? ProblemOf(MessageDescriptor type, ReadOnlySpan<string> path, StringValues values)
    {
        var name = path[0];
        var field = type.FindFieldByName(name) ?? type.Fields.InDeclarationOrder().FirstOrDefault(field => field.JsonName == name);
        if (field is null)
        {
            return $"is no field of {type.FullName}";
        }

        if (path.Length > 1)
        {
            return field.FieldType == FieldType.Message && !field.IsRepeated ? ProblemOf(field.MessageType, path[1..], values) : $"{name} has no fields";
        }

        if (values.Count != 1 && !field.IsRepeated)
        {
            return "is given more than once";
        }

        try
        {
            var texts = values.Select(value => field.FieldType == FieldType.Bool ? value : JsonSerializer.Serialize(value));
            Strict.Parse($"{{\"{field.JsonName}\":{(field.IsRepeated ? $"[{string.Join(',', texts)}]" : texts.Single())}}}", type);
            return null;
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            return $"\"{values}\" is no {(field.FieldType == FieldType.Enum ? field.EnumType.Name : field.FieldType.ToString().ToLowerInvariant())}";
        }
    }
}
