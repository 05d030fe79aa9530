using System.Net;

namespace Syndication.Deliveries;

/// <summary>How streams are posted to outlets.</summary>
public sealed class WebhookOptions
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Whether plain http addresses are allowed: the articles can be read on the way, the signatures not forged. Default false.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>The ports that may be posted to, separated by commas: <c>443</c> (the default), <c>443,8000-8999</c>.</summary>
    public string AllowedPorts { get; set; } = "443";

    /// <summary>
    /// The networks that may be posted to although they are not public, separated by commas: <c>10.20.0.0/16,fd00:1::/32</c>.
    /// Default none. Everything that is reachable there can be posted to by every partner.
    /// </summary>
    public string AllowedNetworks { get; set; } = "";

    /// <summary>How long a receiver may take for its answer, the connection included: 1 s to 5 min. Default 15 s.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The longest wait before the first repeat; doubled for each one after it: 10 ms to 1 h. Default 1 s.</summary>
    public TimeSpan MinBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two attempts: up to 1 day. Default 1 h.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromHours(1);

    /// <summary>After how many failed attempts at one delivery a webhook is parked: 1 to 100,000. Default 200.</summary>
    public int MaxAttempts { get; set; } = 200;

    /// <summary>For how long one delivery is tried before a webhook is parked: 1 s to 30 days. Default 3 days.</summary>
    public TimeSpan RetryFor { get; set; } = 3 * Day;

    /// <summary>How long the secret before a new one is still used, unless the request says otherwise: up to 30 days. Default 1 day.</summary>
    public TimeSpan SecretOverlap { get; set; } = Day;

    /// <summary>How many attempts of each webhook are kept for its owner: 1 to 100,000. Default 1,000.</summary>
    public int KeepAttempts { get; set; } = 1000;

    /// <summary>How many webhooks a partner may have: 1 to 10,000. Default 100.</summary>
    public int MaxPerPartner { get; set; } = 100;

    /// <summary>How long after a node has died another one goes on with its webhooks: 1 s to 10 min. Default 30 s.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a node that sends looks for what owners have changed on other nodes: 10 ms to 1 min. Default 1 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The networks of <see cref="AllowedNetworks"/>.</summary>
    /// <exception cref="FormatException">One is none.</exception>
    public IReadOnlyList<IPNetwork> Networks() => [.. Parts(AllowedNetworks).Select(IPNetwork.Parse)];

    /// <summary>The ranges of <see cref="AllowedPorts"/>, both ends inclusive.</summary>
    /// <exception cref="FormatException">One is none.</exception>
    public IReadOnlyList<(int First, int Last)> Ports() => [.. Parts(AllowedPorts).Select(Range)];

    /// <summary>What is wrong; each message names its key.</summary>
    public IEnumerable<string> Validate()
    {
        var errors = new List<string>();
        Check(errors, nameof(AttemptTimeout), AttemptTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Check(errors, nameof(MinBackoff), MinBackoff, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1));
        Check(errors, nameof(MaxBackoff), MaxBackoff, MinBackoff, Day);
        Check(errors, nameof(MaxAttempts), MaxAttempts, 1, 100_000);
        Check(errors, nameof(RetryFor), RetryFor, TimeSpan.FromSeconds(1), 30 * Day);
        Check(errors, nameof(SecretOverlap), SecretOverlap, TimeSpan.Zero, 30 * Day);
        Check(errors, nameof(KeepAttempts), KeepAttempts, 1, 100_000);
        Check(errors, nameof(MaxPerPartner), MaxPerPartner, 1, 10_000);
        Check(errors, nameof(Lease), Lease, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        Check(errors, nameof(PollInterval), PollInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        CheckList(errors, nameof(AllowedPorts), AllowedPorts, () => Ports().Count, "ports from 1 to 65535, or ranges such as 8000-8999");
        CheckList(errors, nameof(AllowedNetworks), AllowedNetworks, () => Networks().Count, "networks such as 10.20.0.0/16");
        return errors;
    }

    private static string[] Parts(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static (int First, int Last) Range(string text)
    {
        var ends = text.Split('-');
        return ends.Length <= 2 && int.TryParse(ends[0], out var first) && int.TryParse(ends[^1], out var last) && first is >= 1 && last is <= 65535 && first <= last
            ? (first, last)
            : throw new FormatException($"\"{text}\" is no port.");
    }

    private static void Check<T>(List<string> errors, string key, T value, T min, T max)
        where T : IComparable<T>
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
        {
            errors.Add($"Syndication:Webhooks:{key} is {value}; {min} to {max} is allowed.");
        }
    }

    private static void CheckList(List<string> errors, string key, string value, Func<int> parse, string expected)
    {
        try
        {
            parse();
        }
        catch (FormatException)
        {
            errors.Add($"Syndication:Webhooks:{key} is \"{value}\"; expected {expected}, separated by commas.");
        }
    }
}
