using Google.Protobuf.Collections;
using Syndication.Articles;
using Syndication.V1;

namespace Syndication.Streams;

/// <summary>An <see cref="ArticleFilter"/> made ready for matching many articles. Thread-safe.</summary>
/// <remarks>
/// Schemes, codes and story ids are compared as they are; names, providers and languages without letter case. A keyword is
/// looked for as described at <see cref="FoldedText"/>, in each text alone: no phrase reaches from one block or cell into the
/// next. Body text is that of all kinds of blocks: what is said and who said it, items, captions and cells, fallback texts.
/// Cost: a comparison per clause and concept; one pass over the text, however many keywords there are, only when the other
/// clauses leave the question open, plus a vectorised search per keyword.
/// </remarks>
public sealed class StreamFilter
{
    private const int MaxClauses = 200;

    private readonly (string Path, Clause Clause)[] _inOrder;
    private readonly Clause[] _allOf;
    private readonly Clause[] _anyOf;
    private readonly Clause[] _noneOf;

    private StreamFilter((string Path, Clause Clause)[] inOrder, Clause[] allOf, Clause[] anyOf, Clause[] noneOf)
    {
        _inOrder = inOrder;
        _allOf = allOf;
        _anyOf = anyOf;
        _noneOf = noneOf;
        NeedsBody = allOf.Concat(anyOf).Concat(noneOf).Any(clause => clause.NeedsBody);
    }

    /// <summary>Whether <see cref="Matches"/> can depend on the body: where not, an article without it will do.</summary>
    public bool NeedsBody { get; }

    /// <summary>The paths of the clauses, such as <c>any_of[2]</c>, in the filter's order.</summary>
    public IEnumerable<string> ClausePaths => _inOrder.Select(named => named.Path);

    /// <summary>Makes a filter ready.</summary>
    /// <exception cref="ArgumentException">A clause has no condition, or one that this version of the contract does not know.</exception>
    public static StreamFilter Compile(ArticleFilter filter) => new(
        [.. Name("all_of", filter.AllOf), .. Name("any_of", filter.AnyOf), .. Name("none_of", filter.NoneOf)],
        Compile(filter.AllOf),
        Compile(filter.AnyOf),
        Compile(filter.NoneOf));

    /// <summary>Checks a filter against what the comments of <c>stream.proto</c> promise.</summary>
    /// <param name="filter">As the caller sent it.</param>
    /// <param name="path">Its path in the request.</param>
    /// <returns>Empty when the filter is good.</returns>
    public static IReadOnlyList<FieldViolation> Validate(ArticleFilter filter, string path)
    {
        var count = filter.AllOf.Count + filter.AnyOf.Count + filter.NoneOf.Count;
        if (count > MaxClauses)
        {
            return [new FieldViolation(path, $"must have at most {MaxClauses} clauses, has {count}")];
        }

        var violations = new Violations(path);
        Check(violations, "all_of", filter.AllOf);
        Check(violations, "any_of", filter.AnyOf);
        Check(violations, "none_of", filter.NoneOf);
        return violations.ToList();
    }

    /// <summary>Whether an article is meant.</summary>
    public bool Matches(Article article)
    {
        var reader = new MatchedArticle(article);
        try
        {
            return MatchesAll(ref reader) && MatchesNone(ref reader) && MatchesAny(ref reader);
        }
        finally
        {
            reader.Dispose();
        }
    }

    /// <summary>Which clauses match an article by themselves.</summary>
    /// <param name="article">The article.</param>
    /// <param name="matches">Whether the article is meant.</param>
    /// <returns>The paths of the matching clauses, in the filter's order.</returns>
    public IReadOnlyList<string> Explain(Article article, out bool matches)
    {
        var reader = new MatchedArticle(article);
        try
        {
            var matched = new List<string>();
            foreach (var (path, clause) in _inOrder)
            {
                if (clause.Matches(ref reader))
                {
                    matched.Add(path);
                }
            }

            matches = MatchesAll(ref reader) && MatchesNone(ref reader) && MatchesAny(ref reader);
            return matched;
        }
        finally
        {
            reader.Dispose();
        }
    }

    private bool MatchesAll(ref MatchedArticle reader)
    {
        foreach (var clause in _allOf)
        {
            if (!clause.Matches(ref reader))
            {
                return false;
            }
        }

        return true;
    }

