using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Syndication.Deliveries;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Webhooks;

/// <summary>Where the server posts to, and where not: a partner's address must not be a way into the server's own network.</summary>
public sealed class TargetTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.8")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.0.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.7")]
    [InlineData("203.0.113.7")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.250")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::127.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:0:127.0.0.1")]
    [InlineData("64:ff9b::127.0.0.1")]
    [InlineData("64:ff9b::8.8.8.8")]
    [InlineData("64:ff9b:1::a00:1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:0:7f00:1::")]
    [InlineData("2001:10::1")]
    [InlineData("2001:20::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2002:a00:1::1")]
    [InlineData("3fff::1")]
    [InlineData("5f00::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456:789a::1")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void An_address_that_is_not_public_is_not_connected_to(string address) => Assert.False(Targets().Allows(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.167.255.255")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("2001:200::1")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("2a00:1450:4001::1")]
    public void A_public_address_is(string address) => Assert.True(Targets().Allows(IPAddress.Parse(address)));

    [Fact]
    public void A_network_that_the_configuration_names_is_connected_to_in_whatever_form_its_addresses_come()
    {
        var targets = Targets(new WebhookOptions { AllowedNetworks = "10.20.0.0/16, fd00:1::/32" });
        Assert.True(targets.Allows(IPAddress.Parse("10.20.255.1")));
        Assert.True(targets.Allows(IPAddress.Parse("::ffff:10.20.0.1")));
        Assert.True(targets.Allows(IPAddress.Parse("fd00:1::5")));
        Assert.False(targets.Allows(IPAddress.Parse("10.21.0.1")));
        Assert.False(targets.Allows(IPAddress.Parse("fd00:2::5")));
        Assert.False(targets.Allows(IPAddress.Parse("127.0.0.1")));
    }

    [Theory]
    [InlineData("https://outlet.example/hook", "")]
    [InlineData("https://outlet.example:443/hook?key=1", "")]
    [InlineData("HTTPS://OUTLET.EXAMPLE", "")]
    [InlineData("http://outlet.example/hook", "https")]
    [InlineData("ftp://outlet.example/hook", "absolute")]
    [InlineData("file:///etc/passwd", "absolute")]
    [InlineData("gopher://127.0.0.1:6379/_INFO", "absolute")]
    [InlineData("/hook", "absolute")]
    [InlineData("https:///hook", "absolute")]
    [InlineData("", "absolute")]
    [InlineData("https://user@outlet.example/", "user name")]
    [InlineData("https://user:secret@outlet.example/", "user name")]
    [InlineData("https://outlet.example/#part", "fragment")]
    [InlineData("https://outlet.example:22/", "port 22")]
    [InlineData("https://outlet.example:8443/", "port 8443")]
    [InlineData("https://outlet.example:0/", "port 0")]
    public void An_address_is_judged_by_its_form(string url, string wrong)
    {
        var found = Targets().Check(url);
        if (wrong.Length == 0)
        {
            Assert.Null(found);
            return;
        }

        Assert.Contains(wrong, found, StringComparison.Ordinal);
    }

    [Fact]
    public void Ports_are_the_configurations()
    {
        var targets = Targets(new WebhookOptions { AllowedPorts = "443, 8000-8999" });
        Assert.Null(targets.Check("https://outlet.example/"));
        Assert.Null(targets.Check("https://outlet.example:8999/"));
        Assert.NotNull(targets.Check("https://outlet.example:9000/"));
    }

    [Theory]
    [InlineData("https://localhost/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://0x7f.1/")]
    [InlineData("https://%31%32%37.0.0.1/")]
    [InlineData("https://①②⑦.0.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[::ffff:7f00:1]/")]
    [InlineData("https://[0:0:0:0:0:0:0:1]/")]
    [InlineData("https://[64:ff9b::7f00:1]/")]
    [InlineData("https://[2002:7f00:1::]/")]
    [InlineData("https://[fe80::1]/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://0.0.0.0/")]
    public async Task A_webhook_to_an_inside_address_is_refused_whichever_way_it_is_written(string url)
    {
        await using var server = await PlainServerAsync();
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await Deliveries(server).CreateWebhookAsync(new() { Webhook = new() { Partner = "outlet", Stream = "en", Url = url } }));
        var refusal = Refusal.Of(error);
        Assert.True(refusal.Reason is "WEBHOOK_TARGET_REFUSED" or "INVALID_FIELDS", refusal.ToString());
        Assert.Equal(["webhook.url"], refusal.Fields);
    }

    [Fact]
    public async Task A_name_that_leads_inside_only_later_is_refused_at_each_connection()
    {
        // Public when the webhook is created, loopback when it is connected to: the receiver would accept it.
        var answers = new[] { "203.0.114.1" };
        await using var hooks = await WebhookFixture.StartAsync(
            builder => builder.Services.Replace(ServiceDescriptor.Singleton(_ => new WebhookTargets(
                new WebhookOptions { AllowHttp = true, AllowedPorts = "1-65535" },
                (host, _) => Task.FromResult(host == "outlet.example" ? answers.Select(IPAddress.Parse).ToArray() : [])))),
            "Webhooks:MaxAttempts=2");
        var url = hooks.Receiver.Url.Replace("127.0.0.1", "outlet.example", StringComparison.Ordinal);
        await hooks.Server.PublishAsync(TestArticles.Make(articleId: "a"));
        var webhook = (await hooks.Outlet.CreateWebhookAsync(new() { Webhook = new() { Stream = "en", Url = url }, Start = new() { Latest = new() } })).Webhook;
        answers = ["127.0.0.1", "::1", "::ffff:127.0.0.1"];
        await hooks.PublishAsync(1, "b");

        var parked = await hooks.UntilParkedAsync(webhook.WebhookId);
        Assert.Equal("the host has no public address: this server does not post there", parked.Status.LastError);
        Assert.False((await hooks.Outlet.TestWebhookAsync(new() { Webhook = webhook.WebhookId })).Accepted);
        Assert.Empty(hooks.Receiver.Posted);
    }

    [Fact]
    public async Task What_is_connected_to_is_the_address_that_was_checked()
    {
        // Each look-up has another answer: there must be one for a connection, and the one that counts.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var lookUps = 0;
        var targets = new WebhookTargets(
            new WebhookOptions { AllowedNetworks = "127.0.0.0/8" },
            (_, _) => Task.FromResult<IPAddress[]>([lookUps++ == 0 ? IPAddress.Loopback : IPAddress.Parse("10.0.0.1")]));
        using var handler = new SocketsHttpHandler { ConnectCallback = targets.ConnectAsync };
        using var client = new HttpMessageInvoker(handler);
        var sent = client.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"http://rebinds.example:{port}/"), TestContext.Current.CancellationToken);
        using var connection = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await connection.GetStream().WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, (await sent).StatusCode);
        Assert.Equal(1, lookUps);
    }

    [Fact]
    public async Task A_name_with_inside_and_public_addresses_is_connected_to_at_the_public_ones_alone()
    {
        var targets = new WebhookTargets(
            new WebhookOptions(), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback, IPAddress.Parse("1.1.1.1"), IPAddress.Parse("fd00::1")]));
        Assert.Equal(["1.1.1.1"], (await targets.FindAsync("mixed.example", CancellationToken.None)).Select(address => address.ToString()));
    }

    private static WebhookTargets Targets(WebhookOptions? options = null) => new(options ?? new WebhookOptions(), WebhookTargets.ResolveAsync);

    /// <summary>A server with the settings that it has by default.</summary>
    private static async Task<ServerFixture> PlainServerAsync()
    {
        var server = await ServerFixture.StartAsync();
        await Access.AccessSetup.CreateStreamAsync(server, "en", "en");
        await Access.AccessSetup.CreatePartnerAsync(server, "outlet", new Grant { Stream = "en" });
        return server;
    }

    private static DeliveryService.DeliveryServiceClient Deliveries(ServerFixture server) => new(server.Calls);
}
