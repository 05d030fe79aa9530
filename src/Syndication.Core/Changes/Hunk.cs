namespace Syndication.Changes;

/// <summary>A stretch of a sequence that another one has instead. At least one of the counts is positive.</summary>
/// <param name="OldStart">Its first item in the older sequence.</param>
/// <param name="OldCount">How many items stood there.</param>
/// <param name="NewStart">Its first item in the newer sequence.</param>
/// <param name="NewCount">How many items stand there now.</param>
internal readonly record struct Hunk(int OldStart, int OldCount, int NewStart, int NewCount)
{
    /// <summary>The item after the stretch in the older sequence.</summary>
    public int OldEnd => OldStart + OldCount;

    /// <summary>The item after the stretch in the newer sequence.</summary>
    public int NewEnd => NewStart + NewCount;
}
