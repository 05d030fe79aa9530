using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Syndication.Server.Configuration;

namespace Syndication.Server.Http.Feeds;

/// <summary>Accepts keys in the addresses of feeds, and sees to it that they are kept nowhere.</summary>
public static class FeedKeys
{
    /// <summary>What writes addresses with their parameters into the log, before any of our code sees them.</summary>
    private const string HostingLog = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <summary>Takes the key out of the address and has it count as if it had come in the header. What follows sees an address without it.</summary>
    public static IApplicationBuilder UseFeedKeys(this IApplicationBuilder app)
    {
        return app.ApplicationServices.GetRequiredService<IOptions<ServerOptions>>().Value.Feeds.KeyInQuery
            ? app.Use((http, next) =>
            {
                if (http.Request.Path.StartsWithSegments("/feeds") && http.Request.Query.TryGetValue(FeedKey.Parameter, out var key))
                {
                    http.Request.QueryString = QueryString.Create(http.Request.Query.Where(pair => pair.Key != FeedKey.Parameter));
                    if (http.Request.Headers.Authorization.Count == 0)
                    {
                        http.Request.Headers[HeaderNames.Authorization] = $"Bearer {key}";
                        http.Features.Set(new FeedKey(key.ToString()));
                    }
                }

                return next(http);
            })
            : app;
    }

    /// <summary>Keeps addresses with keys out of the log, whatever its configuration says.</summary>
    public static IServiceCollection AddFeedKeys(this IServiceCollection services)
    {
        services.AddOptions<LoggerFilterOptions>().PostConfigure<IOptions<ServerOptions>>((logging, server) =>
        {
            if (server.Value.Feeds.KeyInQuery)
            {
                // The last rule of the longest name counts, and one for a certain sink before one for all.
                foreach (var sink in logging.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToList())
                {
                    logging.Rules.Add(new LoggerFilterRule(sink, HostingLog, LogLevel.Warning, null));
                }
            }
        });
        return services;
    }
}
