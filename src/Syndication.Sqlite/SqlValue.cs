namespace Syndication.Sqlite;

/// <summary>A value of a parameter, without a box: a publish binds some fifty of them.</summary>
public readonly struct SqlValue
{
    private SqlValue(long number) => (IsNumber, Number) = (true, number);

    private SqlValue(object? reference, bool isUtf8 = false) => (Reference, IsUtf8) = (reference, isUtf8);

    /// <summary>Whether it is a number.</summary>
    public bool IsNumber { get; }

    /// <summary>The number.</summary>
    public long Number { get; }

    /// <summary>The text or the bytes; null for NULL.</summary>
    public object? Reference { get; }

    /// <summary>Whether the bytes are a text.</summary>
    public bool IsUtf8 { get; }

    /// <summary>A text that is encoded already.</summary>
    public static SqlValue Text(byte[] utf8) => new(utf8, isUtf8: true);

    public static implicit operator SqlValue(long value) => new(value);

    public static implicit operator SqlValue(long? value) => value is { } number ? new(number) : default;

    public static implicit operator SqlValue(bool value) => new(value ? 1 : 0);

    public static implicit operator SqlValue(string? value) => new(value);

    public static implicit operator SqlValue(byte[]? value) => new(value);
}
