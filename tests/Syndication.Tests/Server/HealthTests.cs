using System.Net;
using Grpc.Core;
using Grpc.Reflection.V1Alpha;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Syndication.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Syndication.Tests.Server;

/// <summary>What operators and tools ask: health, reflection, server info, ports.</summary>
public sealed class HealthTests : IAsyncLifetime
{
    private ServerFixture _server = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerFixture.StartAsync();
        _http = new HttpClient { BaseAddress = _server.HttpAddress };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Health_is_told_over_gRPC_and_HTTP()
    {
        Assert.Equal(ServingStatus.Serving, (await _server.Health.CheckAsync(new())).Status);
        Assert.Equal(ServingStatus.Serving, (await _server.Health.CheckAsync(new() { Service = "syndication.v1" })).Status);
        Assert.Equal("live\n", await _http.GetStringAsync("/health/live"));
        Assert.Equal("ready\n", await _http.GetStringAsync("/health/ready"));
        var unknown = await Assert.ThrowsAsync<RpcException>(() => _server.Health.CheckAsync(new() { Service = "none" }).ResponseAsync);
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Who_watches_sees_the_server_go()
    {
        using var watch = _server.Health.Watch(new());
        await watch.ResponseStream.MoveNext().WaitAsync(FrameReader.Patience);
        Assert.Equal(ServingStatus.Serving, watch.ResponseStream.Current.Status);
        var stopping = _server.StopAsync();
        await watch.ResponseStream.MoveNext().WaitAsync(FrameReader.Patience);

        Assert.Equal(ServingStatus.NotServing, watch.ResponseStream.Current.Status);
        await stopping;
    }

    [Fact]
    public async Task Reflection_lists_every_service()
    {
        using var call = new ServerReflection.ServerReflectionClient(_server.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        await call.ResponseStream.MoveNext().WaitAsync(FrameReader.Patience);
        var listed = call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name).ToList();
        await call.RequestStream.CompleteAsync();

        Assert.Subset(listed.ToHashSet(), ContractTests.Services.Select(service => service.FullName).ToHashSet());
    }

    [Fact]
    public async Task Reflection_can_be_switched_off()
    {
        await using var server = await ServerFixture.StartAsync("Reflection=false");
        using var call = new ServerReflection.ServerReflectionClient(server.Channel).ServerReflectionInfo();

        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext().WaitAsync(FrameReader.Patience));
        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
    }

    [Fact]
    public async Task Each_port_speaks_its_own_protocol()
    {
        Assert.NotEqual(_server.GrpcAddress, _server.HttpAddress);
        using var http2 = new HttpRequestMessage(HttpMethod.Get, new Uri(_server.GrpcAddress, "/health/live"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await _http.SendAsync(http2);
        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (answer.StatusCode, answer.Version));

        using var http11 = new HttpRequestMessage(HttpMethod.Get, new Uri(_server.GrpcAddress, "/health/live"));
        using var wrongPort = await _http.SendAsync(http11).ContinueWith(sent => sent.IsCompletedSuccessfully ? sent.Result : null, TaskScheduler.Default);
        Assert.False(wrongPort?.IsSuccessStatusCode ?? false);
    }

    [Fact]
    public async Task Server_info_names_version_limits_and_epoch()
    {
        await using var server = await ServerFixture.StartAsync(
            "Subscriptions:HeartbeatInterval=00:00:07", "Subscriptions:StallLimit=00:00:42", "Log:Retention=10.00:00:00");
        var info = await server.Server.GetServerInfoAsync(new());

        Assert.Equal(("syndication.v1", "sqlite"), (info.Contract, info.Store));
        Assert.NotEmpty(info.Version);
        Assert.Matches("^[0-9a-f]{32}$", info.LogEpoch);
        Assert.Equal((2 * 1024 * 1024, 500, 1000), (info.Limits.MaxArticleBytes, info.Limits.MaxPageSize, info.Limits.MaxBatchUpdates));
        Assert.Equal((7, 42, 864_000), (info.Limits.HeartbeatInterval.Seconds, info.Limits.StallLimit.Seconds, info.Limits.Retention.Seconds));
        Assert.InRange(info.ServerTime.ToDateTime(), DateTime.UtcNow.AddMinutes(-1), DateTime.UtcNow.AddMinutes(1));
        Assert.Null((await _server.Server.GetServerInfoAsync(new())).Limits.Retention);
    }

    [Fact]
    public async Task Streams_are_never_silent_for_as_long_as_proxies_cut_and_frozen_clients_are_pinged()
    {
        // Proxies cut streams without data after 60 s, whatever pings say; a client that is frozen answers no ping.
        Assert.Equal(TimeSpan.FromSeconds(15), (await _server.Server.GetServerInfoAsync(new())).Limits.HeartbeatInterval.ToTimeSpan());
        var http2 = _server.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.Http2;
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(20)), (http2.KeepAlivePingDelay, http2.KeepAlivePingTimeout));
    }

    [Fact]
    public async Task The_key_that_the_operator_set_is_an_administrators()
    {
        var caller = await _server.Server.GetCallerAsync(new());

        Assert.Equal("admin", caller.Principal);
        Assert.Equal([CallerRole.Administrator], caller.Roles);
        Assert.StartsWith("syn_", caller.KeyId, StringComparison.Ordinal);
    }
}
