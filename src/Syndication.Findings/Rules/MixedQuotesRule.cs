using Syndication.Findings.Languages;
using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>Two kinds of quotation marks in one article.</summary>
internal sealed class MixedQuotesRule() : Rule(
    "mixed-quotes",
    FindingSeverity.Warning,
    "Quotations of one article in different marks: one finding for the article, at the first in the rarer marks. Quotations inside others, single marks and headlines have their own rules and do not count.",
    new RuleExample("fr", "Il y voit une « chance », elle un “risque”.", "Il y voit une « chance », elle un « risque »."))
{
    private static readonly int StyleCount = System.Enum.GetValues<QuoteStyle>().Length;

    internal override void Check(ArticleScan scan)
    {
        Span<int> counts = stackalloc int[StyleCount];
        counts.Clear();
        foreach (ref readonly var part in scan.Parts)
        {
            foreach (var quotation in scan.QuotationsOf(part))
            {
                counts[(int)quotation.Style] += Counts(part, quotation) ? 1 : 0;
            }
        }

        var usual = scan.Language.UsualQuotes;
        var (most, least) = (-1, -1);
        for (var style = 0; style < StyleCount; style++)
        {
            if (counts[style] > 0)
            {
                most = most < 0 || Weight(counts, style, usual) > Weight(counts, most, usual) ? style : most;
                least = least < 0 || Weight(counts, style, usual) < Weight(counts, least, usual) ? style : least;
            }
        }

        if (most != least)
        {
            Report(scan, (QuoteStyle)most, (QuoteStyle)least, counts);
        }
    }

    private static int Weight(ReadOnlySpan<int> counts, int style, QuoteStyle usual) => (counts[style] * 2) + (style == (int)usual ? 1 : 0);

    private static bool Counts(in TextPart part, Quotation quotation) =>
        quotation is { IsBroken: false, Depth: 0 } && quotation.Style != QuoteStyle.SingleCurly && part.Kind is not (TextKind.Headline or TextKind.HeadlineVariant);

    private void Report(ArticleScan scan, QuoteStyle most, QuoteStyle least, ReadOnlySpan<int> counts)
    {
        foreach (ref readonly var part in scan.Parts)
        {
            foreach (var quotation in scan.QuotationsOf(part))
            {
                if (quotation.Style == least && Counts(part, quotation) && !part.IsSpoken)
                {
                    var (open, close) = Marks(most, scan.Language);
                    scan.Report(
                        this,
                        part,
                        quotation.Open,
                        quotation.Open + 1,
                        $"{counts[(int)least]} in {Show(least)} here, {counts[(int)most]} in {Show(most)} elsewhere.",
                        [new Edit(quotation.Open, quotation.Open + 1, open), new Edit(quotation.Close, quotation.Close + 1, close)]);
                    return;
                }
            }
        }
    }

    private static string Show(QuoteStyle style) => style switch
    {
        QuoteStyle.Guillemets => "« »",
        QuoteStyle.InwardGuillemets => "» «",
        QuoteStyle.Curly => "“ ”",
        QuoteStyle.LowHigh => "„ “",
        QuoteStyle.Straight => "\" \"",
        _ => "‘ ’",
    };

    private static (string Open, string Close) Marks(QuoteStyle style, NewsLanguage language) => style switch
    {
        QuoteStyle.Guillemets when language.Code == "fr" => ("«\u00A0", "\u00A0»"),
        QuoteStyle.Guillemets => ("«", "»"),
        QuoteStyle.InwardGuillemets => ("»", "«"),
        QuoteStyle.LowHigh => ("„", "“"),
        QuoteStyle.Straight => ("\"", "\""),
        _ => ("“", "”"),
    };
}
