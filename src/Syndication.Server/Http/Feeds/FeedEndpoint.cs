using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Syndication.Articles;
using Syndication.Server.Access;
using Syndication.Server.Configuration;
using Syndication.Server.Errors;
using Syndication.V1;

namespace Syndication.Server.Http.Feeds;

/// <summary>
/// <c>GET /feeds/{stream}.atom</c> and <c>.json</c>: a stream for software that speaks nothing of this service. Parameters:
/// <c>view=headlines</c>, <c>page_size</c>, <c>page_token</c>.
/// </summary>
public sealed class FeedEndpoint(
    ArticleFeed feeds, ReadScopes scopes, ReadRecorder reads, Admission admission, Quotas quotas, IOptions<ServerOptions> options, TimeProvider time)
{
    /// <summary>Whoever may list articles may read feeds.</summary>
    private const string Method = "/syndication.v1.ArticleService/ListArticles";

    /// <summary>A change within the second that a time names may have come after the answer.</summary>
    private static readonly TimeSpan TimeGrain = TimeSpan.FromSeconds(2);

    private static readonly string[] Known = ["view", "page_size", "page_token"];

    /// <summary>Answers a request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="mediaType">The format's media type.</param>
    /// <param name="write">Writes the format.</param>
    public async Task HandleAsync(HttpContext http, string stream, string mediaType, Func<Feed, byte[]> write)
    {
        var partnerId = admission.Admit(http, Method);
        var request = Read(stream, http.Request.Query);
        var scope = await scopes.OfAsync(http.Caller(), includeHeld: false, http.RequestAborted);
        var page = (await feeds.ReadAsync(request, scope, http.RequestAborted)).Unwrap();
        var feed = FeedOf(http, request, page);

        var response = http.Response;
        var tag = TagOf(feed, mediaType, request.View);
        response.Headers.ETag = tag.ToString();
        response.Headers.LastModified = HeaderUtilities.FormatDate(feed.ChangeTime);
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.Vary = HeaderNames.Authorization;
        if (IsKnown(http.Request, tag, feed.ChangeTime))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = mediaType;
        if (HttpMethods.IsHead(http.Request.Method))
        {
            return;
        }

        // Recorded before it is given, like every read; a tombstone tells a partner of its kill.
        await reads.RecordAsync([.. page.Items.Select(item => item.Article)], http, http.RequestAborted);
        var bytes = write(feed);
        if (partnerId is not null)
        {
            quotas.AddBytes(partnerId, bytes.Length);
        }

        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, http.RequestAborted);
    }

    private ListArticlesRequest Read(string stream, IQueryCollection query)
    {
        var errors = query.Keys.Where(name => !Known.Contains(name))
            .Select(name => new FieldViolation(name, $"is no parameter; there are {string.Join(", ", Known)}"))
            .ToList();
        var size = 0;
        if (query.TryGetValue("page_size", out var text) && !int.TryParse(text, out size))
        {
            errors.Add(new FieldViolation("page_size", "is no number"));
        }

        var view = query["view"].ToString();
        if (view is not ("" or "full" or "headlines"))
        {
            errors.Add(new FieldViolation("view", "is neither full nor headlines"));
        }

        return errors.Count > 0 ? throw RpcErrors.Of(Rejection.OfFields(errors)) : new ListArticlesRequest
        {
            Stream = stream,
            View = view == "headlines" || options.Value.Feeds.HeadlinesOnly ? ArticleView.Headlines : ArticleView.Full,
            PageSize = size,
            PageToken = query["page_token"].ToString(),
        };
    }

    private Feed FeedOf(HttpContext http, ListArticlesRequest request, ArticleFeedPage page)
    {
        var address = options.Value.Feeds.PublicUrl.TrimEnd('/') is { Length: > 0 } configured ? configured : $"{http.Request.Scheme}://{http.Request.Host}";
        var path = address + UriHelper.BuildRelative(http.Request.PathBase, http.Request.Path);
        var kept = new List<KeyValuePair<string, string?>>();
        if (http.Request.Query.TryGetValue("view", out var view))
        {
            kept.Add(new("view", view));
        }

        if (request.PageSize > 0)
        {
            kept.Add(new("page_size", $"{request.PageSize}"));
        }

        if (options.Value.Feeds.KeyInLinks && http.Features.Get<FeedKey>() is { } key)
        {
            kept.Add(new(FeedKey.Parameter, key.Secret));
        }

        Uri With(string token) => new(path + QueryString.Create(token.Length > 0 ? kept.Append(new("page_token", token)) : kept));
        return new Feed(
            request.Stream, page, address, With(request.PageToken), With(""), page.NextPageToken.Length > 0 ? With(page.NextPageToken) : null);
    }

    /// <summary>
    /// Names what the page holds. Of the page and not of its bytes, which have another token for the next page each time; weak for
    /// that reason.
    /// </summary>
    private static EntityTagHeaderValue TagOf(Feed feed, string mediaType, ArticleView view)
    {
        var content = new StringBuilder($"{mediaType}\n{view}\n{feed.Title}\n{feed.Self}\n{feed.Next is null}\n");
        foreach (var item in feed.Page.Items)
        {
            content.Append(CultureInfo.InvariantCulture, $"{item.Article.ArticleId} {item.Article.Version} {item.Article.Status} {item.ChangeTime.UtcTicks}\n");
        }

        return new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content.ToString())))[..32]}\"", isWeak: true);
    }

    /// <summary>Whether the reader has the page already. The tag counts before the time (RFC 9110, section 13.2.2), which must be the one that was given.</summary>
    private bool IsKnown(Microsoft.AspNetCore.Http.HttpRequest request, EntityTagHeaderValue tag, DateTimeOffset changeTime)
    {
        var headers = request.GetTypedHeaders();
        if (headers.IfNoneMatch.Count > 0)
        {
            return headers.IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false));
        }

        return headers.IfModifiedSince is { } since
            && since.ToUnixTimeSeconds() == changeTime.ToUnixTimeSeconds()
            && time.GetUtcNow() - changeTime > TimeGrain;
    }
}
