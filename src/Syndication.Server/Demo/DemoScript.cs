using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syndication.V1;

namespace Syndication.Server.Demo;

/// <summary>Something that the demo does.</summary>
/// <param name="Due">When.</param>
/// <param name="Request">A request of the contract's PublishingService.</param>
public sealed record DemoStep(DateTimeOffset Due, IMessage Request);

/// <summary>
/// What happens to the sample wire, once per database: new articles, then corrections, updates, an embargo that lifts, a
/// hold, a kill, an expiry.
/// </summary>
/// <remarks>
/// All times count from when the opening was committed, and a repeated opening answers that same time. So every request is
/// the same after a restart, its <c>request_id</c> makes it a repetition, and a script that was cut short goes on.
/// </remarks>
public static class DemoScript
{
    /// <summary>How long after the opening the embargo lifts.</summary>
    public static readonly TimeSpan EmbargoLift = TimeSpan.FromSeconds(40);

    /// <summary>How long after the opening the article with a time of use expires.</summary>
    public static readonly TimeSpan Expiry = TimeSpan.FromSeconds(75);

    /// <summary>The first article.</summary>
    public static PublishArticleRequest Opening { get; } = Publish("detroit-accord.1");

    /// <summary>All that follows, in order.</summary>
    /// <param name="opened">When <see cref="Opening"/> was committed.</param>
    public static IReadOnlyList<DemoStep> After(DateTimeOffset opened)
    {
        return
        [
            At(0, Publish("detroit-reactions.1")),
            At(0, Publish("strait-deal.1")),
            At(0, Publish("detroit-ar.1")),
            At(0, Publish("valmere-scrutin.1")),
            At(0, Publish("presse-droits.1")),
            At(0, Publish("sommet-eaux.1")),
            At(0, Publish("bac-greve.1")),
            At(0, Publish("dragues-enquete.1")),
            At(0, Publish("baleines-dialecte.1")),
            At(0, Publish("harbour-cup.1")),
            At(0, Publish("comet-lander.1")),
            At(0, Publish("gletscher.1")),
            At(0, Publish("sturmwarnung.1")),
            At(0, Publish("biblioteca-barca.1")),
            At(0, Publish("umikusa.1")),
            At(0, Publish("expo-phares.1", expires: opened + Expiry)),
            At(0, Publish("budget-lomarie.1", embargo: opened + EmbargoLift)),
            At(6, Publish("tavors-seisme.1")),
            At(12, Publish("valmere-scrutin.2")),
            At(18, Publish("tavors-seisme.2")),

            // Without its political subject it leaves world-fr.
            At(24, Publish("bac-greve.2")),
            At(30, new WithholdArticleRequest
            {
                RequestId = "demo-withhold-sommet-eaux",
                ArticleId = "demo-sommet-eaux",
                Advisory = "Ne pas utiliser : chiffres en cours de vérification.",
                InternalReason = "Le secrétariat conteste le coût de Col-Perdu.",
            }),
            At(36, Publish("harbour-cup.2")),
            At(46, new ReleaseArticleRequest { RequestId = "demo-release-sommet-eaux", ArticleId = "demo-sommet-eaux" }),
            At(54, new WithdrawArticleRequest
            {
                RequestId = "demo-withdraw-dragues-enquete",
                ArticleId = "demo-dragues-enquete",
                Advisory = "Annulation : la personne entendue n'est pas un ancien ministre. Retirez toutes les versions.",
                InternalReason = "Source unique, démentie par le parquet.",
            }),
            At(62, Publish("sommet-eaux.2")),
        ];

        DemoStep At(int seconds, IMessage request) => new(opened + TimeSpan.FromSeconds(seconds), request);
    }

    private static PublishArticleRequest Publish(string name, DateTimeOffset? embargo = null, DateTimeOffset? expires = null)
    {
        var article = DemoWire.Read(name);
        article.EmbargoTime = embargo is { } lift ? Timestamp.FromDateTimeOffset(lift) : null;
        article.ExpireTime = expires is { } end ? Timestamp.FromDateTimeOffset(end) : null;
        return new PublishArticleRequest
        {
            RequestId = $"demo-{name}",
            Article = article,
            Change = name.EndsWith(".1", StringComparison.Ordinal) ? ChangeType.New
                : article.Correction is not null ? ChangeType.Correction
                : ChangeType.Update,
        };
    }
}
