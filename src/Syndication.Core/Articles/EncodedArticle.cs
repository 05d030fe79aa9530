using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syndication.V1;

namespace Syndication.Articles;

/// <summary>
/// One version of an article as the store keeps it: its encoded bytes in three parts, none of which holds a field that
/// the server sets. Protobuf merges concatenated parts into one message, so every form that is sent (with or without
/// body, with or without the desk's fields) is made by copying bytes; nothing is encoded twice.
/// </summary>
/// <param name="Version">1, 2, 3 …</param>
/// <param name="Change">What it is to the version before.</param>
/// <param name="VersionTime">When it was committed, UTC.</param>
/// <param name="Head">Everything but body and desk-only fields.</param>
/// <param name="Body">The body alone.</param>
/// <param name="Desk">The desk-only fields alone.</param>
public sealed record EncodedArticle(int Version, ChangeType Change, DateTimeOffset VersionTime, byte[] Head, byte[] Body, byte[] Desk)
{
    /// <summary>Encodes an article for the store, in one pass, and deals its fields out to the three parts.</summary>
    public static EncodedArticle Encode(Article article, int version, ChangeType change)
    {
        // Copying bytes: a part of its own to encode would take a clone of the whole article.
        var bytes = article.ToByteArray();
        var parts = (Head: new ArrayBufferWriter<byte>(bytes.Length), Body: new ArrayBufferWriter<byte>(bytes.Length), Desk: new ArrayBufferWriter<byte>(256));
        using var input = new CodedInputStream(bytes);
        for (var start = 0; input.ReadTag() is var tag and not 0; start = (int)input.Position)
        {
            input.SkipLastField();
            var part = WireFormat.GetTagFieldNumber(tag) switch
            {
                Article.BodyFieldNumber => parts.Body,
                Article.EditorialNoteFieldNumber => parts.Desk,
                var field => IsServerField(field) ? null : parts.Head,
            };
            part?.Write(bytes.AsSpan(start, (int)input.Position - start));
        }

        return new EncodedArticle(
            version, change, default, parts.Head.WrittenSpan.ToArray(), parts.Body.WrittenSpan.ToArray(), parts.Desk.WrittenSpan.ToArray());
    }

    /// <summary>Empties the fields that the contract marks "Set by the server".</summary>
    public static void ClearServerFields(Article article)
    {
        article.Version = 0;
        article.Status = ArticleStatus.Unspecified;
        article.Change = ChangeType.Unspecified;
        article.FirstPublishedTime = null;
        article.VersionTime = null;
        article.Advisory = null;
    }

    private static bool IsServerField(int field) => field is Article.VersionFieldNumber or Article.StatusFieldNumber or Article.ChangeFieldNumber
        or Article.FirstPublishedTimeFieldNumber or Article.VersionTimeFieldNumber or Article.AdvisoryFieldNumber;

    /// <summary>Decodes what publishers wrote: every field but those that the server sets.</summary>
    public Article Decode(bool body = true, bool desk = true)
    {
        var article = Article.Parser.ParseFrom(Head);
        if (body)
        {
            article.MergeFrom(Body);
        }

        if (desk)
        {
            article.MergeFrom(Desk);
        }

        return article;
    }

    /// <summary>The parts of one form, to be written one after the other.</summary>
    public ReadOnlyMemory<byte>[] Parts(bool body, bool desk, byte[] serverFields) =>
        [Head, body ? Body : default(ReadOnlyMemory<byte>), desk ? Desk : default(ReadOnlyMemory<byte>), serverFields];

    /// <summary>Encodes the fields that the server sets.</summary>
    public byte[] EncodeServerFields(ArticleStatus status, DateTimeOffset? firstPublishedTime) => new Article
    {
        Version = Version,
        Status = status,
        Change = Change,
        FirstPublishedTime = firstPublishedTime is { } time ? Timestamp.FromDateTimeOffset(time) : null,
        VersionTime = Timestamp.FromDateTimeOffset(VersionTime),
    }.ToByteArray();
}
