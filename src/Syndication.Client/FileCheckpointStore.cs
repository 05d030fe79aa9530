using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Syndication.Client;

/// <summary>
/// A file for each place in a folder. It is written beside, flushed to the disk and renamed, so that a crash at any moment
/// leaves the place before or the new one, whole. One process may write a place at a time; another one gets an
/// <see cref="IOException"/>.
/// </summary>
/// <param name="directory">The folder; made when the first place is saved.</param>
public sealed class FileCheckpointStore(string directory) : ICheckpointStore
{
    private const int NameLength = 40;

    private readonly string _directory = Path.GetFullPath(directory);

    /// <summary>The file of a place. Its name shows the stream and the consumer.</summary>
    public string PathOf(CheckpointKey key)
    {
        ArgumentNullException.ThrowIfNull(key);

        // Names may be longer than a file's, differ in case alone, and hold what file systems do not take: the hash tells them apart.
        var hash = Hash($"{key.Server.AbsoluteUri}\n{key.Stream}\n{key.Consumer}")[..16];
        return Path.Combine(_directory, $"{Readable(key.Stream)}.{Readable(key.Consumer)}.{hash}.checkpoint");
    }

    /// <inheritdoc/>
    public async ValueTask<Checkpoint?> LoadAsync(CheckpointKey key, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        byte[] bytes;
        try
        {
            bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        Content? content;
        try
        {
            content = JsonSerializer.Deserialize<Content>(bytes, JsonSerializerOptions.Web);
        }
        catch (JsonException exception)
        {
            throw new CheckpointCorruptException(path, bytes.Length == 0 ? "it is empty" : "it cannot be read", exception);
        }

        var expected = content is { Cursor.Length: > 0 } ? Content.Of(key, new(content.Cursor, content.SnapshotId)) : null;
        return content is not null && content == expected
            ? new(content.Cursor, content.SnapshotId)
            : throw new CheckpointCorruptException(path, "its check does not fit what it says");
    }

    /// <inheritdoc/>
    public async ValueTask SaveAsync(CheckpointKey key, Checkpoint checkpoint, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);

        var path = PathOf(key);
        var written = path + ".tmp";
        Directory.CreateDirectory(_directory);
        await using (var file = new FileStream(written, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            await file.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(Content.Of(key, checkpoint), JsonSerializerOptions.Web), cancellationToken);
            file.Flush(flushToDisk: true);
        }

        // The folder itself is not flushed: after a power failure the place before may be there again, and what came since is repeated.
        File.Move(written, path, overwrite: true);
    }

    private static string Readable(string name) =>
        string.Concat(name.Take(NameLength).Select(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' ? character : '_'));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>What a file says. The key is in it for people, and so that a file under another's name is noticed.</summary>
    private sealed record Content(string Server, string Stream, string Consumer, string Cursor, string? SnapshotId, string Check)
    {
        public static Content Of(CheckpointKey key, Checkpoint place) => new(
            key.Server.AbsoluteUri,
            key.Stream,
            key.Consumer,
            place.Cursor,
            place.SnapshotId,
            Hash(string.Join('\n', key.Server.AbsoluteUri, key.Stream, key.Consumer, place.Cursor, place.SnapshotId)));
    }
}
