using System.Buffers.Text;
using Google.Protobuf;
using Syndication.V1;

namespace Syndication.Benchmarks.Payload;

/// <summary>
/// Encoded publish requests, each for an article of its own. Made by writing a number over two places of a template, so
/// that the client spends its time on the calls.
/// </summary>
internal sealed class PublishRequests
{
    private const int TemplateCount = 64;
    private const int Digits = 8;
    private const string RequestId = "request-00000000";
    private const string ArticleId = "article-00000000";

    private readonly Template[] _templates = [.. SampleArticles.Generate(TemplateCount).Select(Template.Of)];
    private int _next = 1;

    /// <summary>The mean length of an encoded article, in bytes.</summary>
    public double ArticleBytes => _templates.Average(template => template.ArticleBytes);

    /// <summary>Takes so many consecutive numbers.</summary>
    /// <returns>The first.</returns>
    public int Reserve(int count) => Interlocked.Add(ref _next, count) - count;

    /// <summary>The request with that number.</summary>
    public byte[] Make(int number)
    {
        var template = _templates[number % TemplateCount];
        var bytes = template.Bytes.ToArray();
        Utf8Formatter.TryFormat(number, bytes.AsSpan(template.RequestDigits), out _, new('D', Digits));
        Utf8Formatter.TryFormat(number, bytes.AsSpan(template.ArticleDigits), out _, new('D', Digits));
        return bytes;
    }

    /// <summary>The id of the article with that number.</summary>
    public static string IdOf(int number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"article-{number:D8}");

    /// <summary>The number of the article with that id; -1 when it is none of these.</summary>
    public static int NumberOf(ReadOnlySpan<byte> articleId) =>
        articleId.Length == ArticleId.Length && Utf8Parser.TryParse(articleId[^Digits..], out int number, out _) ? number : -1;

    private sealed record Template(byte[] Bytes, int RequestDigits, int ArticleDigits, int ArticleBytes)
    {
        public static Template Of(Article article)
        {
            article.ArticleId = ArticleId;
            var bytes = new PublishArticleRequest { RequestId = RequestId, Article = article, ExpectedVersion = 0, Change = ChangeType.New }.ToByteArray();
            return new Template(bytes, DigitsOf(bytes, RequestId), DigitsOf(bytes, ArticleId), article.CalculateSize());
        }

        private static int DigitsOf(byte[] bytes, string id) =>
            bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(id)) + id.Length - Digits;
    }
}
