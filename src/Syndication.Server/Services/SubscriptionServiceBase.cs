using Google.Protobuf;
using Grpc.Core;
using Syndication.Subscriptions;
using Syndication.V1;

namespace Syndication.Server.Services;

/// <summary>
/// The contract's SubscriptionService, bound by hand: <c>Subscribe</c> answers with frames that are encoded already and are
/// copied into the response as they are. The generated base would have every subscriber encode every update again.
/// </summary>
[BindServiceMethod(typeof(SubscriptionServiceBase), nameof(BindService))]
public abstract class SubscriptionServiceBase
{
    private const string ServiceName = "syndication.v1.SubscriptionService";

    private static readonly Method<SubscribeRequest, EncodedFrame> SubscribeMethod = new(
        MethodType.ServerStreaming,
        ServiceName,
        nameof(Subscribe),
        MarshallerOf(SubscribeRequest.Parser),
        Marshallers.Create(
            static (frame, context) =>
            {
                context.SetPayloadLength(frame.Length);
                frame.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            static EncodedFrame (DeserializationContext _) => throw new NotSupportedException("Frames are only sent.")));

    private static readonly Method<PullUpdatesRequest, PullUpdatesResponse> PullUpdatesMethod = new(
        MethodType.Unary, ServiceName, nameof(PullUpdates), MarshallerOf(PullUpdatesRequest.Parser), MarshallerOf(PullUpdatesResponse.Parser));

    private static readonly Method<AcknowledgeRequest, AcknowledgeResponse> AcknowledgeMethod = new(
        MethodType.Unary, ServiceName, nameof(Acknowledge), MarshallerOf(AcknowledgeRequest.Parser), MarshallerOf(AcknowledgeResponse.Parser));

    /// <summary>The service as the contract describes it: for reflection and transcoding.</summary>
    public static Google.Protobuf.Reflection.ServiceDescriptor Descriptor => SubscriptionService.Descriptor;

    private static readonly Method<ListSubscriptionsRequest, ListSubscriptionsResponse> ListSubscriptionsMethod = new(
        MethodType.Unary,
        ServiceName,
        nameof(ListSubscriptions),
        MarshallerOf(ListSubscriptionsRequest.Parser),
        MarshallerOf(ListSubscriptionsResponse.Parser));

    private static readonly Method<ConfirmWithdrawalRequest, ConfirmWithdrawalResponse> ConfirmWithdrawalMethod = new(
        MethodType.Unary,
        ServiceName,
        nameof(ConfirmWithdrawal),
        MarshallerOf(ConfirmWithdrawalRequest.Parser),
        MarshallerOf(ConfirmWithdrawalResponse.Parser));

    private static readonly Method<ListWithdrawalReceiptsRequest, ListWithdrawalReceiptsResponse> ListWithdrawalReceiptsMethod = new(
        MethodType.Unary,
        ServiceName,
        nameof(ListWithdrawalReceipts),
        MarshallerOf(ListWithdrawalReceiptsRequest.Parser),
        MarshallerOf(ListWithdrawalReceiptsResponse.Parser));

    /// <summary>Streams a stream's frames.</summary>
    public abstract Task Subscribe(SubscribeRequest request, IServerStreamWriter<EncodedFrame> responseStream, ServerCallContext context);

    /// <summary>Answers one page of a stream.</summary>
    public abstract Task<PullUpdatesResponse> PullUpdates(PullUpdatesRequest request, ServerCallContext context);

    /// <summary>Stores a consumer's place.</summary>
    public abstract Task<AcknowledgeResponse> Acknowledge(AcknowledgeRequest request, ServerCallContext context);

    /// <summary>Lists who reads what.</summary>
    public abstract Task<ListSubscriptionsResponse> ListSubscriptions(ListSubscriptionsRequest request, ServerCallContext context);

    /// <summary>Confirms a kill.</summary>
    public abstract Task<ConfirmWithdrawalResponse> ConfirmWithdrawal(ConfirmWithdrawalRequest request, ServerCallContext context);

    /// <summary>Lists who was sent what of killed articles.</summary>
    public abstract Task<ListWithdrawalReceiptsResponse> ListWithdrawalReceipts(ListWithdrawalReceiptsRequest request, ServerCallContext context);

    /// <summary>Called by Grpc.AspNetCore, with no service, to learn the methods.</summary>
    public static void BindService(ServiceBinderBase binder, SubscriptionServiceBase? service)
    {
        binder.AddMethod(SubscribeMethod, service is null ? null! : service.Subscribe);
        binder.AddMethod(PullUpdatesMethod, service is null ? null! : service.PullUpdates);
        binder.AddMethod(AcknowledgeMethod, service is null ? null! : service.Acknowledge);
        binder.AddMethod(ListSubscriptionsMethod, service is null ? null! : service.ListSubscriptions);
        binder.AddMethod(ConfirmWithdrawalMethod, service is null ? null! : service.ConfirmWithdrawal);
        binder.AddMethod(ListWithdrawalReceiptsMethod, service is null ? null! : service.ListWithdrawalReceipts);
    }

    private static Marshaller<T> MarshallerOf<T>(MessageParser<T> parser)
        where T : IMessage<T> => Marshallers.Create(
        static (message, context) =>
        {
            context.SetPayloadLength(message.CalculateSize());
            message.WriteTo(context.GetBufferWriter());
            context.Complete();
        },
        context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));
}
