using Syndication.Subscriptions;
using RpcStatus = Google.Rpc.Status;

namespace Syndication.Server.Http.Updates;

/// <summary>How frames are written into the body of an answer. UTF-8.</summary>
public interface IFrameFormat
{
    /// <summary>The answer's media type.</summary>
    string MediaType { get; }

    /// <summary>What stands before the first frame.</summary>
    byte[] Begin();

    /// <summary>A frame. Shared by all who are sent it.</summary>
    byte[] Frame(EncodedFrame frame);

    /// <summary>Why the stream has ended: its last words.</summary>
    byte[] End(RpcStatus status);
}
