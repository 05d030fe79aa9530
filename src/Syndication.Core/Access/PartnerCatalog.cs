using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syndication.Publishing;
using Syndication.Streams;
using Syndication.V1;

namespace Syndication.Access;

/// <summary>The partners, their grants, and everybody's keys: what there are, and how they are changed.</summary>
public sealed partial class PartnerCatalog(LogAppender appender, IAccessStore store, AccessDirectory directory, TimeProvider time)
{
    private const int MaxReason = 2000;

    private static readonly HashSet<string> Updatable = ["display_name", "contact", "quota"];

    /// <summary>The partner of that name, as stored.</summary>
    public async Task<Outcome<Partner>> FindAsync(string partnerId, CancellationToken cancellationToken) =>
        (await store.ReadAccessAsync(cancellationToken)).FindPartner(partnerId) is { } partner ? partner : AccessRejections.PartnerNotFound(partnerId);

    /// <summary>All partners, by name.</summary>
    public async Task<IReadOnlyList<Partner>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await store.ReadAccessAsync(cancellationToken)).Partners.OrderBy(partner => partner.PartnerId, StringComparer.Ordinal)];

    /// <summary>Keys, newest first, with when they were used last.</summary>
    /// <param name="principal">Whose; null for all.</param>
    public async Task<IReadOnlyList<ApiKey>> ListKeysAsync(string? principal, CancellationToken cancellationToken)
    {
        var access = await store.ReadAccessAsync(cancellationToken);
        var uses = await store.ReadKeyUsesAsync(cancellationToken);
        return
        [
            .. access.Keys
                .Where(record => principal is null || record.Key.Principal == principal)
                .OrderByDescending(record => record.Key.CreateTime?.ToDateTimeOffset())
                .ThenBy(record => record.Key.KeyId, StringComparer.Ordinal)
                .Select(record =>
                {
                    var key = record.Key.Clone();
                    key.LastUsedTime = uses.TryGetValue(key.KeyId, out var used) ? Timestamp.FromDateTimeOffset(used) : null;
                    return key;
                }),
        ];
    }

    /// <summary>Creates a partner.</summary>
    public async Task<Outcome<CreatePartnerResponse>> CreateAsync(string principal, CreatePartnerRequest request, CancellationToken cancellationToken)
    {
        var fields = CheckRequest(request.RequestId);
        CheckPartner(fields, request.Partner);
        if (request.Partner is { } partner)
        {
            CheckName(fields, "partner.partner_id", partner.PartnerId);
        }

        return fields.Count > 0
            ? Rejection.OfFields(fields)
            : await AppendAsync(
                new CreatePartnerCommand(principal, request.RequestId)
                {
                    Fingerprint = Publisher.Fingerprint(request, static copy => copy.RequestId = ""),
                    Partner = request.Partner!,
                },
                CreatePartnerResponse.Parser,
                cancellationToken);
    }

    /// <summary>Changes a partner.</summary>
    public async Task<Outcome<UpdatePartnerResponse>> UpdateAsync(string principal, UpdatePartnerRequest request, CancellationToken cancellationToken)
    {
        var fields = CheckRequest(request.RequestId);
        CheckPartner(fields, request.Partner);
        var mask = request.UpdateMask?.Paths.ToHashSet() is { Count: > 0 } paths ? paths : Updatable;
        foreach (var path in mask.Where(path => !Updatable.Contains(path)))
        {
            fields.Add(new FieldViolation("update_mask", $"\"{path}\" cannot be changed; {string.Join(", ", Updatable)} can"));
        }

        if (request.Revision <= 0)
        {
            fields.Add(new FieldViolation("revision", "is required: the revision that is changed"));
        }

        return fields.Count > 0
            ? Rejection.OfFields(fields)
            : await AppendAsync(
                new UpdatePartnerCommand(principal, request.RequestId)
                {
                    Fingerprint = Publisher.Fingerprint(request, static copy => copy.RequestId = ""),
                    Partner = request.Partner!,
                    Fields = mask,
                    Revision = request.Revision,
                },
                UpdatePartnerResponse.Parser,
                cancellationToken);
    }

    /// <summary>Disables a partner, or enables it again.</summary>
    public async Task<Outcome<DisablePartnerResponse>> DisableAsync(string principal, DisablePartnerRequest request, CancellationToken cancellationToken)
    {
        var fields = CheckRequest(request.RequestId);
        Require(fields, "partner", request.Partner);
        FieldViolation.CheckLength(fields, "reason", request.Reason, MaxReason);
        return fields.Count > 0
            ? Rejection.OfFields(fields)
            : await AppendAsync(
                new DisablePartnerCommand(principal, request.RequestId)
                {
                    Fingerprint = Publisher.Fingerprint(request, static copy => copy.RequestId = ""),
                    PartnerId = request.Partner,
                    Disabled = !request.Enable,
                    Reason = request.Reason,
                },
                DisablePartnerResponse.Parser,
                cancellationToken);
    }

    /// <summary>Issues a key.</summary>
    public async Task<Outcome<IssueApiKeyResponse>> IssueKeyAsync(string principal, IssueApiKeyRequest request, CancellationToken cancellationToken)
    {
        var fields = CheckRequest(request.RequestId);
        CheckName(fields, "principal", request.Principal);
        FieldViolation.CheckLength(fields, "display_name", request.DisplayName, 200);
        if (!System.Enum.IsDefined(request.Role) || request.Role == CallerRole.Unspecified)
        {
            fields.Add(new FieldViolation("role", "is required: administrator, publisher, reader or partner"));
        }

        if (CheckTime(fields, "expire_time", request.ExpireTime) && request.ExpireTime?.ToDateTimeOffset() <= time.GetUtcNow())
        {
            fields.Add(new FieldViolation("expire_time", "does not lie in the future"));
        }

        if (fields.Count > 0)
        {
            return Rejection.OfFields(fields);
        }

        var (keyId, secret) = ApiKeySecret.Create();
        var outcome = await AppendAsync(
            new IssueApiKeyCommand(principal, request.RequestId)
            {
                Fingerprint = Publisher.Fingerprint(request, static copy => copy.RequestId = ""),
                Issued = new ApiKey
                {
                    KeyId = keyId,
                    Principal = request.Principal,
                    Role = request.Role,
                    DisplayName = request.DisplayName,
                    ExpireTime = request.ExpireTime,
                },
                SecretHash = ApiKeySecret.Hash(secret),
            },
            IssueApiKeyResponse.Parser,
            cancellationToken);
        if (outcome.Rejection is null && outcome.Value.Key.KeyId == keyId)
        {
            outcome.Value.Secret = secret;
        }

        return outcome;
    }

    /// <summary>Revokes a key.</summary>
    public async Task<Outcome<RevokeApiKeyResponse>> RevokeKeyAsync(string principal, RevokeApiKeyRequest request, CancellationToken cancellationToken)
    {
        var fields = CheckRequest(request.RequestId);
        Require(fields, "key_id", request.KeyId);
        return fields.Count > 0
            ? Rejection.OfFields(fields)
            : await AppendAsync(
                new RevokeApiKeyCommand(principal, request.RequestId)
                {
                    Fingerprint = Publisher.Fingerprint(request, static copy => copy.RequestId = ""),
                    KeyId = request.KeyId,
                },
                RevokeApiKeyResponse.Parser,
                cancellationToken);
    }

    /// <summary>Grants a stream, or changes a grant.</summary>
    public async Task<Outcome<GrantStreamResponse>> GrantAsync(string principal, GrantStreamRequest request, CancellationToken cancellationToken)
    {
        var fields = CheckRequest(request.RequestId);
        Require(fields, "partner", request.Partner);
        var grant = request.Grant ?? new Grant();
        Require(fields, "grant.stream", grant.Stream);
        if (CheckTime(fields, "grant.start_time", grant.StartTime) & CheckTime(fields, "grant.end_time", grant.EndTime)
            && grant is { StartTime: { } start, EndTime: { } end } && end <= start)
        {
            fields.Add(new FieldViolation("grant.end_time", "is not after start_time"));
        }

        for (var i = 0; i < grant.Territories.Count; i++)
        {
            if (!TerritoryPattern().IsMatch(grant.Territories[i]))
            {
                fields.Add(new FieldViolation($"grant.territories[{i}]", $"\"{grant.Territories[i]}\" is no ISO 3166-1 alpha-2 code"));
            }
        }

        for (var i = 0; i < grant.Channels.Count; i++)
        {
            if (!NamePattern().IsMatch(grant.Channels[i]))
            {
                fields.Add(new FieldViolation($"grant.channels[{i}]", $"\"{grant.Channels[i]}\" is no channel: [a-z0-9][a-z0-9._-]{{0,99}}"));
            }
        }

        if (fields.Count > 0)
        {
            return Rejection.OfFields(fields);
        }

        return grant.Stream == StreamDefinition.AllId
            ? new Rejection(ErrorReason.StreamReserved, "The stream \"all\" is for the staff: it cannot be granted.")
            : await AppendAsync(
                new GrantStreamCommand(principal, request.RequestId)
                {
                    Fingerprint = Publisher.Fingerprint(request, static copy => copy.RequestId = ""),
                    PartnerId = request.Partner,
                    Grant = grant,
                },
                GrantStreamResponse.Parser,
                cancellationToken);
    }

    /// <summary>Ends a grant.</summary>
    public async Task<Outcome<RevokeStreamResponse>> RevokeAsync(string principal, RevokeStreamRequest request, CancellationToken cancellationToken)
    {
        var fields = CheckRequest(request.RequestId);
        Require(fields, "partner", request.Partner);
        Require(fields, "stream", request.Stream);
        return fields.Count > 0
            ? Rejection.OfFields(fields)
            : await AppendAsync(
                new RevokeStreamCommand(principal, request.RequestId)
                {
                    Fingerprint = Publisher.Fingerprint(request, static copy => copy.RequestId = ""),
                    PartnerId = request.Partner,
                    StreamId = request.Stream,
                },
                RevokeStreamResponse.Parser,
                cancellationToken);
    }

    private async Task<Outcome<T>> AppendAsync<T>(LogCommand command, MessageParser<T> parser, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        var appended = await appender.AppendAsync(command, cancellationToken);
        if (appended.Rejection is { } rejection)
        {
            return rejection;
        }

        // On this node it is in force before it is answered; the others read it from the log.
        await directory.RefreshAsync(cancellationToken);
        return parser.ParseFrom(appended.Value.Response);
    }

    private static List<FieldViolation> CheckRequest(string requestId)
    {
        var fields = new List<FieldViolation>();
        Publisher.CheckRequestId(fields, requestId);
        return fields;
    }

    private static void CheckPartner(List<FieldViolation> fields, Partner? partner)
    {
        if (partner is null)
        {
            fields.Add(new FieldViolation("partner", "is required"));
            return;
        }

        FieldViolation.CheckLength(fields, "partner.display_name", partner.DisplayName, 200);
        FieldViolation.CheckLength(fields, "partner.contact", partner.Contact, 2000);
        if (partner.Quota is { } quota)
        {
            CheckRange(fields, "partner.quota.max_concurrent_streams", quota.MaxConcurrentStreams, 10_000);
            CheckRange(fields, "partner.quota.max_requests_per_second", quota.MaxRequestsPerSecond, 100_000);
            CheckRange(fields, "partner.quota.max_bytes_per_day", quota.MaxBytesPerDay, long.MaxValue);
        }
    }

    private static void CheckName(List<FieldViolation> fields, string field, string name)
    {
        if (!NamePattern().IsMatch(name))
        {
            fields.Add(new FieldViolation(field, $"\"{name}\" is no name: [a-z0-9][a-z0-9._-]{{0,99}}"));
        }
        else if (name is Caller.ServerPrincipal)
        {
            fields.Add(new FieldViolation(field, $"\"{name}\" is reserved"));
        }
    }

    private static void Require(List<FieldViolation> fields, string field, string text)
    {
        if (text.Length == 0)
        {
            fields.Add(new FieldViolation(field, "is required"));
        }
    }

    private static void CheckRange(List<FieldViolation> fields, string field, long value, long max)
    {
        if (value < 0 || value > max)
        {
            fields.Add(new FieldViolation(field, $"is {value}; 0 to {max} is allowed"));
        }
    }

    /// <returns>Whether the time, if there is one, is one.</returns>
    private static bool CheckTime(List<FieldViolation> fields, string field, Timestamp? time)
    {
        if (time is null || (time.Seconds is >= -62_135_596_800 and <= 253_402_300_799 && time.Nanos is >= 0 and <= 999_999_999))
        {
            return true;
        }

        fields.Add(new FieldViolation(field, "is no time between the years 1 and 9999"));
        return false;
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,99}\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[A-Z]{2}\z")]
    private static partial Regex TerritoryPattern();
}
