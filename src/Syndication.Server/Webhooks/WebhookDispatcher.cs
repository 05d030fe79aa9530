using System.Threading.Channels;
using Syndication.Deliveries;
using Syndication.Log;
using Syndication.V1;

namespace Syndication.Server.Webhooks;

/// <summary>
/// Sees to it that somebody sends for every active webhook: takes leases, runs a sender for each that this node holds, and ends
/// the senders whose lease or webhook has changed.
/// </summary>
public sealed partial class WebhookDispatcher(
    IWebhookStore store,
    WebhookRunner runner,
    WebhookCatalog catalog,
    WebhookOptions options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<WebhookDispatcher> logger)
{
    /// <summary>How long deliveries that are under way may take when the server goes down.</summary>
    private static readonly TimeSpan ShutdownGrace = TimeSpan.FromSeconds(2);

    private readonly Guid _node = Guid.NewGuid();
    private readonly Dictionary<string, Sending> _sending = [];

    /// <summary>Of several wake-ups one is enough: none carries data.</summary>
    private readonly Channel<bool> _wakeUps = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Runs until cancelled or the server goes down. A fault is logged and tried again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        catalog.Changed += WakeUp;
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                var wait = options.PollInterval;
                try
                {
                    wait = await LookAsync(stopping.Token);
                }
                catch (OperationCanceledException) when (stopping.IsCancellationRequested)
                {
                    break;
                }
                catch (Exception exception)
                {
                    // The senders go on until their leases end.
                    LogFault(logger, exception);
                }

                await WaitAsync(wait, stopping.Token);
            }
        }
        finally
        {
            catalog.Changed -= WakeUp;
            await EndAsync();
        }
    }

    private void WakeUp() => _wakeUps.Writer.TryWrite(true);

    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        Task wakeUp = _wakeUps.Reader.ReadAsync(either.Token).AsTask();
        await wakeUp.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <returns>When to look again, unless something happens.</returns>
    private async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        var (now, started) = (LogTime.Floor(time.GetUtcNow()), time.GetTimestamp());
        var leases = await store.LeaseAsync(_node, now, options.Lease, cancellationToken);
        var held = leases.Held.ToDictionary(lease => lease.WebhookId);
        foreach (var (webhookId, sending) in _sending.ToList())
        {
            if (sending.Running.IsCompleted)
            {
                _sending.Remove(webhookId);
                sending.Dispose();
            }
            else if (held.TryGetValue(webhookId, out var lease) && (lease.Fence, lease.Revision) == (sending.Lease.Fence, sending.Lease.Revision))
            {
                // By this node's own clock, from before the database was asked: it stops before anybody else may begin.
                sending.Extend(lease.Until - now - time.GetElapsedTime(started));
            }
            else
            {
                // What is under way ends first; its end has this look again, and start anew what is to go on.
                sending.Stop();
            }
        }

        foreach (var lease in leases.Held.Where(lease => !_sending.ContainsKey(lease.WebhookId)))
        {
            if (await store.FindAsync(lease.WebhookId, cancellationToken) is { State: WebhookState.Active } webhook && webhook.Fence == lease.Fence)
            {
                Start(webhook, lease with { Revision = webhook.Settings.Revision }, lease.Until - now - time.GetElapsedTime(started));
            }
        }

        // While nobody sends anything, what matters is only that a node which dies is noticed.
        return leases.AnyActive || options.PollInterval > options.Lease / 3 ? options.PollInterval : options.Lease / 3;
    }

    private void Start(WebhookRecord webhook, WebhookLease lease, TimeSpan left)
    {
        var sending = new Sending(lease, time);
        sending.Extend(left);
        sending.Running = Task.Run(
            async () =>
            {
                try
                {
                    await runner.RunAsync(webhook, sending.Stopping, sending.Lost);
                }
                finally
                {
                    WakeUp();
                }
            },
            CancellationToken.None);
        _sending.Add(webhook.WebhookId, sending);
    }

    private async Task EndAsync()
    {
        var all = _sending.Values.ToList();
        _sending.Clear();
        all.ForEach(sending => sending.Stop());
        var ended = Task.WhenAll(all.Select(sending => sending.Running));
        await Task.WhenAny(ended, Task.Delay(ShutdownGrace, time));
        all.ForEach(sending => sending.Abort());
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        all.ForEach(sending => sending.Dispose());
        try
        {
            if (all.Count > 0)
            {
                await store.ReleaseAsync(_node, CancellationToken.None);
            }
        }
        catch (Exception exception)
        {
            // They end by themselves.
            LogFault(logger, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The leases of webhooks could not be looked after; trying again")]
    private static partial void LogFault(ILogger logger, Exception exception);

    /// <summary>A running sender, with the lease that it rests on.</summary>
    private sealed class Sending(WebhookLease lease, TimeProvider time) : IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();
        private readonly CancellationTokenSource _lost = new(Timeout.InfiniteTimeSpan, time);

        public WebhookLease Lease { get; } = lease;

        public Task Running { get; set; } = Task.CompletedTask;

        /// <summary>No further delivery is begun.</summary>
        public CancellationToken Stopping => _stopping.Token;

        /// <summary>The delivery that is under way is broken off, too.</summary>
        public CancellationToken Lost => _lost.Token;

        public void Extend(TimeSpan left) => _lost.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);

        public void Stop() => _stopping.Cancel();

        public void Abort() => _lost.Cancel();

        public void Dispose()
        {
            _stopping.Dispose();
            _lost.Dispose();
        }
    }
}
