using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Syndication.Cli.Http;
using Syndication.Cli.Output;
using Syndication.Client;
using Syndication.V1;

namespace Syndication.Cli.Doctor;

/// <summary>Looks at everything between this machine and a stream of updates, in the order in which it is needed.</summary>
internal sealed class Examination(SyndicationClientOptions options, Uri http, string? stream, TimeProvider clock)
{
    private const string Contract = "syndication.v1";
    private const int MaxDescriptorBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ToleratedSkew = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KeyEndsSoon = TimeSpan.FromDays(7);

    /// <summary>Whether the server answered over gRPC at all, be it with a refusal.</summary>
    public bool WasReached { get; private set; }

    /// <summary>Runs the checks, each as soon as the one before is done.</summary>
    public async IAsyncEnumerable<Diagnosis> RunAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(cancellationToken);
        yield return connection;
        if (connection.Outcome == CheckOutcome.Failed)
        {
            yield break;
        }

        if (options.Address.Scheme == Uri.UriSchemeHttps)
        {
            yield return await BoundedAsync("tls", token => TlsProbe.RunAsync(options.Address, options.Tls, clock.GetUtcNow(), token), cancellationToken);
        }

        using var client = Invocation.Connect(Alone());
        var (info, grpc) = await AskServerAsync(client, cancellationToken);
        yield return grpc;
        if (info is not null)
        {
            yield return Clock(info.Value);
            yield return Version(info.Value.Response);
        }

        foreach (var diagnosis in await HttpAsync(cancellationToken))
        {
            yield return diagnosis;
        }

        if (info is null)
        {
            yield break;
        }

