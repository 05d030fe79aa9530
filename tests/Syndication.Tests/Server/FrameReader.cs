using Grpc.Core;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;

namespace Syndication.Tests.Server;

/// <summary>A subscription as a test reads it. Reads only what it is asked for: who does not ask stalls.</summary>
internal sealed class FrameReader(AsyncServerStreamingCall<SubscribeResponse> call) : IDisposable
{
    /// <summary>How long an event may take before the test fails.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public AsyncServerStreamingCall<SubscribeResponse> Call => call;

    /// <summary>What kinds of frames have been read, in order.</summary>
    public List<Kind> Kinds { get; } = [];

    /// <summary>The ids of the updates that have been read, in order.</summary>
    public List<string> UpdateIds { get; } = [];

    /// <summary>The cursor of the last frame.</summary>
    public string Cursor { get; private set; } = "";

    /// <summary>The next frame.</summary>
    public async Task<SubscribeResponse> NextAsync() =>
        await ReadAsync() ? call.ResponseStream.Current : throw new InvalidOperationException("The stream ended with OK.");

    /// <summary>Reads up to the next frame of a kind.</summary>
    public async Task<SubscribeResponse> UntilAsync(Kind kind)
    {
        while (true)
        {
            if (await NextAsync() is { } frame && frame.FrameCase == kind)
            {
                return frame;
            }
        }
    }

    /// <summary>Reads until so many updates have been read since the subscription began.</summary>
    public async Task<IReadOnlyList<Update>> UpdatesAsync(int count)
    {
        var updates = new List<Update>();
        while (UpdateIds.Count < count)
        {
            updates.AddRange((await NextAsync()).Updates?.Updates ?? []);
        }

        return updates;
    }

    /// <summary>Reads to the end.</summary>
    public async Task<Refusal> EndAsync()
    {
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await ReadAsync())
            {
            }
        });
        return Refusal.Of(error);
    }

    public void Dispose() => call.Dispose();

    private async Task<bool> ReadAsync()
    {
        if (!await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Patience, TestContext.Current.CancellationToken))
        {
            return false;
        }

        var frame = call.ResponseStream.Current;
        Kinds.Add(frame.FrameCase);
        Assert.NotEmpty(frame.Cursor);
        Assert.NotNull(frame.ServerTime);
        Assert.NotNull(frame.Lag);
        Cursor = frame.Cursor;
        UpdateIds.AddRange(frame.Updates?.Updates.Select(update => update.UpdateId) ?? []);
        return true;
    }
}
