using Microsoft.Extensions.Options;

namespace Syndication.Server.Configuration;

/// <summary>The section <c>Syndication</c>: appsettings.json, environment (<c>Syndication__Store</c>) or <c>--Syndication:Store=…</c>.</summary>
public sealed class ServerOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Syndication";

    /// <summary>Where articles are kept: <c>sqlite</c>.</summary>
    public string Store { get; set; } = "sqlite";

    /// <summary>The database; for SQLite <c>Data Source=PATH</c>. Default: <c>syndication.db</c> in <see cref="DataDirectory"/>.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>The folder of database and keys, relative to the working directory.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>The port of gRPC.</summary>
    public EndpointOptions Grpc { get; set; } = new() { Url = "http://localhost:5080" };

    /// <summary>The port of HTTP/1.1.</summary>
    public EndpointOptions Http { get; set; } = new() { Url = "http://localhost:5081" };

    /// <summary>What may be published.</summary>
    public ArticleOptions Articles { get; set; } = new();

    /// <summary>How streams are served.</summary>
    public SubscriptionOptions Subscriptions { get; set; } = new();

    /// <summary>How the update log is kept.</summary>
    public LogOptions Log { get; set; } = new();

    /// <summary>Whether the server describes its services to callers (gRPC reflection).</summary>
    public bool Reflection { get; set; } = true;

    /// <summary>The database file of the embedded store, absolute.</summary>
    public string SqlitePath => Path.GetFullPath(ConnectionString.Length == 0
        ? Path.Combine(DataDirectory, "syndication.db")
        : new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder(ConnectionString).DataSource);
}

/// <summary>Where a protocol is served.</summary>
public sealed class EndpointOptions
{
    /// <summary>Scheme, host and port, such as <c>http://localhost:5080</c>; port 0 takes a free one.</summary>
    public string Url { get; set; } = "";
}

/// <summary>What may be published.</summary>
public sealed class ArticleOptions
{
    /// <summary>The largest encoded article, in bytes: 1 KiB to 3 MiB, so that it reaches clients with the stock limit of 4 MB. Default 2 MiB.</summary>
    public int MaxBytes { get; set; } = 2 * 1024 * 1024;
}

/// <summary>How streams are served.</summary>
public sealed class SubscriptionOptions
{
    /// <summary>How long a stream is silent at most: 1 s to 5 min. Default 15 s, below the 60 s at which proxies cut.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a frame may wait for its reader before the stream is ended: 1 s to 1 h. Default 1 min.</summary>
    public TimeSpan StallLimit { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the database is asked for what other nodes have committed: 10 ms to 1 min. Default 250 ms.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How many bytes of recent updates are kept in memory: from 1 MiB. Default 64 MiB.</summary>
    public long WindowBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How many readers read the archive at once: 1 to 1,000. Default 8.</summary>
    public int CatchUpReaders { get; set; } = 8;
}

/// <summary>How the update log is kept.</summary>
public sealed class LogOptions
{
    /// <summary>How long superseded updates are kept, at least 1 s; absent: for ever.</summary>
    public TimeSpan? Retention { get; set; }
}

/// <summary>Checks the configuration at start. Every message names the key.</summary>
public sealed class ServerOptionsValidator(IConfiguration configuration) : IValidateOptions<ServerOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ServerOptions options)
    {
        var errors = new List<string>();
        CheckKeys(errors, configuration.GetSection(ServerOptions.Section), typeof(ServerOptions));
        if (options.Store != "sqlite")
        {
            errors.Add($"Syndication:Store is \"{options.Store}\"; known stores: sqlite.");
        }

        if (options.ConnectionString.Length > 0)
        {
            try
            {
                _ = options.SqlitePath;
            }
            catch (ArgumentException exception)
            {
                errors.Add($"Syndication:ConnectionString is no SQLite connection string: {exception.Message}");
            }
        }

        CheckUrl(errors, "Syndication:Grpc:Url", options.Grpc.Url);
        CheckUrl(errors, "Syndication:Http:Url", options.Http.Url);
        Check(errors, "Syndication:Articles:MaxBytes", options.Articles.MaxBytes, 1024, 3 * 1024 * 1024);
        Check(errors, "Syndication:Subscriptions:HeartbeatInterval", options.Subscriptions.HeartbeatInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Check(errors, "Syndication:Subscriptions:StallLimit", options.Subscriptions.StallLimit, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Check(errors, "Syndication:Subscriptions:PollInterval", options.Subscriptions.PollInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        Check(errors, "Syndication:Subscriptions:WindowBytes", options.Subscriptions.WindowBytes, 1024 * 1024, long.MaxValue);
        Check(errors, "Syndication:Subscriptions:CatchUpReaders", options.Subscriptions.CatchUpReaders, 1, 1000);
        if (options.Log.Retention is { } retention)
        {
            Check(errors, "Syndication:Log:Retention", retention, TimeSpan.FromSeconds(1), TimeSpan.MaxValue);
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    /// <summary>A key that is misspelt would otherwise be as good as absent.</summary>
    private static void CheckKeys(List<string> errors, IConfigurationSection section, Type type)
    {
        var known = type.GetProperties().Where(property => property.CanWrite).ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetChildren())
        {
            if (!known.TryGetValue(child.Key, out var property))
            {
                errors.Add($"{child.Path} is no setting; {section.Path} has {string.Join(", ", known.Keys.Order(StringComparer.Ordinal))}.");
            }
            else if (property.PropertyType.Namespace == type.Namespace)
            {
                CheckKeys(errors, child, property.PropertyType);
            }
        }
    }

    private static void Check<T>(List<string> errors, string key, T value, T min, T max)
        where T : IComparable<T>
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
        {
            errors.Add($"{key} is {value}; {min} to {max} is allowed.");
        }
    }

    private static void CheckUrl(List<string> errors, string key, string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp || url.PathAndQuery != "/")
        {
            errors.Add($"{key} is \"{text}\"; expected http://HOST:PORT.");
        }
        else if (!url.IsLoopback)
        {
            // Whoever reaches the port may publish: there are no keys yet.
            errors.Add($"{key} is \"{text}\"; only loopback addresses are allowed, because callers are not authenticated.");
        }
    }
}
