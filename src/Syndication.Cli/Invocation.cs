using System.CommandLine;
using System.Globalization;
using Google.Protobuf;
using Spectre.Console;
using Syndication.Cli.Output;
using Syndication.Client;

namespace Syndication.Cli;

/// <summary>One run of a verb: its values, its client and where its results go.</summary>
internal sealed class Invocation : IAsyncDisposable
{
    /// <summary>No sealed token is as short, every word that people type is.</summary>
    private const int MinCursorLength = 24;

    private readonly ParseResult _parse;
    private readonly Lazy<SyndicationClient> _client;
    private readonly Lazy<IAnsiConsole> _console;

    private Invocation(CliIo io, ParseResult parse, CancellationToken token)
    {
        Io = io;
        Token = token;
        _parse = parse;
        _client = new(() => Connect(ClientOptions()));
        _console = new(() => Terminal.Create(io));
    }

    public CliIo Io { get; }

    public CancellationToken Token { get; }

    public bool Json => _parse.GetValue(GlobalOptions.Json);

    /// <summary>To be set before <see cref="Client"/> is used; null is no limit.</summary>
    public int? MaxReconnectAttempts { get; set; }

    public SyndicationClient Client => _client.Value;

    public IAnsiConsole Console => _console.Value;

    /// <summary>Sent with the change that this run makes; named in the error when its outcome is not known.</summary>
    public string? RequestId { get; private set; }

    public T? Get<T>(Option<T> option) => _parse.GetValue(option);

    public T? Get<T>(Argument<T> argument) => _parse.GetValue(argument);

    /// <summary>A number within its bounds; null where the option was not given.</summary>
    public int? Within(Option<int?> option, int min, int max) => Get(option) switch
    {
        null => null,
        { } value when value >= min && value <= max => value,
        var value => throw new CliUsageException(max == int.MaxValue
            ? Text($"{option.Name} is {value}: {min:N0} or more.")
            : Text($"{option.Name} is {value}: {min:N0} to {max:N0}.")),
    };

    /// <summary>A cursor as it was given. Its inside is the server's business; what no cursor can be is better said here.</summary>
    /// <param name="text">The value.</param>
    /// <param name="expected">What is allowed in its place.</param>
    public static string Cursor(string text, string expected) => text.Length >= MinCursorLength && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_')
        ? text
        : throw new CliUsageException($"'{text}' is {expected}.");

    /// <summary>Whether the option was given on the command line.</summary>
    public bool Has(Option option) => _parse.GetResult(option) is { Implicit: false };

    /// <summary>The id that makes the change repeatable: the given one, otherwise a new one.</summary>
    public string UseRequestId(string? given) => RequestId = given ?? Guid.CreateVersion7().ToString();

    /// <summary>One line with the message as JSON.</summary>
    public void WriteJson(IMessage message) => Io.Out.WriteLine(JsonLines.Format(message));

    /// <summary>An error that is neither a call's nor a mistake of the caller's.</summary>
    public void WriteError(string message) => Io.Error.WriteLine(Json
        ? JsonLines.Format(new ErrorLine(new ErrorBody("UNAVAILABLE", null, message, null, null)))
        : Terminal.Clean($"wire: {message}"));

    public string FullPath(string path) => Io.FullPath(path);

    /// <summary>The file's text; of <c>-</c>, standard input.</summary>
    public async Task<string> ReadTextAsync(string path)
    {
        if (path != "-")
        {
            return await File.ReadAllTextAsync(FullPath(path), Token);
        }

        using var reader = new StreamReader(Io.In, leaveOpen: true);
        return await reader.ReadToEndAsync(Token);
    }

    /// <summary>A message from a file or standard input, in the contract's JSON.</summary>
    public async Task<T> ReadJsonAsync<T>(string path)
        where T : IMessage, new() => ParseJson<T>(path, await ReadTextAsync(path));

    /// <summary>A message in the contract's JSON; unknown fields are errors, for they are typing mistakes.</summary>
    public static T ParseJson<T>(string source, string json)
        where T : IMessage, new()
    {
        try
        {
            return JsonParser.Default.Parse<T>(json);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            throw new CliUsageException($"{source}: not JSON of {new T().Descriptor.Name}: {exception.Message}", exception);
        }
    }

    public static async Task<int> RunAsync(
        CliIo io, ParseResult parse, Func<Invocation, Task<int>> body, CancellationToken token)
    {
        await using var invocation = new Invocation(io, parse, token);
        var errors = new ErrorWriter(io.Error, invocation.Json);
        try
        {
            return await body(invocation);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (SyndicationException error)
        {
            errors.Write(error, invocation.ServerAddress(), invocation.RequestId);
            return ExitCode.Of(error);
        }
        catch (Exception error) when (error is CliUsageException or UnauthorizedAccessException
            || (error is IOException && !ExitCode.IsOutputClosed(error)))
        {
            errors.WriteUsage(error.Message);
            return ExitCode.Usage;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_client.IsValueCreated)
        {
            await _client.Value.DisposeAsync();
        }
    }

    /// <summary>How the server is reached, as the command line and the environment say.</summary>
    public SyndicationClientOptions ClientOptions()
    {
        var address = ServerAddress();
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new CliUsageException($"'{address}' is not an http or https address.");
        }

        return new()
        {
            Address = uri,
            ApiKey = Key(uri),
            Tls = new() { CertificateAuthorityPath = (_parse.GetValue(GlobalOptions.Authority) ?? NonEmpty(Io.Environment(GlobalOptions.AuthorityVariable))) is { } path ? FullPath(path) : null },
            TimeProvider = Io.TimeProvider,
            MaxReconnectAttempts = MaxReconnectAttempts,
        };
    }

    /// <summary>A client; what it cannot be made of is the caller's mistake.</summary>
    public static SyndicationClient Connect(SyndicationClientOptions options)
    {
        try
        {
            return new(options);
        }
        catch (ArgumentException exception)
        {
            throw new CliUsageException(exception.Message, exception);
        }
    }

    private string ServerAddress() => _parse.GetValue(GlobalOptions.Server)
        ?? NonEmpty(Io.Environment(GlobalOptions.ServerVariable))
        ?? GlobalOptions.DefaultServer;

    private string? Key(Uri server)
    {
        if ((_parse.GetValue(GlobalOptions.Key) ?? NonEmpty(Io.Environment(GlobalOptions.KeyVariable))) is { } key)
        {
            return key.All(character => character is > ' ' and < (char)127)
                ? key
                : throw new CliUsageException("The key holds a character that no key has: is it cut, or quoted wrongly?");
        }

        // The administrator's key of the server in this folder is nobody else's business.
        if (!server.IsLoopback)
        {
            return null;
        }

        try
        {
            return NonEmpty(File.ReadAllText(FullPath("data/admin.key")).Trim());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string? NonEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
