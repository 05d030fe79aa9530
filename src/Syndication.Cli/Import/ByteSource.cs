using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Syndication.Cli.Import;

/// <summary>A file or standard input as bytes: whole, by the line, or its first character ahead of both.</summary>
internal sealed class ByteSource(Stream stream) : IAsyncDisposable
{
    private readonly PipeReader _reader = PipeReader.Create(stream, new(bufferSize: 64 * 1024));

    /// <summary>The first character that is neither blank nor a byte order mark, as far as it is one byte; null when there is none.</summary>
    public async Task<byte?> PeekAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await NextAsync(cancellationToken);
            foreach (var value in result.Buffer.ToArray())
            {
                if (value is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0xEF or 0xBB or 0xBF))
                {
                    _reader.AdvanceTo(result.Buffer.Start);
                    return value;
                }
            }

            _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                return null;
            }
        }
    }

    /// <summary>All that is left, or at least the first <paramref name="enough"/> bytes of it.</summary>
    public async Task<byte[]> ReadAllAsync(long enough, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await NextAsync(cancellationToken);
            if (result.IsCompleted || result.Buffer.Length >= enough)
            {
                return result.Buffer.ToArray();
            }

            _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>The lines, each with its line end: bytes, so that one that is not UTF-8 spoils no other. Holds one at a time.</summary>
    public async IAsyncEnumerable<byte[]> ReadLinesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await NextAsync(cancellationToken);
            var buffer = result.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                var next = buffer.GetPosition(1, end);
                yield return buffer.Slice(0, next).ToArray();
                buffer = buffer.Slice(next);
            }

            if (result.IsCompleted)
            {
                if (!buffer.IsEmpty)
                {
                    yield return buffer.ToArray();
                }

                yield break;
            }

            _reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    public ValueTask DisposeAsync() => _reader.CompleteAsync();

    // Waited for beside the read: that of a terminal or a pipe cannot be cancelled.
    private async Task<ReadResult> NextAsync(CancellationToken cancellationToken) =>
        await _reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(cancellationToken);
}
