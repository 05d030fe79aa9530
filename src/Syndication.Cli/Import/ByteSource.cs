using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Syndication.Cli.Import;

/// <summary>A file or standard input as bytes: whole, by the line, or its beginning ahead of both.</summary>
internal sealed class ByteSource(Stream stream) : IAsyncDisposable
{
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
    public async Task<byte[]> PeekLineAsync(int maxBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await NextAsync(cancellationToken);
            var reader = new SequenceReader<byte>(result.Buffer);
            reader.AdvancePastAny(" \t\r\n\uFEFF"u8);
            if (reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n', advancePastDelimiter: false) || result.IsCompleted || reader.Remaining > maxBytes)
            {
                line = line.IsEmpty ? reader.UnreadSequence : line;
                var found = line.Length > maxBytes ? [] : line.ToArray();
                _reader.AdvanceTo(result.Buffer.Start);
                return found;
            }

            _reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
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
