using System.Net.Http.Headers;
using System.Text;

namespace Syndication.Formats.WireText;

/// <summary>An encoding that wire texts come in. All are lossless: what was decoded is encoded to the same bytes.</summary>
/// <remarks>
/// <para>Unless it is given, it is the first of these:</para>
/// <list type="number">
/// <item>what a byte order mark says: UTF-8, UTF-16LE or UTF-16BE;</item>
/// <item>UTF-16LE or UTF-16BE, where the length is even, the bytes are well-formed in it without U+0000, more spaces, CR and LF
/// are read in it than in the other order, and either a quarter of the bytes is zero or they are not UTF-8;</item>
/// <item>UTF-8, where the bytes are well-formed;</item>
/// <item>ISO-8859-1, where no byte is 80 to 9F, as Windows-1252 reads such bytes the same;</item>
/// <item>Windows-1252.</item>
/// </list>
/// <para>The last two are not taken, and the source is refused at the first byte that is not UTF-8, where more sequences of
/// bytes above 7F are well-formed UTF-8 than are not (a damaged text must not be read as another), or where there is one of the bytes
/// 81, 8D, 8F, 90, 9D, which Windows-1252 does not define, or of the controls that no text has (00 to 08, 0E to 1F but 1A and
/// 1B).</para>
/// </remarks>
internal sealed class WireTextCharset
{
    public static readonly WireTextCharset Utf8 = new("utf-8", new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));

    private static readonly WireTextCharset Utf16LittleEndian = new("utf-16le", new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true));
    private static readonly WireTextCharset Utf16BigEndian = new("utf-16be", new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true));
    private static readonly WireTextCharset Latin1 = new("iso-8859-1", Strict(Encoding.Latin1));
    private static readonly WireTextCharset Windows1252 = new("windows-1252", Strict(CodePagesEncodingProvider.Instance.GetEncoding(1252)!));

    private WireTextCharset(string name, Encoding encoding)
    {
        Name = name;
        Encoding = encoding;
    }

    /// <summary>The IANA name in lower case.</summary>
    public string Name { get; }

    /// <summary>Throws on what it cannot decode or encode; a byte order mark is a character of the text.</summary>
    public Encoding Encoding { get; }

    public string MediaType => $"text/plain; charset={Name}";

    /// <summary>The charset of a name, in any case.</summary>
    /// <returns>Null when it is none that wire texts come in.</returns>
    public static WireTextCharset? Find(string? name) => name?.Trim().Trim('"').ToLowerInvariant() switch
    {
        "utf-8" or "utf8" or "us-ascii" or "ascii" => Utf8,
        "utf-16le" => Utf16LittleEndian,
        "utf-16be" => Utf16BigEndian,
        "iso-8859-1" or "iso_8859-1" or "latin1" or "l1" => Latin1,
        "windows-1252" or "cp1252" => Windows1252,
        _ => null,
    };

    /// <summary>The charset that a media type names, in which an article's text is to be written again.</summary>
    public static WireTextCharset? OfMediaType(string mediaType) =>
        MediaTypeHeaderValue.TryParse(mediaType, out var value) ? Find(value.CharSet) : null;

    /// <exception cref="WireTextException">There is none.</exception>
    public static WireTextCharset Detect(ReadOnlySpan<byte> source)
    {
        switch (source)
        {
            case [0xEF, 0xBB, 0xBF, ..]: return Utf8;
            case [0xFF, 0xFE, ..]: return Utf16LittleEndian;
            case [0xFE, 0xFF, ..]: return Utf16BigEndian;
        }

        var isUtf8 = System.Text.Unicode.Utf8.IsValid(source);
        if (source.Contains((byte)0) && source.Length % 2 == 0 && (!isUtf8 || source.Count((byte)0) >= source.Length / 4))
        {
            var little = CountWhiteSpace(source, low: 0);
            var big = CountWhiteSpace(source, low: 1);
            if (little != big && (little > big ? Utf16LittleEndian : Utf16BigEndian) is var order && order.IsText(source))
            {
                return order;
            }
        }

        if (isUtf8)
        {
            return Utf8;
        }

        RefuseWhatIsNoText(source);
        return source.ContainsAnyInRange((byte)0x80, (byte)0x9F) ? Windows1252 : Latin1;
    }

    /// <exception cref="WireTextException">The source is not of this charset.</exception>
    public string Decode(ReadOnlySpan<byte> source)
    {
        try
        {
            return Encoding.GetString(source);
        }
        catch (DecoderFallbackException e)
        {
            var index = Math.Clamp(e.Index, 0, source.Length);
            throw new WireTextException($"byte {index} is not {Name}.", LineOf(source, index), e);
        }
    }

    // CR LF is one line end; of UTF-16 the zero bytes between are passed over.
    private static int LineOf(ReadOnlySpan<byte> source, int index)
    {
        var line = 1;
        var before = (byte)0;
        foreach (var c in source[..index])
        {
            line += c == '\r' || (c == '\n' && before != '\r') ? 1 : 0;
            before = c == 0 ? before : c;
        }

        return line;
    }

    private static int CountWhiteSpace(ReadOnlySpan<byte> source, int low)
    {
        var count = 0;
        for (var i = 0; i + 1 < source.Length; i += 2)
        {
            count += source[i + low] is (byte)' ' or (byte)'\n' or (byte)'\r' && source[i + 1 - low] == 0 ? 1 : 0;
        }

        return count;
    }

    private bool IsText(ReadOnlySpan<byte> source)
    {
        try
        {
            return !Encoding.GetString(source).Contains('\0', StringComparison.Ordinal);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static void RefuseWhatIsNoText(ReadOnlySpan<byte> source)
    {
        var first = -1;
        var good = 0;
        var bad = 0;
        for (var i = 0; i < source.Length;)
        {
            if (source[i] < 0x80)
            {
                i++;
                continue;
            }

            var isGood = Rune.DecodeFromUtf8(source[i..], out _, out var length) == System.Buffers.OperationStatus.Done;
            good += isGood ? 1 : 0;
            bad += isGood ? 0 : 1;
            first = isGood || first >= 0 ? first : i;
            i += length;
        }

        if (good > bad)
        {
            throw new WireTextException($"byte {first} is not UTF-8, as the rest is.", LineOf(source, first));
        }

        var strange = source.IndexOfAny(NoText);
        if (strange >= 0)
        {
            throw new WireTextException(
                $"byte {first} is not UTF-8, and byte {strange} ({source[strange]:X2}) is not of a text in Windows-1252.", LineOf(source, first));
        }
    }

    private static readonly System.Buffers.SearchValues<byte> NoText = System.Buffers.SearchValues.Create(
        [0x81, 0x8D, 0x8F, 0x90, 0x9D, .. Enumerable.Range(0, 0x20).Where(c => c is not ((>= 0x09 and <= 0x0D) or 0x1A or 0x1B)).Select(c => (byte)c)]);

    private static Encoding Strict(Encoding encoding)
    {
        encoding = (Encoding)encoding.Clone();
        encoding.EncoderFallback = EncoderFallback.ExceptionFallback;
        encoding.DecoderFallback = DecoderFallback.ExceptionFallback;
        return encoding;
    }
}
