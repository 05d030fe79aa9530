using Syndication.Streams;

namespace Syndication.Search;

/// <summary>
/// A headline as links name it: folded (no letter case, accents or punctuation), and ready to be compared with others that
/// are cut at their beginning or end. Two headlines match when they are equal; or when one begins, or ends, with the other
/// and the shorter has at least <see cref="MinWords"/> words and <see cref="MinLength"/> characters.
/// </summary>
/// <param name="Folded">The words, a space between two.</param>
public sealed record HeadlineKey(string Folded)
{
    /// <summary>Fewer words say too little to tell articles apart.</summary>
    public const int MinWords = 3;

    /// <summary>Fewer characters say too little to tell articles apart.</summary>
    public const int MinLength = 12;

    /// <summary>The folded headline backwards, by which its end is looked up.</summary>
    public string Reversed => Reverse(Folded);

    /// <summary>Whether a part of another headline may be recognised by this one.</summary>
    public bool IsLong => Folded.Length >= MinLength && Folded.Count(c => c == ' ') >= MinWords - 1;

    /// <summary>The beginnings of this headline, at word boundaries, by which a shorter one is recognised; longest first.</summary>
    public IReadOnlyList<string> Beginnings => BeginningsOf(Folded);

    /// <summary>The same of its ends, backwards.</summary>
    public IReadOnlyList<string> Ends => BeginningsOf(Reversed);

    /// <summary>Folds a headline.</summary>
    public static HeadlineKey Of(string headline) => new(FoldedText.ToPhrase(headline).Trim());

    private static List<string> BeginningsOf(string folded)
    {
        var beginnings = new List<string>();
        for (var end = folded.LastIndexOf(' '); end > 0; end = folded.LastIndexOf(' ', end - 1))
        {
            if (new HeadlineKey(folded[..end]).IsLong)
            {
                beginnings.Add(folded[..end]);
            }
        }

        return beginnings;
    }

    private static string Reverse(string text)
    {
        var characters = text.ToCharArray();
        Array.Reverse(characters);
        return new string(characters);
    }
}
