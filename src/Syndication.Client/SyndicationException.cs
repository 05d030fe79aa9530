using System.Net.Sockets;
using Google.Rpc;
using Grpc.Core;
using Syndication.V1;

namespace Syndication.Client;

/// <summary>
/// A call that the server refused or that did not reach it. Every call through a <see cref="SyndicationClient"/> throws this
/// and nothing else of gRPC's; one that its caller cancelled throws <see cref="OperationCanceledException"/>.
/// </summary>
/// <remarks>Decide by <see cref="Reason"/> and <see cref="StatusCode"/>; the message is for people and changes.</remarks>
public sealed class SyndicationException : Exception
{
    private const string Domain = "syndication.v1";

    private static readonly Dictionary<string, string> NoMetadata = [];

    internal SyndicationException(StatusCode statusCode, string message, Exception? inner = null)
        : base(message, inner)
    {
        StatusCode = statusCode;
        Metadata = NoMetadata;
        FieldViolations = [];
        Findings = [];
        MayHaveArrived = true;
    }

    private SyndicationException(StatusCode statusCode, string message, Google.Rpc.Status? status, ErrorInfo? info, Exception? inner)
        : base(message is { Length: > 0 } ? message : $"The call ended with {statusCode}.", inner)
    {
        StatusCode = statusCode;
        ReasonName = info?.Reason;
        Reason = Parse(info?.Reason);
        Metadata = info?.Metadata ?? (IReadOnlyDictionary<string, string>)NoMetadata;
        FieldViolations = status?.GetDetail<BadRequest>()?.FieldViolations
            .Select(violation => new FieldViolation(violation.Field, violation.Description))
            .ToArray() ?? [];
        Findings = status?.GetDetail<FindingsRefusal>()?.Findings.ToArray() ?? [];
        RetryDelay = status?.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan();
        MayHaveArrived = inner is not RpcException
        {
            Status.DebugException: SocketException
                or HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError },
        };
    }

    /// <summary>Why, as the contract names it; unspecified when the error is not the server's own, or newer than this client.</summary>
    public ErrorReason Reason { get; }

    /// <summary>The reason as it was sent, such as <c>CURSOR_EXPIRED</c>; null when the error is not the server's own.</summary>
    public string? ReasonName { get; }

    /// <summary>The status of the call. UNAVAILABLE without <see cref="ReasonName"/>: the server was not reached.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>What the reason promises, by key, such as <c>current_version</c>; never null.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Every field that was wrong; empty when it is not about fields.</summary>
    public IReadOnlyList<FieldViolation> FieldViolations { get; }

    /// <summary>What a gate refused, or as much of it as an error can hold; empty for other reasons than <see cref="ErrorReason.FindingsRefused"/>.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>How long to wait at least before trying again, where the server said so.</summary>
    public TimeSpan? RetryDelay { get; }

    /// <summary>
    /// Whether the request may have reached the server, in the last or an earlier attempt: a change may have taken effect although it
    /// failed. False where there was not even a connection.
    /// </summary>
    public bool MayHaveArrived { get; internal set; }

    /// <summary>
    /// Whether the contract says "try again": UNAVAILABLE, or RESOURCE_EXHAUSTED with a <see cref="RetryDelay"/>. A change
    /// that was sent without <c>request_id</c> may then happen twice.
    /// </summary>
    public bool IsTransient => StatusCode == StatusCode.Unavailable
        || (StatusCode == StatusCode.ResourceExhausted && RetryDelay is not null);

    /// <summary>
    /// Whether the server can no longer go on from a cursor: retention has passed it (<see cref="ErrorReason.CursorExpired"/>), the stream's
    /// filter has changed (<see cref="ErrorReason.StreamChanged"/>), or the log was restored from a backup that ends before it
    /// (<see cref="ErrorReason.EpochLost"/>). The remedy is a snapshot, which <see cref="SyndicationClient.ConsumeAsync"/> takes by itself.
    /// </summary>
    public bool IsPlaceLost => Reason is ErrorReason.CursorExpired or ErrorReason.StreamChanged or ErrorReason.EpochLost;

    /// <summary>Whether a long call that ended with this is worth making again from where it was.</summary>
    internal bool MayComeBack => StatusCode switch
    {
        StatusCode.Unavailable => true,
        // Not the caller's own, which is no such exception: the server's, a proxy's, or what is left of a stream that was reset.
        StatusCode.Cancelled or StatusCode.DeadlineExceeded => true,
        StatusCode.ResourceExhausted => IsTransient || Reason == ErrorReason.SubscriberStalled,
        // A fault of the server comes with its reason; without one it is a connection that broke.
        StatusCode.Internal => ReasonName is null,
        _ => false,
    };

    /// <summary>Reads the error's details. Never fails: details that cannot be read are as good as none.</summary>
    public static SyndicationException From(RpcException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);

        var status = exception.Trailers.GetRpcStatus(ignoreParseError: true);
        try
        {
            return new(exception.StatusCode, exception.Status.Detail, status, Info(status), exception);
        }
        catch (Google.Protobuf.InvalidProtocolBufferException)
        {
            return new(exception.StatusCode, exception.Status.Detail, null, null, exception);
        }
    }

    /// <summary>Reads the error of one of several items that share a call. Never fails, likewise.</summary>
    public static SyndicationException FromStatus(Google.Rpc.Status status)
    {
        ArgumentNullException.ThrowIfNull(status);

        try
        {
            return new((StatusCode)status.Code, status.Message, status, Info(status), null);
        }
        catch (Google.Protobuf.InvalidProtocolBufferException)
        {
            return new((StatusCode)status.Code, status.Message, null, null, null);
        }
    }

    private static ErrorInfo? Info(Google.Rpc.Status? status)
    {
        var info = status?.GetDetail<ErrorInfo>();

        // A proxy's reason may be spelled like one of ours and mean something else.
        return info is { Domain: Domain } ? info : null;
    }

    private static ErrorReason Parse(string? name)
    {
        var value = ErrorsReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.EnumDescriptor>(nameof(ErrorReason))
            .FindValueByName("ERROR_REASON_" + name);
        return (ErrorReason)(value?.Number ?? 0);
    }
}
