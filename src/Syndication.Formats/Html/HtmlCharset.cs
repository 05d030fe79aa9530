using System.Text;
using System.Text.RegularExpressions;
using Syndication.Formats.WireText;

namespace Syndication.Formats.Html;

/// <summary>How a page is encoded: its byte order mark, or else what it says in its first kilobyte, or else what its bytes show.</summary>
internal static partial class HtmlCharset
{
    /// <exception cref="FormatRefusedException">It names no charset that is read here, or its bytes are not of it.</exception>
    public static string Decode(FormatSource source)
    {
        var bytes = source.Bytes.Span;
        var start = Encoding.Latin1.GetString(bytes[..Math.Min(1024, bytes.Length)]);
        var declared = bytes is [0xEF, 0xBB, 0xBF, ..] or [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..] ? null
            : source.Charset ?? (Charset().Match(start) is { Success: true } match ? match.Groups[1].Value : null);
        try
        {
            var charset = declared is null ? WireTextCharset.Detect(bytes)
                : WireTextCharset.Find(declared) ?? throw new FormatRefusedException(FormatRefusalReason.BadEncoding, $"it is said to be in {SourceText.Cut(declared, 40)}, which is not read.");

            // Pages that say Latin-1 mean Windows-1252: https://encoding.spec.whatwg.org/#names-and-labels
            charset = charset.Name == "iso-8859-1" ? WireTextCharset.Find("windows-1252")! : charset;
            return charset.Decode(bytes).TrimStart('\uFEFF');
        }
        catch (WireTextException exception)
        {
            throw new FormatRefusedException(FormatRefusalReason.BadEncoding, exception.Message, exception);
        }
    }

    [GeneratedRegex("<meta[^>]{1,200}charset\\s*=\\s*[\"']?\\s*([A-Za-z0-9_.:-]{1,40})", RegexOptions.IgnoreCase)]
    private static partial Regex Charset();
}
