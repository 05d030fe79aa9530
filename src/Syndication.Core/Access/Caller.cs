using Syndication.V1;

namespace Syndication.Access;

/// <summary>Who calls, as far as the credential says. What a partner may read is asked of the <see cref="AccessSet"/> in force.</summary>
public sealed record Caller
{
    /// <summary>The principal of what the server does by itself.</summary>
    public const string ServerPrincipal = "server";

    /// <summary>The name by which the server knows the caller; for a partner its id.</summary>
    public required string Principal { get; init; }

    /// <summary>What the caller may do: at least one role. A partner has no other.</summary>
    public required IReadOnlyList<CallerRole> Roles { get; init; }

    /// <summary>With which key it came; empty for others than keys.</summary>
    public string KeyId { get; init; } = "";

    /// <summary>When the credential stops working; null: when it is revoked.</summary>
    public DateTimeOffset? ExpireTime { get; init; }

    /// <summary>Whether the caller is an outlet and not of the staff.</summary>
    public bool IsPartner => Roles.Contains(CallerRole.Partner);

    /// <summary>Whether the caller has one of some roles.</summary>
    public bool Has(params ReadOnlySpan<CallerRole> roles)
    {
        foreach (var role in roles)
        {
            if (Roles.Contains(role))
            {
                return true;
            }
        }

        return false;
    }
}
