using Google.Rpc;
using Grpc.Core;
using Syndication.V1;

namespace Syndication.Tests.Server;

/// <summary>An error as a caller sees it.</summary>
internal sealed record Refusal(
    StatusCode Status, string Reason, string Domain, IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<string> Fields, TimeSpan? RetryDelay, string Message)
{
    /// <summary>Reads an error's details. A call that did not get as far as the server has none.</summary>
    public static Refusal Of(RpcException error)
    {
        var status = error.GetRpcStatus();
        var info = status?.GetDetail<ErrorInfo>();
        return new(
            error.StatusCode,
            info?.Reason ?? "",
            info?.Domain ?? "",
            info?.Metadata.ToDictionary() ?? [],
            [.. status?.GetDetail<BadRequest>()?.FieldViolations.Select(field => field.Field) ?? []],
            status?.GetDetail<RetryInfo>()?.RetryDelay.ToTimeSpan(),
            $"{error.Status.Detail} {error.Status.DebugException}");
    }

    /// <summary>The error of a call that must be refused for a reason.</summary>
    public static async Task<Refusal> OfAsync(StatusCode status, ErrorReason reason, Task call)
    {
        var refusal = Of(await Assert.ThrowsAsync<RpcException>(() => call));
        refusal.MustBe(status, reason);
        return refusal;
    }

    /// <summary>The wrong fields that a call is refused for.</summary>
    public static async Task<IReadOnlyList<string>> FieldsAsync(Task call) =>
        (await OfAsync(StatusCode.InvalidArgument, ErrorReason.InvalidFields, call)).Fields;

    /// <summary>Checks status, reason and domain.</summary>
    public void MustBe(StatusCode status, ErrorReason reason)
    {
        Assert.True(status == Status, $"{Status}: {Message}");
        Assert.Equal(reason.ToString(), Reason.Replace("_", ""), ignoreCase: true);
        Assert.Equal("syndication.v1", Domain);
    }
}
