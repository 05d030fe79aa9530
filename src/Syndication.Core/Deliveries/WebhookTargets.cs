using System.Net;
using System.Net.Sockets;

namespace Syndication.Deliveries;

/// <summary>
/// Where this server posts to. An address that a partner chose must not become a way into the network that the server stands
/// in: only public addresses are connected to, and those that the configuration names. Names are looked up here, and what is
/// connected to is the address that was checked, so that a name which answers differently the second time gains nothing.
/// </summary>
public sealed class WebhookTargets(WebhookOptions options, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
{
    /// <summary>The longest address of a webhook, in characters.</summary>
    public const int MaxUrlLength = 2000;

    /// <summary>What is not public: IANA's registry of special-purpose IPv4 addresses, with multicast and the reserved rest.</summary>
    private static readonly IPNetwork[] SpecialV4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    /// <summary>The only IPv6 addresses that are public; what translates or tunnels IPv4 (64:ff9b::/96, ::/96) lies outside.</summary>
    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    /// <summary>What of them is not: protocols and Teredo (2001::/23), documentation, 6to4, and AS 112.</summary>
    private static readonly IPNetwork[] SpecialV6 =
        [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20" }.Select(text => IPNetwork.Parse(text))];

    private readonly IReadOnlyList<IPNetwork> _allowed = options.Networks();
    private readonly IReadOnlyList<(int First, int Last)> _ports = options.Ports();

    /// <summary>Looks names up as the system does.</summary>
    public static Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken);

    /// <summary>What is wrong with an address by its form; null when nothing is.</summary>
    public string? Check(string url)
    {
        if (url.Length > MaxUrlLength)
        {
            return $"is longer than {MaxUrlLength} characters";
        }

        if (url.Any(c => c is <= ' ' or '\x7F'))
        {
            return "has white space or a control character, which an address writes as %20 and the like";
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") || uri.Host.Length == 0)
        {
            return "is no absolute https address";
        }

        if (uri.Scheme == Uri.UriSchemeHttp && !options.AllowHttp)
        {
            return "must begin with https: the articles could be read on the way";
        }

        if (uri.UserInfo.Length > 0)
        {
            return "holds a user name or password: deliveries are signed instead";
        }

        if (url.Contains('#', StringComparison.Ordinal))
        {
            return "has a fragment, which is never sent";
        }

        return _ports.Any(range => range.First <= uri.Port && uri.Port <= range.Last) ? null : $"leads to port {uri.Port}, to which this server does not post";
    }

    /// <summary>Whether an address may be connected to.</summary>
    public bool Allows(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (_allowed.Any(network => network.Contains(plain)))
        {
            return true;
        }

        return plain.AddressFamily switch
        {
            AddressFamily.InterNetwork => !SpecialV4.Any(network => network.Contains(plain)),
            AddressFamily.InterNetworkV6 => GlobalV6.Contains(plain) && !SpecialV6.Any(network => network.Contains(plain)),
            _ => false,
        };
    }

    /// <summary>The addresses of a host that may be connected to.</summary>
    /// <exception cref="TargetRefusedException">There are none.</exception>
    /// <exception cref="SocketException">The name is unknown.</exception>
    public async Task<IReadOnlyList<IPAddress>> FindAsync(string host, CancellationToken cancellationToken)
    {
        var name = host.Trim('[', ']');
        var found = IPAddress.TryParse(name, out var literal) ? [literal] : await resolve(name, cancellationToken);
        var allowed = found.Where(Allows).ToList();
        return allowed.Count > 0 || found.Length == 0 ? allowed : throw new TargetRefusedException();
    }

    /// <summary>Connects to a host, at an address that was checked.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var endpoint = context.DnsEndPoint;
        var addresses = await FindAsync(endpoint.Host, cancellationToken);
        for (var i = 0; i < addresses.Count; i++)
        {
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], endpoint.Port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (i + 1 < addresses.Count)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw new SocketException((int)SocketError.HostNotFound);
    }
}

/// <summary>A host has no address to which this server posts.</summary>
public sealed class TargetRefusedException() : Exception("the host has no public address");
