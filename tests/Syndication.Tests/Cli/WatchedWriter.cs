namespace Syndication.Tests.Cli;

/// <summary>Counts the lines that are written while a run goes on.</summary>
internal sealed class WatchedWriter : StringWriter
{
    private int _lines;

    public int Lines => Volatile.Read(ref _lines);

    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        Interlocked.Increment(ref _lines);
    }
}
