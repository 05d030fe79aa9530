using Grpc.Core;
using Grpc.Net.Client;

namespace Syndication.Tests.Server;

/// <summary>The keys of the tests' servers.</summary>
internal static class TestKeys
{
    /// <summary>The administrator that every server of the tests has.</summary>
    public const string Admin = "administrator-of-the-tests-0123456789";

    /// <summary>The setting that makes it work.</summary>
    public const string Setting = $"--Syndication:BootstrapAdminKey={Admin}";

    /// <summary>A channel as clients have it by default, one connection and 4 MB per message, with a key.</summary>
    /// <param name="key">Null for none.</param>
    public static GrpcChannel Connect(Uri address, string? key = Admin)
    {
        var send = CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("authorization", $"Bearer {key}");
            return Task.CompletedTask;
        });
        return GrpcChannel.ForAddress(address, key is null ? new() : new()
        {
            Credentials = ChannelCredentials.Create(address.Scheme == Uri.UriSchemeHttps ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure, send),
            UnsafeUseInsecureChannelCallCredentials = true,
        });
    }
}
