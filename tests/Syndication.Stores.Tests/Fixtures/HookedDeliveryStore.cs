using Syndication.Log;
using Syndication.Receipts;

namespace Syndication.Stores.Tests.Fixtures;

/// <summary>A store of deliveries that counts its transactions, and goes away with the log's.</summary>
public sealed class HookedDeliveryStore(IDeliveryStore inner, HookedLogStore log) : IDeliveryStore
{
    private int _writes;

    /// <summary>How many transactions were written.</summary>
    public int Writes => _writes;

    /// <summary>Called before each write: what it throws, the node sees.</summary>
    public Func<IReadOnlyList<DeliveryWrite>, Task>? Hook { get; set; }

    public async Task<IReadOnlyList<DateTimeOffset>> WriteAsync(
        IReadOnlyList<DeliveryWrite> writes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (log.IsAway)
        {
            throw new StoreUnavailableException("The test has taken the database away.");
        }

        await (Hook?.Invoke(writes) ?? Task.CompletedTask);
        Interlocked.Increment(ref _writes);
        return await inner.WriteAsync(writes, now, cancellationToken);
    }

    public Task<IReadOnlyList<SentArticle>> ReadSentAsync(
        IReadOnlyCollection<long> articleKeys, string? partnerId, CancellationToken cancellationToken) =>
        inner.ReadSentAsync(articleKeys, partnerId, cancellationToken);

    public Task<KilledArticle?> FindArticleAsync(string articleId, CancellationToken cancellationToken) =>
        inner.FindArticleAsync(articleId, cancellationToken);

    public Task<IReadOnlyList<KilledArticle>> ListKilledAsync(long before, int maxCount, CancellationToken cancellationToken) =>
        inner.ListKilledAsync(before, maxCount, cancellationToken);

    public Task<IReadOnlyList<StreamContact>> ReadContactsAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        inner.ReadContactsAsync(since, cancellationToken);

    public Task<DateTimeOffset?> ConfirmAsync(WithdrawalConfirmation confirmation, CancellationToken cancellationToken) =>
        inner.ConfirmAsync(confirmation, cancellationToken);
}
