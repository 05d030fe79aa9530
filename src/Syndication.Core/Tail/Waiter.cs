using System.Threading.Tasks.Sources;

namespace Syndication.Tail;

/// <summary>
/// A reader's wait for news, used again and again without allocating. Carries no data: whoever is woken looks at the window,
/// so that a signal during a write is not lost and two signals are one.
/// </summary>
/// <param name="inline">Whether the reader goes on where it is woken: only where that is a thread that has nothing else to do.</param>
public sealed class Waiter(bool inline = false) : IValueTaskSource
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Signaled = 2;

    // A mutable struct: must not be readonly.
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = !inline };
    private int _state;

    /// <summary>Completes at the next <see cref="Wake"/>, or at once when there was one since the last wait. One wait at a time.</summary>
    public ValueTask WaitAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle)
        {
            return new ValueTask(this, _source.Version);
        }

        Volatile.Write(ref _state, Idle);
        return ValueTask.CompletedTask;
    }

    /// <summary>Wakes the reader.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _state, Signaled) == Waiting)
        {
            _source.SetResult(true);
        }
    }

    void IValueTaskSource.GetResult(short token)
    {
        _source.GetResult(token);
        _source.Reset();

        // A signal up to here is one that the reader is about to look for; one after it is kept.
        Volatile.Write(ref _state, Idle);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
