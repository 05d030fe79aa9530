using System.Buffers;

namespace Syndication.Formats;

/// <summary>Addresses as the contract's fields can hold them.</summary>
internal static class SourceAddress
{
    // What no address may hold unescaped: RFC 3986, appendix A, but for characters beyond ASCII (RFC 3987).
    private static readonly SearchValues<char> NeverInAddress = SearchValues.Create(" \t\n\r\"<>\\^`{|}\u00a0\u2028\u2029\u3000");

    /// <summary>An absolute http or https address, resolved against a base where there is one.</summary>
    /// <returns>Null where it is none.</returns>
    public static string? Web(string? text, Uri? baseUri = null) => Absolute(text, baseUri) is { } uri
        && (uri.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || uri.StartsWith("https://", StringComparison.OrdinalIgnoreCase)) ? uri : null;

    /// <summary>An absolute http, https or mailto address.</summary>
    public static string? Link(string? text, Uri? baseUri = null) =>
        Web(text, baseUri) ?? (Absolute(text, baseUri) is { } uri && uri.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) && uri.Length > 7 ? uri : null);

    /// <summary>Whether a text is a URI of any scheme, by its form.</summary>
    public static bool IsUri(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon < text.Length - 1 && char.IsAsciiLetter(text[0])
            && text.AsSpan(0, colon).IndexOfAnyExcept(SchemeCharacters) < 0
            && IsAddressText(text)
            && Uri.TryCreate(text, UriKind.Absolute, out _);
    }

    private static readonly SearchValues<char> SchemeCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    private static string? Absolute(string? text, Uri? baseUri)
    {
        text = text?.Trim(' ', '\t', '\n', '\r', '\f');
        if (string.IsNullOrEmpty(text) || text.Length > 8_000)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var absolute) && !absolute.IsFile && (absolute.Host.Length > 0 || absolute.Scheme == Uri.UriSchemeMailto))
        {
            // As written, where it may be: an address is an identifier too.
            return IsAddressText(text) ? text : Checked(absolute.AbsoluteUri);
        }

        return baseUri is not null && Uri.TryCreate(baseUri, text, out var resolved) && !resolved.IsFile ? Checked(resolved.AbsoluteUri) : null;
    }

    private static string? Checked(string uri) => IsAddressText(uri) ? uri : null;

    private static bool IsAddressText(string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c) || char.IsSurrogate(c) || NeverInAddress.Contains(c) || c is '\uFFFE' or '\uFFFF')
            {
                return false;
            }
        }

        return true;
    }
}