    private bool MatchesAny(ref MatchedArticle reader)
    {
        foreach (var clause in _anyOf)
        {
            if (clause.Matches(ref reader))
            {
                return true;
            }
        }

        return _anyOf.Length == 0;
    }

    private bool MatchesNone(ref MatchedArticle reader)
    {
        foreach (var clause in _noneOf)
        {
            if (clause.Matches(ref reader))
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<(string Path, Clause Clause)> Name(string field, IEnumerable<ArticleClause> clauses) =>
        clauses.Select((clause, i) => ($"{field}[{i}]", Clause.Compile(clause)));

    // Keywords last, those of the body at the very end: a cheap clause often answers before the text is read.
    private static Clause[] Compile(IEnumerable<ArticleClause> clauses) =>
        [.. clauses.Select(Clause.Compile).OrderBy(clause => clause is KeywordClause).ThenBy(clause => clause.NeedsBody)];

    private static void Check(Violations violations, string field, RepeatedField<ArticleClause> clauses)
    {
        for (var i = 0; i < clauses.Count; i++)
        {
            violations.Enter(field, i);
            Check(violations, clauses[i]);
            violations.Leave();
        }
    }

    private static void Check(Violations violations, ArticleClause clause)
    {
        switch (clause.ConditionCase)
        {
            case ArticleClause.ConditionOneofCase.Language:
                if (!LanguageTag.IsRange(clause.Language))
                {
                    violations.Add("language", clause.Language.Length == 0
                        ? "is required"
                        : "must be a basic language range of RFC 4647 such as fr or fr-CA");
                }

                break;

            case ArticleClause.ConditionOneofCase.Subject:
                Check(violations, "subject", clause.Subject);
                break;

            case ArticleClause.ConditionOneofCase.Genre:
                Check(violations, "genre", clause.Genre);
                break;

            case ArticleClause.ConditionOneofCase.Place:
                Check(violations, "place", clause.Place);
                break;

            case ArticleClause.ConditionOneofCase.Person:
                Check(violations, "person", clause.Person);
                break;

            case ArticleClause.ConditionOneofCase.Organisation:
                Check(violations, "organisation", clause.Organisation);
                break;

            case ArticleClause.ConditionOneofCase.Provider:
                violations.Line("provider", clause.Provider, required: true);
                break;

            case ArticleClause.ConditionOneofCase.Urgency:
                violations.Enter("urgency");

                // 0 is what a request without `min` has; no article is without urgency and in the range.
                violations.Range("min", clause.Urgency.Min, 0, 9);
                violations.Range("max", clause.Urgency.Max, 0, 9);
                if (clause.Urgency.Max != 0 && clause.Urgency.Min > clause.Urgency.Max)
                {
                    violations.Add("max", $"must be at least min ({clause.Urgency.Min}), is {clause.Urgency.Max}");
                }

                violations.Leave();
                break;

            case ArticleClause.ConditionOneofCase.ItemType:
                if (clause.ItemType == ItemType.Unspecified)
                {
                    violations.Add("item_type", "is required");
                }
                else if (!Enum.IsDefined(clause.ItemType))
                {
                    violations.Add("item_type", $"is not a known value: {(int)clause.ItemType}");
                }

                break;

            case ArticleClause.ConditionOneofCase.Keyword:
                violations.Enter("keyword");
                violations.Line("text", clause.Keyword.Text, required: true);
                if (!string.IsNullOrWhiteSpace(clause.Keyword.Text) && FoldedText.ToPhrase(clause.Keyword.Text).Length == 0)
                {
                    violations.Add("text", "must have a letter or a digit");
                }

                violations.Leave();
                break;

            case ArticleClause.ConditionOneofCase.StoryId:
                violations.Line("story_id", clause.StoryId, required: true);
                break;

            default:
                violations.Add("condition", "is required");
                break;
        }
    }

    private static void Check(Violations violations, string field, ConceptMatch match)
    {
        violations.Enter(field);
        violations.Line("scheme", match.Scheme);
        violations.Line("code", match.Code);
        violations.Line("name", match.Name);
        if (match.Code.Length == 0 && match.Name.Length == 0)
        {
            violations.Add("code", "is required where there is no name");
        }
        else if (match.Code.Length > 0 && match.Name.Length > 0)
        {
            violations.Add("name", "must be empty where there is a code");
        }

        if (match.Exact && (match.Code.Length == 0 || match.Code.EndsWith('*')))
        {
            violations.Add("exact", "is for a whole code");
        }

        violations.Leave();
    }
}
