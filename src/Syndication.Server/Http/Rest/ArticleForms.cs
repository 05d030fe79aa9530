using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Syndication.Formats;
using Syndication.Server.Errors;
using Syndication.V1;
using HttpRequest = Microsoft.AspNetCore.Http.HttpRequest;

namespace Syndication.Server.Http.Rest;

/// <summary>
/// The formats that <c>GET /v1/articles/{article_id}</c> serves an article in, as its <c>Accept</c> header asks (RFC 9110, section 12.5.1): the contract's JSON
/// where nothing else is preferred, otherwise a document of <see cref="ArticleFormats"/>.
/// </summary>
public static class ArticleForms
{
    /// <summary>Names what the document does not hold: paths of fields, with commas between them. Not there where it holds everything.</summary>
    public const string LossesHeader = "Syndication-Losses";

    private const int MaxLossesLength = 4_000;
    private const string Profile = "profile";

    private static readonly JsonParser Answers = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    // The contract's answer comes first: what is asked for with the same weight is given in this order.
    private static readonly (IArticleFormat? Format, MediaTypeHeaderValue Type)[] Forms =
    [
        (null, new("application/json")),
        .. ArticleFormats.All.Where(format => format.Name != "json").SelectMany(format => TypesOf(format).Select(type => ((IArticleFormat?)format, MediaTypeHeaderValue.Parse(type)))),
    ];

    /// <summary>All media types that an article is served in.</summary>
    public static IReadOnlyList<string> MediaTypes { get; } = [.. Forms.Select(form => form.Type.ToString())];

    /// <summary>The format that a request asks for, and its media type; null is the contract's own answer.</summary>
    /// <exception cref="RpcException">NOT_ACCEPTABLE: it asks for none that there is.</exception>
    public static (IArticleFormat Format, string MediaType)? Choose(HttpRequest request)
    {
        var ranges = request.GetTypedHeaders().Accept;
        if (ranges.Count == 0 && StringValues.IsNullOrEmpty(request.Headers.Accept))
        {
            return null;
        }

        var best = Forms.Select(form => (form.Format, form.Type, Match: Match(form.Type, ranges))).MaxBy(form => form.Match);
        return best.Match.Quality > 0
            ? best.Format is null ? null : (best.Format, best.Type.ToString())
            : throw RpcErrors.Of(NotAcceptable("An article is served in none of the media types that were asked for."));
    }

    /// <summary>Writes the contract's answer in another format.</summary>
    /// <param name="response">Gets the headers.</param>
    /// <param name="answer">A <c>GetArticleResponse</c> as JSON.</param>
    /// <param name="format">The format.</param>
    /// <param name="mediaType">As it was asked for.</param>
    /// <exception cref="RpcException">NOT_ACCEPTABLE: the article must not be used now, and the format cannot say so.</exception>
    public static byte[] Write(HttpResponse response, MemoryStream answer, IArticleFormat format, string mediaType)
    {
        var article = Answers.Parse<GetArticleResponse>(Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length)).Article;
        if (!ArticleFormats.MayWrite(format, article))
        {
            throw RpcErrors.Of(NotAcceptable($"The article must not be used now, and {format.Description} cannot say so."));
        }

        var document = ArticleFormats.Write(format, article);
        response.ContentType = mediaType.StartsWith("text/", StringComparison.Ordinal) ? mediaType + "; charset=utf-8" : mediaType;
        response.Headers.XContentTypeOptions = "nosniff";
        if (format.Name == "html")
        {
            // Nothing in it runs; pictures and films of others are shown.
            response.Headers.ContentSecurityPolicy = "default-src 'none'; img-src http: https:; media-src http: https:; style-src 'unsafe-inline'; sandbox";
        }

        if (document.Losses.Count > 0)
        {
            response.Headers[LossesHeader] = HeaderOf(document.Losses);
        }

        return document.Bytes;
    }

    private static Rejection NotAcceptable(string message) => new(ErrorReason.NotAcceptable, $"{message} The metadata name those that there are.")
    {
        Metadata = new Dictionary<string, string> { ["media_types"] = string.Join(", ", MediaTypes) },
    };

    private static IEnumerable<string> TypesOf(IArticleFormat format) => format.Name switch
    {
        // As they are asked for in the wild.
        "ninjs" => [format.MediaType, "application/vnd.iptc.ninjs+json", "application/ninjs+json"],
        _ => [format.MediaType],
    };

    /// <summary>What the most specific range says of a type: its weight, and how specific it is.</summary>
    private static (double Quality, int Rank) Match(MediaTypeHeaderValue type, IList<MediaTypeHeaderValue> ranges)
    {
        var (quality, rank) = (0d, 0);
        foreach (var range in ranges)
        {
            var own = RankOf(type, range);
            if (own > rank)
            {
                (quality, rank) = (range.Quality ?? 1, own);
            }
        }

        return (quality, rank);
    }

    private static int RankOf(MediaTypeHeaderValue type, MediaTypeHeaderValue range)
    {
        if (range.MatchesAllTypes)
        {
            return 1;
        }

        if (range.MatchesAllSubTypes)
        {
            return range.Type.Equals(type.Type, StringComparison.OrdinalIgnoreCase) ? 2 : 0;
        }

        var (asked, has) = (ProfileOf(range), ProfileOf(type));
        return !range.MediaType.Equals(type.MediaType, StringComparison.OrdinalIgnoreCase) ? 0
            : asked is null ? 3
            : asked.Equals(has, StringComparison.Ordinal) ? 4 : 0;
    }

    private static string? ProfileOf(MediaTypeHeaderValue type) =>
        type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals(Profile, StringComparison.OrdinalIgnoreCase))?.GetUnescapedValue().ToString().TrimEnd('#');

    // A header holds visible ASCII alone.
    private static string HeaderOf(IReadOnlyList<string> losses)
    {
        var text = new StringBuilder();
        foreach (var loss in losses)
        {
            if (text.Length + loss.Length > MaxLossesLength)
            {
                text.Append(", ...");
                break;
            }

            text.Append(text.Length > 0 ? ", " : "");
            foreach (var c in loss)
            {
                text.Append(c is >= ' ' and <= '~' ? c : '?');
            }
        }

        return text.ToString();
    }
}
