using Syndication.Server.Http.Updates;

namespace Syndication.Server.Http;

/// <summary>What the server offers over HTTP beside gRPC and its transcoding.</summary>
public static class HttpEndpoints
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>What the endpoints are made of.</summary>
    public static IServiceCollection AddHttp(this IServiceCollection services)
    {
        services.AddSingleton<UpdatesEndpoint>();
        return services;
    }

    /// <summary>Maps the endpoints.</summary>
    public static void MapHttp(this IEndpointRouteBuilder app)
    {
        app.MapMethods("/v1/streams/{stream}/updates", Reading, (string stream, HttpContext http, UpdatesEndpoint updates) => updates.HandleAsync(http, stream));
    }
}
