using System.Security.Cryptography;
using System.Text;
using Syndication.V1;

namespace Syndication.Formats;

/// <summary>
/// How an article's id and the URI of a foreign document stand for each other. A URI that is an id by its characters is the id. Another
/// is kept as alternate id of scheme <c>uri</c>, and the article's id is made from its hash, so that later versions of the
/// document are versions of the article. An id that is no URI is written as <c>urn:syndication:article:ID</c>.
/// </summary>
internal static class ArticleIdentity
{
    public const string UriScheme = "uri";

    private const string Own = "urn:syndication:article:";
    private const int MaxUri = 1_000;

    /// <summary>Gives an article the id of a document.</summary>
    public static void Set(Article article, string? uri)
    {
        uri = SourceText.Line(uri);
        if (uri.Length == 0)
        {
            return;
        }

        if (uri.StartsWith(Own, StringComparison.Ordinal) && IsId(uri[Own.Length..]))
        {
            article.ArticleId = uri[Own.Length..];
        }
        else if (IsId(uri))
        {
            article.ArticleId = uri;
        }
        else
        {
            article.ArticleId = Derived(uri);
            if (uri.Length <= MaxUri)
            {
                Add(article, UriScheme, uri);
            }
        }
    }

    /// <summary>The URI of an article: the one that it was read from, where there is one.</summary>
    public static string Uri(Article article)
    {
        var id = article.ArticleId.Length > 0 ? article.ArticleId : "unnamed";
        return SourceUri(article)?.Value ?? (SourceAddress.IsUri(id) ? id : Own + id);
    }

    /// <summary>The alternate id that is written as the document's own.</summary>
    public static AlternateId? SourceUri(Article article) =>
        article.AlternateIds.FirstOrDefault(id => id.Scheme == UriScheme && Derived(id.Value) == article.ArticleId && SourceAddress.IsUri(id.Value));

    /// <summary>Adds an alternate id, once.</summary>
    /// <returns>Whether the article holds it.</returns>
    public static bool Add(Article article, string? scheme, string? value)
    {
        var id = new AlternateId { Scheme = SourceText.Line(scheme), Value = SourceText.Line(value) };
        if (id.Scheme.Length == 0 || id.Value.Length is 0 or > MaxUri || article.AlternateIds.Count >= 50 || article.AlternateIds.Contains(id))
        {
            return false;
        }

        article.AlternateIds.Add(id);
        return true;
    }

    /// <summary>Names something inside an article: the same characters as an id's; others become hyphens.</summary>
    public static string LocalName(string? name, ICollection<string> taken)
    {
        var clean = new StringBuilder();
        foreach (var c in (name ?? "").AsSpan().Trim())
        {
            clean.Append(clean.Length < 180 ? IsIdCharacter(c) ? c : '-' : null);
        }

        var wanted = clean.Length == 0 ? "media" : clean.ToString();
        var unique = wanted;
        for (var number = 2; taken.Contains(unique); number++)
        {
            unique = $"{wanted}-{number}";
        }

        return unique;
    }

    private static string Derived(string uri) => "uri-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(uri)))[..32];

    private static bool IsId(string text) => text.Length is > 0 and <= 200 && text.All(IsIdCharacter);

    private static bool IsIdCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '~' or ':' or '-';
}
