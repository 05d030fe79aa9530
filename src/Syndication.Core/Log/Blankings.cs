using Syndication.V1;

namespace Syndication.Log;

/// <summary>What takes an article's text away from its readers.</summary>
[Flags]
public enum Blankings
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Held back until released.</summary>
    Withheld = 1,

    /// <summary>Killed.</summary>
    Withdrawn = 2,

    /// <summary>The time of use of the version in force has ended.</summary>
    Expired = 4,
}

/// <summary>From whom it is taken.</summary>
public static class BlankingsExtensions
{
    /// <summary>The status that takes the text away from readers; null when they may have it.</summary>
    /// <param name="heldTexts">Whether they may have texts that are withheld or expired, as the desk may. Access under embargo is not enough.</param>
    public static ArticleStatus? For(this Blankings blankings, bool heldTexts) => blankings switch
    {
        Blankings.None => null,
        _ when blankings.HasFlag(Blankings.Withdrawn) => ArticleStatus.Withdrawn,
        _ when heldTexts => null,
        _ when blankings.HasFlag(Blankings.Withheld) => ArticleStatus.Withheld,
        _ => ArticleStatus.Expired,
    };
}
