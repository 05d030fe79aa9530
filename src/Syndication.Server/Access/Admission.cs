using Grpc.Core;
using Syndication.Server.Errors;
using Syndication.V1;

namespace Syndication.Server.Access;

/// <summary>Lets a request in, over whatever protocol it came: whom the method's policy and the caller's quota let in.</summary>
public sealed class Admission(Quotas quotas)
{
    /// <summary>Lets a request in, and counts it.</summary>
    /// <param name="http">The request.</param>
    /// <param name="method">The contract's method that it calls, or that it does the same as: <c>/package.Service/Method</c>.</param>
    /// <returns>The partner that calls; null for others.</returns>
    /// <exception cref="RpcException">The caller is not known, or its role or quota does not allow it.</exception>
    public string? Admit(HttpContext http, string method)
    {
        if (RpcPolicies.IsOpen(method))
        {
            return null;
        }

        var caller = http.Caller();
        if (!RpcPolicies.RolesOf(method).Any(caller.Roles.Contains))
        {
            throw RpcErrors.Of(new Rejection(ErrorReason.RoleRequired, $"{method}: the role of \"{caller.Principal}\" does not allow it.")
            {
                Metadata = new Dictionary<string, string> { ["method"] = method },
            });
        }

        if (!caller.IsPartner)
        {
            return null;
        }

        return quotas.BeginRequest(caller.Principal) is { } rejection ? throw RpcErrors.Of(rejection) : caller.Principal;
    }
}
