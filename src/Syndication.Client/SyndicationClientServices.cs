using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Syndication.Client;

/// <summary>Clients by dependency injection.</summary>
public static class SyndicationClientServices
{
    /// <summary>Adds the <see cref="SyndicationClient"/>, one for all. Options that are wrong end the host's start with a message that names them.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="configure">Sets options.</param>
    /// <returns>The options, for more: <c>.BindConfiguration("Syndication")</c>.</returns>
    public static OptionsBuilder<SyndicationClientOptions> AddSyndicationClient(
        this IServiceCollection services, Action<SyndicationClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);

        services.TryAddSingleton(provider => new SyndicationClient(provider.GetRequiredService<IOptions<SyndicationClientOptions>>().Value));
        return AddOptions(services, Options.DefaultName, configure);
    }

    /// <summary>Adds one of several clients, each for another server or key.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="name">By which it is asked for: <c>[FromKeyedServices("name")]</c>.</param>
    /// <param name="configure">Sets options.</param>
    /// <returns>The options, for more.</returns>
    public static OptionsBuilder<SyndicationClientOptions> AddSyndicationClient(
        this IServiceCollection services, string name, Action<SyndicationClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);

        services.TryAddKeyedSingleton(
            name, (provider, _) => new SyndicationClient(provider.GetRequiredService<IOptionsMonitor<SyndicationClientOptions>>().Get(name)));
        return AddOptions(services, name, configure);
    }

    private static OptionsBuilder<SyndicationClientOptions> AddOptions(
        IServiceCollection services, string name, Action<SyndicationClientOptions>? configure)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SyndicationClientOptions>, Validator>());
        var builder = services.AddOptions<SyndicationClientOptions>(name).ValidateOnStart();
        return configure is null ? builder : builder.Configure(configure);
    }

    private sealed class Validator : IValidateOptions<SyndicationClientOptions>
    {
        public ValidateOptionsResult Validate(string? name, SyndicationClientOptions options) =>
            options.Faults().ToList() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
