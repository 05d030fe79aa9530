using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syndication.Server.Errors;
using Syndication.V1;

namespace Syndication.Server.Http.Updates;

/// <summary>
/// Reads a <see cref="SubscribeRequest"/> from an address. Parameters have the names of the contract's fields, in either of the
/// spellings that JSON has; one that is not known is refused, because a start that was misspelt would otherwise replay everything.
/// </summary>
public static class UpdatesQuery
{
    private static readonly string[] Known =
    [
        "consumer", "start", "start.cursor", "start.time", "start.acknowledged.fallback", "view", "max_batch_updates", "heartbeat_interval", "include_held",
    ];

    /// <summary>Reads a request.</summary>
    /// <param name="stream">The stream, from the path.</param>
    /// <param name="query">The parameters.</param>
    /// <param name="lastEventId">
    /// The header that a browser's EventSource sends when it comes again, with the address that it was opened with: the place that it has
    /// reached, which counts before any start in the address. Empty for none.
    /// </param>
    /// <exception cref="Grpc.Core.RpcException">A parameter is wrong; names each.</exception>
    public static SubscribeRequest Read(string stream, IQueryCollection query, string lastEventId)
    {
        var errors = new List<FieldViolation>();
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in query)
        {
            var known = Array.Find(Known, known => known == name || JsonName(known) == name);
            if (known is null)
            {
                errors.Add(new FieldViolation(name, $"is no parameter; there are {string.Join(", ", Known)}"));
            }
            else if (value.Count != 1 || !values.TryAdd(known, value.ToString()))
            {
                errors.Add(new FieldViolation(known, "is given more than once"));
            }
        }

        var start = StartOf(values, errors);
        var request = new SubscribeRequest
        {
            Stream = stream,
            Consumer = values.GetValueOrDefault("consumer", ""),
            Start = lastEventId.Length > 0 ? new StartPosition { Cursor = lastEventId } : start,
            View = EnumOf<ArticleView>(values, "view", errors),
            MaxBatchUpdates = ParseAs(values, "max_batch_updates", "is no number", errors, Int32Value.Parser)?.Value ?? 0,
            HeartbeatInterval = ParseAs(values, "heartbeat_interval", "is no duration, such as 15s", errors, Duration.Parser),
            IncludeHeld = ParseAs(values, "include_held", "is neither true nor false", errors, BoolValue.Parser)?.Value ?? false,
        };
        return errors.Count == 0 ? request : throw RpcErrors.Of(Rejection.OfFields(errors));
    }

    private static StartPosition? StartOf(Dictionary<string, string> values, List<FieldViolation> errors)
    {
        var given = values.Keys.Where(name => name.StartsWith("start", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        if (given.Count == 0)
        {
            return null;
        }

        var fallback = EnumOf<AcknowledgedFallback>(values, "start.acknowledged.fallback", errors);
        switch (given)
        {
            case ["start.cursor"]:
                return new StartPosition { Cursor = values["start.cursor"] };
            case ["start.time"]:
                return ParseAs(values, "start.time", "is no time, such as 2026-11-24T06:00:00Z", errors, Timestamp.Parser) is { } time
                    ? new StartPosition { Time = time }
                    : null;
            case ["start.acknowledged.fallback"] or ["start", "start.acknowledged.fallback"] when values.GetValueOrDefault("start", "acknowledged") == "acknowledged":
                return new StartPosition { Acknowledged = new AcknowledgedStart { Fallback = fallback } };
            case ["start"]:
                switch (values["start"])
                {
                    case "earliest":
                        return new StartPosition { Earliest = new Empty() };
                    case "latest":
                        return new StartPosition { Latest = new Empty() };
                    case "snapshot":
                        return new StartPosition { Snapshot = new Empty() };
                    case "acknowledged":
                        return new StartPosition { Acknowledged = new AcknowledgedStart() };
                    case var other:
                        errors.Add(new FieldViolation("start", $"\"{other}\" is none of earliest, latest, snapshot, acknowledged; a cursor is start.cursor, a time start.time"));
                        return null;
                }

            default:
                errors.Add(new FieldViolation("start", $"is given more than once: {string.Join(", ", given)}"));
                return null;
        }
    }

    /// <summary>A value of an enum by its name in the contract, or by what that adds to the type's name, in any case.</summary>
    private static T EnumOf<T>(Dictionary<string, string> values, string name, List<FieldViolation> errors)
        where T : struct, System.Enum
    {
        if (!values.TryGetValue(name, out var text))
        {
            return default;
        }

        var type = SubscriptionServiceReflection.Descriptor.EnumTypes.Concat(ArticleReflection.Descriptor.EnumTypes).Single(type => type.ClrType == typeof(T));
        var prefix = type.FindValueByNumber(0).Name[..^"UNSPECIFIED".Length];
        var value = type.Values.FirstOrDefault(value => text.Equals(value.Name, StringComparison.OrdinalIgnoreCase)
            || text.Equals(value.Name[prefix.Length..], StringComparison.OrdinalIgnoreCase));
        if (value is null)
        {
            errors.Add(new FieldViolation(name, $"\"{text}\" is none of {string.Join(", ", type.Values.Skip(1).Select(value => value.Name[prefix.Length..].ToLowerInvariant()))}"));
            return default;
        }

        return (T)System.Enum.ToObject(typeof(T), value.Number);
    }

    /// <summary>A value as the contract's JSON has it.</summary>
    private static T? ParseAs<T>(Dictionary<string, string> values, string name, string problem, List<FieldViolation> errors, MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        if (!values.TryGetValue(name, out var text))
        {
            return null;
        }

        try
        {
            return parser.ParseJson(typeof(T) == typeof(BoolValue) ? text : System.Text.Json.JsonSerializer.Serialize(text));
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            errors.Add(new FieldViolation(name, $"\"{text}\" {problem}"));
            return null;
        }
    }

    private static string JsonName(string name) => string.Concat(name.Split('_').Select((part, i) => i == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..]));
}
