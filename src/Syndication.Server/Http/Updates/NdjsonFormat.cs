using System.Runtime.CompilerServices;
using System.Text;
using Google.Protobuf;
using Syndication.Server.Errors;
using Syndication.Subscriptions;
using RpcStatus = Google.Rpc.Status;

namespace Syndication.Server.Http.Updates;

/// <summary>A <c>SubscribeResponse</c> in the contract's JSON on each line; the last line may be <c>{"error": google.rpc.Status}</c>.</summary>
public sealed class NdjsonFormat : IFrameFormat
{
    // As long as the frame lives: readers at the live edge share it, and its JSON.
    private readonly ConditionalWeakTable<EncodedFrame, byte[]> _made = [];

    /// <inheritdoc/>
    public string MediaType => "application/x-ndjson";

    /// <inheritdoc/>
    public byte[] Begin() => [];

    /// <inheritdoc/>
    public byte[] Frame(EncodedFrame frame) => _made.GetValue(frame, static frame => Line(JsonFormatter.Default.Format(frame.Decode())));

    /// <inheritdoc/>
    public byte[] End(RpcStatus status) => Line($"{{\"error\": {HttpErrors.Format(status)}}}");

    private static byte[] Line(string json) => Encoding.UTF8.GetBytes(json + "\n");
}
