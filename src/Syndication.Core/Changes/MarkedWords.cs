using System.Text.RegularExpressions;
using Syndication.V1;

namespace Syndication.Changes;

/// <summary>A text cut into tokens, each of which can be asked what kind of word it is.</summary>
internal sealed partial class MarkedWords(string text, NameWords names)
{
    /// <summary>Small words between a day and its month: <c>1er de mayo</c>, <c>3rd of June</c>.</summary>
    private static readonly HashSet<string> BetweenDayAndMonth = new(StringComparer.OrdinalIgnoreCase) { "de", "of", "di", "er", ".", "d’", "d'" };

    /// <summary>The text.</summary>
    public string Text => text;

    /// <summary>Its tokens.</summary>
    public List<WordToken> Tokens { get; } = WordToken.Split(text);

    /// <summary>A token's letters.</summary>
    public ReadOnlySpan<char> this[int token] => text.AsSpan(Tokens[token].Start, Tokens[token].Length);

    /// <summary>What kind of word a token is.</summary>
    public TokenKind KindOf(int token) => Tokens[token].Shape switch
    {
        TokenShape.Figure => IsDate(token) ? TokenKind.Date : TokenKind.Number,
        TokenShape.Word when names.IsCalendar(WordAt(token)) => TokenKind.Date,
        TokenShape.Word when IsName(token) => TokenKind.Name,
        _ => TokenKind.Other,
    };

    private bool IsDate(int token)
    {
        if (WrittenDate().IsMatch(this[token]))
        {
            return true;
        }

        // A month before or after it: "17 juin", "June 17", "juin 2026"; in scripts without spaces the two are one name.
        return IsMonthNear(token, 1) || IsMonthNear(token, -1)
            || (token + 1 < Tokens.Count && names.IsCalendar(string.Concat(this[token], this[token + 1])));
    }

    private bool IsMonthNear(int token, int step)
    {
        // "June 17, 2026": a year has the day, and a comma, between itself and its month.
        var isYear = this[token].Length == 4;
        var at = token;
        for (var passed = 0; passed <= 2; passed++)
        {
            at += step;
            while (at >= 0 && at < Tokens.Count && (Tokens[at].Shape == TokenShape.Space || (isYear && this[at] is ",")))
            {
                at += step;
            }

            if (at < 0 || at >= Tokens.Count)
            {
                return false;
            }

            if (Tokens[at].Shape == TokenShape.Word && names.IsCalendar(WordAt(at)))
            {
                return true;
            }

            if (!(isYear && Tokens[at].Shape == TokenShape.Figure) && !BetweenDayAndMonth.Contains(WordAt(at)))
            {
                return false;
            }
        }

        return false;
    }

    private bool IsName(int token)
    {
        var word = WordAt(token);
        if (names.IsListed(word))
        {
            return true;
        }

        if (!char.IsUpper(word[0]) || word.Length < 2)
        {
            return false;
        }

        return word.All(char.IsUpper) || (names.CapitalsAreNames && !BeginsSentence(token));
    }

    private bool BeginsSentence(int token)
    {
        for (var at = token - 1; at >= 0; at--)
        {
            switch (Tokens[at].Shape)
            {
                case TokenShape.Space when this[at].Contains('\n'):
                    return true;
                case TokenShape.Space:
                    continue;
                case TokenShape.Sign when this[at] is "." or "!" or "?" or "…" or ":" or "。" or "！" or "？":
                    return true;
                case TokenShape.Sign when this[at] is "-" or "/":
                    return false;
                case TokenShape.Sign:
                    // Quotation marks, brackets and dashes begin sentences as well as they stand inside of them: look before them.
                    continue;
                default:
                    return false;
            }
        }

        return true;
    }

    private string WordAt(int token) => this[token].ToString();

    [GeneratedRegex(@"^\d{1,4}([./-])\d{1,2}\1\d{2,4}$")]
    private static partial Regex WrittenDate();
}
