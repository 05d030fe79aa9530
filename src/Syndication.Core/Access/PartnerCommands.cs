using Google.Protobuf.WellKnownTypes;
using Syndication.Log;
using Syndication.Publishing;
using Syndication.Streams;
using Syndication.V1;

namespace Syndication.Access;

/// <summary>A change of who may do what: an internal entry of the log, in a transaction of its own.</summary>
public abstract record AccessCommand(string Principal, string RequestId) : LogCommand(Principal, RequestId)
{
    /// <inheritdoc/>
    public override bool IsExclusive => true;

    /// <inheritdoc/>
    public override async ValueTask<Outcome<Decision>> DecideAsync(AppendScope scope, CancellationToken cancellationToken) =>
        Decide(scope, await scope.ReadAccessAsync(cancellationToken));

    /// <summary>Decides against what is stored; another node's change in between is a conflict, and it is decided again.</summary>
    protected abstract Outcome<Decision> Decide(AppendScope scope, AccessSet access);

    /// <summary>Adds the entry.</summary>
    /// <returns>Its ordinal in the batch.</returns>
    protected int Add(AppendScope scope, EntryKind kind, string subject, string detail)
    {
        scope.Batch.Entries.Add(new NewEntry
        {
            Kind = kind,
            UpdateId = Guid.NewGuid(),
            Principal = Principal,
            Advisory = subject,
            InternalReason = detail,
        });
        return scope.Batch.Entries.Count - 1;
    }

    /// <summary>Adds a partner's new state and the entry.</summary>
    protected (Partner After, int Ordinal) Change(
        AppendScope scope, EntryKind kind, Partner? before, Partner changed, string detail)
    {
        var after = changed.Clone();
        after.Revision = (before?.Revision ?? 0) + 1;
        after.CreateTime = before?.CreateTime ?? Timestamp.FromDateTimeOffset(scope.Now);
        after.UpdateTime = Timestamp.FromDateTimeOffset(scope.Now);
        scope.Batch.Partners.Add(new PartnerChange(after, before?.Revision ?? 0));
        return (after, Add(scope, kind, after.PartnerId, detail));
    }
}

/// <summary>Creates a partner.</summary>
public sealed record CreatePartnerCommand(string Principal, string RequestId) : AccessCommand(Principal, RequestId)
{
    /// <summary>The partner as requested.</summary>
    public required Partner Partner { get; init; }

    /// <inheritdoc/>
    protected override Outcome<Decision> Decide(AppendScope scope, AccessSet access)
    {
        if (access.FindPartner(Partner.PartnerId) is not null)
        {
            return AccessRejections.PartnerExists(Partner.PartnerId, "A partner");
        }

        if (access.Keys.Any(key => key.Key.Principal == Partner.PartnerId))
        {
            return AccessRejections.PartnerExists(Partner.PartnerId, "Somebody of the staff");
        }

        var partner = new Partner
        {
            PartnerId = Partner.PartnerId,
            DisplayName = Partner.DisplayName,
            Contact = Partner.Contact,
            Quota = Partner.Quota?.Clone() ?? new Quota(),
        };
        var (after, ordinal) = Change(scope, EntryKind.PartnerChanged, null, partner, "created");
        return new Decision(new CreatePartnerResponse { Partner = after }, ordinal);
    }
}

/// <summary>Changes a partner's names, contact or quota.</summary>
public sealed record UpdatePartnerCommand(string Principal, string RequestId) : AccessCommand(Principal, RequestId)
{
    /// <summary>The partner's name and new values.</summary>
    public required Partner Partner { get; init; }

    /// <summary>Which fields to change.</summary>
    public required IReadOnlySet<string> Fields { get; init; }

    /// <summary>The revision that is changed.</summary>
    public required int Revision { get; init; }

    /// <inheritdoc/>
    protected override Outcome<Decision> Decide(AppendScope scope, AccessSet access)
    {
        if (access.FindPartner(Partner.PartnerId) is not { } before)
        {
            return AccessRejections.PartnerNotFound(Partner.PartnerId);
        }

        if (Revision != before.Revision)
        {
            return AccessRejections.RevisionMismatch(Partner.PartnerId, Revision, before.Revision);
        }

        var changed = before.Clone();
        changed.DisplayName = Fields.Contains("display_name") ? Partner.DisplayName : before.DisplayName;
        changed.Contact = Fields.Contains("contact") ? Partner.Contact : before.Contact;
        changed.Quota = Fields.Contains("quota") ? Partner.Quota?.Clone() ?? new Quota() : before.Quota;
        var (after, ordinal) = Change(scope, EntryKind.PartnerChanged, before, changed, $"changed {string.Join(", ", Fields.Order(StringComparer.Ordinal))}");
        return new Decision(new UpdatePartnerResponse { Partner = after }, ordinal);
    }
}

