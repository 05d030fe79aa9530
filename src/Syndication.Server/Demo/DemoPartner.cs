using Microsoft.Extensions.Options;
using Syndication.Access;
using Syndication.Server.Access;
using Syndication.Server.Configuration;
using Syndication.V1;

namespace Syndication.Server.Demo;

/// <summary>The partner of the demo: it may read two streams, one of them with access under embargo.</summary>
public sealed partial class DemoPartner(
    PartnerCatalog partners, IAccessStore access, IOptions<ServerOptions> options, TimeProvider time, ILogger<DemoPartner> logger)
{
    /// <summary>Its name.</summary>
    public const string PartnerId = "demo-outlet";

    private const string Principal = "demo";
    private const string FileName = "demo-outlet.key";

    /// <summary>What it may read.</summary>
    public static IReadOnlyList<string> Streams { get; } = ["world-fr", "sport-en"];

    /// <summary>Makes partner, grants and key where they are missing.</summary>
    /// <returns>Its key, which a file in the data directory keeps for the next start; null when there is none.</returns>
    public async Task<string?> EnsureAsync(CancellationToken cancellationToken)
    {
        try
        {
            await partners.CreateAsync(
                Principal,
                new CreatePartnerRequest
                {
                    RequestId = "demo-partner",
                    Partner = new Partner { PartnerId = PartnerId, DisplayName = "Demo outlet", Contact = "desk@outlet.example" },
                },
                cancellationToken);
            foreach (var stream in Streams)
            {
                await partners.GrantAsync(
                    Principal,
                    new GrantStreamRequest
                    {
                        RequestId = $"demo-grant-{stream}",
                        Partner = PartnerId,
                        Grant = new Grant { Stream = stream, EmbargoAccess = stream == Streams[0] },
                    },
                    cancellationToken);
            }

            return await KeyAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFault(logger, exception);
            return null;
        }
    }

    private async Task<string?> KeyAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(Directory.CreateDirectory(options.Value.DataDirectory).FullName, FileName);
        if (File.Exists(path))
        {
            var kept = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
            if ((await access.ReadAccessAsync(cancellationToken)).FindByHash(ApiKeySecret.Hash(kept)) is { } known && AccessSet.IsInForce(known.Key, time.GetUtcNow()))
            {
                return kept;
            }

            File.Delete(path);
        }

        var issued = await partners.IssueKeyAsync(
            Principal, new IssueApiKeyRequest { Principal = PartnerId, Role = CallerRole.Partner, DisplayName = "demo" }, cancellationToken);
        if (issued.Rejection is not null)
        {
            return null;
        }

        await FirstAdministrator.WriteSecretAsync(path, issued.Value.Secret, cancellationToken);
        return issued.Value.Secret;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Demo: the partner could not be made")]
    private static partial void LogFault(ILogger logger, Exception exception);
}
