using Syndication.V1;

namespace Syndication.Formats.Vocabularies;

/// <summary>
/// Reads a vocabulary in the forms in which IPTC publishes its NewsCodes (cv.iptc.org): SKOS in RDF/XML, or JSON with a
/// <c>conceptSet</c>. What of a concept is not in <see cref="VocabularyConcept"/> (definitions, notes, dates) is left out.
/// </summary>
public static class VocabularyFile
{
    /// <summary>The largest file, in bytes. Media Topics in all languages is about a quarter of it.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>IPTC's own names for the vocabularies under <c>http://cv.iptc.org/newscodes/</c>, for files that do not give them.</summary>
    private static readonly Dictionary<string, string> KnownSchemes = new()
    {
        ["http://cv.iptc.org/newscodes/mediatopic/"] = "medtop",
        ["http://cv.iptc.org/newscodes/subjectcode/"] = "subj",
        ["http://cv.iptc.org/newscodes/genre/"] = "genre",
    };

    /// <summary>Reads a file.</summary>
    /// <param name="content">The whole of it.</param>
    /// <param name="scheme">What articles call the vocabulary; null: as the file says.</param>
    /// <param name="languages">Languages of which labels are kept, with all their regions; empty: all.</param>
    /// <exception cref="VocabularyFileException">It cannot be read; says where and why.</exception>
    public static Vocabulary Read(byte[] content, string? scheme = null, IReadOnlyCollection<string>? languages = null)
    {
        if (content.Length > MaxBytes)
        {
            throw new VocabularyFileException(0, $"the file has {content.Length} bytes; at most {MaxBytes}");
        }

        // A byte order mark, and white space, may stand before either.
        var start = content.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0;
        while (start < content.Length && content[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            start++;
        }

        var records = start == content.Length ? throw new VocabularyFileException(0, "the file is empty")
            : content[start] == '{' || content[start] == '[' ? IptcJson.Read(content)
            : content[start] == '<' || content[start] >= 0xFE || content[start] == 0 ? SkosXml.Read(content)
            : throw new VocabularyFileException(1, "the file begins like neither RDF/XML nor JSON");
        return records.Count == 0
            ? throw new VocabularyFileException(0, "the file has no concepts")
            : Make(records, scheme, languages ?? []);
    }

    private static Vocabulary Make(List<ConceptRecord> records, string? scheme, IReadOnlyCollection<string> languages)
    {
        var uri = PrefixOf(records);
        scheme ??= SchemeOf(records) ?? KnownSchemes.GetValueOrDefault(uri)
            ?? throw new VocabularyFileException(records[0].Line, $"\"{records[0].Uri}\" has no QCode, so the file does not say what articles call the vocabulary: name its scheme");
        var vocabulary = new Vocabulary { Scheme = scheme, Uri = uri };
        var concepts = new Dictionary<string, VocabularyConcept>();
        foreach (var record in records)
        {
            var concept = new VocabularyConcept
            {
                Code = CodeOf(record.Uri.Length > 0 ? record.Uri : record.QCode, uri, record),
                Retired = record.Retired || record.ReplacedBy.Length > 0,
                ReplacedBy = record.ReplacedBy.Length == 0 ? "" : CodeOf(record.ReplacedBy, uri, record),
                ExactMatches = { record.ExactMatches.Distinct() },
                Broader = { record.Broader.Select(broader => CodeOf(broader, uri, record)).Distinct() },
            };
            foreach (var (language, label) in record.Labels.Where(label => languages.Count == 0 || languages.Any(wanted => IsOf(label.Key, wanted))))
            {
                concept.Labels[language] = label;
            }

            if (!concepts.TryAdd(concept.Code, concept))
            {
                throw new VocabularyFileException(record.Line, $"\"{concept.Code}\" is there more than once");
            }

            vocabulary.Concepts.Add(concept);
        }

        // Some files say it from above, some from below, most from both.
        foreach (var record in records)
        {
            var code = CodeOf(record.Uri.Length > 0 ? record.Uri : record.QCode, uri, record);
            foreach (var narrower in record.Narrower.Select(below => CodeOf(below, uri, record)))
            {
                if (!concepts.TryGetValue(narrower, out var below))
                {
                    throw new VocabularyFileException(record.Line, $"\"{code}\" is above \"{narrower}\", which is not in the file");
                }

                if (!below.Broader.Contains(code))
                {
                    below.Broader.Add(code);
                }
            }
        }

        foreach (var (record, concept) in records.Zip(vocabulary.Concepts))
        {
            foreach (var target in concept.Broader.Append(concept.ReplacedBy).Where(target => target.Length > 0 && !concepts.ContainsKey(target)))
            {
                throw new VocabularyFileException(record.Line, $"\"{concept.Code}\" names \"{target}\", which is not in the file");
            }
        }

        return vocabulary;
    }

    /// <summary>What all URIs begin with, up to the last slash or hash; empty where the concepts have none.</summary>
    private static string PrefixOf(List<ConceptRecord> records)
    {
        var first = records[0].Uri;
        var prefix = first[..(first.LastIndexOfAny(['/', '#']) + 1)];
        foreach (var record in records.Where(record => !record.Uri.StartsWith(prefix, StringComparison.Ordinal) || record.Uri.Length == prefix.Length && prefix.Length > 0))
        {
            throw new VocabularyFileException(record.Line, $"\"{record.Uri}\" is not of the same vocabulary as \"{first}\": a file holds one");
        }

        return prefix;
    }

    private static string? SchemeOf(List<ConceptRecord> records)
    {
        string? scheme = null;
        foreach (var record in records.Where(record => record.QCode.Length > 0))
        {
            var own = record.QCode[..Math.Max(record.QCode.IndexOf(':', StringComparison.Ordinal), 0)];
            if (own.Length == 0 || own != (scheme ??= own))
            {
                throw new VocabularyFileException(record.Line, $"\"{record.QCode}\" is no QCode of the scheme \"{scheme}\"");
            }
        }

        return scheme;
    }

    private static string CodeOf(string name, string prefix, ConceptRecord record)
    {
        var code = prefix.Length > 0 && name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..]
            : !name.Contains("://", StringComparison.Ordinal) && name.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? name[(colon + 1)..]
            : throw new VocabularyFileException(record.Line, $"\"{name}\" is neither a QCode nor a URI of this vocabulary");
        return code.Length > 0 ? code : throw new VocabularyFileException(record.Line, $"\"{name}\" has no code");
    }

    private static bool IsOf(string language, string wanted) =>
        language.StartsWith(wanted, StringComparison.OrdinalIgnoreCase) && (language.Length == wanted.Length || language[wanted.Length] == '-');
}
