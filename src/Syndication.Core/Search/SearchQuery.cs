using System.Globalization;

namespace Syndication.Search;

/// <summary>A part of a search query, independent of the database that runs it.</summary>
public abstract record SearchNode
{
    private SearchNode()
    {
    }

    /// <summary>A word, the beginning of one, or a phrase.</summary>
    /// <param name="Text">The word or words, without quotation marks and star.</param>
    /// <param name="IsPrefix">Whether the last word may go on.</param>
    /// <param name="Field">The field to look in; null for all.</param>
    public sealed record Term(string Text, bool IsPrefix, SearchField? Field) : SearchNode;

    /// <summary>All of <paramref name="Positive"/> and none of <paramref name="Negative"/>.</summary>
    public sealed record And(IReadOnlyList<SearchNode> Positive, IReadOnlyList<SearchNode> Negative) : SearchNode;

    /// <summary>At least one of <paramref name="Alternatives"/>.</summary>
    public sealed record Or(IReadOnlyList<SearchNode> Alternatives) : SearchNode;
}

/// <summary>Where a term is looked for.</summary>
public enum SearchField
{
    /// <summary>Headline, its variants and the kicker.</summary>
    Headline,

    /// <summary>Standfirst and body.</summary>
    Body,

    /// <summary>People, organisations, places, events and who signs.</summary>
    Names,
}

/// <summary>
/// Parses search queries. Words must all occur; <c>"a phrase"</c> occurs as it stands; <c>begin*</c> is the beginning of a
/// word; <c>OR</c>, <c>AND</c>, <c>NOT</c> (in capitals; <c>-word</c> is <c>NOT word</c>) and brackets combine;
/// <c>headline:</c>, <c>body:</c> and <c>names:</c> before a word, phrase or bracket name a field. AND binds closer than OR.
/// Letter case and accents are ignored.
/// </summary>
public sealed class SearchQuery
{
    private const int MaxTerms = 100;
    private const int MaxDepth = 20;

    private readonly string _text;
    private int _position;
    private int _terms;

    private SearchQuery(string text) => _text = text;

    /// <summary>Parses a query.</summary>
    /// <returns>The query, or the place (in UTF-16 units, from 0) and the kind of the fault in it.</returns>
    public static (SearchNode? Node, int Position, string Problem) Parse(string text)
    {
        var query = new SearchQuery(text);
        try
        {
            query.SkipSpace();
            if (query.IsEnd)
            {
                return (null, 0, "is empty");
            }

            var node = query.ParseOr(null, 0);
            return query.IsEnd ? (node, 0, "") : (null, query._position, "a closing bracket without an opening one");
        }
        catch (SyntaxException exception)
        {
            return (null, exception.Position, exception.Message);
        }
    }

    private bool IsEnd => _position >= _text.Length;

    private SearchNode ParseOr(SearchField? field, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new SyntaxException(_position, $"brackets are nested deeper than {MaxDepth}");
        }

        var alternatives = new List<SearchNode> { ParseAnd(field, depth) };
        while (TakeWord("OR"))
        {
            alternatives.Add(ParseAnd(field, depth));
        }

        return alternatives.Count == 1 ? alternatives[0] : new SearchNode.Or(alternatives);
    }

    private SearchNode ParseAnd(SearchField? field, int depth)
    {
        var start = _position;
        var positive = new List<SearchNode>();
        var negative = new List<SearchNode>();
        do
        {
            SkipSpace();
            if (IsEnd || _text[_position] == ')' || PeekWord("OR") || PeekWord("AND"))
            {
                throw new SyntaxException(_position, "a word or phrase is missing");
            }

            var isNegative = TakeWord("NOT") || TakeMinus();
            (isNegative ? negative : positive).Add(ParsePrimary(field, depth));
            SkipSpace();
        }
        while (TakeWord("AND") || (!IsEnd && _text[_position] != ')' && !PeekWord("OR")));

        return positive.Count == 0 ? throw new SyntaxException(start, "says only what must not occur; name something that must")
            : positive.Count == 1 && negative.Count == 0 ? positive[0]
            : new SearchNode.And(positive, negative);
    }

    private SearchNode ParsePrimary(SearchField? field, int depth)
    {
        SkipSpace();
        field = TakeField() ?? field;
        if (IsEnd)
        {
            throw new SyntaxException(_position, "a word or phrase is missing");
        }

        if (_text[_position] == '(')
        {
            var open = _position++;
            var inside = ParseOr(field, depth + 1);
            SkipSpace();
            if (IsEnd)
            {
                throw new SyntaxException(open, "the bracket is not closed");
            }

            _position++;
            return inside;
        }

        return _text[_position] == '"' ? ParsePhrase(field) : ParseTerm(field);
    }

    private SearchNode.Term ParsePhrase(SearchField? field)
    {
        var open = _position++;
        var close = _text.IndexOf('"', _position);
        if (close < 0)
        {
            throw new SyntaxException(open, "the quotation mark is not closed");
        }

        var text = _text[_position..close];
        _position = close + 1;
        return MakeTerm(text, open, field);
    }

    private SearchNode.Term ParseTerm(SearchField? field)
    {
        var start = _position;
        while (!IsEnd && !char.IsWhiteSpace(_text[_position]) && _text[_position] is not ('(' or ')' or '"' or '*'))
        {
            _position++;
        }

        return MakeTerm(_text[start.._position], start, field);
    }

    private SearchNode.Term MakeTerm(string text, int start, SearchField? field)
    {
        var isPrefix = !IsEnd && _text[_position] == '*';
        if (isPrefix)
        {
            _position++;
        }

        if (!text.EnumerateRunes().Any(rune => System.Text.Rune.IsLetterOrDigit(rune)))
        {
            throw new SyntaxException(start, $"\"{text}\" has no letter or digit to look for");
        }

        return ++_terms > MaxTerms
            ? throw new SyntaxException(start, string.Create(CultureInfo.InvariantCulture, $"more than {MaxTerms} words and phrases"))
            : new SearchNode.Term(text, isPrefix, field);
    }

    private SearchField? TakeField()
    {
        foreach (var (name, field) in new[] { ("headline:", SearchField.Headline), ("body:", SearchField.Body), ("names:", SearchField.Names) })
        {
            if (string.Compare(_text, _position, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) == 0)
            {
                _position += name.Length;
                return field;
            }
        }

        return null;
    }

    private bool TakeMinus()
    {
        if (!IsEnd && _text[_position] == '-' && _position + 1 < _text.Length && !char.IsWhiteSpace(_text[_position + 1]))
        {
            _position++;
            return true;
        }

        return false;
    }

    private bool TakeWord(string word)
    {
        SkipSpace();
        if (!PeekWord(word))
        {
            return false;
        }

        _position += word.Length;
        SkipSpace();
        return true;
    }

    private bool PeekWord(string word) =>
        string.CompareOrdinal(_text, _position, word, 0, word.Length) == 0
        && (_position + word.Length == _text.Length || char.IsWhiteSpace(_text[_position + word.Length]) || _text[_position + word.Length] is '(' or ')' or '"');

    private void SkipSpace()
    {
        while (!IsEnd && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }
    }

    private sealed class SyntaxException(int position, string message) : Exception(message)
    {
        public int Position { get; } = position;
    }
}
