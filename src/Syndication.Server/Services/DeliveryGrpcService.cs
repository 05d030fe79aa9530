using Grpc.Core;
using Syndication.Deliveries;
using Syndication.Server.Access;
using Syndication.Server.Errors;
using Syndication.V1;

namespace Syndication.Server.Services;

/// <summary>The contract's DeliveryService.</summary>
public sealed class DeliveryGrpcService(WebhookCatalog webhooks) : DeliveryService.DeliveryServiceBase
{
    /// <inheritdoc/>
    public override async Task<CreateWebhookResponse> CreateWebhook(CreateWebhookRequest request, ServerCallContext context) =>
        (await webhooks.CreateAsync(context.Caller(), context.GetHttpContext().Address(), request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<GetWebhookResponse> GetWebhook(GetWebhookRequest request, ServerCallContext context) =>
        new() { Webhook = (await webhooks.GetAsync(context.Caller(), request.Webhook, context.CancellationToken)).Unwrap() };

    /// <inheritdoc/>
    public override async Task<ListWebhooksResponse> ListWebhooks(ListWebhooksRequest request, ServerCallContext context) =>
        (await webhooks.ListAsync(context.Caller(), request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<UpdateWebhookResponse> UpdateWebhook(UpdateWebhookRequest request, ServerCallContext context) =>
        (await webhooks.UpdateAsync(context.Caller(), context.GetHttpContext().Address(), request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<DeleteWebhookResponse> DeleteWebhook(DeleteWebhookRequest request, ServerCallContext context) =>
        (await webhooks.DeleteAsync(context.Caller(), context.GetHttpContext().Address(), request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<PauseWebhookResponse> PauseWebhook(PauseWebhookRequest request, ServerCallContext context) =>
        (await webhooks.PauseAsync(context.Caller(), context.GetHttpContext().Address(), request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<ResumeWebhookResponse> ResumeWebhook(ResumeWebhookRequest request, ServerCallContext context) =>
        (await webhooks.ResumeAsync(context.Caller(), context.GetHttpContext().Address(), request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<RotateWebhookSecretResponse> RotateWebhookSecret(RotateWebhookSecretRequest request, ServerCallContext context) =>
        (await webhooks.RotateSecretAsync(context.Caller(), context.GetHttpContext().Address(), request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<RewindWebhookResponse> RewindWebhook(RewindWebhookRequest request, ServerCallContext context) =>
        (await webhooks.RewindAsync(context.Caller(), context.GetHttpContext().Address(), request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<ListWebhookDeliveriesResponse> ListWebhookDeliveries(ListWebhookDeliveriesRequest request, ServerCallContext context) =>
        (await webhooks.ListDeliveriesAsync(context.Caller(), request, context.CancellationToken)).Unwrap();

    /// <inheritdoc/>
    public override async Task<TestWebhookResponse> TestWebhook(TestWebhookRequest request, ServerCallContext context) =>
        (await webhooks.TestAsync(context.Caller(), context.GetHttpContext().Address(), request, context.CancellationToken)).Unwrap();
}
