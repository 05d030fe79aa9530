using System.Collections.Frozen;
using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>Rights that are nobody's.</summary>
internal sealed class RightsWithoutHolderRule() : Rule(
    "rights-without-holder",
    FindingSeverity.Warning,
    "A rights notice that names nobody, in an article without a copyright holder.",
    new RuleExample("fr", "© TOUS DROITS RÉSERVÉS", "© Agence des Deux-Rives. Tous droits réservés", "rights.copyright_notice"))
{
    // What notices say without naming anybody.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Phrases = new[]
    {
        "c", "copyright", "copyrights", "all", "rights", "reserved", "tous", "toutes", "droits", "droit", "réservés", "reserves", "réservé", "de", "reproduction", "et", "représentation",
        "interdite", "interdits", "toute", "reproductions", "alle", "rechte", "vorbehalten", "todos", "los", "derechos", "reservados", "tutti", "i", "diritti", "riservati", "sono",
        "os", "direitos", "alle", "rechten", "voorbehouden", "no", "part", "may", "be", "reproduced",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    internal override void Check(ArticleScan scan)
    {
        if (scan.Article.Rights is { CopyrightNotice.Length: > 0, CopyrightHolder.Length: 0 } rights && !NamesSomebody(rights.CopyrightNotice))
        {
            scan.Report(this, "rights.copyright_notice", "The notice reserves rights, and does not say whose.", rights.CopyrightNotice);
        }
    }

    private static bool NamesSomebody(ReadOnlySpan<char> notice)
    {
        for (var i = 0; i < notice.Length; i++)
        {
            var start = i;
            while (i < notice.Length && char.IsLetter(notice[i]))
            {
                i++;
            }

            if (i > start && !Phrases.Contains(notice[start..i]))
            {
                return true;
            }
        }

        return false;
    }
}
