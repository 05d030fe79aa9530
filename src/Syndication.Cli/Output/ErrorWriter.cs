using System.Text.Json;
using Grpc.Core;
using Syndication.Client;
using Syndication.V1;

namespace Syndication.Cli.Output;

/// <summary>Errors on stderr: a sentence, then the reason and the fields; or one JSON object.</summary>
internal sealed class ErrorWriter(TextWriter output, bool json)
{
    /// <summary>Writes an error of a call.</summary>
    /// <param name="error">The error.</param>
    /// <param name="server">Named when it was not reached.</param>
    /// <param name="requestId">The change that may have taken effect, if there was one.</param>
    public void Write(SyndicationException error, string server, string? requestId)
    {
        if (json)
        {
            output.WriteLine(JsonLines.Format(ErrorLine.Of(error)));
            return;
        }

        var unreached = error is { ReasonName: null, StatusCode: StatusCode.Unavailable };
        output.WriteLine(Terminal.Clean(unreached
            ? $"wire: {server} cannot be reached: {error.Message}"
            : $"wire: {error.Message}"));
        WriteDetails(error);
        if (Advice(error.Reason) is { } advice)
        {
            output.WriteLine($"  {advice}");
        }

        if (requestId is not null && error.MayHaveArrived && ExitCode.Of(error) == ExitCode.Unavailable)
        {
            output.WriteLine($"  It may have taken effect; repeat it safely with --request-id {requestId}");
        }
    }

    /// <summary>Writes an error about one of several items.</summary>
    public void WriteItem(string item, string message, SyndicationException? error = null)
    {
        output.WriteLine(Terminal.Clean($"wire: {item}: {message}"));
        if (error is not null)
        {
            WriteDetails(error);
        }
    }

    public void WriteUsage(string message) => output.WriteLine(json
        ? JsonLines.Format(new ErrorLine(new ErrorBody("INVALID_USAGE", null, message, null, null)))
        : Terminal.Clean($"wire: {message}"));

    private static string? Advice(ErrorReason reason) => reason switch
    {
        ErrorReason.CredentialMissing => $"Give a key: --key KEY, or in {GlobalOptions.KeyVariable}. 'wire keys issue' makes one.",
        ErrorReason.CredentialInvalid => $"The key came from --key, {GlobalOptions.KeyVariable} or ./data/admin.key: is it another server's, or has it ended?",
        ErrorReason.StreamChanged => "The stream has another filter now: start again with --from snapshot.",
        ErrorReason.EpochLost => "Start again with --from snapshot.",
        ErrorReason.CursorExpired => "Start again with --from snapshot, or go on with --from OLDEST_CURSOR and accept the gap.",
        ErrorReason.CursorInvalid => "A cursor is copied whole, from 'follow --json' or 'pull', and goes back to the server that gave it.",
        ErrorReason.CursorStreamMismatch => "A cursor goes on in the stream that it was given for, and in no other.",
        _ => null,
    };

    private void WriteDetails(SyndicationException error)
    {
        if (error.ReasonName is not null)
        {
            var metadata = string.Join(", ", error.Metadata.Select(pair => $"{pair.Key}: {pair.Value}"));
            output.WriteLine(Terminal.Clean($"  reason {error.ReasonName}{(metadata.Length > 0 ? $" ({metadata})" : "")}"));
        }

        FindingLines.Write(output, error.Findings, omitted: 0);
        foreach (var violation in error.FieldViolations)
        {
            output.WriteLine(Terminal.Clean($"  {violation.Field}: {violation.Description}"));
        }
    }
}

/// <summary>An error as one JSON object.</summary>
internal sealed record ErrorLine(ErrorBody Error)
{
    public static ErrorLine Of(SyndicationException error) => new(new ErrorBody(
        JsonNamingPolicy.SnakeCaseUpper.ConvertName(error.StatusCode.ToString()),
        error.ReasonName,
        error.Message,
        error.Metadata.Count > 0 ? error.Metadata : null,
        error.FieldViolations.Count > 0 ? error.FieldViolations : null,
        error.Findings.Count > 0 ? [.. error.Findings.Select(finding => JsonSerializer.Deserialize<JsonElement>(JsonLines.Format(finding)))] : null));
}

internal sealed record ErrorBody(
    string Status,
    string? Reason,
    string Message,
    IReadOnlyDictionary<string, string>? Metadata,
    IReadOnlyList<FieldViolation>? FieldViolations,
    IReadOnlyList<JsonElement>? Findings = null);
