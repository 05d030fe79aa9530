using System.CommandLine;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>Flags that say which findings refuse an article.</summary>
internal sealed class GateOptions
{
    private readonly Option<string?> _severity;
    private readonly Option<string[]> _codes;

    /// <param name="verb">The verb that gets the flags.</param>
    /// <param name="effect">What a finding does, such as "Refuse it".</param>
    public GateOptions(Verb verb, string effect)
    {
        _severity = verb.AddOption<string?>("--refuse-from", $"{effect} where there is a finding of this severity or a worse one: info, warning or error; none: no longer.", "SEVERITY");
        _severity.AcceptOnlyFromAmong("none", "info", "warning", "error");
        _codes = verb.AddOption<string[]>("--refuse", $"{effect} where there is a finding with this code, see 'wire check --rules'. Repeatable.", "CODE");
    }

    /// <summary>The gate; null where no flag was given. With <c>none</c> alone it is one that refuses nothing.</summary>
    public FindingsGate? Get(Invocation run) => !run.Has(_severity) && !run.Has(_codes) ? null : new FindingsGate
    {
        Severity = run.Get(_severity) switch
        {
            "info" => FindingSeverity.Info,
            "warning" => FindingSeverity.Warning,
            "error" => FindingSeverity.Error,
            _ => FindingSeverity.Unspecified,
        },
        Codes = { run.Get(_codes) ?? [] },
    };
}