/// <summary>Disables a partner, or enables it again.</summary>
public sealed record DisablePartnerCommand(string Principal, string RequestId) : AccessCommand(Principal, RequestId)
{
    /// <summary>The partner.</summary>
    public required string PartnerId { get; init; }

    /// <summary>Whether its keys are refused from now on.</summary>
    public required bool Disabled { get; init; }

    /// <summary>Why, for the audit.</summary>
    public required string Reason { get; init; }

    /// <inheritdoc/>
    protected override Outcome<Decision> Decide(AppendScope scope, AccessSet access)
    {
        if (access.FindPartner(PartnerId) is not { } before)
        {
            return AccessRejections.PartnerNotFound(PartnerId);
        }

        if (before.Disabled == Disabled)
        {
            return new Decision(new DisablePartnerResponse { Partner = before }, -1);
        }

        var changed = before.Clone();
        changed.Disabled = Disabled;
        var detail = (Disabled ? "disabled" : "enabled") + (Reason.Length > 0 ? $": {Reason}" : "");
        var (after, ordinal) = Change(scope, EntryKind.PartnerChanged, before, changed, detail);
        return new Decision(new DisablePartnerResponse { Partner = after }, ordinal);
    }
}

/// <summary>Grants a stream, or changes a grant.</summary>
public sealed record GrantStreamCommand(string Principal, string RequestId) : AccessCommand(Principal, RequestId)
{
    /// <summary>The partner.</summary>
    public required string PartnerId { get; init; }

    /// <summary>The grant as requested.</summary>
    public required Grant Grant { get; init; }

    /// <inheritdoc/>
    protected override Outcome<Decision> Decide(AppendScope scope, AccessSet access)
    {
        if (access.FindPartner(PartnerId) is not { } before)
        {
            return AccessRejections.PartnerNotFound(PartnerId);
        }

        if (scope.Streams.Set.Find(Grant.Stream) is not { } stream)
        {
            return StreamRejections.NotFound(Grant.Stream);
        }

        var granted = Grant.Clone();

        // Not before the stream, by whichever node's clock: a grant is void for a later stream of the same name.
        granted.CreateTime = Timestamp.FromDateTimeOffset(scope.Now > stream.CreateTime ? scope.Now : stream.CreateTime);
        var changed = before.Clone();
        changed.Grants.Clear();
        changed.Grants.Add(before.Grants.Where(grant => grant.Stream != Grant.Stream).Append(granted).OrderBy(grant => grant.Stream, StringComparer.Ordinal));
        var detail = granted.Stream
            + (granted.EmbargoAccess ? ", with embargo access" : "")
            + (granted.StartTime is { } start ? $", from {start.ToDateTimeOffset():O}" : "")
            + (granted.EndTime is { } end ? $", until {end.ToDateTimeOffset():O}" : "");
        var (after, ordinal) = Change(scope, EntryKind.StreamGranted, before, changed, detail);
        return new Decision(new GrantStreamResponse { Partner = after }, ordinal);
    }
}

/// <summary>Ends a grant.</summary>
public sealed record RevokeStreamCommand(string Principal, string RequestId) : AccessCommand(Principal, RequestId)
{
    /// <summary>The partner.</summary>
    public required string PartnerId { get; init; }

    /// <summary>The stream.</summary>
    public required string StreamId { get; init; }

    /// <inheritdoc/>
    protected override Outcome<Decision> Decide(AppendScope scope, AccessSet access)
    {
        if (access.FindPartner(PartnerId) is not { } before)
        {
            return AccessRejections.PartnerNotFound(PartnerId);
        }

        if (before.Grants.All(grant => grant.Stream != StreamId))
        {
            return AccessRejections.GrantNotFound(PartnerId, StreamId);
        }

        var changed = before.Clone();
        changed.Grants.Remove(changed.Grants.First(grant => grant.Stream == StreamId));
        var (after, ordinal) = Change(scope, EntryKind.StreamRevoked, before, changed, StreamId);
        return new Decision(new RevokeStreamResponse { Partner = after }, ordinal);
    }
}
