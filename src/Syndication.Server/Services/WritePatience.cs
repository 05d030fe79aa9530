using System.Runtime.CompilerServices;
using Syndication.Tail;

namespace Syndication.Server.Services;

/// <summary>
/// How long one call waits for its reader to take what was written. One timer and two registrations for the whole call, and
/// nothing for a frame, because there may be thousands of them a second.
/// </summary>
public sealed class WritePatience : IDisposable
{
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private readonly CancellationTokenRegistration _stopping;
    private readonly CancellationTokenRegistration _cancelled;
    private readonly Waiter _waiter = new(inline: true);
    private readonly Action _wake;
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private bool _isSet;
    private long? _since;
    private volatile bool _isOver;

    /// <summary>Begins the call.</summary>
    /// <param name="limit">How long a write may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stopping">Ends the patience at once.</param>
    /// <param name="cancelled">Ends the patience at once.</param>
    public WritePatience(TimeSpan limit, TimeProvider time, CancellationToken stopping, CancellationToken cancelled)
    {
        (_limit, _time, _wake) = (limit, time, _waiter.Wake);
        _stopping = stopping.UnsafeRegister(static patience => ((WritePatience)patience!).End(), this);
        _cancelled = cancelled.UnsafeRegister(static patience => ((WritePatience)patience!).End(), this);
    }

    /// <summary>Waits for a write. One at a time.</summary>
    /// <returns>Whether it has ended; false when the patience is over. The write is left alone.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> WaitAsync(Task written)
    {
        lock (_gate)
        {
            _since = _time.GetTimestamp();
            if (!_isSet)
            {
                Set(_limit);
            }
        }

        written.GetAwaiter().UnsafeOnCompleted(_wake);
        while (!written.IsCompleted && !_isOver)
        {
            await _waiter.WaitAsync();
        }

        lock (_gate)
        {
            _since = null;
        }

        return written.IsCompleted;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Dispose();
        _cancelled.Dispose();
        _timer?.Dispose();
    }

    private void End()
    {
        _isOver = true;
        _waiter.Wake();
    }

    private void Set(TimeSpan due)
    {
        _isSet = true;
        _timer ??= _time.CreateTimer(static patience => ((WritePatience)patience!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The timer was set for a write that may be done long since: what is under way now decides.</summary>
    private void Ring()
    {
        lock (_gate)
        {
            _isSet = false;
            if (_since is not { } since)
            {
                return;
            }

            var left = _limit - _time.GetElapsedTime(since);
            if (left > TimeSpan.Zero)
            {
                // Timers count whole milliseconds.
                Set(left + TimeSpan.FromMilliseconds(1));
                return;
            }
        }

        End();
    }
}
