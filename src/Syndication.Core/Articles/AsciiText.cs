using System.Buffers;

namespace Syndication.Articles;

/// <summary>The sets of characters that identifiers, codes and addresses are made of.</summary>
internal static class AsciiText
{
    public static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static readonly SearchValues<char> LettersAndDigits =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    private static readonly SearchValues<char> IdentifierCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:-");

    // RFC 9110, 5.6.2.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~");

    // What no address may hold unescaped: RFC 3986, appendix A, but for characters beyond ASCII (RFC 3987).
    private static readonly SearchValues<char> NeverInAddress = SearchValues.Create(" \t\n\r\"<>\\^`{|}\u00a0\u2028\u2029\u3000");

    // RFC 3986, 3.1.
    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    /// <summary>Whether the text is <c>[A-Za-z0-9._~:-]{1,200}</c>.</summary>
    public static bool IsIdentifier(string text) => text.Length is > 0 and <= 200 && !text.AsSpan().ContainsAnyExcept(IdentifierCharacters);

    /// <summary>Whether the text has the form of a media type: type, slash, subtype, then perhaps parameters, which are not checked.</summary>
    public static bool IsMediaType(ReadOnlySpan<char> text)
    {
        var end = text.IndexOf(';');
        var name = (end < 0 ? text : text[..end]).TrimEnd(' ');
        var slash = name.IndexOf('/');
        return slash > 0 && slash < name.Length - 1
            && !name[..slash].ContainsAnyExcept(TokenCharacters)
            && !name[(slash + 1)..].ContainsAnyExcept(TokenCharacters);
    }

    /// <summary>Whether the text is an absolute URI of any scheme, by its form.</summary>
    public static bool IsAbsoluteUri(string text)
    {
        var colon = text.IndexOf(':');
        return colon > 0 && colon < text.Length - 1
            && char.IsAsciiLetter(text[0])
            && !text.AsSpan(0, colon).ContainsAnyExcept(SchemeCharacters)
            && !text.AsSpan().ContainsAny(NeverInAddress);
    }

    /// <summary>Whether the text is an absolute http or https address.</summary>
    public static bool IsWebAddress(string text) =>
        (text.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        && !text.AsSpan().ContainsAny(NeverInAddress)
        && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Host.Length > 0;

    /// <summary>Whether the text is an absolute http, https or mailto address.</summary>
    public static bool IsLinkAddress(string text) =>
        IsWebAddress(text)
        || (text.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) && text.Length > "mailto:".Length && IsAbsoluteUri(text));
}
