using Google.Protobuf.WellKnownTypes;
using Syndication.Articles;
using Syndication.Changes;
using Syndication.Log;
using Syndication.V1;

namespace Syndication.Publishing;

/// <summary>Publishes a version. The article has been validated and has an id.</summary>
public sealed record PublishCommand(string Principal, string RequestId) : LogCommand(Principal, RequestId)
{
    /// <summary>The article as the publisher sent it, with its id.</summary>
    public required Article Article { get; init; }

    /// <summary>The same, encoded by the caller: encoding under the writer would make all others wait.</summary>
    public required EncodedArticle Encoded { get; init; }

    /// <summary>The version that the article must be at; null: any.</summary>
    public required int? ExpectedVersion { get; init; }

    /// <summary>What the version is to the one before.</summary>
    public required ChangeType Change { get; init; }

    /// <summary>What was found in the article, and which gates look at it.</summary>
    public ArticleGates Gates { get; init; } = ArticleGates.None;

    /// <inheritdoc/>
    public override string ArticleId => Article.ArticleId;

    /// <inheritdoc/>
    public override int SizeBytes => 512 + Encoded.Head.Length + Encoded.Body.Length + (Prepared?.Changes.Length ?? 0);

    /// <summary>What changed since the version that was the latest when the command was made.</summary>
    private PreparedChanges? Prepared { get; set; }

    /// <summary>The edition of that version's source.</summary>
    private SourceEdition PreparedEdition { get; set; }

