using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Claims;
using Grpc.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Syndication.Access;
using Syndication.Audit;
using Syndication.Server.Configuration;
using Syndication.Server.Errors;
using Syndication.V1;

namespace Syndication.Server.Access;

/// <summary>Finds out who calls: once for each request, before anything reads it.</summary>
public static class Callers
{
    /// <summary>The scheme of tokens that another party signed.</summary>
    public const string JwtScheme = "Jwt";

    private const string Bearer = "Bearer";

    /// <summary>Identifies callers. What may be called without a credential is decided later, with the method.</summary>
    public static IApplicationBuilder UseCallers(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        var caller = await IdentifyAsync(context);
        if (caller.Rejection is { Reason: not ErrorReason.CredentialMissing } refused)
        {
            var token = AuthenticationHeaderValue.TryParse(context.Request.Headers[HeaderNames.Authorization].ToString(), out var value)
                ? value.Parameter ?? ""
                : "";
            context.RequestServices.GetRequiredService<AuditTrail>().RefuseLogin(
                context.Connection.RemoteIpAddress?.ToString() ?? "", ApiKeySecret.VisiblePart(token), refused.Reason);
        }

        context.Features.Set(new CallerFeature(caller));
        await next(context);
    });

    /// <summary>Where a call comes from, as the server sees it, without the port.</summary>
    public static string Address(this HttpContext context) => context.Connection.RemoteIpAddress?.ToString() ?? "";

    /// <summary>The same with the port, as <see href="https://github.com/grpc/grpc/blob/master/doc/naming.md">gRPC names addresses</see>.</summary>
    public static string Peer(this HttpContext context) => context.Connection switch
    {
        { RemoteIpAddress: { AddressFamily: AddressFamily.InterNetworkV6 } address, RemotePort: var port } => $"ipv6:[{address}]:{port}",
        { RemoteIpAddress: { } address, RemotePort: var port } => $"ipv4:{address}:{port}",
        _ => "unknown",
    };

    /// <summary>Has something done once the transport has taken a call's whole answer; never when the caller has gone before.</summary>
    public static void OnTaken(this HttpContext context, Action action) => context.Response.OnCompleted(() =>
    {
        if (!context.RequestAborted.IsCancellationRequested)
        {
            action();
        }

        return Task.CompletedTask;
    });

    /// <summary>Who calls.</summary>
    /// <exception cref="RpcException">Nobody who could be identified.</exception>
    public static Caller Caller(this ServerCallContext context) => context.GetHttpContext().Caller();

    /// <summary>Who calls.</summary>
    /// <exception cref="RpcException">Nobody who could be identified.</exception>
    public static Caller Caller(this HttpContext context) => context.Identified().Unwrap();

    /// <summary>Who calls, or why that is not known.</summary>
    public static Outcome<Caller> Identified(this HttpContext context) =>
        context.Features.Get<CallerFeature>()?.Caller ?? AccessRejections.CredentialMissing;

    private static async ValueTask<Outcome<Caller>> IdentifyAsync(HttpContext context)
    {
        var header = context.Request.Headers[HeaderNames.Authorization];
        if (header.Count == 0)
        {
            return AccessRejections.CredentialMissing;
        }

        if (!AuthenticationHeaderValue.TryParse(header.ToString(), out var value)
            || !value.Scheme.Equals(Bearer, StringComparison.OrdinalIgnoreCase)
            || value.Parameter is not { Length: > 0 } token)
        {
            return AccessRejections.CredentialInvalid;
        }

        // A JSON Web Token has three parts; a key has no dot unless an operator chose it so, and is tried first then.
        var directory = context.RequestServices.GetRequiredService<AccessDirectory>();
        var jwt = context.RequestServices.GetRequiredService<IOptions<ServerOptions>>().Value.Jwt;
        if (jwt.Authority.Length > 0 && token.Count(character => character == '.') == 2)
        {
            var result = await context.AuthenticateAsync(JwtScheme);
            return result.Succeeded ? OfClaims(result.Principal, result.Properties?.ExpiresUtc, jwt, directory) : AccessRejections.CredentialInvalid;
        }

        return await directory.AuthenticateAsync(token, context.RequestAborted);
    }

    private static Outcome<Caller> OfClaims(ClaimsPrincipal claims, DateTimeOffset? expires, JwtOptions options, AccessDirectory directory)
    {
        if (claims.FindFirst(options.NameClaim)?.Value is not { Length: > 0 } name)
        {
            return AccessRejections.CredentialInvalid;
        }

        if (claims.FindFirst(options.PartnerClaim)?.Value is { Length: > 0 } partnerId)
        {
            return directory.Current.FindPartner(partnerId) switch
            {
                null => AccessRejections.CredentialInvalid,
                { Disabled: true } => AccessRejections.PartnerDisabled,
                _ => new Caller { Principal = partnerId, Roles = [CallerRole.Partner], ExpireTime = expires },
            };
        }

        CallerRole[] roles =
        [
            .. claims.FindAll(options.RoleClaim)
                .Select(claim => Enum.TryParse<CallerRole>(claim.Value, ignoreCase: true, out var role) ? role : CallerRole.Unspecified)
                .Where(role => role is CallerRole.Administrator or CallerRole.Publisher or CallerRole.Reader)
                .Distinct(),
        ];

        // Its name is another party's choice: it must not pass for one of ours.
        return roles.Length == 0
            ? AccessRejections.CredentialInvalid
            : new Caller { Principal = $"jwt:{name}", Roles = roles, ExpireTime = expires };
    }

    private sealed record CallerFeature(Outcome<Caller> Caller);
}
