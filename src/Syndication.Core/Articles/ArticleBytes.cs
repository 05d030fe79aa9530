using Syndication.V1;

namespace Syndication.Articles;

/// <summary>An <see cref="EncodedArticle"/> where its bytes lie, in an object or in the database's memory.</summary>
/// <param name="version">1, 2, 3 …; 0 when there is no article.</param>
/// <param name="change">What it is to the version before.</param>
/// <param name="versionTime">When it was committed, UTC.</param>
/// <param name="head">Everything but body and desk-only fields.</param>
/// <param name="body">The body alone.</param>
/// <param name="desk">The desk-only fields alone.</param>
public readonly ref struct ArticleBytes(
    int version, ChangeType change, DateTimeOffset versionTime, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> desk)
{
    /// <summary>Three numbers and two times, with their tags.</summary>
    public const int MaxServerFieldsLength = 80;

    /// <summary>Whether there is an article.</summary>
    public bool Exists => version > 0;

    /// <summary>Everything but body and desk-only fields.</summary>
    public ReadOnlySpan<byte> Head { get; } = head;

    /// <summary>The body alone.</summary>
    public ReadOnlySpan<byte> Body { get; } = body;

    /// <summary>The desk-only fields alone.</summary>
    public ReadOnlySpan<byte> Desk { get; } = desk;

    /// <summary>Writes the fields that the server sets.</summary>
    public void WriteServerFields(ref WireWriter writer, ArticleStatus status, DateTimeOffset? firstPublishedTime)
    {
        writer.Number(Article.VersionFieldNumber, version);
        writer.Number(Article.StatusFieldNumber, (int)status);
        writer.Number(Article.ChangeFieldNumber, (int)change);
        if (firstPublishedTime is { } time)
        {
            writer.Time(Article.FirstPublishedTimeFieldNumber, time);
        }

        writer.Time(Article.VersionTimeFieldNumber, versionTime);
    }
}
