namespace Syndication.Client;

/// <summary>
/// A stored place is damaged. Nothing was changed. Put an older copy back, which repeats what came since; or remove the file,
/// and the consumer starts where its options say, by default with a snapshot, which misses nothing.
/// </summary>
public sealed class CheckpointCorruptException : Exception
{
    /// <summary>Says what is damaged.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">What is wrong with it.</param>
    /// <param name="inner">What reading it ended with.</param>
    public CheckpointCorruptException(string path, string problem, Exception? inner = null)
        : base($"The checkpoint {path} is damaged: {problem}. Put an older copy back, or remove it to start anew.", inner) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
