using System.Runtime.CompilerServices;
using System.Text;
using Syndication.Formats;
using Syndication.Formats.Archives;

namespace Syndication.Cli.Import;

/// <summary>Reads articles from files, folders, zip archives and standard input, one after the other. What cannot be read is an item too.</summary>
/// <param name="io">Where the files are.</param>
/// <param name="format">What they hold, whatever their names and contents say; null: each shows itself.</param>
/// <param name="options">For texts.</param>
/// <param name="renumber">Whether articles of the contract's JSON get the next version, and not the one that they have.</param>
internal sealed class ImportReader(CliIo io, string? format, ImportOptions options, bool renumber)
{
    /// <summary>The format that is a line an article.</summary>
    public const string Lines = "ndjson";

    private readonly DocumentReader _documents = new(format is null or Lines ? null : ArticleFormats.Find(format), options, renumber);
    private readonly FormatLimits _limits = FormatLimits.Default;
    private long _bytes;

    /// <summary>The articles of files and folders, in the order of their names and lines.</summary>
    public async IAsyncEnumerable<ImportItem> ReadAsync(
        IEnumerable<string> paths, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var file in ImportFiles.Find(paths, io.FullPath))
        {
            var path = file.Path;
            if (file.IsEmpty(io.FullPath(path)))
            {
                yield return DocumentReader.Refused(new(path, null), new(FormatRefusalReason.Empty, "it is empty.")) with { EndBytes = _bytes };
                continue;
            }

            await using var items = ReadFileAsync(path, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                ImportItem item;
                try
                {
                    if (!await items.MoveNextAsync())
                    {
                        break;
                    }

                    item = items.Current;
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    item = new(path, null) { Problem = exception.Message };
                }

                yield return item with { EndBytes = _bytes };
            }
        }
    }

    private async IAsyncEnumerable<ImportItem> ReadFileAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = path == "-" ? io.In : new FileStream(io.FullPath(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        await using var source = new ByteSource(stream);
        if (format is null && ArticleArchive.IsArchive(await source.PeekAsync(4, cancellationToken)))
        {
            await foreach (var item in ReadArchiveAsync(path, stream, source, cancellationToken))
            {
                yield return item;
            }
        }
        else if (await HasLinesAsync(path, source, cancellationToken))
        {
            var number = 0;
            await foreach (var line in source.ReadLinesAsync(_limits.MaxBytes, cancellationToken))
            {
                number++;
                _bytes += line.Length;
                if (line.Length > _limits.MaxBytes)
                {
                    yield return new(path, number) { Problem = $"the line has more than {_limits.MaxBytes} bytes.", Reason = DocumentReader.NameOf(FormatRefusalReason.LineTooLong) };
                }
                else if (!line.AsSpan().Trim(" \t\r\n\uFEFF"u8).IsEmpty)
                {
                    foreach (var item in _documents.ReadObject(new(path, number), line))
                    {
                        yield return item;
                    }
                }
            }
        }
        else
        {
            // One that is longer is refused; how much longer does not matter.
            var bytes = await source.ReadAllAsync(_limits.MaxBytes + 1L, cancellationToken);
            _bytes += bytes.Length;
            foreach (var item in _documents.Read(path, bytes))
            {
                yield return item;
            }
        }
    }

    private async IAsyncEnumerable<ImportItem> ReadArchiveAsync(string path, Stream stream, ByteSource source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!stream.CanSeek || path == "-")
        {
            // A directory stands at an archive's end: of what comes through a pipe all has to be there first.
            // A file that its owner alone may read.
            await using var copy = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
            await source.CopyToAsync(copy, _limits.MaxArchiveBytes, cancellationToken);
            foreach (var item in Read(copy))
            {
                yield return item;
            }

            yield break;
        }

        foreach (var item in Read(stream))
        {
            yield return item;
        }

        IEnumerable<ImportItem> Read(Stream archive)
        {
            var before = _bytes;
            foreach (var entry in ArticleArchive.Read(archive, ImportFiles.IsKnown, _limits))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var name = entry.Name.Length > 0 ? $"{path}!/{entry.Name}" : path;
                foreach (var item in entry.Refusal is { } refusal ? [DocumentReader.Refused(new(name, null), refusal)] : ReadEntry(name, entry.Bytes))
                {
                    yield return item;
                }
            }

            _bytes = before + archive.Length;
        }
    }

    private IEnumerable<ImportItem> ReadEntry(string name, ReadOnlyMemory<byte> bytes)
    {
        if (!LinesOfJson.IsName(name) && !LinesOfJson.Is(bytes.Span))
        {
            return _documents.Read(name, bytes);
        }

        var lines = Encoding.Latin1.GetString(bytes.Span).Split('\n');
        return lines.Select((line, index) => (Line: line, Number: index + 1))
            .Where(pair => !string.IsNullOrWhiteSpace(pair.Line))
            .SelectMany(pair => _documents.ReadObject(new(name, pair.Number), Encoding.Latin1.GetBytes(pair.Line)));
    }

    private async Task<bool> HasLinesAsync(string path, ByteSource source, CancellationToken cancellationToken)
    {
        if (format is not null || LinesOfJson.IsName(path))
        {
            return format is null or Lines;
        }

        // Of standard input one line is enough, and the next may be long in coming.
        var isStream = path == "-";
        var (line, next) = await source.PeekLineAsync(_limits.MaxBytes, andNext: !isStream, cancellationToken);
        return LinesOfJson.IsOne(line, isStream ? (byte)'{' : next);
    }
}
