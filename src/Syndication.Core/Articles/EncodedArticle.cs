using Google.Protobuf;
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
    /// <summary>Encodes an article for the store.</summary>
    public static EncodedArticle Encode(Article article, int version, ChangeType change)
    {
        var bytes = article.ToByteArray();
        return Split(bytes, version, change);
    }

    /// <summary>Deals the fields of an encoded article out to the three parts, by copying bytes.</summary>
    public static EncodedArticle Split(ReadOnlySpan<byte> article, int version, ChangeType change)
    {
        // Once for the lengths and once for the bytes: walking the outer fields costs less than buffers that grow.
        Span<int> lengths = stackalloc int[3];
        Deal(article, null, lengths);
        byte[][] parts = [New(lengths[0]), New(lengths[1]), New(lengths[2])];
        lengths.Clear();
        Deal(article, parts, lengths);
        return new EncodedArticle(version, change, default, parts[0], parts[1], parts[2]);
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

    /// <summary>Whether any of the fields is set that <see cref="ClearServerFields"/> empties.</summary>
    public static bool HasServerFields(Article article) =>
        article.Version != 0 || article.Status != ArticleStatus.Unspecified || article.Change != ChangeType.Unspecified
        || article.FirstPublishedTime is not null || article.VersionTime is not null || article.Advisory is not null;

    private static byte[] New(int length) => length == 0 ? [] : GC.AllocateUninitializedArray<byte>(length);

    private static void Deal(ReadOnlySpan<byte> article, byte[][]? parts, Span<int> lengths)
    {
        var field = new WireFields(article);
        while (field.MoveNext())
        {
            var part = (int)PartOf(field.Number);
            if (part >= 0)
            {
                if (parts is not null)
                {
                    field.Field.CopyTo(parts[part].AsSpan(lengths[part]));
                }

                lengths[part] += field.Field.Length;
            }
        }
    }

    /// <summary>To which part a field belongs.</summary>
    public static Part PartOf(int field) => field switch
    {
        Article.BodyFieldNumber => Part.Body,
        Article.EditorialNoteFieldNumber => Part.Desk,
        _ => IsServerField(field) ? Part.Server : Part.Head,
    };

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

    /// <summary>The bytes of an article; none for null.</summary>
    public static ArticleBytes BytesOf(EncodedArticle? article) => article is null
        ? default
        : new ArticleBytes(article.Version, article.Change, article.VersionTime, article.Head, article.Body, article.Desk);

    /// <summary>The parts of an article.</summary>
    public enum Part
    {
        /// <summary>Not kept: the server sets it.</summary>
        Server = -1,

        /// <summary>Everything else.</summary>
        Head,

        /// <summary>The body.</summary>
        Body,

        /// <summary>What only the desk sees.</summary>
        Desk,
    }
}
