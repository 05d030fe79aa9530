using Microsoft.Extensions.Options;
using Syndication.Access;
using Syndication.Deliveries;
using Syndication.Findings.Gates;
using Syndication.SqlServer;
using Syndication.V1;

namespace Syndication.Server.Configuration;

/// <summary>The section <c>Syndication</c>: appsettings.json, environment (<c>Syndication__Store</c>) or <c>--Syndication:Store=…</c>.</summary>
public sealed class ServerOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Syndication";

    /// <summary>The embedded store.</summary>
    public const string Sqlite = "sqlite";

    /// <summary>SQL Server.</summary>
    public const string SqlServerStore = "sqlserver";

    /// <summary>Where articles are kept: <c>sqlite</c> (the default) or <c>sqlserver</c>.</summary>
    public string Store { get; set; } = Sqlite;

    /// <summary>
    /// The database. SQL Server needs it, with <c>Database=…</c>. For SQLite <c>Data Source=PATH</c>; default: <c>syndication.db</c> in
    /// <see cref="DataDirectory"/>.
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>The folder of database and keys, relative to the working directory.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>How SQL Server is talked to.</summary>
    public SqlServerOptions SqlServer { get; set; } = new();

    /// <summary>The port of gRPC.</summary>
    public EndpointOptions Grpc { get; set; } = new() { Url = "http://localhost:5080" };

    /// <summary>The port of HTTP/1.1.</summary>
    public EndpointOptions Http { get; set; } = new() { Url = "http://localhost:5081" };

    /// <summary>What may be published.</summary>
    public ArticleOptions Articles { get; set; } = new();

    /// <summary>What is said of published articles.</summary>
    public FindingsOptions Findings { get; set; } = new();

    /// <summary>How streams are served.</summary>
    public SubscriptionOptions Subscriptions { get; set; } = new();

    /// <summary>How the update log is kept.</summary>
    public LogOptions Log { get; set; } = new();

    /// <summary>
    /// An administrator's key that works after every start: 32 characters or more. Empty: a key is made at the first start.
    /// </summary>
    public string BootstrapAdminKey { get; set; } = "";

    /// <summary>Tokens that another party signs.</summary>
    public JwtOptions Jwt { get; set; } = new();

    /// <summary>The certificate.</summary>
    public TlsOptions Tls { get; set; } = new();

    /// <summary>What one client may take of the server.</summary>
    public LimitOptions Limits { get; set; } = new();

    /// <summary>Which web pages may call the server from browsers.</summary>
    public CorsOptions Cors { get; set; } = new();

    /// <summary>How feeds are served.</summary>
    public FeedOptions Feeds { get; set; } = new();

    /// <summary>How kills are followed up.</summary>
    public FollowUpOptions Withdrawals { get; set; } = new();

    /// <summary>How streams are posted to outlets.</summary>
    public WebhookOptions Webhooks { get; set; } = new();

    /// <summary>Whether the server describes its services to callers (gRPC reflection).</summary>
    public bool Reflection { get; set; } = true;

    /// <summary>The settings of SQL Server with the connection string.</summary>
    public SqlServerOptions ToSqlServerOptions() => new()
    {
        ConnectionString = ConnectionString,
        CommandTimeout = SqlServer.CommandTimeout,
        MigrationTimeout = SqlServer.MigrationTimeout,
        OpenAttempts = SqlServer.OpenAttempts,
        TransactionAttempts = SqlServer.TransactionAttempts,
    };

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

/// <summary>What is said of published articles.</summary>
public sealed class FindingsOptions
{
    /// <summary>Whether each published article is looked at, and what is found comes with the answer. Default true.</summary>
    public bool OnPublish { get; set; } = true;

    /// <summary>The severity from which findings refuse any article: <c>none</c>, <c>info</c>, <c>warning</c> or <c>error</c>. Default <c>none</c>.</summary>
    public string GateSeverity { get; set; } = "none";

    /// <summary>The codes of findings that refuse any article, with commas between. Default none.</summary>
    public string GateCodes { get; set; } = "";

    /// <summary>The gate of these settings; null where they set none.</summary>
    /// <exception cref="FormatException">The severity is none.</exception>
    public FindingsGate? ToGate()
    {
        var gate = new FindingsGate
        {
            Severity = GateSeverity.ToLowerInvariant() switch
            {
                "none" => FindingSeverity.Unspecified,
                "info" => FindingSeverity.Info,
                "warning" => FindingSeverity.Warning,
                "error" => FindingSeverity.Error,
                _ => throw new FormatException($"Syndication:Findings:GateSeverity is \"{GateSeverity}\"; none, info, warning and error are known."),
            },
            Codes = { GateCodes.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) },
        };
        return FindingsGates.IsSet(gate) ? gate : null;
    }
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

/// <summary>How kills are followed up.</summary>
public sealed class FollowUpOptions
{
    /// <summary>How long partners may take to confirm a kill, at least 1 s. Default 1 h.</summary>
    public TimeSpan ConfirmWithin { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>Checks the configuration at start. Every message names the key.</summary>
public sealed class ServerOptionsValidator(IConfiguration configuration) : IValidateOptions<ServerOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ServerOptions options)
    {
        var errors = new List<string>();
        CheckKeys(errors, configuration.GetSection(ServerOptions.Section), typeof(ServerOptions));
        if (options.Store is not (ServerOptions.Sqlite or ServerOptions.SqlServerStore))
        {
            errors.Add($"Syndication:Store is \"{options.Store}\"; known stores: {ServerOptions.Sqlite}, {ServerOptions.SqlServerStore}.");
        }

        if (options.SqlServer.ConnectionString.Length > 0)
        {
            errors.Add("Syndication:SqlServer:ConnectionString is not used: the connection string is Syndication:ConnectionString.");
        }

