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
    }

    private SyndicationException(RpcException exception, Google.Rpc.Status? status, ErrorInfo? info)
        : base(MessageOf(exception), exception)
    {
        StatusCode = exception.StatusCode;
        ReasonName = info?.Reason;
        Reason = Parse(info?.Reason);
        Metadata = info?.Metadata ?? (IReadOnlyDictionary<string, string>)NoMetadata;
        FieldViolations = status?.GetDetail<BadRequest>()?.FieldViolations
            .Select(violation => new FieldViolation(violation.Field, violation.Description))
            .ToArray() ?? [];
        RetryDelay = status?.GetDetail<RetryInfo>()?.RetryDelay?.ToTimeSpan();
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

    /// <summary>How long to wait at least before trying again, where the server said so.</summary>
    public TimeSpan? RetryDelay { get; }

    /// <summary>
    /// Whether the contract says "try again": UNAVAILABLE, or RESOURCE_EXHAUSTED with a <see cref="RetryDelay"/>. A change
    /// that was sent without <c>request_id</c> may then happen twice.
    /// </summary>
    public bool IsTransient => StatusCode == StatusCode.Unavailable
        || (StatusCode == StatusCode.ResourceExhausted && RetryDelay is not null);

    /// <summary>Reads the error's details. Never fails: details that cannot be read are as good as none.</summary>
    public static SyndicationException From(RpcException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);

        var status = exception.Trailers.GetRpcStatus(ignoreParseError: true);
        try
        {
            return new(exception, status, Info(status));
        }
        catch (Google.Protobuf.InvalidProtocolBufferException)
        {
            return new(exception, null, null);
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

    private static string MessageOf(RpcException exception) =>
        exception.Status.Detail is { Length: > 0 } detail ? detail : $"The call ended with {exception.StatusCode}.";
}
