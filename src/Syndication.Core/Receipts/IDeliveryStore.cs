using Syndication.Log;

namespace Syndication.Receipts;

/// <summary>
/// Who was sent what, in the database. May say more than was sent, never less; of kills only what is known. Any member may
/// throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IDeliveryStore
{
    /// <summary>Writes in one transaction, one after the other.</summary>
    /// <param name="writes">What to write.</param>
    /// <param name="now">The time.</param>
    /// <returns>For each <see cref="DeliveryWrite.Reserve"/> the commit time up to which its reader may send now; default for the others.</returns>
    Task<IReadOnlyList<DateTimeOffset>> WriteAsync(IReadOnlyList<DeliveryWrite> writes, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Who was sent some articles, or may have been, and what became of their kills; by article and partner.</summary>
    /// <param name="articleKeys">The articles.</param>
    /// <param name="partnerId">Only this partner; null for all.</param>
    Task<IReadOnlyList<SentArticle>> ReadSentAsync(
        IReadOnlyCollection<long> articleKeys, string? partnerId, CancellationToken cancellationToken);

    /// <summary>One article, killed or not; null when there is none.</summary>
    Task<KilledArticle?> FindArticleAsync(string articleId, CancellationToken cancellationToken);

    /// <summary>The killed articles, newest kill first.</summary>
    /// <param name="before">Exclusive: the number of a kill; <see cref="long.MaxValue"/> starts with the newest.</param>
    /// <param name="maxCount">How many at most.</param>
    Task<IReadOnlyList<KilledArticle>> ListKilledAsync(long before, int maxCount, CancellationToken cancellationToken);

    /// <summary>Who was connected to which stream at or after a time.</summary>
    Task<IReadOnlyList<StreamContact>> ReadContactsAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Stores a confirmation, and the event of the audit, if the article is killed and the partner was sent it, or may have been.</summary>
    /// <returns>When it was confirmed first; null when there is nothing to confirm.</returns>
    Task<DateTimeOffset?> ConfirmAsync(WithdrawalConfirmation confirmation, CancellationToken cancellationToken);
}

/// <summary>Something to write about deliveries.</summary>
public abstract record DeliveryWrite
{
    private DeliveryWrite()
    {
    }

    /// <summary>
    /// Reserves a range, before its first frame or when a frame's updates are too new for the reservation: extends the range
    /// of that id, else goes on with a closed or abandoned one of the same reader that reaches up to the place, else begins one.
    /// </summary>
    /// <param name="Id">Random; the same as before to extend.</param>
    /// <param name="Reader">Who reads what.</param>
    /// <param name="Place">The place before what is to be sent: exclusive.</param>
    /// <param name="Head">Up to where the node had applied kills when the reading began.</param>
    /// <param name="Through">Where the range ends, if that is known already: it is closed with it.</param>
    public sealed record Reserve(long Id, DeliveryReader Reader, long Place, long Head, long? Through) : DeliveryWrite;

    /// <summary>Ends a range.</summary>
    /// <param name="Id">Which.</param>
    /// <param name="Through">The last entry that may have been sent.</param>
    public sealed record Close(long Id, long Through) : DeliveryWrite;

    /// <summary>A partner is given the texts of articles by a call.</summary>
    public sealed record Read(string PartnerId, IReadOnlyCollection<string> ArticleIds) : DeliveryWrite;

    /// <summary>A kill has been taken by a partner's transport.</summary>
    public sealed record KillSent(string PartnerId, string ArticleId, DateTimeOffset Time) : DeliveryWrite;

    /// <summary>A partner is connected to a stream.</summary>
    public sealed record Contact(StreamContact Seen) : DeliveryWrite;
}

/// <summary>A partner's reader of a stream.</summary>
/// <param name="PartnerId">The partner.</param>
/// <param name="Consumer">Which of its systems.</param>
/// <param name="StreamKey">The stream in its filter's revision.</param>
/// <param name="Held">Whether it is sent held articles.</param>
public readonly record struct DeliveryReader(string PartnerId, string Consumer, long StreamKey, bool Held);

/// <summary>A partner was connected to a stream.</summary>
public readonly record struct StreamContact(string PartnerId, long StreamKey, bool Held);

/// <summary>An article, and its kill.</summary>
/// <param name="ArticleKey">The store's key.</param>
/// <param name="ArticleId">The contract's id.</param>
/// <param name="Number">The number of the kill; 0 when there is none.</param>
/// <param name="WithdrawTime">When it was killed; null when it is not.</param>
/// <param name="Memberships">The streams to which the kill goes.</param>
public sealed record KilledArticle(
    long ArticleKey, string ArticleId, long Number, DateTimeOffset? WithdrawTime, IReadOnlyList<Membership> Memberships);

/// <summary>A partner was sent an article, or may have been.</summary>
/// <param name="ArticleKey">The article.</param>
/// <param name="PartnerId">The partner.</param>
/// <param name="StreamIds">The streams by which it was sent, as far as they still exist, by name.</param>
/// <param name="SentTime">When the kill was known to be sent; null when it is not.</param>
/// <param name="Confirmation">The partner's confirmation; null when there is none.</param>
public sealed record SentArticle(
    long ArticleKey, string PartnerId, IReadOnlyList<string> StreamIds, DateTimeOffset? SentTime, ConfirmedWithdrawal? Confirmation);

/// <summary>A confirmed kill.</summary>
public sealed record ConfirmedWithdrawal(string Consumer, string Note, DateTimeOffset Time);

/// <summary>A kill to be confirmed.</summary>
/// <param name="ArticleId">The article.</param>
/// <param name="Confirmed">By which of the partner's systems, what it said, and when.</param>
/// <param name="Event">The event of the audit; its principal is the partner.</param>
public sealed record WithdrawalConfirmation(string ArticleId, ConfirmedWithdrawal Confirmed, Audit.AuditRecord Event);
