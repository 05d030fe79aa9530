using System.Buffers;
using System.Globalization;
using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>Characters that nobody sees and no text needs.</summary>
internal sealed class ControlCharacterRule() : TextRule(
    "control-character",
    FindingSeverity.Error,
    "Control characters, byte order marks inside the text, zero-width spaces (but for scripts that part words with them), word joiners, line and paragraph separators, and U+FFF9 to U+FFFC.",
    new RuleExample("en", "The mayor\u0007 resigned", "The mayor resigned"))
{
    private static readonly SearchValues<char> Invisible = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(c => char.IsControl(c) && c is not ('\n' or '\t' or '\r')),
            '\u200B', '\u2060', '\u2028', '\u2029', '\uFEFF', '\uFFF9', '\uFFFA', '\uFFFB', '\uFFFC']);

    internal override void Check(ArticleScan scan, in TextPart part)
    {
        var text = part.Text;
        for (var at = 0; text.AsSpan(at).IndexOfAny(Invisible) is >= 0 and var next;)
        {
            at += next;
            var end = at + 1;
            while (end < text.Length && text[end] == text[at])
            {
                end++;
            }

            if (text[at] != '\u200B' || !BreaksWords(scan.Article.Language))
            {
                // Between two words it may be all that parts them.
                var replacement = text[at] is '\u2028' or '\u2029' or '\v' or '\f' or '\u0085' ? " " : "";
                scan.Report(
                    this,
                    part,
                    at,
                    end,
                    string.Create(CultureInfo.InvariantCulture, $"U+{(int)text[at]:X4} is not to be seen, and does not belong into a text."),
                    [new Edit(at, end, replacement)],
                    isSafe: true);
            }

            at = end;
        }
    }

    private static bool BreaksWords(string language) =>
        Languages.NewsLanguage.PrimaryOf(language) is "th" or "km" or "lo" or "my" or "ja" or "zh" or "bo" or "dz";
}
