using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Syndication.Tests.Server;

/// <summary>Calls any method of the contract with bytes: for tests that go through all of them.</summary>
internal static class RawCall
{
    /// <returns>Null when the call succeeds, or its first frame does.</returns>
    public static async Task<RpcException?> SendAsync(CallInvoker calls, MethodDescriptor method, byte[] request, CallOptions options = default)
    {
        var bytes = Marshallers.Create(static (byte[] sent) => sent, static received => received);
        var type = method.IsClientStreaming ? MethodType.DuplexStreaming : method.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary;
        var call = new Method<byte[], byte[]>(type, method.Service.FullName, method.Name, bytes, bytes);
        try
        {
            if (method.IsClientStreaming)
            {
                using var both = calls.AsyncDuplexStreamingCall(call, null, options);
                try
                {
                    await both.RequestStream.WriteAsync(request);
                    await both.RequestStream.CompleteAsync();
                }
                catch (RpcException)
                {
                    // Refused before it was sent: the answer says why.
                }

                await both.ResponseStream.MoveNext().WaitAsync(FrameReader.Patience);
            }
            else if (method.IsServerStreaming)
            {
                using var stream = calls.AsyncServerStreamingCall(call, null, options, request);
                await stream.ResponseStream.MoveNext().WaitAsync(FrameReader.Patience);
            }
            else
            {
                await calls.AsyncUnaryCall(call, null, options, request);
            }

            return null;
        }
        catch (RpcException error)
        {
            return error;
        }
    }
}
