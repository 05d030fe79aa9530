using System.Text;
using System.Text.Json;

namespace Syndication.Cli.Export;

/// <summary>
/// A file of exported lines that is appended to. Whatever ended its last writer left whole lines, and at most the beginning
/// of one, which is cut off. One writer at a time.
/// </summary>
internal sealed class ExportFile : IAsyncDisposable
{
    private const int BlockBytes = 64 * 1024;

    private readonly FileStream _stream;
    private readonly StreamWriter _writer;

    private ExportFile(FileStream stream, string? cursor)
    {
        _stream = stream;
        Cursor = cursor;
        _writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BlockBytes) { NewLine = "\n" };
    }

    /// <summary>The place after the last line; null where there is none.</summary>
    public string? Cursor { get; }

    /// <summary>Opens or creates a file.</summary>
    /// <exception cref="CliUsageException">Its last line is none that was exported.</exception>
    public static ExportFile Open(string path)
    {
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            var end = EndOfLine(stream, stream.Length);
            var cursor = end == 0 ? null : CursorOf(path, ReadLine(stream, EndOfLine(stream, end - 1), end));
            stream.SetLength(end);
            stream.Position = end;
            return new(stream, cursor);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public void Write(string line) => _writer.WriteLine(line);

    /// <summary>Puts what was written on disk.</summary>
    public void Flush()
    {
        _writer.Flush();
        _stream.Flush(flushToDisk: true);
    }

    public async ValueTask DisposeAsync()
    {
        Flush();
        await _writer.DisposeAsync();
    }

    /// <summary>The place after the last line end before a place; 0 when there is none.</summary>
    private static long EndOfLine(FileStream stream, long before)
    {
        var block = new byte[BlockBytes];
        while (before > 0)
        {
            var start = Math.Max(0, before - BlockBytes);
            var bytes = block.AsSpan(0, (int)(before - start));
            stream.Position = start;
            stream.ReadExactly(bytes);
            if (bytes.LastIndexOf((byte)'\n') is >= 0 and var index)
            {
                return start + index + 1;
            }

            before = start;
        }

        return 0;
    }

    private static byte[] ReadLine(FileStream stream, long start, long end)
    {
        var line = new byte[end - start];
        stream.Position = start;
        stream.ReadExactly(line);
        return line;
    }

    private static string CursorOf(string path, byte[] line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("cursor", out var cursor) && cursor.GetString() is { Length: > 0 } text)
            {
                return text;
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Said below.
        }

        throw new CliUsageException($"{path}: its last line has no cursor: 'export' did not write it, and appends nothing.");
    }
}
