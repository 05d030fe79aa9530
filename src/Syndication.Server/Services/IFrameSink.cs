using Syndication.Subscriptions;

namespace Syndication.Server.Services;

/// <summary>What takes the frames of one subscription: one way to write them to a client. Frames come one after the other.</summary>
public interface IFrameSink
{
    /// <summary>Tells the client that it is connected, before the first frame.</summary>
    Task OpenAsync();

    /// <summary>Writes a frame. Done when the client's connection has room for the next.</summary>
    Task WriteAsync(EncodedFrame frame);

    /// <summary>The reader has taken nothing for the stall limit: sees to it that the stream is ended, once the client has had time to take what is on the way.</summary>
    /// <param name="written">The write that waits. It is not to be cancelled: what is on the way would be lost.</param>
    /// <param name="grace">How much time.</param>
    void GiveUp(Task written, TimeSpan grace);
}
