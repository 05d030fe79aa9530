using Syndication.V1;

namespace Syndication;

/// <summary>Why a request was refused: an expected outcome, told to the caller as a typed error.</summary>
/// <param name="Reason">The contract's reason; it alone decides the status.</param>
/// <param name="Message">A sentence for people that names the offending value.</param>
public sealed record Rejection(ErrorReason Reason, string Message)
{
    /// <summary>What programs need to react, by the names that <see cref="ErrorReason"/> documents.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The wrong fields, by path, for <see cref="ErrorReason.InvalidFields"/>.</summary>
    public IReadOnlyList<FieldViolation> Fields { get; init; } = [];

    /// <summary>What a gate refused, for <see cref="ErrorReason.FindingsRefused"/>.</summary>
    public FindingsRefusal? Findings { get; init; }

    /// <summary>After how long trying again makes sense; null where it does not, or where the server's default will do.</summary>
    public TimeSpan? RetryDelay { get; init; }

    /// <summary>A rejection for wrong fields; the message names the first.</summary>
    public static Rejection OfFields(IReadOnlyList<FieldViolation> fields) =>
        new(ErrorReason.InvalidFields, $"{fields[0].Field}: {fields[0].Description}" + (fields.Count > 1 ? $" (and {fields.Count - 1} more)" : ""))
        {
            Fields = fields,
        };

    /// <summary>A rejection for one wrong field.</summary>
    public static Rejection OfField(string field, string description) => OfFields([new FieldViolation(field, description)]);
}

/// <summary>One wrong field of a request.</summary>
/// <param name="Field">Its path from the request's root, such as <c>article.body[3].paragraph.content.marks[0].end</c>.</param>
/// <param name="Description">What is wrong and what would be right.</param>
public sealed record FieldViolation(string Field, string Description)
{
    /// <summary>Adds a violation where a text is longer than so many code points.</summary>
    public static void CheckLength(List<FieldViolation> fields, string field, string text, int max)
    {
        if (text.Length > max && text.EnumerateRunes().Count() > max)
        {
            fields.Add(new FieldViolation(field, $"is longer than {max} code points"));
        }
    }
}

/// <summary>A value, or the reason why there is none.</summary>
public readonly struct Outcome<T>
{
    private readonly T? _value;

    private Outcome(T? value, Rejection? rejection)
    {
        _value = value;
        Rejection = rejection;
    }

    /// <summary>Why there is no value; null when there is one.</summary>
    public Rejection? Rejection { get; }

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is a <see cref="Rejection"/>.</exception>
    public T Value => Rejection is null ? _value! : throw new InvalidOperationException($"Refused: {Rejection.Message}");

    /// <summary>Wraps a value.</summary>
    public static implicit operator Outcome<T>(T value) => new(value, null);

    /// <summary>Wraps a rejection.</summary>
    public static implicit operator Outcome<T>(Rejection rejection) => new(default, rejection);
}
