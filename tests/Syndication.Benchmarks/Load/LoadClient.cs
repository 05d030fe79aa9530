using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Syndication.V1;

namespace Syndication.Benchmarks.Load;

/// <summary>Calls a node without encoding requests or decoding articles: the same code for the server and the bare loops.</summary>
internal sealed class LoadClient : IDisposable
{
    /// <summary>Subscribers that share a connection, so that a hundred of them are ten partners and not one.</summary>
    private const int StreamsPerConnection = 10;

    private static readonly Marshaller<byte[]> Raw = Marshallers.Create<byte[]>(
        static (bytes, context) => context.Complete(bytes), static context => context.PayloadAsReadOnlySequence().ToArray());

    private static readonly Method<byte[], byte[]> PublishMethod = new(
        MethodType.Unary, "syndication.v1.PublishingService", "PublishArticle", Raw, Raw);

    private static readonly Method<byte[], byte[]> HealthMethod = new(MethodType.Unary, "grpc.health.v1.Health", "Check", Raw, Raw);

    private static readonly Method<byte[], byte[]> ImportMethod = new(
        MethodType.DuplexStreaming, "syndication.v1.PublishingService", "ImportArticles", Raw, Raw);

    private static readonly Method<byte[], ReceivedFrame> SubscribeMethod = new(
        MethodType.ServerStreaming, "syndication.v1.SubscriptionService", "Subscribe", Raw,
        Marshallers.Create<ReceivedFrame>(
            static (_, _) => throw new NotSupportedException("Frames are only received."),
            static context => ReceivedFrame.Parse(context.PayloadAsReadOnlySequence())));

    /// <summary>The key of the server under test.</summary>
    public const string Key = "administrator-of-the-benchmarks-0123456789";

    private static readonly Metadata Headers = new() { { "authorization", $"Bearer {Key}" } };

    private readonly GrpcChannel _publishing;
    private readonly GrpcChannel[] _subscribing;
    private int _subscribers;

    /// <summary>Connects to a node.</summary>
    /// <param name="address">Where it serves gRPC.</param>
    /// <param name="subscribers">How many streams there will be.</param>
    /// <param name="connections">How many connections they share; 0: one for ten.</param>
    public LoadClient(Uri address, int subscribers, int connections = 0)
    {
        connections = connections > 0 ? connections : Math.Max(1, subscribers / StreamsPerConnection);
        var options = new GrpcChannelOptions { MaxReceiveMessageSize = null };
        _publishing = GrpcChannel.ForAddress(address, options);
        _subscribing = [.. Enumerable.Range(0, connections).Select(_ => GrpcChannel.ForAddress(address, options))];
    }

    /// <summary>Publishes; completes with the answer.</summary>
    public Task PublishAsync(byte[] request) =>
        _publishing.CreateCallInvoker().AsyncUnaryCall(PublishMethod, null, new CallOptions(Headers), request).ResponseAsync;

    /// <summary>Creates a stream; one that is there already stays.</summary>
    public async Task CreateStreamAsync(string streamId, ArticleFilter filter)
    {
        var request = new CreateStreamRequest { Stream = new V1.Stream { StreamId = streamId, DisplayName = streamId, Filter = filter } };
        try
        {
            await new StreamService.StreamServiceClient(_publishing).CreateStreamAsync(request, new CallOptions(Headers));
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.AlreadyExists)
        {
        }
    }

    /// <summary>Whether the node's health service says SERVING.</summary>
    public async Task<bool> IsServingAsync()
    {
        try
        {
            var answer = await _publishing.CreateCallInvoker().AsyncUnaryCall(HealthMethod, null, default, []).ResponseAsync;
            return answer is [0x08, 0x01];
        }
        catch (RpcException)
        {
            return false;
        }
    }

    /// <summary>Imports over one call: sends as fast as the server takes, while the answers are read.</summary>
    /// <param name="requests">Encoded publish requests.</param>
    /// <param name="onAnswered">Called after each answer with their number.</param>
    public async Task ImportAsync(IEnumerable<byte[]> requests, Func<int, Task> onAnswered)
    {
        using var call = _publishing.CreateCallInvoker().AsyncDuplexStreamingCall(ImportMethod, null, new CallOptions(Headers));
        var sending = Task.Run(async () =>
        {
            // As the client of the product sends what it has read: what follows at once goes out with it.
            call.RequestStream.WriteOptions = new WriteOptions(WriteFlags.BufferHint);
            foreach (var request in requests)
            {
                await call.RequestStream.WriteAsync(ImportItem(request));
            }

            await call.RequestStream.CompleteAsync();
        });
        for (var answered = 1; await call.ResponseStream.MoveNext(default); answered++)
        {
            await onAnswered(answered);
        }

        await sending;
    }

    /// <summary>Wraps an encoded publish request as <c>ImportArticlesRequest.publish</c>.</summary>
    private static byte[] ImportItem(byte[] request)
    {
        var item = new byte[1 + CodedOutputStream.ComputeLengthSize(request.Length) + request.Length];
        var output = new CodedOutputStream(item);
        output.WriteTag(ImportArticlesRequest.PublishFieldNumber, WireFormat.WireType.LengthDelimited);
        output.WriteLength(request.Length);
        output.Flush();
        request.CopyTo(item.AsSpan(item.Length - request.Length));
        return item;
    }

    /// <summary>Subscribes; the call is ready when its headers have come.</summary>
    public AsyncServerStreamingCall<ReceivedFrame> Subscribe(SubscribeRequest request, CancellationToken cancellationToken)
    {
        var channel = _subscribing[Interlocked.Increment(ref _subscribers) % _subscribing.Length];
        return channel.CreateCallInvoker().AsyncServerStreamingCall(
            SubscribeMethod, null, new CallOptions(Headers, cancellationToken: cancellationToken), request.ToByteArray());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _publishing.Dispose();
        foreach (var channel in _subscribing)
        {
            channel.Dispose();
        }
    }
}
