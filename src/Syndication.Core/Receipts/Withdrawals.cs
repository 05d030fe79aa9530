using Google.Protobuf.WellKnownTypes;
using Syndication.Access;
using Syndication.Audit;
using Syndication.Log;
using Syndication.Publishing;
using Syndication.Streams;
using Syndication.Subscriptions;
using Syndication.Tokens;
using Syndication.V1;

namespace Syndication.Receipts;

/// <summary>Follows kills up: who was sent the article, who the kill, who has confirmed it. Answers from the database, so every node says the same.</summary>
public sealed class Withdrawals(
    IDeliveryStore store, ILogStore log, IAccessStore access, PageTokens pages, WithdrawalOptions options, TimeProvider time)
{
    private const int MaxNote = 2000;

    /// <summary>How many kills are looked at together.</summary>
    private const int KillsAtOnce = 50;

    /// <summary>How many kills a page looks at: it may end short, with a token to go on.</summary>
    private const int MaxKills = 1000;

    /// <summary>How long ago a partner may have been connected last and still counts as one that comes back.</summary>
    private static readonly TimeSpan ContactPatience = 4 * DeliveryRecorder.ContactInterval;

    /// <summary>Stores that a partner has taken a killed article down.</summary>
    /// <param name="caller">The partner.</param>
    /// <param name="address">From where it calls.</param>
    /// <param name="request">The article, and what was done.</param>
    public async Task<Outcome<ConfirmWithdrawalResponse>> ConfirmAsync(
        Caller caller, string address, ConfirmWithdrawalRequest request, CancellationToken cancellationToken)
    {
        var fields = new List<FieldViolation>();
        Publisher.CheckRequestId(fields, request.RequestId);
        if (request.ArticleId.Length == 0)
        {
            fields.Add(new FieldViolation("article_id", "is required"));
        }

        if (request.Note.Length > MaxNote && request.Note.EnumerateRunes().Count() > MaxNote)
        {
            fields.Add(new FieldViolation("note", $"is longer than {MaxNote} code points"));
        }

        var consumer = Consumers.NameOf(request.Consumer);
        if (consumer.Rejection is { } badName)
        {
            fields.AddRange(badName.Fields);
        }

        if (fields.Count > 0)
        {
            return Rejection.OfFields(fields);
        }

        var now = LogTime.Floor(time.GetUtcNow());
        var confirmed = await store.ConfirmAsync(
            new WithdrawalConfirmation(
                request.ArticleId,
                new ConfirmedWithdrawal(consumer.Value, request.Note, now),
                new AuditRecord
                {
                    Time = now,
                    Action = AuditAction.ConfirmWithdrawal,
                    Principal = caller.Principal,
                    KeyId = caller.KeyId,
                    Subject = request.ArticleId,
                    Detail = consumer.Value,
                    Address = address,
                }),
            cancellationToken);
        return confirmed is { } at
            ? new ConfirmWithdrawalResponse { ConfirmTime = Timestamp.FromDateTimeOffset(at) }
            : ArticleRejections.NotFound(request.ArticleId);
    }

    /// <summary>Lists receipts: of one article, or of all kills, newest first.</summary>
    public async Task<Outcome<ListWithdrawalReceiptsResponse>> ListAsync(ListWithdrawalReceiptsRequest request, CancellationToken cancellationToken)
    {
        var wrong = request.States.FirstOrDefault(state => !System.Enum.IsDefined(state) || state == ReceiptState.Unspecified, ReceiptState.Unspecified);
        if (request.States.Count > 0 && (wrong != ReceiptState.Unspecified || request.States.Contains(ReceiptState.Unspecified)))
        {
            return Rejection.OfField("states", $"{(int)wrong} is no state");
        }

        var arguments = request.Clone();
        arguments.PageToken = "";
        arguments.PageSize = 0;
        var page = await pages.OpenAsync(arguments, request.PageSize, request.PageToken, cancellationToken);
        if (page.Rejection is { } rejection)
        {
            return rejection;
        }

        var (size, place) = page.Value;
        var reach = await ReadReachAsync(cancellationToken);
        var response = new ListWithdrawalReceiptsResponse();
        if (request.ArticleId.Length > 0)
        {
            var article = await store.FindArticleAsync(request.ArticleId, cancellationToken);
            if (article is null)
            {
                return ArticleRejections.NotFound(request.ArticleId);
            }

            var left = await AddAsync(response, [article], request, size, (int)place.Second, reach, cancellationToken);
            response.NextPageToken = left is { } at ? pages.Seal(arguments, new PagePlace(0, at.Skip)) : "";
            return response;
        }

        var before = place.First == 0 ? long.MaxValue : place.First;
        var skip = (int)place.Second;
        for (var seen = 0; seen < MaxKills; seen += KillsAtOnce)
        {
            var kills = await store.ListKilledAsync(before, KillsAtOnce, cancellationToken);
            if (await AddAsync(response, kills, request, size, skip, reach, cancellationToken) is { } at)
            {
                // The place is before the kill that is not done: numbers are whole, so it is named by the one after it.
                response.NextPageToken = pages.Seal(arguments, new PagePlace(at.Kill.Number + 1, at.Skip));
                return response;
            }

            skip = 0;
            if (kills.Count < KillsAtOnce)
            {
                return response;
            }

            before = kills[^1].Number;
        }

        response.NextPageToken = pages.Seal(arguments, new PagePlace(before));
        return response;
    }

    /// <summary>Adds receipts until the page is full.</summary>
    /// <param name="skip">How many partners of the first article are done: they come by name, and none ever leaves.</param>
    /// <returns>Where the page ended; null when all were added.</returns>
    private async Task<(KilledArticle Kill, int Skip)?> AddAsync(
        ListWithdrawalReceiptsResponse response, IReadOnlyList<KilledArticle> articles, ListWithdrawalReceiptsRequest request,
        int size, int skip, Reach reach, CancellationToken cancellationToken)
    {
        var sent = (await store.ReadSentAsync(
            [.. articles.Select(article => article.ArticleKey)], request.Partner.Length == 0 ? null : request.Partner, cancellationToken))
            .ToLookup(receipt => receipt.ArticleKey);
        foreach (var article in articles)
        {
            var done = skip;
            foreach (var receipt in sent[article.ArticleKey].OrderBy(receipt => receipt.PartnerId, StringComparer.Ordinal).Skip(skip))
            {
                if (response.Receipts.Count == size)
                {
                    return (article, done);
                }

                var shown = Show(article, receipt, reach);
                if (request.States.Count == 0 || request.States.Contains(shown.State))
                {
                    response.Receipts.Add(shown);
                }

                done++;
            }

            skip = 0;
        }

        return null;
    }

    private WithdrawalReceipt Show(KilledArticle article, SentArticle sent, Reach reach)
    {
        var receipt = new WithdrawalReceipt
        {
            ArticleId = article.ArticleId,
            WithdrawTime = article.WithdrawTime is { } killed ? Timestamp.FromDateTimeOffset(killed) : null,
            Partner = sent.PartnerId,
            SentTime = sent.SentTime is { } at ? Timestamp.FromDateTimeOffset(at) : null,
            Contact = reach.Access.FindPartner(sent.PartnerId)?.Contact ?? "",
            Streams = { sent.StreamIds },
        };
        if (sent.Confirmation is { } confirmation)
        {
            receipt.ConfirmTime = Timestamp.FromDateTimeOffset(confirmation.Time);
            receipt.ConfirmConsumer = confirmation.Consumer;
            receipt.ConfirmNote = confirmation.Note;
        }

        receipt.State = article.WithdrawTime is not { } withdrawTime ? ReceiptState.NotWithdrawn
            : sent.Confirmation is not null ? ReceiptState.Confirmed
            : sent.SentTime is null && !CanReach(article, sent.PartnerId, reach) ? ReceiptState.Unreachable
            : reach.Now - withdrawTime > options.ConfirmWithin ? ReceiptState.Overdue
            : sent.SentTime is null ? ReceiptState.Pending
            : ReceiptState.Sent;
        return receipt;
    }

    /// <summary>Whether a partner has a key, a grant for a stream to which the kill goes, and a connection to it, or had one a moment ago.</summary>
    private static bool CanReach(KilledArticle article, string partnerId, Reach reach)
    {
        if (reach.Access.FindPartner(partnerId) is not { Disabled: false })
        {
            return false;
        }

        // A partner that never had a key comes with tokens of another party; whether one is in force only a connection shows.
        var keys = reach.Access.Keys.Where(record => record.Key.Principal == partnerId).ToList();
        if (keys.Count > 0 && !keys.Any(record => AccessSet.IsInForce(record.Key, reach.Now)))
        {
            return false;
        }

        var granted = reach.Access.GrantsOf(partnerId, reach.Now)
            .Select(grant => (Grant: grant, Stream: reach.Streams.Find(grant.Stream)))
            .Where(pair => pair.Stream is not null && AccessDirectory.Covers(pair.Grant, pair.Stream))
            .Select(pair => pair.Stream!.StreamKey)
            .ToHashSet();
        return article.Memberships.Any(membership => granted.Contains(membership.StreamKey) && new[] { false, true }.Any(held =>
            membership.For(held) == MembershipAction.Deliver && reach.Contacts.Contains(new StreamContact(partnerId, membership.StreamKey, held))));
    }

    private async Task<Reach> ReadReachAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return new Reach(
            now,
            await access.ReadAccessAsync(cancellationToken),
            await log.ReadStreamsAsync(cancellationToken),
            (await store.ReadContactsAsync(now - ContactPatience, cancellationToken)).ToHashSet());
    }

    private sealed record Reach(DateTimeOffset Now, AccessSet Access, StreamSet Streams, IReadOnlySet<StreamContact> Contacts);
}

/// <summary>How kills are followed up.</summary>
public sealed class WithdrawalOptions
{
    /// <summary>How long a partner may take to confirm a kill. Default 1 h.</summary>
    public TimeSpan ConfirmWithin { get; init; } = TimeSpan.FromHours(1);
}
