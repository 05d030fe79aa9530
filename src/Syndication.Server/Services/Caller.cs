using Grpc.Core;
using Syndication.Articles;
using Syndication.Subscriptions;
using Syndication.V1;

namespace Syndication.Server.Services;

/// <summary>Who calls. While there are no keys, everybody who reaches the port is the desk and is called <c>local</c>.</summary>
/// <param name="Principal">The name by which the server knows the caller.</param>
/// <param name="Roles">What the caller may do.</param>
public sealed record Caller(string Principal, IReadOnlyList<CallerRole> Roles)
{
    private static readonly Caller Local = new("local", [CallerRole.Administrator, CallerRole.Publisher, CallerRole.Reader]);

    /// <summary>The caller of a call.</summary>
    public static Caller Of(ServerCallContext context)
    {
        _ = context;
        return Local;
    }

    /// <summary>Whether the caller sees everybody's subscriptions.</summary>
    public bool SeesAllSubscriptions => !Roles.Contains(CallerRole.Partner);

    /// <summary>How the caller reads the archive.</summary>
    public Reader Reader(bool includeHeld) => new(includeHeld, Desk: true);

    /// <summary>How the caller reads streams.</summary>
    public Audience Audience(bool includeHeld, ArticleView view) => new(includeHeld, Desk: true, view == ArticleView.Headlines);
}
