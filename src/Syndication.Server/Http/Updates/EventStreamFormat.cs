using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Syndication.Server.Errors;
using Syndication.Subscriptions;
using Syndication.V1;
using RpcStatus = Google.Rpc.Status;

namespace Syndication.Server.Http.Updates;

/// <summary>
/// Server-sent events (<see href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML, section 9.2</see>): the
/// event's name is the kind of frame, its data the <c>SubscribeResponse</c> in the contract's JSON, its id the frame's cursor. The
/// last event may be <c>error</c>, with a <c>google.rpc.Status</c>; it has no id, so that the place stays.
/// </summary>
public sealed class EventStreamFormat : IFrameFormat
{
    private static readonly Dictionary<SubscribeResponse.FrameOneofCase, string> Names = SubscribeResponse.Descriptor.Oneofs
        .Single(oneof => oneof.Name == "frame").Fields.ToDictionary(field => (SubscribeResponse.FrameOneofCase)field.FieldNumber, field => field.Name);

    private readonly ConditionalWeakTable<EncodedFrame, byte[]> _made = [];

    /// <inheritdoc/>
    public string MediaType => "text/event-stream";

    /// <inheritdoc/>
    /// <remarks>How long to wait before coming again, different for each, so that a restart does not bring all back at once.</remarks>
    public byte[] Begin() => Encoding.UTF8.GetBytes($"retry: {RandomNumberGenerator.GetInt32(1000, 5000)}\n\n");

    /// <inheritdoc/>
    public byte[] Frame(EncodedFrame frame) => _made.GetValue(frame, static frame =>
    {
        // The formatter writes one line: no data needs to be split.
        var message = frame.Decode();
        return Encoding.UTF8.GetBytes($"id: {message.Cursor}\nevent: {Names[message.FrameCase]}\ndata: {JsonFormatter.Default.Format(message)}\n\n");
    });

    /// <inheritdoc/>
    public byte[] End(RpcStatus status) => Encoding.UTF8.GetBytes($"event: error\ndata: {HttpErrors.Format(status)}\n\n");
}
