using System.Collections.Frozen;
using Syndication.V1;

namespace Syndication.Server.Access;

/// <summary>
/// Who may call what. Every method of the contract is named here: one that is not is refused to everybody, and a test fails.
/// What a partner is answered is narrower still (<see cref="Syndication.Access.VisibleArticles"/>).
/// </summary>
public static class RpcPolicies
{
    private static readonly CallerRole[] Administrators = [CallerRole.Administrator];
    private static readonly CallerRole[] Publishers = [CallerRole.Administrator, CallerRole.Publisher];
    private static readonly CallerRole[] Staff = [CallerRole.Administrator, CallerRole.Publisher, CallerRole.Reader];
    private static readonly CallerRole[] Partners = [CallerRole.Partner];
    private static readonly CallerRole[] AdministratorsAndPartners = [CallerRole.Administrator, CallerRole.Partner];
    private static readonly CallerRole[] Everybody = [CallerRole.Administrator, CallerRole.Publisher, CallerRole.Reader, CallerRole.Partner];

    private static readonly FrozenDictionary<string, CallerRole[]> Roles = new Dictionary<string, CallerRole[]>
    {
        ["/syndication.v1.PublishingService/PublishArticle"] = Publishers,
        ["/syndication.v1.PublishingService/ValidateArticle"] = Publishers,
        ["/syndication.v1.PublishingService/WithdrawArticle"] = Publishers,
        ["/syndication.v1.PublishingService/WithholdArticle"] = Publishers,
        ["/syndication.v1.PublishingService/ReleaseArticle"] = Publishers,
        ["/syndication.v1.PublishingService/ImportArticles"] = Publishers,

        ["/syndication.v1.ArticleService/GetArticle"] = Everybody,
        ["/syndication.v1.ArticleService/BatchGetArticles"] = Everybody,
        ["/syndication.v1.ArticleService/ListArticles"] = Everybody,
        ["/syndication.v1.ArticleService/ListArticleVersions"] = Everybody,
        ["/syndication.v1.ArticleService/CompareVersions"] = Everybody,
        ["/syndication.v1.ArticleService/GetNeighbors"] = Everybody,
        ["/syndication.v1.ArticleService/SearchArticles"] = Everybody,

        ["/syndication.v1.StreamService/CreateStream"] = Administrators,
        ["/syndication.v1.StreamService/UpdateStream"] = Administrators,
        ["/syndication.v1.StreamService/DeleteStream"] = Administrators,
        ["/syndication.v1.StreamService/GetStream"] = Everybody,
        ["/syndication.v1.StreamService/ListStreams"] = Everybody,
        ["/syndication.v1.StreamService/PreviewStream"] = Staff,

        ["/syndication.v1.VocabularyService/LoadVocabulary"] = Administrators,
        ["/syndication.v1.VocabularyService/DeleteVocabulary"] = Administrators,
        ["/syndication.v1.VocabularyService/ListVocabularies"] = Everybody,
        ["/syndication.v1.VocabularyService/GetVocabulary"] = Everybody,

        ["/syndication.v1.SubscriptionService/Subscribe"] = Everybody,
        ["/syndication.v1.SubscriptionService/PullUpdates"] = Everybody,
        ["/syndication.v1.SubscriptionService/Acknowledge"] = Everybody,
        ["/syndication.v1.SubscriptionService/ListSubscriptions"] = Everybody,
        ["/syndication.v1.SubscriptionService/ConfirmWithdrawal"] = Partners,
        ["/syndication.v1.SubscriptionService/ListWithdrawalReceipts"] = Staff,

        ["/syndication.v1.PartnerService/CreatePartner"] = Administrators,
        ["/syndication.v1.PartnerService/GetPartner"] = Administrators,
        ["/syndication.v1.PartnerService/ListPartners"] = Administrators,
        ["/syndication.v1.PartnerService/UpdatePartner"] = Administrators,
        ["/syndication.v1.PartnerService/DisablePartner"] = Administrators,
        ["/syndication.v1.PartnerService/IssueApiKey"] = Administrators,
        ["/syndication.v1.PartnerService/ListApiKeys"] = AdministratorsAndPartners,
        ["/syndication.v1.PartnerService/RevokeApiKey"] = Administrators,
        ["/syndication.v1.PartnerService/GrantStream"] = Administrators,
        ["/syndication.v1.PartnerService/RevokeStream"] = Administrators,
        ["/syndication.v1.PartnerService/GetUsage"] = AdministratorsAndPartners,
        ["/syndication.v1.PartnerService/ListAuditEvents"] = Administrators,

        ["/syndication.v1.DeliveryService/CreateWebhook"] = AdministratorsAndPartners,
        ["/syndication.v1.DeliveryService/GetWebhook"] = AdministratorsAndPartners,
        ["/syndication.v1.DeliveryService/ListWebhooks"] = AdministratorsAndPartners,
        ["/syndication.v1.DeliveryService/UpdateWebhook"] = AdministratorsAndPartners,
        ["/syndication.v1.DeliveryService/DeleteWebhook"] = AdministratorsAndPartners,
        ["/syndication.v1.DeliveryService/PauseWebhook"] = AdministratorsAndPartners,
        ["/syndication.v1.DeliveryService/ResumeWebhook"] = AdministratorsAndPartners,
        ["/syndication.v1.DeliveryService/RotateWebhookSecret"] = AdministratorsAndPartners,
        ["/syndication.v1.DeliveryService/RewindWebhook"] = AdministratorsAndPartners,
        ["/syndication.v1.DeliveryService/ListWebhookDeliveries"] = AdministratorsAndPartners,
        ["/syndication.v1.DeliveryService/TestWebhook"] = AdministratorsAndPartners,

        ["/syndication.v1.ServerService/GetServerInfo"] = Everybody,
        ["/syndication.v1.ServerService/GetCaller"] = Everybody,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Services that need no credential: what they tell is no secret, and they can be switched off.</summary>
    private static readonly string[] Open = ["/grpc.health.v1.Health/", "/grpc.reflection."];

    /// <summary>The roles that may call a method, as <c>/package.Service/Method</c>; empty for one that nobody has named.</summary>
    public static IReadOnlyList<CallerRole> RolesOf(string method) => Roles.GetValueOrDefault(method, []);

    /// <summary>Whether a method needs no credential.</summary>
    public static bool IsOpen(string method) => Open.Any(prefix => method.StartsWith(prefix, StringComparison.Ordinal));
}
