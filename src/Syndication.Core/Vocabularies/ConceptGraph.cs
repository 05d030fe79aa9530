using Syndication.V1;

namespace Syndication.Vocabularies;

/// <summary>
/// Which concepts are narrower than which, over all vocabularies that are loaded. A retired concept counts as the one that
/// replaced it, one that is the same in another vocabulary as its twin. Immutable; answers are sorted, so that equal
/// vocabularies give equal filters on every node.
/// </summary>
public sealed class ConceptGraph
{
    private readonly IReadOnlyList<(Vocabulary Vocabulary, Dictionary<string, Node> Nodes)> _vocabularies;

    private ConceptGraph(IReadOnlyList<(Vocabulary Vocabulary, Dictionary<string, Node> Nodes)> vocabularies) => _vocabularies = vocabularies;

    /// <summary>Makes the graph of some vocabularies.</summary>
    public static ConceptGraph Of(IEnumerable<Vocabulary> vocabularies)
    {
        var all = vocabularies.OrderBy(vocabulary => vocabulary.Scheme, StringComparer.Ordinal)
            .Select((vocabulary, i) => (Vocabulary: vocabulary, Nodes: vocabulary.Concepts.ToDictionary(concept => concept.Code, concept => new Node(i, concept.Code))))
            .ToList();
        var graph = new ConceptGraph(all);
        foreach (var (vocabulary, nodes) in all)
        {
            foreach (var concept in vocabulary.Concepts)
            {
                var node = nodes[concept.Code];
                foreach (var broader in concept.Broader)
                {
                    nodes[broader].Below.Add(node);
                }

                if (concept.ReplacedBy.Length > 0)
                {
                    node.ReplacedBy = nodes[concept.ReplacedBy];
                    node.ReplacedBy.Below.Add(node);
                }

                foreach (var twin in concept.ExactMatches.Select(graph.FindUri).OfType<Node>().Where(twin => twin != node))
                {
                    twin.Below.Add(node);
                    node.Below.Add(twin);
                }
            }
        }

        return graph;
    }

    /// <summary>Whether vocabularies can make a difference to a filter.</summary>
    public static bool Concerns(ArticleFilter filter) => MatchesOf(filter).Any(IsOpen);

    /// <summary>The filter with everything that it stands for (<see cref="ConceptMatch.Narrower"/>).</summary>
    public ArticleFilter Resolve(ArticleFilter filter)
    {
        var resolved = Strip(filter);
        foreach (var match in MatchesOf(resolved).Where(IsOpen))
        {
            match.Narrower.Add(NarrowerOf(match));
        }

        return resolved;
    }

    /// <summary>The filter as somebody wrote it.</summary>
    public static ArticleFilter Strip(ArticleFilter filter)
    {
        var stripped = filter.Clone();
        foreach (var match in MatchesOf(stripped))
        {
            match.Narrower.Clear();
        }

        return stripped;
    }

    /// <summary>The first circle of broader concepts, as the codes that are on it; null when there is none.</summary>
    public static IReadOnlyList<string>? FindCircle(Vocabulary vocabulary)
    {
        var broader = vocabulary.Concepts.ToDictionary(
            concept => concept.Code, concept => concept.ReplacedBy.Length == 0 ? [.. concept.Broader] : concept.Broader.Append(concept.ReplacedBy).ToList());
        var done = new HashSet<string>();
        foreach (var start in broader.Keys)
        {
            // Depth first, without recursion: a hostile chain is as long as the vocabulary.
            var path = new List<string>();
            var onPath = new HashSet<string>();
            var open = new Stack<(string Code, int Next)>([(start, 0)]);
            while (open.TryPop(out var top))
            {
                if (top.Next == 0)
                {
                    if (done.Contains(top.Code))
                    {
                        continue;
                    }

                    if (!onPath.Add(top.Code))
                    {
                        return [.. path.SkipWhile(code => code != top.Code), top.Code];
                    }

                    path.Add(top.Code);
                }

                if (top.Next < broader[top.Code].Count)
                {
                    open.Push((top.Code, top.Next + 1));
                    open.Push((broader[top.Code][top.Next], 0));
                }
                else
                {
                    done.Add(top.Code);
                    onPath.Remove(top.Code);
                    path.RemoveAt(path.Count - 1);
                }
            }
        }

        return null;
    }

    private IEnumerable<NarrowerConcepts> NarrowerOf(ConceptMatch match)
    {
        var found = new HashSet<Node>();
        var open = new Queue<Node>();
        foreach (var (vocabulary, nodes) in _vocabularies)
        {
            if (match.Scheme.Length == 0 || match.Scheme == vocabulary.Scheme || match.Scheme == vocabulary.Uri)
            {
                // Who asks for a retired concept means the one in its place.
                for (var node = nodes.GetValueOrDefault(match.Code); node is not null && found.Add(node); node = node.ReplacedBy)
                {
                    open.Enqueue(node);
                }
            }
        }

        while (open.TryDequeue(out var node))
        {
            foreach (var below in node.Below.Where(found.Add))
            {
                open.Enqueue(below);
            }
        }

        foreach (var group in found.GroupBy(node => node.Vocabulary).OrderBy(group => group.Key))
        {
            var vocabulary = _vocabularies[group.Key].Vocabulary;
            var narrower = new NarrowerConcepts { Codes = { group.Select(node => node.Code).Order(StringComparer.Ordinal) } };
            if (match.Scheme.Length > 0)
            {
                narrower.Schemes.Add(new[] { vocabulary.Scheme, vocabulary.Uri }.Where(name => name.Length > 0));
            }

            yield return narrower;
        }
    }

    private Node? FindUri(string uri)
    {
        foreach (var (vocabulary, nodes) in _vocabularies)
        {
            if (vocabulary.Uri.Length > 0 && uri.StartsWith(vocabulary.Uri, StringComparison.Ordinal)
                && nodes.TryGetValue(uri[vocabulary.Uri.Length..], out var node))
            {
                return node;
            }
        }

        return null;
    }

    private static bool IsOpen(ConceptMatch match) => match.Code.Length > 0 && !match.Exact && !match.Code.EndsWith('*');

    private static IEnumerable<ConceptMatch> MatchesOf(ArticleFilter filter) =>
        filter.AllOf.Concat(filter.AnyOf).Concat(filter.NoneOf).Select(clause => clause.Concept).OfType<ConceptMatch>();

    private sealed class Node(int vocabulary, string code)
    {
        public int Vocabulary { get; } = vocabulary;

        public string Code { get; } = code;

        public Node? ReplacedBy { get; set; }

        public List<Node> Below { get; } = [];
    }
}
