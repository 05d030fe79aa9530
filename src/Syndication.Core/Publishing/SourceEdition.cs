using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Syndication.Articles;
using Syndication.V1;

namespace Syndication.Publishing;

/// <summary>Which edition of its source an article comes from, as <see cref="SourceDocument"/> states it.</summary>
/// <param name="Number">Counts up; 0 where the source counts none.</param>
/// <param name="Time">When the source made it; null where it does not say.</param>
public readonly record struct SourceEdition(long Number, Timestamp? Time)
{
    /// <summary>Whether there is anything to compare.</summary>
    public bool IsStated => Number > 0 || Time is not null;

    /// <summary>That of an article.</summary>
    public static SourceEdition Of(Article article) => Of(article.SourceDocument);

    /// <summary>That of an encoded article; nothing else of it is decoded.</summary>
    public static SourceEdition Of(ReadOnlySpan<byte> article)
    {
        SourceDocument? source = null;
        var field = new WireFields(article);
        while (field.MoveNext())
        {
            if (field.Number == Article.SourceDocumentFieldNumber)
            {
                source = SourceDocument.Parser.ParseFrom(field.Content);
            }
        }

        return Of(source);
    }

    /// <summary>Whether this edition is older. The numbers decide; where one has none or they are equal, the times; without those it is not.</summary>
    public bool IsBefore(SourceEdition other) => Number > 0 && other.Number > 0 && Number != other.Number
        ? Number < other.Number
        : Time is not null && other.Time is not null && Time.CompareTo(other.Time) < 0;

    /// <summary>Adds what is stated to an error's metadata.</summary>
    public void Describe(Dictionary<string, string> metadata, string key)
    {
        if (Number > 0)
        {
            metadata[key] = Number.ToString(CultureInfo.InvariantCulture);
        }

        if (Time is not null)
        {
            metadata[key + "_time"] = $"{Time.ToDateTimeOffset():u}";
        }
    }

    /// <inheritdoc/>
    public override string ToString() => (Number, Time?.ToDateTimeOffset()) switch
    {
        ( > 0, { } time) => $"number {Number} of {time:u}",
        ( > 0, null) => $"number {Number}",
        (_, { } time) => $"of {time:u}",
        _ => "not stated",
    };

    private static SourceEdition Of(SourceDocument? source) => source is null ? default : new(source.Version, source.VersionTime);
}
