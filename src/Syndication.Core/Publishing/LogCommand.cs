using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Syndication.Articles;
using Syndication.Log;

namespace Syndication.Publishing;

/// <summary>
/// A change to be appended to the log. Many are decided together, one after the other, against the state that the ones
/// before them leave; a refusal concerns its own command alone.
/// </summary>
/// <param name="Principal">Who wants it.</param>
/// <param name="RequestId">Scoped to the principal; empty when the command is not to be repeatable.</param>
public abstract record LogCommand(string Principal, string RequestId)
{
    /// <summary>By the names of messages: there are as many as methods.</summary>
    private static readonly ConcurrentDictionary<string, byte[]> NameHashes = new();

    /// <summary>The article that the command changes; null when it changes none.</summary>
    public virtual string? ArticleId => null;

    /// <summary>About how many bytes the command writes.</summary>
    public virtual int SizeBytes => 256;

    /// <summary>Whether it must have a transaction of its own: what comes after it has to see what the store made of it.</summary>
    public virtual bool IsExclusive => false;

    /// <summary>SHA-256 over the request without its id: the same id with another content is refused.</summary>
    public required byte[] Fingerprint { get; init; }

    /// <summary>The request's key; null when it is not to be repeatable.</summary>
    public RequestKey? Key => RequestId.Length == 0 ? null : new RequestKey(Principal, RequestId);

    /// <summary>The fingerprint of a request whose id has been emptied.</summary>
    public static byte[] FingerprintOf(IMessage requestWithoutId) => FingerprintOf(requestWithoutId, requestIdField: 0);

    /// <summary>The fingerprint of a request, its id left out where it is encoded: nothing is copied, an article may be megabytes.</summary>
    /// <param name="request">The request.</param>
    /// <param name="requestIdField">The number of its id's field; 0 where the id has been emptied.</param>
    public static byte[] FingerprintOf(IMessage request, int requestIdField) => FingerprintOf(request.Descriptor, request.ToByteArray(), requestIdField);

    /// <summary>The same of a request that is encoded already.</summary>
    public static byte[] FingerprintOf(MessageDescriptor message, ReadOnlySpan<byte> request, int requestIdField)
    {
        var name = NameHashes.GetOrAdd(message.FullName, static name => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)));

        // One call of the platform's hash over one run of bytes: each of its calls costs more than hashing a short field.
        var hashed = ArrayPool<byte>.Shared.Rent(name.Length + request.Length);
        try
        {
            name.CopyTo(hashed.AsSpan());
            var length = name.Length;
            var field = new WireFields(request);
            while (field.MoveNext())
            {
                if (field.Number != requestIdField)
                {
                    field.Field.CopyTo(hashed.AsSpan(length));
                    length += field.Field.Length;
                }
            }

            return SHA256.HashData(hashed.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(hashed);
        }
    }

    /// <summary>
    /// Does what takes time and needs no certainty, before the command is queued: comparing under the writer would make all
    /// others wait. What it finds may be out of date by the time of the decision, which looks.
    /// </summary>
    public virtual ValueTask PrepareAsync(IArticleStore articles, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Decides the command and adds what it writes to the scope.</summary>
    public abstract ValueTask<Outcome<Decision>> DecideAsync(AppendScope scope, CancellationToken cancellationToken);
}

/// <summary>What was decided.</summary>
/// <param name="Response">The contract's response, without what only the commit gives.</param>
/// <param name="EntryOrdinal">Which entry of the batch the command made; -1 when none.</param>
public sealed record Decision(IMessage Response, int EntryOrdinal);

/// <summary>A command that is on disk.</summary>
/// <param name="Receipt">Its entry; default when it made none.</param>
/// <param name="Response">The encoded response, without what only the commit gives.</param>
/// <param name="Epoch">The log's incarnation at the commit; 0 when the request was answered before.</param>
public sealed record Appended(AppendReceipt Receipt, byte[] Response, int Epoch)
{
    /// <summary>The newest version of the command's article as of this command; 0 where it has none, or where a repeated command made up another id.</summary>
    public int LatestVersion { get; init; }
}
