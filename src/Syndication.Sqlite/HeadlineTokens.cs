using System.Buffers;
using System.IO.Hashing;
using System.Text;
using System.Text.Unicode;
using Syndication.Search;
using Syndication.V1;

namespace Syndication.Sqlite;

/// <summary>
/// The words by which a full-text index finds headlines: XxHash3 of the whole, and of beginnings and ends of fixed lengths.
/// Headlines that match share one; whether two that share one match, they say themselves.
/// </summary>
internal static class HeadlineTokens
{
    private const char WholePart = 'w';
    private const char BeginningPart = 'b';
    private const char EndPart = 'e';

    /// <summary>Relation, part and length, sixteen digits and a space.</summary>
    private const int TokenBytes = 20;

    /// <summary>
    /// Bytes of UTF-8. The least is that of a headline which is recognised by a part of it; the others tell apart what is
    /// published under nearly the same headline every day.
    /// </summary>
    private static readonly int[] Lengths = [HeadlineKey.MinLength, 3 * HeadlineKey.MinLength];

    /// <summary>The tokens of an article, as one text.</summary>
    public static byte[] Of(HeadlineKey? headline, IReadOnlyList<(LinkRelation Relation, HeadlineKey Headline)> links)
    {
        var tokens = new ArrayBufferWriter<byte>((1 + (2 * Lengths.Length)) * TokenBytes);
        if (headline is not null)
        {
            Add(tokens, LinkRelation.Unspecified, headline);
        }

        foreach (var (relation, name) in links)
        {
            Add(tokens, relation, name);
        }

        return tokens.WrittenSpan.ToArray();
    }

    /// <summary>The token of the headlines that are equal to one.</summary>
    /// <param name="relation">That of the links whose headlines are meant; unspecified for those of the articles.</param>
    /// <param name="folded">The headline, folded.</param>
    public static string Whole(LinkRelation relation, string folded) => Token(relation, WholePart, 0, Encoding.UTF8.GetBytes(folded));

    /// <summary>The longest that all share which begin with a headline of at least <see cref="HeadlineKey.MinLength"/> characters.</summary>
    /// <inheritdoc cref="Whole"/>
    public static string Beginning(LinkRelation relation, string folded) => Longest(relation, BeginningPart, folded);

    /// <summary>The longest that all share which end with such a headline.</summary>
    /// <inheritdoc cref="Whole"/>
    public static string End(LinkRelation relation, string folded) => Longest(relation, EndPart, folded);

    private static void Add(ArrayBufferWriter<byte> tokens, LinkRelation relation, HeadlineKey headline)
    {
        var folded = Encoding.UTF8.GetBytes(headline.Folded);
        tokens.Advance(Write(tokens.GetSpan(TokenBytes), relation, WholePart, 0, folded));
        for (var i = 0; headline.IsLong && i < Lengths.Length && folded.Length >= Lengths[i]; i++)
        {
            tokens.Advance(Write(tokens.GetSpan(TokenBytes), relation, BeginningPart, i, Cut(folded, BeginningPart, i)));
            tokens.Advance(Write(tokens.GetSpan(TokenBytes), relation, EndPart, i, Cut(folded, EndPart, i)));
        }
    }

    private static string Longest(LinkRelation relation, char part, string folded)
    {
        var bytes = Encoding.UTF8.GetBytes(folded);
        var i = Array.FindLastIndex(Lengths, length => length <= bytes.Length);
        return Token(relation, part, i, Cut(bytes, part, i));
    }

    private static ReadOnlySpan<byte> Cut(byte[] folded, char part, int i) => part == BeginningPart ? folded.AsSpan(..Lengths[i]) : folded.AsSpan(^Lengths[i]..);

    private static string Token(LinkRelation relation, char part, int length, ReadOnlySpan<byte> bytes)
    {
        Span<byte> token = stackalloc byte[TokenBytes];
        return Encoding.ASCII.GetString(token[..Write(token, relation, part, length, bytes)].TrimEnd((byte)' '));
    }

    private static int Write(Span<byte> token, LinkRelation relation, char part, int length, ReadOnlySpan<byte> bytes)
    {
        Utf8.TryWrite(token, $"{(int)relation}{part}{length}{XxHash3.HashToUInt64(bytes):x16} ", out var written);
        return written;
    }
}
