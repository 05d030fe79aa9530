using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Syndication.Cli.Import;

/// <summary>A file or standard input as bytes: whole, by the line, or its beginning ahead of both.</summary>
internal sealed class ByteSource(Stream stream) : IAsyncDisposable
{
    private static ReadOnlySpan<byte> Blank => " \t\r\n\uFEFF"u8;

    private readonly PipeReader _reader = PipeReader.Create(stream, new(bufferSize: 64 * 1024));

    /// <summary>The first bytes, without taking them; fewer where there are not as many.</summary>
    public async Task<byte[]> PeekAsync(int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await NextAsync(cancellationToken);
            if (result.IsCompleted || result.Buffer.Length >= count)
            {
                var start = result.Buffer.Slice(0, Math.Min(count, result.Buffer.Length)).ToArray();
                _reader.AdvanceTo(result.Buffer.Start);
                return start;
            }

            _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>The first line that is not blank, without taking it and without its line end; empty where it is longer than <paramref name="maxBytes"/>.</summary>
    /// <param name="maxBytes">How long a line may be.</param>
    /// <param name="andNext">Whether to wait for the first byte of the next line that is not blank; of what arrives slowly that may take long.</param>
    /// <returns>The line, and that byte; 0 where there is none, or it was not waited for.</returns>
    public async Task<(byte[] Line, byte Next)> PeekLineAsync(int maxBytes, bool andNext, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await NextAsync(cancellationToken);
            if (FindLine(result.Buffer, result.IsCompleted, maxBytes, andNext) is { } found)
            {
                _reader.AdvanceTo(result.Buffer.Start);
                return found;
            }

            _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <returns>Null where there has to be more for an answer.</returns>
    private static (byte[] Line, byte Next)? FindLine(ReadOnlySequence<byte> start, bool isAll, int maxBytes, bool andNext)
    {
        var reader = new SequenceReader<byte>(start);
        reader.AdvancePastAny(Blank);
        if (!reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            return reader.Remaining > maxBytes ? ([], 0) : isAll ? (reader.UnreadSequence.ToArray(), 0) : null;
        }

        reader.AdvancePastAny(Blank);
        return !andNext || isAll || !reader.End ? (line.Length > maxBytes ? [] : line.ToArray(), reader.TryPeek(out var next) ? next : (byte)0) : null;
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

    /// <summary>
    /// The lines, each with its line end: bytes, so that one that is not UTF-8 spoils no other. Holds one at a time; of one that is longer than
    /// <paramref name="maxBytes"/> the first <paramref name="maxBytes"/> and one more.
    /// </summary>
    public async IAsyncEnumerable<byte[]> ReadLinesAsync(int maxBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var skipping = false;
        while (true)
        {
            var result = await NextAsync(cancellationToken);
            var buffer = result.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                var next = buffer.GetPosition(1, end);
                if (!skipping)
                {
                    yield return Cut(buffer.Slice(0, next));
                }

                skipping = false;
                buffer = buffer.Slice(next);
            }

            if (!skipping && (result.IsCompleted ? !buffer.IsEmpty : buffer.Length > maxBytes))
            {
                yield return Cut(buffer);
                skipping = true;
            }

            if (result.IsCompleted)
            {
                yield break;
            }

            _reader.AdvanceTo(skipping ? buffer.End : buffer.Start, buffer.End);
        }

        byte[] Cut(ReadOnlySequence<byte> line) => line.Slice(0, Math.Min(line.Length, maxBytes + 1L)).ToArray();
    }

    /// <summary>Copies all that is left, or the first <paramref name="maxBytes"/> and some more.</summary>
    public async Task CopyToAsync(Stream target, long maxBytes, CancellationToken cancellationToken)
    {
        for (var copied = 0L; copied <= maxBytes;)
        {
            var result = await NextAsync(cancellationToken);
            foreach (var segment in result.Buffer)
            {
                await target.WriteAsync(segment, cancellationToken);
                copied += segment.Length;
            }

            _reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    public ValueTask DisposeAsync() => _reader.CompleteAsync();

    // Waited for beside the read: that of a terminal or a pipe cannot be cancelled.
    private async Task<ReadResult> NextAsync(CancellationToken cancellationToken) =>
        await _reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(cancellationToken);
}
