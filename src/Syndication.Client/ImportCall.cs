using Grpc.Core;
using Syndication.V1;

namespace Syndication.Client;

/// <summary>One call of <c>ImportArticles</c>: sends what the window holds, side by side with reading the results.</summary>
internal sealed class ImportCall : IAsyncDisposable
{
    /// <summary>Sent with what follows.</summary>
    private static readonly WriteOptions Gathered = new(WriteFlags.BufferHint);

    private readonly AsyncDuplexStreamingCall<ImportArticlesRequest, ImportArticlesResponse> _call;
    private readonly CancellationTokenSource _ended;
    private readonly CancellationToken _caller;
    private readonly Task _sending;

    public ImportCall(
        AsyncDuplexStreamingCall<ImportArticlesRequest, ImportArticlesResponse> call, ImportWindow window, CancellationToken caller)
    {
        _call = call;
        _caller = caller;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _sending = SendAsync(window);
    }

    /// <summary>The next result; null after the last.</summary>
    public async Task<ImportArticlesResponse?> NextAsync() =>
        await _call.ResponseStream.MoveNext(_caller) ? _call.ResponseStream.Current : null;

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _call.Dispose();

        // Its faults are the call's: the results tell them, with the server's reason.
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
    }

    private async Task SendAsync(ImportWindow window)
    {
        await foreach (var request in window.SendAsync(_ended.Token))
        {
            _call.RequestStream.WriteOptions = window.HasNext ? Gathered : WriteOptions.Default;
            await _call.RequestStream.WriteAsync(request, _ended.Token);
        }

        await _call.RequestStream.CompleteAsync();
    }
}
