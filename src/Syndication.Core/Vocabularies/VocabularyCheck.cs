using System.Text.RegularExpressions;
using Syndication.V1;

namespace Syndication.Vocabularies;

/// <summary>Checks a vocabulary against what the comments of <c>vocabulary.proto</c> promise.</summary>
public static partial class VocabularyCheck
{
    /// <summary>The largest encoded vocabulary, in bytes: a stock client can read it back.</summary>
    public const int MaxBytes = 3 * 1024 * 1024;

    private const int MaxConcepts = 20_000;
    private const int MaxCode = 200;
    private const int MaxUri = 1_000;
    private const int MaxViolations = 100;

    /// <summary>What is wrong.</summary>
    /// <param name="vocabulary">As the caller sent it.</param>
    /// <param name="path">Its path in the request.</param>
    /// <returns>Empty when it is good.</returns>
    public static IReadOnlyList<FieldViolation> Validate(Vocabulary? vocabulary, string path)
    {
        if (vocabulary is null)
        {
            return [new FieldViolation(path, "is required")];
        }

        var fields = new List<FieldViolation>();
        if (!SchemePattern().IsMatch(vocabulary.Scheme))
        {
            fields.Add(new FieldViolation($"{path}.scheme", $"\"{vocabulary.Scheme}\" is no scheme: [A-Za-z0-9._-]{{1,100}}"));
        }

        if (vocabulary.Uri.Length > MaxUri || (vocabulary.Uri.Length > 0 && !Uri.IsWellFormedUriString(vocabulary.Uri, UriKind.Absolute)))
        {
            fields.Add(new FieldViolation($"{path}.uri", $"must be an absolute URI of at most {MaxUri} characters"));
        }

        if (vocabulary.Concepts.Count is 0 or > MaxConcepts)
        {
            fields.Add(new FieldViolation($"{path}.concepts", $"has {vocabulary.Concepts.Count} concepts; 1 to {MaxConcepts} are allowed"));
            return fields;
        }

        if (vocabulary.CalculateSize() > MaxBytes)
        {
            fields.Add(new FieldViolation(path, $"takes {vocabulary.CalculateSize()} bytes; at most {MaxBytes}: leave out labels of some languages"));
            return fields;
        }

        fields.AddRange(CheckConcepts(vocabulary, path).Take(MaxViolations));
        if (fields.Count == 0 && ConceptGraph.FindCircle(vocabulary) is { } circle)
        {
            fields.Add(new FieldViolation($"{path}.concepts", $"are in a circle: {string.Join(" is below ", circle.Take(10))}"));
        }

        return fields;
    }

    private static IEnumerable<FieldViolation> CheckConcepts(Vocabulary vocabulary, string path)
    {
        var codes = new HashSet<string>();
        for (var i = 0; i < vocabulary.Concepts.Count; i++)
        {
            var code = vocabulary.Concepts[i].Code;
            if (code.Length is 0 or > MaxCode || code.Any(char.IsControl))
            {
                yield return new FieldViolation($"{path}.concepts[{i}].code", $"must have 1 to {MaxCode} characters and no control characters");
            }
            else if (!codes.Add(code))
            {
                yield return new FieldViolation($"{path}.concepts[{i}].code", $"\"{code}\" is there more than once");
            }
        }

        for (var i = 0; i < vocabulary.Concepts.Count; i++)
        {
            var concept = vocabulary.Concepts[i];
            foreach (var broader in concept.Broader.Where(broader => !codes.Contains(broader)))
            {
                yield return new FieldViolation($"{path}.concepts[{i}].broader", $"\"{concept.Code}\" is below \"{broader}\", which is not in the vocabulary");
            }

            if (concept.ReplacedBy.Length > 0 && !codes.Contains(concept.ReplacedBy))
            {
                yield return new FieldViolation($"{path}.concepts[{i}].replaced_by", $"\"{concept.Code}\" is replaced by \"{concept.ReplacedBy}\", which is not in the vocabulary");
            }
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,100}\z")]
    private static partial Regex SchemePattern();
}
