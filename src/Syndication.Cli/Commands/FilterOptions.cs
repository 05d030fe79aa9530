using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Google.Protobuf.Collections;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>
/// Flags that make an <see cref="ArticleFilter"/>: <c>--language fr</c> must match, of all <c>--any-language</c> and so on at
/// least one, of all <c>--none-language</c> and so on none.
/// </summary>
internal sealed class FilterOptions
{
    private static readonly (string Name, string Value, string Description, Func<string, ArticleClause> Parse)[] Clauses =
    [
        ("language", "TAG", "Its language: fr matches fr-CA too.", text => new() { Language = text }),
        ("subject", "SCHEME:CODE", "A subject, such as medtop:20000587, or a name.", text => new() { Subject = Concept(text) }),
        ("genre", "SCHEME:CODE", "A genre.", text => new() { Genre = Concept(text) }),
        ("place", "SCHEME:CODE", "A place that it mentions.", text => new() { Place = Concept(text) }),
        ("person", "SCHEME:CODE", "A person whom it mentions.", text => new() { Person = Concept(text) }),
        ("organisation", "SCHEME:CODE", "An organisation that it mentions.", text => new() { Organisation = Concept(text) }),
        ("provider", "NAME", "The provider's code or name.", text => new() { Provider = text }),
        ("urgency", "MIN-MAX", "Its urgency, such as 3 or 1-4.", text => new() { Urgency = Urgency(text) }),
        ("type", "TYPE", "text, picture, audio, video, graphic or package.", text => new() { ItemType = Type(text) }),
        ("keyword", "TEXT", "A word or phrase in its text.", text => new() { Keyword = new() { Text = text } }),
        ("headline", "TEXT", "A word or phrase in its headline.", text => new() { Keyword = new() { Text = text, HeadlineOnly = true } }),
        ("story", "ID", "The running story it belongs to.", text => new() { StoryId = text }),
    ];

    private readonly Option<string?> _json;
    private readonly List<(Option<ArticleClause[]> Option, Func<ArticleFilter, RepeatedField<ArticleClause>> List)> _groups = [];

    public FilterOptions(Verb verb)
    {
        _json = verb.AddOption<string?>(
            "--filter",
            "The filter as JSON, or @FILE. The flags below add to it: all must match; with --any- before the name (--any-subject) at least one must, with --none- none may.",
            "JSON");
        Add(verb, "", filter => filter.AllOf);
        Add(verb, "any-", filter => filter.AnyOf);
        Add(verb, "none-", filter => filter.NoneOf);
    }

    /// <summary>Whether a filter was given at all.</summary>
    public bool AnyGiven(Invocation run) => run.Has(_json) || _groups.Any(group => run.Has(group.Option));

    public async Task<ArticleFilter> GetAsync(Invocation run)
    {
        var filter = run.Get(_json) switch
        {
            null => new ArticleFilter(),
            ['@', .. var file] => await run.ReadJsonAsync<ArticleFilter>(file),
            var json => Invocation.ParseJson<ArticleFilter>("--filter", json),
        };
        foreach (var (option, list) in _groups)
        {
            list(filter).AddRange(run.Get(option) ?? []);
        }

        return filter;
    }

    private void Add(Verb verb, string prefix, Func<ArticleFilter, RepeatedField<ArticleClause>> list)
    {
        foreach (var (name, value, description, parse) in Clauses)
        {
            var option = new Option<ArticleClause[]>($"--{prefix}{name}")
            {
                Description = description + " Repeatable.",
                HelpName = value,
                Arity = ArgumentArity.OneOrMore,
                // Two dozen more lines of help would say the same three times.
                Hidden = prefix.Length > 0,
                CustomParser = result => ParseEach(result, parse),
            };
            verb.Options.Add(option);
            _groups.Add((option, list));
        }
    }

    private static ArticleClause[] ParseEach(ArgumentResult result, Func<string, ArticleClause> parse)
    {
        try
        {
            return [.. result.Tokens.Select(token => parse(token.Value))];
        }
        catch (FormatException exception)
        {
            result.AddError(exception.Message);
            return [];
        }
    }

    private static ConceptMatch Concept(string text)
    {
        var (scheme, code, name) = ConceptText.Parse(text);
        return new() { Scheme = scheme, Code = code, Name = name };
    }

    private static UrgencyRange Urgency(string text)
    {
        var parts = text.Split('-', 2);
        return Number(parts[0]) is { } min && Number(parts[^1]) is { } max
            ? new() { Min = min, Max = max }
            : throw new FormatException($"'{text}' is not an urgency such as 3 or 1-4.");

        static int? Number(string part) =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static ItemType Type(string text) =>
        Enum.TryParse<ItemType>(text, ignoreCase: true, out var type) && type != ItemType.Unspecified && !char.IsDigit(text[0])
            ? type
            : throw new FormatException($"'{text}' is not an item type: text, picture, audio, video, graphic or package.");
}
