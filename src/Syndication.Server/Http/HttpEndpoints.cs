using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Syndication.Server.Configuration;
using Syndication.Server.Errors;
using Syndication.Server.Http.Contract;
using Syndication.Server.Http.Feeds;
using Syndication.Server.Http.Rest;
using Syndication.Server.Http.Updates;

namespace Syndication.Server.Http;

/// <summary>What the server offers over HTTP: the contract's calls as REST and as gRPC-Web, streams, and the contract itself.</summary>
public static class HttpEndpoints
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>What scripts of another origin may read of an answer, beside what every script may.</summary>
    private static readonly string[] Exposed =
    [
        "grpc-status", "grpc-message", "grpc-status-details-bin", "grpc-encoding", "grpc-accept-encoding",
        HeaderNames.ETag, HeaderNames.RetryAfter, HeaderNames.WWWAuthenticate, HeaderNames.Allow, ArticleForms.LossesHeader,
    ];

    /// <summary>What it is made of.</summary>
    public static IServiceCollection AddHttp(this IServiceCollection services)
    {
        services.AddGrpc().AddJsonTranscoding(json =>
        {
            // The same JSON as streams and the command line have.
            json.TypeRegistry = HttpErrors.Details;
            json.JsonSettings = new GrpcJsonSettings { IgnoreDefaultValues = true, WriteInt64sAsStrings = true };
        });
        services.AddCors();
        services.AddSingleton<ContractFiles>();
        services.AddSingleton<UpdatesEndpoint>();
        services.AddSingleton<FeedEndpoint>();
        services.AddFeedKeys();
        return services;
    }

    /// <summary>What stands around every request, in order: other origins, errors, gRPC-Web.</summary>
    public static void UseHttp(this IApplicationBuilder app)
    {
        var origins = app.ApplicationServices.GetRequiredService<IOptions<ServerOptions>>().Value.Cors.List;
        if (origins.Count > 0)
        {
            // Callers are known by what their scripts send, never by a cookie: no credentials in the sense of CORS.
            app.UseCors(policy => policy.WithOrigins([.. origins]).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders(Exposed).SetPreflightMaxAge(TimeSpan.FromHours(1)));
        }

        app.UseHttpErrors();
        app.UseFeedKeys();
        app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
    }

    /// <summary>Maps the endpoints that are no calls of the contract.</summary>
    public static void MapHttp(this IEndpointRouteBuilder app)
    {
        app.MapMethods("/v1/streams/{stream}/updates", Reading, (string stream, HttpContext http, UpdatesEndpoint updates) => updates.HandleAsync(http, stream));
        app.MapMethods("/feeds/{stream}.atom", Reading, (string stream, HttpContext http, FeedEndpoint feeds) => feeds.HandleAsync(http, stream, AtomFeed.MediaType, AtomFeed.Write));
        app.MapMethods("/feeds/{stream}.json", Reading, (string stream, HttpContext http, FeedEndpoint feeds) => feeds.HandleAsync(http, stream, JsonFeed.MediaType, JsonFeed.Write));
        app.MapMethods("/openapi/v1.json", Reading, (ContractFiles contract) => Send(contract.OpenApi, "application/json"));
        app.MapMethods("/protos.zip", Reading, (ContractFiles contract) => Send(contract.Archive, "application/zip"));
        app.MapMethods("/protos.binpb", Reading, (ContractFiles contract) => Send(contract.Descriptors, "application/octet-stream"));
    }

    private static IResult Send(ContractFiles.Download download, string mediaType) => Results.Bytes(download.Bytes, mediaType, entityTag: download.Tag);
}