    /// <inheritdoc/>
    public override async ValueTask PrepareAsync(IArticleStore articles, CancellationToken cancellationToken)
    {
        if (Change != ChangeType.New && ExpectedVersion != 0 && await articles.ReadAsync(ArticleId, 0, held: true, cancellationToken) is { } latest)
        {
            PreparedEdition = SourceEdition.Of(latest.Content.Head);
            var next = latest.Content.Version + 1;
            Prepared = new PreparedChanges(
                latest.Content.Version, next, ArticleComparer.Compare(latest.Content, Encoded with { Version = next }, ChangeLimits.OfUpdate));
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<Outcome<Decision>> DecideAsync(AppendScope scope, CancellationToken cancellationToken)
    {
        var before = scope.Find(ArticleId);
        var current = before?.LatestVersion ?? 0;
        if (before?.Withdrawn == true)
        {
            return ArticleRejections.Withdrawn(ArticleId);
        }

        if (ExpectedVersion is { } expected && expected != current)
        {
            return ArticleRejections.VersionMismatch(ArticleId, expected, current);
        }

        switch (Change)
        {
            case ChangeType.New when before is not null:
                return ArticleRejections.VersionMismatch(ArticleId, 0, current);
            case ChangeType.Update or ChangeType.Correction when before is null:
                return ArticleRejections.NotFound(ArticleId);
        }

        if (current > 0 && ExpectedVersion is null && SourceEdition.Of(Article) is { IsStated: true } edition
            && await EditionAsync(scope, current, cancellationToken) is { IsStated: true } newest && edition.IsBefore(newest))
        {
            return ArticleRejections.SourceOutdated(ArticleId, current, edition, newest);
        }

        if (Gates.Refuse(Article, scope.Streams) is { } refused)
        {
            return refused;
        }

        var expireTime = LogTime.Ceiling(Article.ExpireTime);
        if (expireTime <= scope.Now)
        {
            return Rejection.OfField("article.expire_time", "lies in the past");
        }

        var requested = LogTime.Ceiling(Article.EmbargoTime);
        var embargo = requested > scope.Now ? requested : null;
        var encoded = Encoded;
        if (before is { IsEmbargoed: true, EmbargoTime: { } pending })
        {
            if (requested is not null && requested != pending)
            {
                return ArticleRejections.EmbargoPending(ArticleId, pending);
            }

            if (requested is null)
            {
                var inherited = Article.Clone();
                inherited.EmbargoTime = Timestamp.FromDateTimeOffset(pending);
                encoded = EncodedArticle.Encode(inherited, 0, ChangeType.Unspecified);
            }

            embargo = pending;
        }

        var version = current + 1;
        encoded = encoded with { Version = version };
        var change = Change != ChangeType.Unspecified ? Change
            : before is null ? ChangeType.New
            : Article.Correction is not null ? ChangeType.Correction : ChangeType.Update;
        var after = before ?? new ArticleRecord { ArticleKey = 0, ArticleId = ArticleId, LatestVersion = 0 };
        after = embargo is not null
            ? after with { LatestVersion = version, EmbargoTime = embargo, HeldExpireTime = expireTime }
            : after with
            {
                LatestVersion = version,
                LiftedVersion = version,
                PublicVersion = after.Withheld ? after.PublicVersion : version,
                ExpireTime = expireTime,
                Expired = false,
            };

        var entry = new NewEntry
        {
            Kind = change switch
            {
                ChangeType.New => EntryKind.Published,
                ChangeType.Correction => EntryKind.Corrected,
                _ => EntryKind.Updated,
            },
            UpdateId = Guid.NewGuid(),
            Principal = Principal,
            ArticleId = ArticleId,
            Version = version,
            PublicVersion = after.PublicVersion,
            IsPublic = embargo is null && !after.Withheld,
            Status = after.StatusOf(version),
            NewVersion = encoded with { Change = change },

            // For all readers from the version before: for those without access to held articles another one is in force only
            // under a hold or an embargo, and then they are not told of this entry.
            Changes = await scope.CompareAsync(
                ArticleId, current, version, encoded, ReferenceEquals(encoded.Head, Encoded.Head) ? Prepared : null, cancellationToken),
        };
        var ordinal = await scope.AddAsync(
            after,
            entry,
            (stream, _) => stream.Filter.Matches(Article),
            (stream, _) => stream.Filter.Matches(Article),
            advised: false,
            cancellationToken);
        return new Decision(new PublishArticleResponse { ArticleId = ArticleId, Version = version, Status = entry.Status }, ordinal);
    }

    private async ValueTask<SourceEdition> EditionAsync(AppendScope scope, int version, CancellationToken cancellationToken) =>
        Prepared?.From == version
            ? PreparedEdition
            : await scope.ReadVersionAsync(ArticleId, version, cancellationToken) is { } content ? SourceEdition.Of(content.Head) : default;
}

/// <summary>Kills an article.</summary>
public sealed record WithdrawCommand(string Principal, string RequestId) : ArticleStateCommand(Principal, RequestId)
{
    /// <summary>The public text.</summary>
    public required string Advisory { get; init; }

    /// <summary>The desk's reason.</summary>
    public required string InternalReason { get; init; }

    /// <inheritdoc/>
    protected override async ValueTask<Outcome<Decision>> DecideAsync(ArticleRecord before, AppendScope scope, CancellationToken cancellationToken)
    {
        var after = before with
        {
            Withdrawn = true,
            EmbargoTime = null,
            ExpireTime = null,
            HeldExpireTime = null,
            Advisory = Advisory,
            InternalReason = InternalReason,
        };
        var ordinal = await AddAsync(scope, after, EntryKind.Withdrawn, after.PublicVersion > 0, Advisory, InternalReason, cancellationToken);
        return new Decision(new WithdrawArticleResponse { ArticleId = after.ArticleId, Version = after.LatestVersion }, ordinal);
    }
}

/// <summary>Begins a hold.</summary>
public sealed record WithholdCommand(string Principal, string RequestId) : ArticleStateCommand(Principal, RequestId)
{
    /// <summary>The public text.</summary>
    public required string Advisory { get; init; }

    /// <summary>The desk's reason.</summary>
    public required string InternalReason { get; init; }

    /// <inheritdoc/>
    protected override async ValueTask<Outcome<Decision>> DecideAsync(ArticleRecord before, AppendScope scope, CancellationToken cancellationToken)
    {
        if (before.Withheld)
        {
            return new Rejection(ErrorReason.AlreadyWithheld, $"Article \"{before.ArticleId}\" is withheld already.")
            {
                Metadata = new Dictionary<string, string> { ["article_id"] = before.ArticleId },
            };
        }

        var after = before with { Withheld = true, Advisory = Advisory, InternalReason = InternalReason };
        var ordinal = await AddAsync(scope, after, EntryKind.Withheld, after.PublicVersion > 0, Advisory, InternalReason, cancellationToken);
        return new Decision(new WithholdArticleResponse { ArticleId = after.ArticleId, Version = after.LatestVersion }, ordinal);
    }
}

/// <summary>Ends a hold and, where it is asked for, an embargo.</summary>
public sealed record ReleaseCommand(string Principal, string RequestId) : ArticleStateCommand(Principal, RequestId)
{
    /// <summary>Also end an embargo before its time.</summary>
    public required bool LiftEmbargo { get; init; }

    /// <inheritdoc/>
    protected override bool MayRelease => true;

    /// <inheritdoc/>
    protected override async ValueTask<Outcome<Decision>> DecideAsync(ArticleRecord before, AppendScope scope, CancellationToken cancellationToken)
    {
        var lifts = before.IsEmbargoed && LiftEmbargo;
        if (!before.Withheld && !lifts)
        {
            var hint = before.IsEmbargoed ? "is under embargo; set lift_embargo to end it early" : "is not held";
            return new Rejection(ErrorReason.NotHeld, $"Article \"{before.ArticleId}\" {hint}.")
            {
                Metadata = new Dictionary<string, string> { ["article_id"] = before.ArticleId },
            };
        }

        var after = (lifts ? Lift(before) : before) with { Withheld = false, Advisory = "", InternalReason = "", AdvisoryTime = null };
        after = after with { PublicVersion = after.LiftedVersion };
        var ordinal = await AddAsync(scope, after, EntryKind.Released, after.PublicVersion > 0, "", "", cancellationToken);
        if (after.Expired)
        {
            // Who was told of the hold was not told of an expiry during it, and a release without text is history that is
            // stepped over: the last update of an article must say what to do with it.
            await AddAsync(scope, after, EntryKind.Expired, after.PublicVersion > 0, "", "", cancellationToken);
        }

        return new Decision(
            new ReleaseArticleResponse { ArticleId = after.ArticleId, Version = after.LatestVersion, Status = after.StatusOf(after.LatestVersion) },
            ordinal);
    }
}

/// <summary>Lifts an embargo whose time has come. Does nothing when another node was first.</summary>
public sealed record LiftCommand() : ArticleStateCommand("scheduler", "")
{
    /// <inheritdoc/>
    protected override bool MayRelease => true;

    /// <inheritdoc/>
    protected override async ValueTask<Outcome<Decision>> DecideAsync(ArticleRecord before, AppendScope scope, CancellationToken cancellationToken)
    {
        if (!before.IsEmbargoed || before.EmbargoTime > scope.Now)
        {
            return new Decision(new Empty(), -1);
        }

        var after = Lift(before);
        after = after.Withheld ? after : after with { PublicVersion = after.LiftedVersion };
        return new Decision(new Empty(), await AddAsync(scope, after, EntryKind.Released, !after.Withheld, "", "", cancellationToken));
    }
}

/// <summary>Ends an article's time of use. Does nothing when another node was first.</summary>
public sealed record ExpireCommand() : ArticleStateCommand("scheduler", "")
{
    /// <inheritdoc/>
    protected override async ValueTask<Outcome<Decision>> DecideAsync(ArticleRecord before, AppendScope scope, CancellationToken cancellationToken)
    {
        if (before.ExpireTime is not { } expiry || expiry > scope.Now)
        {
            return new Decision(new Empty(), -1);
        }

        var after = before with { Expired = true, ExpireTime = null };
        var isPublic = after.PublicVersion > 0 && !after.Withheld;
        return new Decision(new Empty(), await AddAsync(scope, after, EntryKind.Expired, isPublic, "", "", cancellationToken));
    }
}

/// <summary>A command that changes where an existing article stands, not what it says.</summary>
public abstract record ArticleStateCommand(string Principal, string RequestId) : LogCommand(Principal, RequestId)
{
    /// <summary>The article.</summary>
    public required string Id { get; init; }

    /// <summary>The version that the article must be at; null: any.</summary>
    public int? ExpectedVersion { get; init; }

    /// <inheritdoc/>
    public override string ArticleId => Id;

    /// <summary>What those will be told has changed who know of an earlier version than the one that comes into force.</summary>
    private PreparedChanges? Prepared { get; set; }

    /// <summary>Whether the command can put another version in force.</summary>
    protected virtual bool MayRelease => false;

    /// <inheritdoc/>
    public override async ValueTask PrepareAsync(IArticleStore articles, CancellationToken cancellationToken)
    {
        if (MayRelease && await articles.ReadAsync(Id, 0, held: true, cancellationToken) is { Record: var record, Content: var latest }
            && record.PublicVersion > 0 && record.PublicVersion < latest.Version
            && await articles.ReadAsync(Id, record.PublicVersion, held: true, cancellationToken) is { } known)
        {
            Prepared = new PreparedChanges(
                record.PublicVersion, latest.Version, ArticleComparer.Compare(known.Content, latest, ChangeLimits.OfUpdate));
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<Outcome<Decision>> DecideAsync(AppendScope scope, CancellationToken cancellationToken)
    {
        if (scope.Find(Id) is not { } before)
        {
            return ArticleRejections.NotFound(Id);
        }

        if (before.Withdrawn)
        {
            return ArticleRejections.Withdrawn(Id);
        }

        return ExpectedVersion is { } expected && expected != before.LatestVersion
            ? ArticleRejections.VersionMismatch(Id, expected, before.LatestVersion)
            : await DecideAsync(before, scope, cancellationToken);
    }

    /// <summary>Decides the command for an article that exists and is not killed.</summary>
    protected abstract ValueTask<Outcome<Decision>> DecideAsync(ArticleRecord before, AppendScope scope, CancellationToken cancellationToken);

    /// <summary>The article with its embargo ended: the latest version is in force.</summary>
    protected static ArticleRecord Lift(ArticleRecord before) => before with
    {
        LiftedVersion = before.LatestVersion,
        EmbargoTime = null,
        ExpireTime = before.HeldExpireTime,
        HeldExpireTime = null,
        Expired = false,
    };

    /// <summary>Adds the command's entry.</summary>
    protected async ValueTask<int> AddAsync(
        AppendScope scope, ArticleRecord after, EntryKind kind, bool isPublic, string advisory, string internalReason, CancellationToken cancellationToken)
    {
        // What the index knows of the latest and of the public version tells whether the version in force matches, unless it
        // is one that was published under a hold and then covered by an embargo: only then its content is read.
        var publicBefore = scope.Find(Id)!.PublicVersion;
        Article? inForce = null;
        EncodedChanges? changes = null;
        if (LogEntry.Carries(kind) && isPublic && after.PublicVersion != publicBefore)
        {
            inForce = after.PublicVersion != after.LatestVersion ? (await scope.ReadVersionAsync(Id, after.PublicVersion, cancellationToken))?.Decode() : null;
            changes = await scope.CompareAsync(Id, publicBefore, after.PublicVersion, null, Prepared, cancellationToken);
        }

        // What expires is the version in force: one that is embargoed on top of it goes on waiting.
        var version = kind == EntryKind.Expired ? after.LiftedVersion : after.LatestVersion;
        var entry = new NewEntry
        {
            Kind = kind,
            UpdateId = Guid.NewGuid(),
            Principal = Principal,
            ArticleId = Id,
            Version = version,
            PublicVersion = after.PublicVersion,
            IsPublic = isPublic,
            Status = after.StatusOf(version),
            Advisory = advisory,
            InternalReason = internalReason,
            Changes = changes,
        };
        return await scope.AddAsync(
            after,
            entry,
            (stream, before) => inForce is not null ? stream.Filter.Matches(inForce)
                : after.PublicVersion == after.LatestVersion ? before.HeldIn
                : before.OpenIn,
            (_, before) => before.HeldIn,
            advised: kind is EntryKind.Withheld or EntryKind.Withdrawn,
            cancellationToken);
    }
}

/// <summary>The refusals that several commands share.</summary>
internal static class ArticleRejections
{
    public static Rejection NotFound(string articleId) =>
        new(ErrorReason.ArticleNotFound, $"There is no article \"{articleId}\".")
        {
            Metadata = new Dictionary<string, string> { ["article_id"] = articleId },
        };

    public static Rejection VersionNotFound(string articleId, int version) =>
        new(ErrorReason.VersionNotFound, $"Article \"{articleId}\" has no version {version}.")
        {
            Metadata = new Dictionary<string, string> { ["article_id"] = articleId, ["version"] = $"{version}" },
        };

    public static Rejection Withdrawn(string articleId) =>
        new(ErrorReason.ArticleWithdrawn, $"Article \"{articleId}\" was withdrawn; that is final.")
        {
            Metadata = new Dictionary<string, string> { ["article_id"] = articleId },
        };

    public static Rejection VersionMismatch(string articleId, int expected, int current) =>
        new(ErrorReason.VersionMismatch, $"Article \"{articleId}\" is at version {current}, not {expected}.")
        {
            Metadata = new Dictionary<string, string>
            {
                ["article_id"] = articleId,
                ["expected_version"] = $"{expected}",
                ["current_version"] = $"{current}",
            },
        };

    public static Rejection SourceOutdated(string articleId, int current, SourceEdition edition, SourceEdition newest)
    {
        var metadata = new Dictionary<string, string> { ["article_id"] = articleId, ["current_version"] = $"{current}" };
        edition.Describe(metadata, "source_version");
        newest.Describe(metadata, "current_source_version");
        return new(
            ErrorReason.SourceOutdated,
            $"Version {current} of article \"{articleId}\" comes from a later edition of its source ({newest}) than this one ({edition}). With expected_version {current} it is published all the same.")
        {
            Metadata = metadata,
        };
    }

    public static Rejection EmbargoPending(string articleId, DateTimeOffset embargoTime) =>
        new(ErrorReason.EmbargoPending, $"The latest version of article \"{articleId}\" is under embargo until {embargoTime:O}; a version on top inherits that time.")
        {
            Metadata = new Dictionary<string, string> { ["article_id"] = articleId, ["embargo_time"] = $"{embargoTime:O}" },
        };
}
