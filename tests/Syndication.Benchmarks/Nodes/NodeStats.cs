using System.Text.Json;

namespace Syndication.Benchmarks.Nodes;

/// <summary>What a node has used since its start.</summary>
/// <param name="CpuMicroseconds">Processor time, user and kernel.</param>
/// <param name="AllocatedBytes">On the managed heap.</param>
/// <param name="Encodings">Updates encoded, one for each form; 0 for bare loops.</param>
/// <param name="Gen2Collections">Full collections.</param>
/// <param name="WorkingSetBytes">Memory that is resident now.</param>
/// <param name="JitMicroseconds">Time that the compiler took.</param>
/// <param name="Statements">SQL statements; 0 for bare loops.</param>
internal sealed record NodeStats(
    long CpuMicroseconds, long AllocatedBytes, long Encodings, int Gen2Collections, long WorkingSetBytes, long JitMicroseconds,
    long Statements)
{
    /// <summary>As the node writes it.</summary>
    public string ToJson() => JsonSerializer.Serialize(this);

    /// <summary>As the client reads it.</summary>
    public static NodeStats Parse(string json) => JsonSerializer.Deserialize<NodeStats>(json)!;

    /// <summary>What was used between two readings.</summary>
    public static NodeStats operator -(NodeStats after, NodeStats before) => new(
        after.CpuMicroseconds - before.CpuMicroseconds,
        after.AllocatedBytes - before.AllocatedBytes,
        after.Encodings - before.Encodings,
        after.Gen2Collections - before.Gen2Collections,
        after.WorkingSetBytes - before.WorkingSetBytes,
        after.JitMicroseconds - before.JitMicroseconds,
        after.Statements - before.Statements);
}
