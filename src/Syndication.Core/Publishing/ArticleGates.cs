using Syndication.Findings;
using Syndication.Findings.Gates;
using Syndication.Streams;
using Syndication.V1;

namespace Syndication.Publishing;

/// <summary>Decides whether what was found in an article refuses it: by the request's gate, the server's, or those of the streams that it matches.</summary>
/// <param name="Request">The request's gate; null: none.</param>
/// <param name="Server">The gate of the server's configuration; null: none.</param>
public sealed record ArticleGates(FindingsGate? Request, FindingsGate? Server)
{
    /// <summary>No gate but those of streams.</summary>
    public static ArticleGates None { get; } = new(null, null);

    /// <summary>What was found; null where the server does not look on publish, and neither gate asks for it.</summary>
    public ArticleFindings? Findings { get; init; }

    /// <summary>Whether the findings are needed whatever the configuration says.</summary>
    public bool NeedFindings => FindingsGates.IsSet(Request) || FindingsGates.IsSet(Server);

    /// <summary>The refusal of the first gate that refuses, or null.</summary>
    /// <remarks>
    /// Asked by the writer, after it has looked whether the request was answered before: by then the article has been read
    /// already, and what is left is a look at the streams that have a gate.
    /// </remarks>
    public Rejection? Refuse(Article article, CompiledStreams streams)
    {
        if (Findings is { Findings.Count: 0 })
        {
            return null;
        }

        if (Refuse("request", Request, article) is { } byRequest)
        {
            return byRequest;
        }

        if (Refuse("server", Server, article) is { } byServer)
        {
            return byServer;
        }

        foreach (var stream in streams.Streams)
        {
            if (FindingsGates.IsSet(stream.Definition.FindingsGate)
                && stream.Filter.Matches(article)
                && Refuse($"stream:{stream.Definition.StreamId}", stream.Definition.FindingsGate, article) is { } byStream)
            {
                return byStream;
            }
        }

        return null;
    }

    private Rejection? Refuse(string name, FindingsGate? gate, Article article)
    {
        if (gate is null || !FindingsGates.IsSet(gate))
        {
            return null;
        }

        // Not looked at yet: the server does not on publish, but one of the streams has a gate.
        var found = Findings ?? ArticleChecker.Check(article);
        var refused = FindingsGates.Refused(gate, found.Findings).ToList();
        return refused.Count == 0 ? null : new Rejection(
            ErrorReason.FindingsRefused,
            $"The gate of {name.Replace(":", " ", StringComparison.Ordinal)} refuses {refused[0].Code} in {refused[0].Field}: {refused[0].Message}"
                + (refused.Count > 1 ? $" (and {refused.Count - 1} more)" : ""))
        {
            Metadata = new Dictionary<string, string> { ["gate"] = name, ["findings"] = $"{refused.Count}" },
            Findings = new FindingsRefusal { Gate = name, Findings = { refused } },
        };
    }
}
