using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Syndication.Audit;
using Syndication.Receipts;
using Syndication.Server.Errors;
using Syndication.V1;

namespace Syndication.Server.Access;

/// <summary>Records what the answer to a call gives away, before it is given: to partners every article, to all what is held.</summary>
public sealed class ReadRecorder(DeliveryRecorder deliveries, AuditTrail audit)
{
    /// <summary>Records an answer.</summary>
    /// <returns>The answer.</returns>
    /// <exception cref="RpcException">There is none.</exception>
    public async Task<T> RecordAsync<T>(Outcome<T> outcome, ServerCallContext context)
        where T : IMessage
    {
        var response = outcome.Unwrap();
        await RecordAsync(ArticlesOf(response), context.GetHttpContext(), context.CancellationToken);
        return response;
    }

    /// <summary>Records articles that an answer of another form gives away.</summary>
    public async Task RecordAsync(IReadOnlyList<Article> articles, HttpContext http, CancellationToken cancellationToken)
    {
        var caller = http.Caller();
        await audit.RecordHeldAsync(caller, http.Address(), articles, cancellationToken);
        if (caller.IsPartner)
        {
            await deliveries.RecordReadsAsync(caller.Principal, articles, cancellationToken);
            if (articles.Any(article => article.Status == ArticleStatus.Withdrawn))
            {
                http.OnTaken(() => deliveries.OnAnswered(caller.Principal, articles));
            }
        }
    }

    /// <summary>The articles in an answer. One that is not known here must not be given.</summary>
    private static List<Article> ArticlesOf(IMessage response) => response switch
    {
        GetArticleResponse one => [one.Article],
        BatchGetArticlesResponse several => [.. several.Articles],
        ListArticlesResponse list => [.. list.Articles],
        CompareVersionsResponse compared => [ComparedOf(compared)],
        ListArticleVersionsResponse versions => [.. versions.Versions],
        SearchArticlesResponse found => [.. found.Results.Select(result => result.Article)],
        GetNeighborsResponse near => [.. new[] { near.Previous, near.Next, near.LinkedPrevious, near.LinkedNext }.OfType<Article>()],
        _ => throw new InvalidOperationException($"What {response.Descriptor.Name} gives away is not known."),
    };

    /// <summary>What a comparison gives away is text, so it counts like the newer of its versions with a text.</summary>
    private static Article ComparedOf(CompareVersionsResponse compared) => new()
    {
        ArticleId = compared.ArticleId,
        Version = Math.Max(compared.Changes.FromVersion, compared.Changes.ToVersion),
        Status = compared.Status,
        VersionTime = new Timestamp(),
    };
}