        var (caller, credential) = await AskCallerAsync(client, cancellationToken);
        yield return credential;
        if (caller is not null)
        {
            var (readable, grants) = Grants(caller);
            yield return grants;
            yield return readable is null
                ? new("stream", CheckOutcome.Skipped, "there is no stream to open")
                : await BoundedAsync("stream", token => OpenAsync(client, readable, token), cancellationToken);
        }
    }

    // One attempt: what is only sometimes there is to be seen.
    private SyndicationClientOptions Alone() => new()
    {
        Address = options.Address,
        ApiKey = options.ApiKey,
        Tls = options.Tls,
        TimeProvider = options.TimeProvider,
        CallTimeout = Patience,
        MaxCallAttempts = 1,
        MaxReconnectAttempts = 0,
    };

    private Task<Diagnosis> ConnectAsync(CancellationToken cancellationToken) => BoundedAsync("address", async token =>
    {
        var (host, port) = (options.Address.DnsSafeHost, options.Address.Port);
        IPAddress[] addresses;
        try
        {
            addresses = await Dns.GetHostAddressesAsync(host, token);
        }
        catch (SocketException exception)
        {
            return new("address", CheckOutcome.Failed, $"{host} is not known here: {exception.Message}", "Is the name spelled right, and does this machine's name service know it?");
        }

        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(addresses, port, token);
        }
        catch (SocketException exception)
        {
            return new(
                "address", CheckOutcome.Failed, $"{host} port {port} does not answer: {exception.Message}",
                "Does the server run, on that port (gRPC 5080 in clear text), and does a firewall let this machine through?");
        }

        var answering = ((IPEndPoint)socket.Client.RemoteEndPoint!).Address;
        return new("address", CheckOutcome.Ok, $"{host} port {port} answers at {(answering.IsIPv4MappedToIPv6 ? answering.MapToIPv4() : answering)}");
    }, cancellationToken);

    private async Task<((GetServerInfoResponse Response, DateTimeOffset Local, TimeSpan Round)? Info, Diagnosis Diagnosis)> AskServerAsync(
        SyndicationClient client, CancellationToken cancellationToken)
    {
        try
        {
            // The first call also makes the connection: it would make the round look long.
            await client.Server.GetServerInfoAsync(new(), cancellationToken: cancellationToken);
            var (start, local) = (Stopwatch.GetTimestamp(), clock.GetUtcNow());
            var response = await client.Server.GetServerInfoAsync(new(), cancellationToken: cancellationToken);
            var round = Stopwatch.GetElapsedTime(start);
            WasReached = true;
            return ((response, local, round), new("grpc", CheckOutcome.Ok, string.Create(CultureInfo.InvariantCulture, $"{options.Address} answers in {round.TotalMilliseconds:0.0} ms")));
        }
        catch (SyndicationException exception)
        {
            WasReached = exception.ReasonName is not null;
            return (null, Explain(exception));
        }
    }

    private Diagnosis Explain(SyndicationException exception) => exception switch
    {
        { Reason: ErrorReason.CredentialMissing } => new(
            "credentials", CheckOutcome.Failed, "the server wants a key, and none was given", $"Give it with --key, or in {GlobalOptions.KeyVariable}. 'wire keys issue' makes one."),
        { StatusCode: StatusCode.Unauthenticated } => new(
            "credentials", CheckOutcome.Failed, $"the key is refused: {exception.Message}", "Is it another server's, cut, revoked or past its end? An administrator issues a new one: 'wire keys issue'."),
        { ReasonName: not null } => new("grpc", CheckOutcome.Failed, $"{exception.Message} [{exception.ReasonName}]", exception.IsTransient ? "Try again in a moment." : null),
        _ => new("grpc", CheckOutcome.Failed, exception.Message, options.Address.Scheme == Uri.UriSchemeHttps
            ? "What does the check of TLS say? Does a proxy between pass HTTP/2 to the end? A server without a certificate is reached with http://."
            : "Is it the port for gRPC (5080; HTTP/1.1 is on 5081)? Does a proxy between pass HTTP/2 in clear text? A server with a certificate is reached with https://."),
    };

    private static Diagnosis Clock((GetServerInfoResponse Response, DateTimeOffset Local, TimeSpan Round) info)
    {
        if (info.Response.ServerTime is not { } time)
        {
            return new("clock", CheckOutcome.Skipped, "the server did not tell its time");
        }

        // Against the middle of the call; half of it is what cannot be known.
        var skew = time.ToDateTimeOffset() - (info.Local + (info.Round / 2));
        var text = string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(skew.TotalSeconds):0.000} s {(skew < TimeSpan.Zero ? "ahead of" : "behind")} the server's, ± {info.Round.TotalSeconds / 2:0.000} s");
        return skew.Duration() <= ToleratedSkew + (info.Round / 2)
            ? new("clock", CheckOutcome.Ok, "this machine's clock is " + text)
            : new("clock", CheckOutcome.Warning, "this machine's clock is " + text, "Let both keep time (NTP). Streams work all the same; times that you set, and the age of webhooks' signatures, do not.");
    }

    private static Diagnosis Version(GetServerInfoResponse server)
    {
        var own = typeof(Examination).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "?";
        var detail = $"server {server.Version} on {server.Store}, {server.Contract}; wire {own}";
        return server.Contract == Contract
            ? new("version", CheckOutcome.Ok, detail)
            : new("version", CheckOutcome.Failed, detail, $"This program speaks {Contract}: take the one that belongs to the server.");
    }

    private async Task<IReadOnlyList<Diagnosis>> HttpAsync(CancellationToken cancellationToken)
    {
        using var client = HttpOption.Connect(http, options.Tls);
        var health = await BoundedAsync("health", async token =>
        {
            try
            {
                using var response = await client.GetAsync("/health/ready", token);
                return response.IsSuccessStatusCode
                    ? new("health", CheckOutcome.Ok, $"{http} says that the server is ready")
                    : new("health", CheckOutcome.Failed, $"{http} says {(int)response.StatusCode} {response.ReasonPhrase}", "The server runs and does not read its log: see its own output.");
            }
            catch (HttpRequestException exception)
            {
                return new(
                    "health", CheckOutcome.Warning, $"{http} is not reached: {exception.Message}",
                    $"gRPC works without it. For REST, feeds and 'wire protos' name the address: --http URL, or {HttpOption.Variable}.");
            }
        }, cancellationToken);
        if (health.Outcome == CheckOutcome.Warning)
        {
            return [health, new("contract", CheckOutcome.Skipped, "the server's contract comes over HTTP")];
        }

        return
        [
            health,
            await BoundedAsync("contract", async token =>
            {
                try
                {
                    var bytes = await Downloads.ReadAsync(client, "/protos.binpb", MaxDescriptorBytes, token);
                    return Compare(ContractComparison.Of(FileDescriptorSet.Parser.ParseFrom(bytes)));
                }
                catch (Exception exception) when (exception is HttpRequestException or InvalidDataException or InvalidProtocolBufferException)
                {
                    return new("contract", CheckOutcome.Warning, $"{http}/protos.binpb cannot be read: {exception.Message}", "Is it this service that answers there?");
                }
            }, cancellationToken),
        ];
    }

    private static Diagnosis Compare(ContractComparison comparison) => comparison switch
    {
        { Changed: [var first, ..] } => new(
            "contract", CheckOutcome.Failed, $"{comparison.Changed.Count} calls or fields mean something else there, {first} among them", "Take the program that belongs to the server."),
        { Missing: [var first, ..] } => new(
            "contract", CheckOutcome.Warning, $"the server is older: it lacks {comparison.Missing.Count} calls or fields, {first} among them", "What needs them will not work; all else does."),
        { Added: > 0 } => new("contract", CheckOutcome.Ok, $"compatible; the server is newer by {comparison.Added} calls or fields"),
        _ => new("contract", CheckOutcome.Ok, "the same on both sides"),
    };

    private async Task<(GetCallerResponse? Caller, Diagnosis Diagnosis)> AskCallerAsync(SyndicationClient client, CancellationToken cancellationToken)
    {
        GetCallerResponse caller;
        try
        {
            caller = await client.Server.GetCallerAsync(new(), cancellationToken: cancellationToken);
        }
        catch (SyndicationException exception)
        {
            return (null, Explain(exception) with { Check = "credentials" });
        }

        var detail = $"you are {caller.Principal} ({string.Join(", ", caller.Roles.Select(ArticleText.Name))})";
        return (caller, caller.ExpireTime?.ToDateTimeOffset() is { } end && end - clock.GetUtcNow() < KeyEndsSoon
            ? new("credentials", CheckOutcome.Warning, $"{detail}; the key ends {clock.Local(end)}", "Have another one issued: 'wire keys issue'. Several may overlap.")
            : new("credentials", CheckOutcome.Ok, detail));
    }

    private (string? Stream, Diagnosis Diagnosis) Grants(GetCallerResponse caller)
    {
        const string Check = "grants";
        if (!caller.Roles.Contains(CallerRole.Partner))
        {
            return (stream ?? "all", new(Check, CheckOutcome.Ok, "staff reads every stream"));
        }

        var now = clock.GetUtcNow();
        var current = caller.Grants.Where(grant =>
            (grant.StartTime is not { } start || start.ToDateTimeOffset() <= now) && (grant.EndTime is not { } end || end.ToDateTimeOffset() > now)).ToList();
        if (stream is not null && current.All(grant => grant.Stream != stream))
        {
            return (null, new(Check, CheckOutcome.Failed, $"there is no grant for {stream} now", "An administrator gives it: 'wire grants add PARTNER STREAM'."));
        }

        return current.Count == 0
            ? (null, new(Check, CheckOutcome.Failed, caller.Grants.Count == 0 ? "no stream is granted" : "no grant is in force now", "An administrator gives them: 'wire grants add PARTNER STREAM'."))
            : (stream ?? current[0].Stream, new(Check, CheckOutcome.Ok, string.Join(", ", current.Select(grant => grant.Stream))));
    }

    private static async Task<Diagnosis> OpenAsync(SyndicationClient client, string opened, CancellationToken cancellationToken)
    {
        const string Check = "stream";
        var start = Stopwatch.GetTimestamp();
        try
        {
            var request = new SubscribeRequest { Stream = opened, Consumer = "wire-doctor", Start = new() { Latest = new() }, View = ArticleView.Headlines };
            await foreach (var happened in client.SubscribeAsync(request, cancellationToken))
            {
                if (happened is SubscriptionEvent.Frame)
                {
                    break;
                }
            }
        }
        catch (SyndicationException exception)
        {
            return new(
                Check, CheckOutcome.Failed, $"{opened} cannot be followed: {exception.Message}", exception.Reason == ErrorReason.StreamNotFound
                    ? "'wire streams list' shows those that there are."
                    : "Single calls work and a stream does not: does a proxy between hold back or cut long answers?");
        }

        return new(Check, CheckOutcome.Ok, string.Create(CultureInfo.InvariantCulture, $"{opened} opens, its first frame came after {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms"));
    }

    /// <summary>A check that takes too long has failed.</summary>
    private static async Task<Diagnosis> BoundedAsync(string check, Func<CancellationToken, Task<Diagnosis>> run, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await run(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(check, CheckOutcome.Failed, $"nothing came within {Patience.TotalSeconds:0} s", "Does something between swallow it: a firewall, a proxy, a wrong port?");
        }
        catch (Exception exception) when (exception is IOException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            return new(check, CheckOutcome.Failed, exception.Message, check == "tls" ? "Does the server speak TLS on this port? In clear text it is reached with http://." : null);
        }
    }
}
