using Syndication.Access;
using Syndication.Articles;
using Syndication.Publishing;
using Syndication.V1;

namespace Syndication.Changes;

/// <summary>Compares versions for a caller, as far as they are the caller's to see.</summary>
public sealed class VersionComparison(VisibleArticles articles)
{
    /// <summary>What changed between two versions.</summary>
    public async Task<Outcome<CompareVersionsResponse>> CompareAsync(
        CompareVersionsRequest request, ReadScope scope, CancellationToken cancellationToken)
    {
        var fields = new List<FieldViolation>();
        if (request.ArticleId.Length == 0)
        {
            fields.Add(new FieldViolation("article_id", "is required"));
        }

        if (request.FromVersion < 0)
        {
            fields.Add(new FieldViolation("from_version", "is negative"));
        }

        if (request.ToVersion < 0)
        {
            fields.Add(new FieldViolation("to_version", "is negative"));
        }

        if (fields.Count > 0)
        {
            return Rejection.OfFields(fields);
        }

        var newer = await ReadAsync(request.ArticleId, request.ToVersion, scope, cancellationToken);
        if (newer.Rejection is { } rejection)
        {
            return rejection;
        }

        var to = newer.Value.Content.Version;
        var from = request.FromVersion == 0 ? to - 1 : request.FromVersion;
        var response = new CompareVersionsResponse
        {
            ArticleId = newer.Value.Record.ArticleId,
            Status = newer.Value.Record.StatusOf(Math.Max(from, to)),
            Changes = new ArticleChanges { FromVersion = from, ToVersion = to },
        };
        if (from == 0)
        {
            return response;
        }

        // The later read decides whether the texts may be given out: a kill may have come between the two.
        var older = await ReadAsync(request.ArticleId, from, scope, cancellationToken);
        if (older.Rejection is { } refused)
        {
            return refused;
        }

        response.Changes = ArticleComparer.Compare(older.Value.Content, newer.Value.Content, ChangeLimits.OfCall)
            .Decode(body: request.View != ArticleView.Headlines, desk: scope.Desk);
        return response;
    }

    private async Task<Outcome<StoredArticle>> ReadAsync(string articleId, int version, ReadScope scope, CancellationToken cancellationToken)
    {
        var found = await articles.ReadAsync(articleId, version, scope, cancellationToken);
        if (found is null)
        {
            return version != 0 && await articles.ReadAsync(articleId, 0, scope, cancellationToken) is not null
                ? ArticleRejections.VersionNotFound(articleId, version)
                : ArticleRejections.NotFound(articleId);
        }

        return found.Record.BlankedFor(scope.HeldTexts) switch
        {
            null => found,
            ArticleStatus.Withdrawn => ArticleRejections.Withdrawn(articleId),
            { } status => new Rejection(ErrorReason.ArticleHeld, $"Article \"{articleId}\" is {status.ToString().ToLowerInvariant()}: its versions are not compared.")
            {
                Metadata = new Dictionary<string, string> { ["article_id"] = articleId, ["status"] = status.ToString().ToUpperInvariant() },
            },
        };
    }
}
