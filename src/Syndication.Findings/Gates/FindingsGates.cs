using Syndication.Findings.Rules;
using Syndication.V1;

namespace Syndication.Findings.Gates;

/// <summary>Tells which findings refuse an article.</summary>
public static class FindingsGates
{
    /// <summary>How many codes a gate has at most.</summary>
    public const int MaxCodes = 100;

    /// <summary>Whether a gate can refuse anything.</summary>
    public static bool IsSet(FindingsGate? gate) => gate is { Severity: not FindingSeverity.Unspecified } or { Codes.Count: > 0 };

    /// <summary>The findings that a gate refuses.</summary>
    public static IEnumerable<Finding> Refused(FindingsGate gate, IEnumerable<Finding> findings) => findings.Where(finding => Refuses(gate, finding));

    /// <summary>What is wrong with a gate; null when nothing is.</summary>
    /// <returns>The field in the gate and what is wrong with it.</returns>
    public static (string Field, string Description)? Validate(FindingsGate gate)
    {
        if (!System.Enum.IsDefined(gate.Severity))
        {
            return ("severity", $"{(int)gate.Severity} is no severity");
        }

        if (gate.Codes.Count > MaxCodes)
        {
            return ("codes", $"must have at most {MaxCodes} items, has {gate.Codes.Count}");
        }

        for (var i = 0; i < gate.Codes.Count; i++)
        {
            if (RuleCatalog.Find(gate.Codes[i]) is null)
            {
                var shown = gate.Codes[i].Length > 50 ? gate.Codes[i][..50] + "…" : gate.Codes[i];
                return ($"codes[{i}]", $"\"{shown}\" is no code of a finding; {string.Join(", ", RuleCatalog.Rules.Select(rule => rule.Code))} are");
            }
        }

        return null;
    }

    private static bool Refuses(FindingsGate gate, Finding finding) =>
        (gate.Severity != FindingSeverity.Unspecified && finding.Severity >= gate.Severity) || gate.Codes.Contains(finding.Code);
}
