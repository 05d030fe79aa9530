using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Syndication.Client;

namespace Syndication.Tests.Client;

/// <summary>Clients by dependency injection.</summary>
public sealed class ServicesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_is_made_of_the_configuration_once_and_ends_with_the_host()
    {
        await using var server = await FakeServer.StartAsync();
        SyndicationClient client;
        using (var host = Build(
            services => services.AddSyndicationClient().BindConfiguration("Wire"),
            ("Wire:Address", server.Address.ToString()), ("Wire:ApiKey", "secret"), ("Wire:CallTimeout", "00:00:07"), ("Wire:Tls:CertificateAuthorityPath", null)))
        {
            await host.StartAsync(Token);
            client = host.Services.GetRequiredService<SyndicationClient>();
            Assert.Same(client, host.Services.GetRequiredService<SyndicationClient>());
            await client.Articles.GetArticleAsync(new() { ArticleId = "a" }, cancellationToken: Token);
            await host.StopAsync(Token);
        }

        Assert.Equal(["Bearer secret"], server.Keys);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await client.Articles.GetArticleAsync(new() { ArticleId = "a" }, cancellationToken: Token));
    }

    [Fact]
    public async Task Several_clients_have_names()
    {
        await using var server = await FakeServer.StartAsync();
        using var host = Build(services =>
        {
            services.AddSyndicationClient("one", options => (options.Address, options.ApiKey) = (server.Address, "1"));
            services.AddSyndicationClient("two", options => (options.Address, options.ApiKey) = (server.Address, "2"));
        });
        foreach (var name in new[] { "two", "one" })
        {
            await host.Services.GetRequiredKeyedService<SyndicationClient>(name).Articles.GetArticleAsync(new() { ArticleId = "a" }, cancellationToken: Token);
        }

        Assert.Equal(["Bearer 2", "Bearer 1"], server.Keys);
        Assert.Null(host.Services.GetService<SyndicationClient>());
    }

    [Theory]
    [InlineData("Address", "ftp://wire.example")]
    [InlineData("MaxCallAttempts", "0")]
    [InlineData("HeartbeatInterval", "00:00:00.5")]
    [InlineData("ReconnectMaxDelay", "00:00:00.1")]
    [InlineData("CallTimeout", "00:00:00")]
    [InlineData("KeepAlivePingDelay", "00:00:00.1")]
    [InlineData("ApiKey", "two words")]
    [InlineData("Tls:CertificateAuthorityPath", "no-such-file.pem")]
    [InlineData("Tls:ClientCertificateKeyPath", "key-without-certificate.pem")]
    public async Task Options_that_are_wrong_end_the_start_and_are_named(string key, string value)
    {
        using var host = Build(services => services.AddSyndicationClient().BindConfiguration("Wire"), ("Wire:" + key, value));

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));

        Assert.Contains(key.Split(':')[0], error.Message, StringComparison.Ordinal);
        var options = new SyndicationClientOptions();
        host.Services.GetRequiredService<IConfiguration>().GetSection("Wire").Bind(options);
        Assert.Throws<ArgumentException>(() => new SyndicationClient(options));
    }

    private static IHost Build(Action<IServiceCollection> configure, params (string Key, string? Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => setting.Value));
        configure(builder.Services);
        return builder.Build();
    }
}