        if (options.Store == ServerOptions.SqlServerStore)
        {
            errors.AddRange(options.ToSqlServerOptions().Validate());
        }
        else if (options.ConnectionString.Length > 0)
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

        CheckUrl(errors, "Syndication:Grpc:Url", options.Grpc.Url, options.Tls);
        CheckUrl(errors, "Syndication:Http:Url", options.Http.Url, options.Tls);
        CheckAccess(errors, options);
        CheckCors(errors, options.Cors);
        if (options.Feeds.PublicUrl.Length > 0 && !(Uri.TryCreate(options.Feeds.PublicUrl, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            errors.Add($"Syndication:Feeds:PublicUrl is \"{options.Feeds.PublicUrl}\"; expected an address such as https://wire.example.com.");
        }

        Check(errors, "Syndication:Articles:MaxBytes", options.Articles.MaxBytes, 1024, 3 * 1024 * 1024);
        CheckGate(errors, options.Findings);
        Check(errors, "Syndication:Subscriptions:HeartbeatInterval", options.Subscriptions.HeartbeatInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Check(errors, "Syndication:Subscriptions:StallLimit", options.Subscriptions.StallLimit, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Check(errors, "Syndication:Subscriptions:PollInterval", options.Subscriptions.PollInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        Check(errors, "Syndication:Subscriptions:WindowBytes", options.Subscriptions.WindowBytes, 1024 * 1024, long.MaxValue);
        Check(errors, "Syndication:Subscriptions:CatchUpReaders", options.Subscriptions.CatchUpReaders, 1, 1000);
        Check(errors, "Syndication:Withdrawals:ConfirmWithin", options.Withdrawals.ConfirmWithin, TimeSpan.FromSeconds(1), TimeSpan.MaxValue);
        errors.AddRange(options.Webhooks.Validate());
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
            else if (property.PropertyType.Namespace?.StartsWith($"{nameof(Syndication)}.", StringComparison.Ordinal) == true)
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

    private static void CheckGate(List<string> errors, FindingsOptions options)
    {
        try
        {
            if (options.ToGate() is { } gate && FindingsGates.Validate(gate) is var (_, description))
            {
                errors.Add($"Syndication:Findings:GateCodes: {description}.");
            }
        }
        catch (FormatException exception)
        {
            errors.Add(exception.Message);
        }
    }

    private static void CheckAccess(List<string> errors, ServerOptions options)
    {
        if (options.BootstrapAdminKey.Length is > 0 and < ApiKeySecret.MinLength)
        {
            errors.Add($"Syndication:BootstrapAdminKey has {options.BootstrapAdminKey.Length} characters; {ApiKeySecret.MinLength} or more are needed.");
        }
        else if (options.BootstrapAdminKey.Any(character => character is <= ' ' or >= (char)127))
        {
            errors.Add("Syndication:BootstrapAdminKey holds a character that a header cannot carry; visible ASCII is allowed.");
        }

        if (options.Jwt.Authority.Length > 0)
        {
            if (!Uri.TryCreate(options.Jwt.Authority, UriKind.Absolute, out var authority)
                || (authority.Scheme != Uri.UriSchemeHttps && !(authority.Scheme == Uri.UriSchemeHttp && authority.IsLoopback)))
            {
                errors.Add($"Syndication:Jwt:Authority is \"{options.Jwt.Authority}\"; expected https://HOST/PATH.");
            }

            if (options.Jwt.Audience.Length == 0)
            {
                errors.Add("Syndication:Jwt:Audience is required with Syndication:Jwt:Authority: a token that is meant for another service must not work here.");
            }
        }

        Check(errors, "Syndication:Limits:MaxConnections", options.Limits.MaxConnections, 1, 1_000_000);
        Check(errors, "Syndication:Limits:MaxStreamsPerConnection", options.Limits.MaxStreamsPerConnection, 1, 100_000);
        Check(errors, "Syndication:Limits:MaxHeaderBytes", options.Limits.MaxHeaderBytes, 1024, 1024 * 1024);
        Check(errors, "Syndication:Limits:HeadersTimeout", options.Limits.HeadersTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        foreach (var (key, path) in new[]
        {
            ("Syndication:Tls:CertificatePath", options.Tls.CertificatePath),
            ("Syndication:Tls:KeyPath", options.Tls.KeyPath),
        })
        {
            if (path.Length > 0 && !File.Exists(path))
            {
                errors.Add($"{key} is \"{path}\"; there is no such file.");
            }
        }
    }

    private static void CheckCors(List<string> errors, CorsOptions cors)
    {
        foreach (var origin in cors.List.Where(origin => origin != CorsOptions.Any))
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.GetLeftPart(UriPartial.Authority) != origin)
            {
                errors.Add($"Syndication:Cors:Origins names \"{origin}\"; expected origins such as https://www.example.com, separated by commas, or *.");
            }
        }
    }

    private static void CheckUrl(List<string> errors, string key, string text, TlsOptions tls)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttp && !(tls.IsConfigured && url.Scheme == Uri.UriSchemeHttps))
            || url.PathAndQuery != "/")
        {
            errors.Add($"{key} is \"{text}\"; expected http{(tls.IsConfigured ? "s" : "")}://HOST:PORT.");
        }
        else if (!url.IsLoopback && !tls.IsConfigured && !tls.AllowClearTextBeyondLoopback)
        {
            errors.Add($"{key} is \"{text}\": without TLS keys and articles can be read on the way. Set Syndication:Tls:CertificatePath, "
                + "or Syndication:Tls:AllowClearTextBeyondLoopback=true where a proxy ends TLS.");
        }
    }
}
