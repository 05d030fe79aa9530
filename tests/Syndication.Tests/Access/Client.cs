using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Access;

/// <summary>A connection to a server with one key, or with none.</summary>
internal sealed class Client(Uri address, string? key) : IDisposable
{
    private readonly GrpcChannel _channel = TestKeys.Connect(address, key);

    public Grpc.Core.CallInvoker Calls => _channel.Intercept(new BoundedCalls());

    public PublishingService.PublishingServiceClient Publishing => new(Calls);

    public ArticleService.ArticleServiceClient Articles => new(Calls);

    public StreamService.StreamServiceClient Streams => new(Calls);

    public SubscriptionService.SubscriptionServiceClient Subscriptions => new(Calls);

    public PartnerService.PartnerServiceClient Partners => new(Calls);

    public ServerService.ServerServiceClient Server => new(Calls);

    public FrameReader Subscribe(string stream, bool includeHeld = false, StartPosition? start = null) => new(Subscriptions.Subscribe(
        new SubscribeRequest { Stream = stream, IncludeHeld = includeHeld, Start = start, HeartbeatInterval = new() { Seconds = 60 } }));

    public void Dispose() => _channel.Dispose();
}

/// <summary>What tests of access set up.</summary>
internal static class AccessSetup
{
    public static Client As(this ServerFixture server, string? key) => new(server.GrpcAddress, key);

    /// <summary>Creates a stream of one language.</summary>
    public static async Task CreateStreamAsync(this ServerFixture server, string stream, string language) => await server.Streams.CreateStreamAsync(new()
    {
        Stream = new() { StreamId = stream, Filter = new() { AllOf = { new ArticleClause { Language = language } } } },
    });

    /// <summary>Creates a partner with some streams.</summary>
    /// <returns>The secret of its key.</returns>
    public static async Task<string> CreatePartnerAsync(this ServerFixture server, string partner, params Grant[] grants)
    {
        await server.Partners.CreatePartnerAsync(new() { Partner = new() { PartnerId = partner } });
        foreach (var grant in grants)
        {
            await server.Partners.GrantStreamAsync(new() { Partner = partner, Grant = grant });
        }

        return (await server.IssueAsync(partner, CallerRole.Partner)).Secret;
    }

    public static async Task<IssueApiKeyResponse> IssueAsync(this ServerFixture server, string principal, CallerRole role) =>
        await server.Partners.IssueApiKeyAsync(new() { Principal = principal, Role = role });
}
