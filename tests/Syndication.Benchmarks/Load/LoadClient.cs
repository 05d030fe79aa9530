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

    private static readonly Method<byte[], ReceivedFrame> SubscribeMethod = new(
        MethodType.ServerStreaming, "syndication.v1.SubscriptionService", "Subscribe", Raw,
        Marshallers.Create<ReceivedFrame>(
            static (_, _) => throw new NotSupportedException("Frames are only received."),
            static context => ReceivedFrame.Parse(context.PayloadAsReadOnlySequence())));

    private readonly GrpcChannel _publishing;
    private readonly GrpcChannel[] _subscribing;
    private int _subscribers;

    /// <summary>Connects to a node.</summary>
    /// <param name="address">Where it serves gRPC.</param>
    /// <param name="subscribers">How many streams there will be.</param>
    public LoadClient(Uri address, int subscribers)
    {
        var options = new GrpcChannelOptions { MaxReceiveMessageSize = null };
        _publishing = GrpcChannel.ForAddress(address, options);
        _subscribing = [.. Enumerable.Range(0, Math.Max(1, subscribers / StreamsPerConnection)).Select(_ => GrpcChannel.ForAddress(address, options))];
    }

    /// <summary>Publishes; completes with the answer.</summary>
    public Task PublishAsync(byte[] request) =>
        _publishing.CreateCallInvoker().AsyncUnaryCall(PublishMethod, null, default, request).ResponseAsync;

    /// <summary>Subscribes; the call is ready when its headers have come.</summary>
    public AsyncServerStreamingCall<ReceivedFrame> Subscribe(SubscribeRequest request, CancellationToken cancellationToken)
    {
        var channel = _subscribing[Interlocked.Increment(ref _subscribers) % _subscribing.Length];
        return channel.CreateCallInvoker().AsyncServerStreamingCall(
            SubscribeMethod, null, new CallOptions(cancellationToken: cancellationToken), request.ToByteArray());
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
