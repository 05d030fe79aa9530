using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>One name in two spellings.</summary>
/// <remarks>
/// Names are runs of two to four words with capitals, or with a hyphen before a small one, looked up by their letters without
/// accents, case, spaces and hyphens. The longest run that has been seen before counts, and what is inside it does not.
/// </remarks>
internal sealed class NameVariantRule() : Rule(
    "name-spelled-two-ways",
    FindingSeverity.Warning,
    "A name of several words that the article spells in two ways: with a hyphen and without, with an accent and without. Reported once, at the rarer spelling; capitals throughout do not count.",
    new RuleExample("fr", "Il a reçu Kim Jong Un. Puis Kim Jong-un est parti. Kim Jong-un reviendra.", "Il a reçu Kim Jong-un. Puis Kim Jong-un est parti. Kim Jong-un reviendra."))
{
    private const int MaxWords = 4;
    private const int MaxNames = 100_000;

    internal override void Check(ArticleScan scan)
    {
        var capitals = 0;
        foreach (var word in scan.Words)
        {
            capitals += word.IsCapitalised ? 1 : 0;
        }

        if (capitals < 4)
        {
            return;
        }

        scan.Names.Clear();
        scan.Buckets.Reset((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Min(capitals, MaxNames) * 4));
        for (var part = 0; part < scan.Parts.Length; part++)
        {
            Collect(scan, part);
        }

        for (var i = 0; i < scan.Names.Count; i++)
        {
            if (scan.Names[i].OtherCount > 0)
            {
                Report(scan, scan.Names[i]);
            }
        }
    }

    private static void Collect(ArticleScan scan, int part)
    {
        var text = scan.Parts[part].Text;
        var words = scan.WordsOf(scan.Parts[part]);
        for (var i = 0; i < words.Length; i++)
        {
            if (!words[i].IsCapitalised || (i > 0 && Joint(text, words[i - 1], words[i]) == '-'))
            {
                continue;
            }

            var count = 1;
            while (count < MaxWords && i + count < words.Length && Joint(text, words[i + count - 1], words[i + count]) is var joint
                && (joint == '-' || (joint == ' ' && words[i + count].IsCapitalised)))
            {
                count++;
            }

            for (var length = count; length > 1; length--)
            {
                // Not through the middle of Jong-un.
                if (i + length < words.Length && Joint(text, words[i + length - 1], words[i + length]) == '-')
                {
                    continue;
                }

                if (Add(scan, part, text, words[i].Start, words[i + length - 1].End))
                {
                    i += length - 1;
                    break;
                }
            }
        }
    }

    /// <returns>Whether the name was seen before, in one spelling or another.</returns>
    private static bool Add(ArticleScan scan, int part, string text, int start, int end)
    {
        var hash = FoldedName.Hash(text.AsSpan(start, end - start));
        for (var bucket = (int)hash & (scan.Buckets.Count - 1); ; bucket = (bucket + 1) & (scan.Buckets.Count - 1))
        {
            ref var at = ref scan.Buckets[bucket];
            if (at == 0)
            {
                if (scan.Names.Count < scan.Buckets.Count * 3 / 4)
                {
                    scan.Names.Add(new NameEntry { Hash = hash, Count = 1, First = new(part, start, end) });
                    at = scan.Names.Count;
                }

                return false;
            }

            ref var entry = ref scan.Names[at - 1];
            if (entry.Hash == hash && entry.Counts(scan, text.AsSpan(start, end - start)) is { } same)
            {
                entry.Note(same, new(part, start, end), scan);
                return true;
            }
        }
    }

    private static char Joint(string text, Word one, Word other) => other.Start - one.End == 1 ? text[one.End] switch
    {
        '-' or '\u2010' or '\u2011' => '-',
        ' ' or '\u00A0' or '\u202F' => ' ',
        _ => '\0',
    } : '\0';

    private void Report(ArticleScan scan, in NameEntry entry)
    {
        var (rare, common) = entry.OtherCount > entry.Count ? (entry.First, entry.Other) : (entry.Other, entry.First);
        var rareText = rare.TextIn(scan);
        var commonText = common.TextIn(scan);
        if (!scan.IsSpoken(scan.Parts[rare.Part], rare.Start, rare.End))
        {
            scan.Report(
                this, scan.Parts[rare.Part], rare.Start, rare.End, $"\"{rareText}\" here, \"{commonText}\" elsewhere.", [new Edit(rare.Start, rare.End, commonText.ToString())]);
        }
        else
        {
            scan.Report(this, scan.Parts[common.Part], common.Start, common.End, $"\"{commonText}\" here, \"{rareText}\" in what somebody says.");
        }
    }
}
