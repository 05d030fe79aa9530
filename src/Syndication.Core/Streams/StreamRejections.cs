using Syndication.V1;

namespace Syndication.Streams;

/// <summary>The refusals that concern streams.</summary>
public static class StreamRejections
{
    /// <summary>There is no such stream.</summary>
    public static Rejection NotFound(string streamId) => new(ErrorReason.StreamNotFound, $"There is no stream \"{streamId}\".")
    {
        Metadata = new Dictionary<string, string> { ["stream"] = streamId },
    };

    /// <summary>The stream's filter has changed.</summary>
    public static Rejection Changed(string streamId, int revision) =>
        new(ErrorReason.StreamChanged, $"The filter of stream \"{streamId}\" has changed (revision {revision}): take a snapshot.")
        {
            Metadata = new Dictionary<string, string> { ["stream"] = streamId, ["revision"] = $"{revision}" },
        };

    /// <summary>A stream has that name.</summary>
    public static Rejection Exists(string streamId) => new(ErrorReason.StreamExists, $"A stream is called \"{streamId}\" already.")
    {
        Metadata = new Dictionary<string, string> { ["stream"] = streamId },
    };

    /// <summary>The stream <c>all</c> cannot be changed.</summary>
    public static Rejection Reserved() => new(ErrorReason.StreamReserved, "The stream \"all\" can be neither changed nor deleted.");

    /// <summary>Why a filter cannot be a stream's: with the vocabularies it stands for too much.</summary>
    /// <returns>Null when it can.</returns>
    public static Rejection? TooBroad(string streamId, ArticleFilter filter) => filter.CalculateSize() <= MaxFilterBytes
        ? null
        : Rejection.OfField("filter", $"of stream \"{streamId}\" stands for more concepts than {MaxFilterBytes} bytes hold: name fewer or narrower ones");

    /// <summary>Streams are shown with what they stand for, in answers that stock clients can receive.</summary>
    private const int MaxFilterBytes = 1024 * 1024;

    /// <summary>The stream is at another revision.</summary>
    public static Rejection RevisionMismatch(string streamId, int expected, int current) =>
        new(ErrorReason.RevisionMismatch, $"Stream \"{streamId}\" is at revision {current}, not {expected}.")
        {
            Metadata = new Dictionary<string, string>
            {
                ["stream"] = streamId,
                ["expected_revision"] = $"{expected}",
                ["current_revision"] = $"{current}",
            },
        };
}
