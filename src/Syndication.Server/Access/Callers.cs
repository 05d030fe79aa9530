using System.Net.Http.Headers;
using System.Security.Claims;
using Grpc.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Syndication.Access;
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
        context.Features.Set(new CallerFeature(await IdentifyAsync(context)));
        await next(context);
    });

    /// <summary>Who calls.</summary>
    /// <exception cref="RpcException">Nobody who could be identified.</exception>
    public static Caller Caller(this ServerCallContext context) => context.GetHttpContext().Identified().Unwrap();

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
