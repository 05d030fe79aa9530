using Syndication.Findings.Languages;

namespace Syndication.Formats.WireText;

/// <summary>Lines that say who owns a text.</summary>
/// <remarks>
/// <para>A rights line has at most 200 UTF-16 units and begins with ©, or begins with (c) or Copyright and has a © or a year,
/// or reserves all rights in one of the languages that <see cref="LanguageDetector"/> knows, whatever the case and the accents. A reservation inside a
/// sentence is none: before it stands nothing, punctuation or a word with a capital or digits, and no opening quotation mark;
/// after it nothing, punctuation, ©, a capital, or "by" in the same languages.</para>
/// <para>The holder is what stands before the reservation, or else what follows it behind a comma, a colon, a dash, a bar, ©
/// or "by", up to the end of the sentence, without ©, (c), Copyright, years, "by", and punctuation around. It has at most 100
/// units, and begins with a capital or a digit or is one word; otherwise nobody is named.</para>
/// </remarks>
internal static class RightsLine
{
    private const int MaxLength = 200;
    private const int MaxHolderLength = 100;

    // Folded.
    private static readonly string[] Reservations =
    [
        "tous droits de reproduction et de representation reserves",
        "tous droits de reproduction reserves",
        "tous droits reserves",
        "toute reproduction interdite",
        "reproduction interdite",
        "all rights reserved",
        "alle rechte vorbehalten",
        "todos los derechos reservados",
        "reservados todos los derechos",
        "tutti i diritti riservati",
        "tutti i diritti sono riservati",
        "alle rechten voorbehouden",
        "todos os direitos reservados",
    ];

    // Only beside a ©: without one, these are words of sentences.
    private static readonly string[] WeakReservations = ["droits reserves", "derechos reservados", "diritti riservati", "direitos reservados"];

    private static readonly string[] By = ["by", "par", "von", "por", "da", "di", "door"];

    private static readonly HashSet<string> Abbreviations = new(
        ["inc", "ltd", "co", "corp", "cie", "bros", "st", "dr", "ste", "sté"], StringComparer.OrdinalIgnoreCase);

    public static bool Is(ReadOnlySpan<char> line)
    {
        if (line.IsEmpty || line.Length > MaxLength)
        {
            return false;
        }

        if (line[0] == '©')
        {
            return true;
        }

        // There are headings like "Copyright in the age of machines".
        return (IsMarked(line) && (line.Contains('©') || HasYear(line)))
            || (FindReservation(line, Reservations) is { End.Value: > 0 } found && !IsInSentence(line, found));
    }

    /// <summary>The owner that a rights notice of one or more lines names, or nothing.</summary>
    public static string FindHolder(string notice)
    {
        foreach (var range in notice.AsSpan().Split('\n'))
        {
            var line = notice.AsSpan()[range].Trim();
            if (line.Length <= MaxLength && FindHolderInLine(line) is { Length: > 0 } holder)
            {
                return holder;
            }
        }

        return "";
    }

    private static string FindHolderInLine(ReadOnlySpan<char> line)
    {
        var found = FindReservation(line, Reservations);
        if (found.End.Value == 0)
        {
            found = FindReservation(line, WeakReservations);
        }

        if (found.End.Value == 0)
        {
            return Clean(line);
        }

        var after = line[found.End..].TrimStart();
        return Clean(line[..found.Start]) is { Length: > 0 } before ? before
            : after is [',' or ':' or '-' or '–' or '—' or '|' or '©' or '(', ..] || IsMarked(after) || IsBy(FirstWord(after)) ? Clean(after)
            : "";
    }

    private static string Clean(ReadOnlySpan<char> line)
    {
        var words = line.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.Replace("©", "", StringComparison.Ordinal))
            .SkipWhile(IsNoName)
            .ToList();
        var sentence = words.FindIndex(EndsSentence);
        words = sentence < 0 ? words : words[..(sentence + 1)];
        while (words.Count > 0 && IsNoName(words[^1]))
        {
            words.RemoveAt(words.Count - 1);
        }

        var holder = string.Join(' ', words).Trim(',', ';', ':', '|', '-', '–', '—', ' ');
        holder = words.Count > 0 && HasFullStop(words[^1]) ? holder.TrimEnd('.') : holder;
        return holder.Length is > 0 and <= MaxHolderLength && (!char.IsLower(holder[0]) || words.Count == 1) ? holder : "";
    }

    // An initial goes on.
    private static bool EndsSentence(string word) => word.Length > 2 && HasFullStop(word);

    // "Inc." and "S.A." have none.
    private static bool HasFullStop(string word) =>
        word.EndsWith('.') && word.IndexOf('.', StringComparison.Ordinal) == word.Length - 1 && !Abbreviations.Contains(word[..^1]);

    private static bool IsNoName(string word)
    {
        var core = word.Trim(',', '.', ';', ':', '(', ')', '|', '-', '–', '—');
        return !core.Any(char.IsLetter)
            || core.Equals("c", StringComparison.OrdinalIgnoreCase)
            || core.Equals("copyright", StringComparison.OrdinalIgnoreCase)
            || core is "DR" or "D.R"
            || IsBy(core);
    }

    private static bool IsBy(ReadOnlySpan<char> word)
    {
        foreach (var by in By)
        {
            if (word.Equals(by, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsMarked(ReadOnlySpan<char> line) =>
        line.StartsWith("(c)", StringComparison.OrdinalIgnoreCase) || line.StartsWith("copyright", StringComparison.OrdinalIgnoreCase);

    private static bool IsInSentence(ReadOnlySpan<char> line, Range reservation)
    {
        var before = line[..reservation.Start].TrimEnd();
        if (!before.IsEmpty)
        {
            var word = before[(before.LastIndexOf(' ') + 1)..];
            if (before[^1] is '«' or '“' or '„' or '"' or '‘' or '\'' or '’' || char.IsLower(word[0]) && char.IsLetter(before[^1]))
            {
                return true;
            }
        }

        var after = line[reservation.End..].TrimStart();
        return !after.IsEmpty && (char.IsLower(after[0]) || after[0] is '»' or '”') && !IsBy(FirstWord(after));
    }

    private static ReadOnlySpan<char> FirstWord(ReadOnlySpan<char> text) => text.IndexOf(' ') is >= 0 and var end ? text[..end] : text;

    private static bool HasYear(ReadOnlySpan<char> line)
    {
        var digits = 0;
        foreach (var c in line)
        {
            digits = char.IsAsciiDigit(c) ? digits + 1 : 0;
            if (digits == 4)
            {
                return true;
            }
        }

        return false;
    }

    // 0..0 when there is none.
    private static Range FindReservation(ReadOnlySpan<char> line, string[] reservations)
    {
        var folded = new FoldedLine(line, stackalloc char[MaxLength], stackalloc int[MaxLength + 1]);
        foreach (var reservation in reservations)
        {
            if (folded.Text.IndexOf(reservation, StringComparison.Ordinal) is >= 0 and var at)
            {
                return folded.Place(at)..folded.Place(at + reservation.Length);
            }
        }

        return default;
    }
}
