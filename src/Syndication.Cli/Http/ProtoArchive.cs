using System.IO.Compression;

namespace Syndication.Cli.Http;

/// <summary>Unpacks the zip of a server's proto files. Whatever it says, it writes nothing but proto files, and those inside of the folder.</summary>
internal static class ProtoArchive
{
    public const int MaxBytes = 16 * 1024 * 1024;
    private const int MaxFiles = 1_000;

    /// <summary>Unpacks; files of the same names are replaced. Nothing is written when a name is wrong.</summary>
    /// <param name="zip">The archive.</param>
    /// <param name="directory">The folder's full path; made where it is missing.</param>
    /// <returns>The names of the files, from the folder, with slashes.</returns>
    /// <exception cref="InvalidDataException">It is no such archive.</exception>
    public static async Task<IReadOnlyList<string>> ExtractAsync(byte[] zip, string directory, CancellationToken cancellationToken)
    {
        using var archive = new ZipArchive(new MemoryStream(zip), ZipArchiveMode.Read);
        var files = archive.Entries.Where(entry => !entry.FullName.EndsWith('/')).ToList();
        if (files.Count is 0 or > MaxFiles)
        {
            throw new InvalidDataException($"The archive holds {files.Count} files.");
        }

        if (files.FirstOrDefault(file => !IsSafe(file.FullName)) is { } wrong)
        {
            throw new InvalidDataException($"The archive holds '{wrong.FullName}', which is no proto file inside of a folder.");
        }

        var left = MaxBytes;
        foreach (var file in files)
        {
            // By what comes out, not by what the archive says will.
            await using var content = await file.OpenAsync(cancellationToken);
            var bytes = await Downloads.ReadAsync(content, file.FullName, left, cancellationToken);
            left -= bytes.Length;
            var path = Path.Combine(directory, file.FullName);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, bytes, cancellationToken);
        }

        return [.. files.Select(file => file.FullName)];
    }

    // A name has folders of letters, digits, '_' and '-', and one dot: no '..', no root, no drive, no device.
    private static bool IsSafe(string name) =>
        name.EndsWith(".proto", StringComparison.Ordinal)
        && name[..^".proto".Length].Split('/').All(part => part.Length > 0 && part.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-'));
}
