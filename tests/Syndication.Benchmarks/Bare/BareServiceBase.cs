using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Syndication.V1;

namespace Syndication.Benchmarks.Bare;

/// <summary>Two of the contract's methods, with requests as bytes and responses that are bytes or messages.</summary>
[BindServiceMethod(typeof(BareServiceBase), nameof(BindService))]
internal abstract class BareServiceBase
{
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(
        static (bytes, context) => context.Complete(bytes), static context => context.PayloadAsReadOnlySequence().ToArray());

    private static readonly Method<byte[], byte[]> PublishMethod = new(
        MethodType.Unary, "syndication.v1.PublishingService", "PublishArticle", Raw, Raw);

    private static readonly Method<byte[], object> SubscribeMethod = new(
        MethodType.ServerStreaming, "syndication.v1.SubscriptionService", "Subscribe", Raw,
        Marshallers.Create(Serialize, static object (_) => throw new NotSupportedException("Frames are only sent.")));

    /// <summary>Called by Grpc.AspNetCore, with no service, to learn the methods.</summary>
    public static void BindService(ServiceBinderBase binder, BareServiceBase? service)
    {
        binder.AddMethod(PublishMethod, service is null ? null! : service.PublishArticle);
        binder.AddMethod(SubscribeMethod, service is null ? null! : service.Subscribe);
    }

    /// <summary>Stores an update.</summary>
    public abstract Task<byte[]> PublishArticle(byte[] request, ServerCallContext context);

    /// <summary>Sends what is added from now on, or what is stored.</summary>
    public abstract Task Subscribe(byte[] request, IServerStreamWriter<object> responses, ServerCallContext context);

    private static void Serialize(object response, SerializationContext context)
    {
        if (response is BareFrame frame)
        {
            frame.Serialize(context);
            return;
        }

        var message = (SubscribeResponse)response;
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }
}
