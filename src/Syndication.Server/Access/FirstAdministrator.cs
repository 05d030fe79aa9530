using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Options;
using Syndication.Access;
using Syndication.Log;
using Syndication.Server.Configuration;
using Syndication.V1;

namespace Syndication.Server.Access;

/// <summary>
/// Sees to it that somebody can get in: the key that the operator set (<c>Syndication:BootstrapAdminKey</c>), or at the very
/// first start a new one, which is written to <c>admin.key</c> in the data directory and printed once.
/// </summary>
public sealed partial class FirstAdministrator(
    ILogStore log, IAccessStore access, IOptions<ServerOptions> options, TimeProvider time, ILogger<FirstAdministrator> logger)
{
    private const string Principal = "admin";
    private const string FileName = "admin.key";
    private const string PendingPattern = "admin.key.*.new";

    /// <summary>Makes the key where there is none.</summary>
    /// <exception cref="IOException">The data directory cannot be written.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var configured = options.Value.BootstrapAdminKey;
        if (configured.Length > 0)
        {
            await AddAsync(configured, "set by configuration", () => Task.FromResult(true), cancellationToken);
            return;
        }

        await KeepPendingAsync(cancellationToken);
        if ((await access.ReadAccessAsync(cancellationToken)).Keys.Any())
        {
            return;
        }

        // On disk before it works, under a name of its own: of two nodes that start at once one is first, and its file stays.
        var directory = Directory.CreateDirectory(options.Value.DataDirectory).FullName;
        var pending = Path.Combine(directory, $"admin.key.{Guid.NewGuid():N}.new");
        var (_, secret) = ApiKeySecret.Create();
        await WriteSecretAsync(pending, secret, cancellationToken);
        var added = await AddAsync(
            secret, "first start", async () => !(await access.ReadAccessAsync(cancellationToken)).Keys.Any(), cancellationToken);
        if (!added)
        {
            File.Delete(pending);
            return;
        }

        var path = Path.Combine(directory, FileName);
        Keep(pending);
        LogFirst(logger, path);
        Console.Out.WriteLine($"Administrator key, shown once: {secret}");
    }

    /// <summary>Writes a secret into a file that its owner alone can read.</summary>
    public static async Task WriteSecretAsync(string path, string secret, CancellationToken cancellationToken)
    {
        var creation = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            creation.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var file = new FileStream(path, creation);
        await using var writer = new StreamWriter(file);
        await writer.WriteLineAsync(secret.AsMemory(), cancellationToken);
    }

    /// <summary>Takes over the file of a start that ended between the commit and the renaming.</summary>
    private async Task KeepPendingAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(options.Value.DataDirectory))
        {
            return;
        }

        foreach (var pending in Directory.EnumerateFiles(options.Value.DataDirectory, PendingPattern))
        {
            string secret;
            try
            {
                secret = await File.ReadAllTextAsync(pending, cancellationToken);
            }
            catch (FileNotFoundException)
            {
                // Of a node that starts beside this one, and has come to its end with it.
                continue;
            }

            if ((await access.ReadAccessAsync(cancellationToken)).FindByHash(ApiKeySecret.Hash(secret.Trim())) is not null)
            {
                Keep(pending);
            }
        }
    }

    /// <summary>Gives the file of a key that works its name.</summary>
    private void Keep(string pending)
    {
        try
        {
            File.Move(pending, Path.Combine(options.Value.DataDirectory, FileName), overwrite: true);
        }
        catch (FileNotFoundException)
        {
            // A node that starts beside this one has done so.
        }
    }

    /// <returns>Whether the key works now; false when it is not wanted any more.</returns>
    private async Task<bool> AddAsync(string secret, string detail, Func<Task<bool>> isWanted, CancellationToken cancellationToken)
    {
        var hash = ApiKeySecret.Hash(secret);
        while (await isWanted())
        {
            var known = (await access.ReadAccessAsync(cancellationToken)).FindByHash(hash);
            if (known is { Key: { Role: CallerRole.Administrator, RevokeTime: null, ExpireTime: null } })
            {
                return true;
            }

            var now = LogTime.Floor(time.GetUtcNow());
            var key = new ApiKey
            {
                KeyId = known?.Key.KeyId ?? ApiKeySecret.KeyIdOf(secret),
                Principal = Principal,
                Role = CallerRole.Administrator,
                DisplayName = detail,
                CreateTime = Timestamp.FromDateTimeOffset(now),
            };
            var state = await log.ReadStateAsync([], [], cancellationToken);
            var batch = new AppendBatch { Now = now, StreamsNumber = state.StreamsNumber };
            batch.Keys.Add(new ApiKeyChange(new ApiKeyRecord(key, hash), IsNew: known is null));
            batch.Entries.Add(new NewEntry
            {
                Kind = EntryKind.KeyIssued,
                UpdateId = Guid.NewGuid(),
                Principal = Caller.ServerPrincipal,
                Advisory = key.KeyId,
                InternalReason = $"administrator {Principal}, {detail}",
            });
            if (known is null && options.Value.BootstrapAdminKey.Length == 0)
            {
                // Two nodes that start at once: the request id lets one of them be first.
                batch.Requests.Add(new NewRequest(new RequestKey(Caller.ServerPrincipal, "first-administrator"), hash, 0, []));
            }

            if (await log.AppendAsync(batch, cancellationToken) is AppendResult.Committed)
            {
                return true;
            }
        }

        return false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "First start: an administrator key was made; {Path} holds it")]
    private static partial void LogFirst(ILogger logger, string path);
}
