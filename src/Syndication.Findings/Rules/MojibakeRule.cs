using System.Buffers;
using System.Text;
using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>Text that was decoded in the wrong charset.</summary>
internal sealed class MojibakeRule() : TextRule(
    "mojibake",
    FindingSeverity.Error,
    "UTF-8 that was read as Windows-1252 (é as Ã©), and U+FFFD, which stands for a character that was lost.",
    new RuleExample("fr", "Le prÃ©sident", "Le président"))
{
    // The lead bytes of what European texts have beyond ASCII: U+0080 to U+017F and U+2000 to U+2FFF; and the lost character.
    private static readonly SearchValues<char> Leads = SearchValues.Create("ÂÃÄÅâï\uFFFD");

    // What Windows-1252 makes of the bytes 80 to 9F.
    private const string HighHalf = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ";

    internal override void Check(ArticleScan scan, in TextPart part)
    {
        var text = part.Text;
        for (var at = text.AsSpan().IndexOfAny(Leads); at >= 0 && at < text.Length; at = Next(text, at + 1))
        {
            if (text[at] == '\uFFFD')
            {
                scan.Report(this, part, at, at + 1, "A character was lost when the text was decoded.");
                continue;
            }

            if (Decode(text, at) is { } rune && !EndsCapitals(text, at))
            {
                var end = at + rune.Utf8SequenceLength;
                scan.Report(
                    this, part, at, end, $"\"{text[at..end]}\" is \"{rune}\" in UTF-8, read as Windows-1252.", [new Edit(at, end, rune.ToString())], isSafe: true);
                at = end - 1;
            }
        }
    }

    // Words in capitals may end so before a closing mark: AMANHÃ».
    private static bool EndsCapitals(string text, int at) =>
        at > 0 && char.IsUpper(text[at - 1]) && char.IsUpper(text[at]) && text[at + 1] is '»' or '”' or '“' or '’' or '›' or '…' or '–' or '—';

    private static int Next(string text, int from) => text.AsSpan(from).IndexOfAny(Leads) is >= 0 and var next ? from + next : -1;

    private static Rune? Decode(string text, int at)
    {
        Span<byte> bytes = stackalloc byte[3];
        var length = text[at] is 'â' or 'ï' ? 3 : 2;
        if (at + length > text.Length)
        {
            return null;
        }

        for (var i = 0; i < length; i++)
        {
            if (ByteOf(text[at + i]) is not { } value)
            {
                return null;
            }

            bytes[i] = value;
        }

        return Rune.DecodeFromUtf8(bytes[..length], out var rune, out var read) == OperationStatus.Done && read == length && IsLikely(rune) ? rune : null;
    }

    private static byte? ByteOf(char c) => c switch
    {
        >= '\u00A0' and <= '\u00FF' => (byte)c,
        _ => HighHalf.IndexOf(c) is >= 0 and var place ? (byte)(0x80 + place) : null,
    };

    private static bool IsLikely(Rune rune) => rune.Value is (>= 0xA0 and <= 0x17F) or (>= 0x2010 and <= 0x203A) or 0x202F or 0x20AC or 0x2122 or 0xFFFD or 0xFEFF;
}
