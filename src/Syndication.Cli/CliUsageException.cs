namespace Syndication.Cli;

/// <summary>The command line or a file that it names is wrong. The message is shown as it is; exit code 2.</summary>
internal sealed class CliUsageException(string message, Exception? inner = null) : Exception(message, inner);
