using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Syndication.V1;
using RpcCode = Google.Rpc.Code;
using RpcStatus = Google.Rpc.Status;

namespace Syndication.Server.Errors;

/// <summary>The one place that turns refusals into gRPC errors: status, message, <c>ErrorInfo</c>, and <c>BadRequest</c> for wrong fields.</summary>
public static class RpcErrors
{
    /// <summary>The domain of every <c>ErrorInfo</c>.</summary>
    public const string Domain = "syndication.v1";

    /// <summary>
    /// Errors travel as HTTP/2 trailers, of which stock clients accept some 8 KiB, the details in base64: a longer error would
    /// end the whole connection. See <see href="https://grpc.github.io/grpc/core/group__grpc__arg__keys.html"/>, grpc.max_metadata_size.
    /// </summary>
    private const int MaxText = 400;

    private const int MaxViolationBytes = 3000;

    private static readonly TimeSpan DefaultRetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>The error of a refusal.</summary>
    public static RpcException Of(Rejection rejection) => StatusOf(rejection).ToRpcException();

    /// <summary>The status of a refusal, with its details.</summary>
    public static RpcStatus StatusOf(Rejection rejection)
    {
        var info = new ErrorInfo { Reason = NameOf(rejection.Reason), Domain = Domain };
        foreach (var (key, value) in rejection.Metadata)
        {
            // Over HTTP the error is a body, which may be long: there the list of media types is what the caller needs.
            info.Metadata.Add(key, rejection.Reason == ErrorReason.NotAcceptable ? value : Shorten(value));
        }

        var status = new RpcStatus { Code = (int)StatusOf(rejection.Reason), Message = Shorten(rejection.Message), Details = { Any.Pack(info) } };
        if (rejection.Fields.Count > 0)
        {
            status.Details.Add(Any.Pack(Violations(rejection.Fields)));
        }

        if (rejection.Findings is { } refusal)
        {
            status.Details.Add(Any.Pack(Shorten(refusal)));
        }

        if (rejection.Reason is ErrorReason.Overloaded or ErrorReason.SubscriberStalled or ErrorReason.QuotaExceeded)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(rejection.RetryDelay ?? DefaultRetryDelay) }));
        }

        return status;
    }

    /// <summary>As many as fit; the message says how many there are.</summary>
    private static BadRequest Violations(IReadOnlyList<FieldViolation> fields)
    {
        var request = new BadRequest();
        var bytes = 0;
        foreach (var field in fields)
        {
            var violation = new BadRequest.Types.FieldViolation { Field = Shorten(field.Field), Description = Shorten(field.Description) };
            bytes += violation.CalculateSize();
            if (bytes > MaxViolationBytes)
            {
                break;
            }

            request.FieldViolations.Add(violation);
        }

        return request;
    }

    /// <inheritdoc cref="Violations"/>
    private static FindingsRefusal Shorten(FindingsRefusal refusal)
    {
        var shortened = new FindingsRefusal { Gate = refusal.Gate };
        foreach (var finding in refusal.Findings)
        {
            shortened.Findings.Add(finding);
            if (shortened.CalculateSize() > MaxViolationBytes)
            {
                shortened.Findings.RemoveAt(shortened.Findings.Count - 1);
                break;
            }
        }

        shortened.OmittedFindings = refusal.OmittedFindings + refusal.Findings.Count - shortened.Findings.Count;
        return shortened;
    }

    /// <summary>What a caller sent may be long, and comes back in messages that name it.</summary>
    private static string Shorten(string text)
    {
        if (text.Length <= MaxText)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[MaxText - 1]) ? MaxText - 1 : MaxText;
        return string.Concat(text.AsSpan(0, end), "…");
    }

    /// <summary>The refusal when the database does not answer.</summary>
    public static readonly Rejection StoreUnavailable = new(
        ErrorReason.StoreUnavailable, "The database cannot be reached; repeat the request with its request_id to find out whether it took effect.");

    /// <summary>The reason that an error names; null where it names none of this contract's.</summary>
    public static ErrorReason? ReasonOf(RpcStatus status) =>
        status.GetDetail<ErrorInfo>() is { Domain: Domain } info && Reasons.TryGetValue(info.Reason, out var reason) ? reason : null;

    /// <summary>The value of an outcome.</summary>
    /// <exception cref="RpcException">There is none.</exception>
    public static T Unwrap<T>(this Outcome<T> outcome) => outcome.Rejection is { } rejection ? throw Of(rejection) : outcome.Value;

    /// <summary>The name of a reason as it is sent: that of the contract, without the enum's prefix.</summary>
    public static string NameOf(ErrorReason reason) => Names[reason];

    private static readonly Dictionary<ErrorReason, string> Names = ErrorsReflection.Descriptor.EnumTypes
        .Single(type => type.Name == nameof(ErrorReason))
        .Values.ToDictionary(value => (ErrorReason)value.Number, value => value.Name["ERROR_REASON_".Length..]);

    private static readonly Dictionary<string, ErrorReason> Reasons = Names.ToDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

    private static RpcCode StatusOf(ErrorReason reason) => reason switch
    {
        ErrorReason.InvalidFields or ErrorReason.ArticleTooLarge or ErrorReason.RequestIdReused or ErrorReason.CursorInvalid
            or ErrorReason.CursorStreamMismatch or ErrorReason.PageTokenInvalid
            or ErrorReason.QuerySyntax or ErrorReason.HttpRequestMalformed or ErrorReason.NotAcceptable
            or ErrorReason.MediaTypeUnsupported or ErrorReason.WebhookTargetRefused => RpcCode.InvalidArgument,
        ErrorReason.ArticleNotFound or ErrorReason.VersionNotFound or ErrorReason.StreamNotFound or ErrorReason.NothingAcknowledged
            or ErrorReason.PartnerNotFound or ErrorReason.KeyNotFound or ErrorReason.GrantNotFound
            or ErrorReason.PathUnknown or ErrorReason.WebhookNotFound or ErrorReason.VocabularyNotFound => RpcCode.NotFound,
        ErrorReason.VersionMismatch or ErrorReason.RevisionMismatch => RpcCode.Aborted,
        ErrorReason.ArticleWithdrawn or ErrorReason.EmbargoPending or ErrorReason.AlreadyWithheld or ErrorReason.NotHeld
            or ErrorReason.StreamReserved or ErrorReason.StreamChanged or ErrorReason.EpochLost or ErrorReason.AcknowledgedLater
            or ErrorReason.LastAdministrator or ErrorReason.SearchUnavailable or ErrorReason.ArticleHeld
            or ErrorReason.WebhookLimitReached or ErrorReason.FindingsRefused or ErrorReason.SourceOutdated => RpcCode.FailedPrecondition,
        ErrorReason.StreamExists or ErrorReason.PartnerExists or ErrorReason.WebhookExists => RpcCode.AlreadyExists,
        ErrorReason.CursorExpired or ErrorReason.TimeExpired => RpcCode.OutOfRange,
        ErrorReason.SubscriberStalled or ErrorReason.Overloaded or ErrorReason.RequestTooLarge or ErrorReason.QuotaExceeded => RpcCode.ResourceExhausted,
        ErrorReason.CredentialMissing or ErrorReason.CredentialInvalid => RpcCode.Unauthenticated,
        ErrorReason.RoleRequired or ErrorReason.GrantEnded or ErrorReason.EmbargoAccessRequired or ErrorReason.PartnerDisabled => RpcCode.PermissionDenied,
        ErrorReason.MethodUnknown or ErrorReason.VerbNotAllowed => RpcCode.Unimplemented,
        ErrorReason.ServerShuttingDown or ErrorReason.StoreUnavailable => RpcCode.Unavailable,
        ErrorReason.CallEnded => RpcCode.Cancelled,
        _ => RpcCode.Internal,
    };
}
