using System.Globalization;
using Syndication.Client;
using Syndication.V1;

namespace Syndication.Cli.Output;

/// <summary>The names of concepts, as the vocabularies of the server have them.</summary>
internal sealed class ConceptLabels(SyndicationClient client)
{
    private readonly Dictionary<string, Dictionary<string, string>> _schemes = [];

    /// <summary>A concept's name in the reader's language, otherwise in English, otherwise in any; empty where it has none.</summary>
    public static string Of(VocabularyConcept concept)
    {
        var own = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
        return concept.Labels.OrderBy(label => label.Key.StartsWith(own, StringComparison.Ordinal) ? 0 : label.Key.StartsWith("en", StringComparison.Ordinal) ? 1 : 2)
            .ThenBy(label => label.Key, StringComparer.Ordinal).Select(label => label.Value).FirstOrDefault() ?? "";
    }

    /// <summary>The same of what a clause names; empty where no vocabulary knows it.</summary>
    public async Task<string> OfAsync(ConceptMatch? match, CancellationToken cancellationToken)
    {
        if (match is null || match.Scheme.Length == 0 || match.Code.Length == 0)
        {
            return "";
        }

        if (!_schemes.TryGetValue(match.Scheme, out var labels))
        {
            labels = await ReadAsync(match.Scheme, cancellationToken);
            _schemes.Add(match.Scheme, labels);
        }

        return labels.GetValueOrDefault(match.Code, "");
    }

    private async Task<Dictionary<string, string>> ReadAsync(string scheme, CancellationToken cancellationToken)
    {
        try
        {
            var response = await client.Vocabularies.GetVocabularyAsync(new() { Scheme = scheme }, cancellationToken: cancellationToken);
            return response.Vocabulary.Concepts.ToDictionary(concept => concept.Code, Of);
        }
        catch (SyndicationException missing) when (missing.Reason == ErrorReason.VocabularyNotFound)
        {
            return [];
        }
    }
}
