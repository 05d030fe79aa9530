using System.Buffers;
using System.Globalization;
using System.Text;

namespace Syndication.Articles;

/// <summary>
/// Collects what is wrong with a message while it is walked: keeps the place in the walk, and writes it out as a path only
/// when there is something to report. Reports the first <see cref="MaxCount"/>.
/// </summary>
internal sealed class Violations(string root)
{
    public const int MaxCount = 100;

    // C0 and C1 but for line feed and tab, DEL, and the two characters that XML forbids. Importing formats forbid them too.
    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(c => char.IsControl(c) && c is not ('\n' or '\t')), '\uFFFE', '\uFFFF']);

    // In one line also line feed, tab, and Unicode's own line and paragraph separators.
    private static readonly SearchValues<char> ForbiddenInLine = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(char.IsControl), '\u2028', '\u2029', '\uFFFE', '\uFFFF']);

    private readonly (string Name, int Index)[] _place = new (string, int)[12];
    private int _depth;
    private List<FieldViolation>? _found;

    /// <summary>Whether more would not be reported.</summary>
    public bool IsFull => _found?.Count >= MaxCount;

    public IReadOnlyList<FieldViolation> ToList() => _found ?? (IReadOnlyList<FieldViolation>)[];

    public void Enter(string field, int index = -1) => _place[_depth++] = (field, index);

    public void Leave() => _depth--;

    /// <summary>Reports a field of the message that the walk is in.</summary>
    public void Add(string field, string description, int index = -1)
    {
        if (IsFull)
        {
            return;
        }

        var path = new StringBuilder(root);
        for (var i = 0; i < _depth; i++)
        {
            Append(path, _place[i].Name, _place[i].Index);
        }

        Append(path, field, index);
        (_found ??= []).Add(new FieldViolation(path.ToString(), description));
    }

    /// <summary>A text of one line.</summary>
    /// <param name="maxCodePoints">0: as long as the article may be.</param>
    public void Line(string field, string text, bool required = false, int maxCodePoints = 0, int index = -1) =>
        Text(field, text, ForbiddenInLine, required, maxCodePoints, index);

    /// <summary>A text of any number of lines.</summary>
    /// <param name="maxCodePoints">0: as long as the article may be.</param>
    public void Lines(string field, string text, bool required = false, int maxCodePoints = 0, int index = -1) =>
        Text(field, text, Forbidden, required, maxCodePoints, index);

    /// <summary>A number of items or a value within bounds.</summary>
    public void Range(string field, long value, long min, long max)
    {
        if (value < min || value > max)
        {
            Add(field, max == long.MaxValue ? $"must be at least {min}, is {value}" : $"must be {min} to {max}, is {value}");
        }
    }

    /// <summary>Reports a repeated field that has too many items.</summary>
    /// <returns>Whether the items are worth a look.</returns>
    public bool Count(string field, int count, int max)
    {
        if (count > max)
        {
            Add(field, $"must have at most {max} items, has {count}");
            return false;
        }

        return true;
    }

    /// <summary>The length in code points of a text without unpaired surrogates, which protobuf's encoding cannot hold.</summary>
    public static int CountCodePoints(string text)
    {
        var first = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        if (first < 0)
        {
            return text.Length;
        }

        var count = text.Length;
        foreach (var c in text.AsSpan(first))
        {
            if (char.IsLowSurrogate(c))
            {
                count--;
            }
        }

        return count;
    }

    private void Text(string field, string text, SearchValues<char> forbidden, bool required, int maxCodePoints, int index)
    {
        if (text.Length == 0)
        {
            if (required)
            {
                Add(field, "is required", index);
            }

            return;
        }

        if (required && string.IsNullOrWhiteSpace(text))
        {
            Add(field, "is required, has only white space", index);
        }

        var at = text.AsSpan().IndexOfAny(forbidden);
        if (at >= 0)
        {
            Add(
                field,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"must not have control characters{(forbidden == ForbiddenInLine ? " or line breaks" : "")}, has U+{(int)text[at]:X4} at UTF-16 unit {at}"),
                index);
        }

        if (maxCodePoints > 0 && text.Length > maxCodePoints && CountCodePoints(text) is var count && count > maxCodePoints)
        {
            Add(field, $"must have at most {maxCodePoints} code points, has {count}", index);
        }
    }

    private static void Append(StringBuilder path, string name, int index)
    {
        if (path.Length > 0)
        {
            path.Append('.');
        }

        path.Append(name);
        if (index >= 0)
        {
            path.Append(CultureInfo.InvariantCulture, $"[{index}]");
        }
    }
}
