namespace Syndication.Server.Demo;

/// <summary>What <c>--demo</c> adds.</summary>
public static class DemoRegistration
{
    /// <summary>Demo streams, the bundled sample wire, then an update now and then.</summary>
    public static IServiceCollection AddDemo(this IServiceCollection services)
    {
        services.AddSingleton(Random.Shared);
        services.AddSingleton<DemoDesk>();
        services.AddSingleton<DemoPartner>();
        services.AddSingleton<NowAndThen>();
        services.AddHostedService<DemoService>();
        return services;
    }
}
