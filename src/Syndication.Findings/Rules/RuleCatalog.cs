namespace Syndication.Findings.Rules;

/// <summary>All rules.</summary>
public static class RuleCatalog
{
    /// <summary>Damage first, then slips, then what is missing: where findings are more than the limit, the first are kept.</summary>
    public static IReadOnlyList<Rule> Rules => All;

    /// <summary>The same, to be walked without an enumerator.</summary>
    internal static Rule[] All { get; } = Numbered(
    [
        new MojibakeRule(),
        new ControlCharacterRule(),
        new StrayMarkupRule(),
        new SoftHyphenRule(),
        new MissingSpaceAfterNumberRule(),
        new MissingSpaceAfterStopRule(),
        new UnbalancedQuotesRule(),
        new UnbalancedBracketsRule(),
        new MixedQuotesRule(),
        new DoubledWordRule(),
        new NameVariantRule(),
        new UnaccentedCapitalRule(),
        new CutHeadlineRule(),
        new BoilerplateRule(),
        new LanguageMismatchRule(),
        new RightsWithoutHolderRule(),
        new DateWithoutYearRule(),
        new MissingLanguageRule(),
        new MissingProviderRule(),
        new MissingBylineRule(),
        new LongParagraphRule(),
        new FrenchSpacingRule(),
    ]);

    /// <summary>The rule with a code; null when there is none.</summary>
    public static Rule? Find(string code) => Rules.FirstOrDefault(rule => rule.Code == code);

    private static Rule[] Numbered(Rule[] rules)
    {
        for (var i = 0; i < rules.Length; i++)
        {
            rules[i].Index = i;
        }

        return rules;
    }
}
