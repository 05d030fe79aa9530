using System.Buffers.Binary;

namespace Syndication.Log;

/// <summary>A place in the log: everything up to and including entry <paramref name="Number"/> lies behind it.</summary>
/// <param name="Number">The entry's number; 0 is the beginning.</param>
/// <param name="Check">
/// The first four bytes of that entry's random update id; 0 at the beginning. A log that was restored from a backup and
/// went on reuses numbers, but not ids: a position whose check differs belongs to the lost branch.
/// </param>
public readonly record struct LogPosition(long Number, uint Check)
{
    /// <summary>Before the first entry.</summary>
    public static readonly LogPosition Start;

    /// <summary>The check value of an entry's update id.</summary>
    public static uint CheckOf(Guid updateId)
    {
        Span<byte> bytes = stackalloc byte[16];
        updateId.TryWriteBytes(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
