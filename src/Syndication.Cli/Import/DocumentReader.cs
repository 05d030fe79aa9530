using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Syndication.Formats;
using Syndication.Formats.Json;
using Syndication.V1;

namespace Syndication.Cli.Import;

/// <summary>Makes publish requests of documents: of all formats, and of what <c>export</c> writes.</summary>
/// <param name="format">What documents are; null: each shows itself.</param>
/// <param name="options">For texts.</param>
/// <param name="renumber">Whether articles of the contract's JSON get the next version, and not the one that they have.</param>
internal sealed class DocumentReader(IArticleFormat? format, ImportOptions options, bool renumber)
{
    private const string Json = "json";
    private const string Text = "text";

    /// <summary>A reason as programs read it, such as <c>UNSUPPORTED_ITEM</c>.</summary>
    public static string NameOf(FormatRefusalReason reason) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(reason.ToString());

    public static ImportItem Refused(ImportItem item, FormatRefusal refusal) => item with { Problem = refusal.Message, Reason = NameOf(refusal.Reason) };

    /// <summary>All articles of a document.</summary>
    /// <param name="path">Its name, or its place in an archive.</param>
    /// <param name="bytes">All of it, or more than a document may have.</param>
    public IEnumerable<ImportItem> Read(string path, ReadOnlyMemory<byte> bytes)
    {
        var source = new FormatSource(bytes, path == "-" ? "" : path[(path.LastIndexOf("!/", StringComparison.Ordinal) + 1)..]) { Language = options.Language, Charset = options.Charset };
        var chosen = format ?? ArticleFormats.Recognize(source);
        if (chosen?.Name == Json && bytes.Length <= source.Limits.MaxBytes)
        {
            return ReadJson(path, source);
        }

        return ReadOther(new(path, null), source, chosen);
    }

    /// <summary>An article of the contract's JSON, a line of <c>export</c>, or an object of another format of JSON, which may hold several.</summary>
    public IEnumerable<ImportItem> ReadObject(ImportItem item, ReadOnlyMemory<byte> json)
    {
        var bytes = WithoutMark(json);
        var source = new FormatSource(bytes, "") { Language = options.Language };
        return (format ?? ArticleFormats.Recognize(source)) is { Name: not (Json or Text) } other
            ? ReadOther(item, source, other)
            : [SafeJson.Refuse(bytes, source.Limits) is { } refusal ? Refused(item, refusal) : ReadContract(item, bytes)];
    }

    private static IEnumerable<ImportItem> ReadOther(ImportItem place, FormatSource source, IArticleFormat? format)
    {
        var reading = ArticleFormats.Read(source, format);
        var isOne = reading.Items.Count == 1;
        return reading.Items.Select(item => OfItem(
            place with { Line = place.Line ?? (isOne ? null : item.Line), Number = place.Number ?? (isOne ? null : item.Number), Notes = item.Notes },
            item,
            reading.Format,
            isOne));
    }

    private ImportItem ReadContract(ImportItem item, ReadOnlyMemory<byte> json)
    {
        try
        {
            if (UpdateOf(json) is { } update)
            {
                return update.Article is { } article
                    ? item with { Request = Identified(OfJson(article)) }
                    : item with { Skipped = $"{update.Kind.ToString().ToUpperInvariant()} of {update.ArticleId} carries no article" };
            }

            return item with { Request = Identified(OfJson(JsonParser.Default.Parse<Article>(Encoding.UTF8.GetString(json.Span)))) };
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException)
        {
            return item with { Problem = "not JSON of Article: " + exception.Message, Reason = NameOf(FormatRefusalReason.NotThisFormat) };
        }
    }

    private static string Hash(IMessage message) => Convert.ToHexStringLower(SHA256.HashData(message.ToByteArray()));

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> bytes) => bytes[(bytes.Span.StartsWith("\uFEFF"u8) ? 3 : 0)..];

    /// <summary>The update, where the object is a line of <c>export</c>: its first property tells.</summary>
    private static Update? UpdateOf(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span);
        if (!reader.Read() || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName
            || !(reader.ValueTextEquals("update"u8) || reader.ValueTextEquals("cursor"u8)))
        {
            return null;
        }

        using var document = JsonDocument.Parse(json, new() { MaxDepth = FormatLimits.Default.MaxDepth });
        return document.RootElement.TryGetProperty("update", out var update) ? JsonParser.Default.Parse<Update>(update.GetRawText()) : null;
    }

    // From what the article says, and not from the bytes that said it: the same import asks the same again, and so does the same item
    // in another feed, or in a file with other line ends. Which edition it is, is part of it.
    private static PublishArticleRequest Identified(PublishArticleRequest request)
    {
        var said = request.Clone();
        if (said.Article.SourceDocument is { } source)
        {
            said.Article.SourceDocument = new() { Version = source.Version, VersionTime = source.VersionTime };
        }

        request.RequestId = "import-" + Hash(said);
        return request;
    }

    /// <summary>An item of a foreign format: the next version of its article, unless its source does not let it be used.</summary>
    private static ImportItem OfItem(ImportItem item, FormatItem read, IArticleFormat format, bool isOne)
    {
        if (read.Refusal is { } refusal)
        {
            return Refused(item, refusal);
        }

        var article = read.Article!;
        if (article.Status is ArticleStatus.Withheld or ArticleStatus.Withdrawn)
        {
            // Publishing makes usable: what its source holds or has killed must not come out here.
            return item with
            {
                Problem = article.Status == ArticleStatus.Withheld
                    ? "its source withholds it: it is not published."
                    : $"its source has killed it: it is not published, and 'wire withdraw {article.ArticleId}' kills it here.",
                Reason = article.Status == ArticleStatus.Withheld ? "SOURCE_WITHHELD" : "SOURCE_WITHDRAWN",
            };
        }

        if (!isOne && article.SourceDocument is { } source && format.Name != Text)
        {
            // Another item of the document must not make another version of this one.
            source.Sha256 = ByteString.Empty;
            source.SizeBytes = 0;
        }

        if (format.Name == Text)
        {
            // Its id comes from its bytes: there are no other versions of it.
            return item with { Request = Identified(new() { Article = article, ExpectedVersion = 0, Change = ChangeType.New }) };
        }

        // Set by the server; a foreign number counts its source's editions, of which an older one may arrive later. RSS knows one time
        // of an item.
        article.SourceDocument ??= new();
        article.SourceDocument.VersionTime = article.VersionTime ?? (format.Name.StartsWith("rss", StringComparison.Ordinal) ? article.CreatedTime : null);
        if (article.SourceDocument.Version == 0)
        {
            article.SourceDocument.Version = article.Version;
        }

        (article.Version, article.Status, article.Change) = (0, ArticleStatus.Unspecified, ChangeType.Unspecified);
        (article.VersionTime, article.FirstPublishedTime) = (null, null);
        if (article.ArticleId.Length == 0)
        {
            var content = article.Clone();
            content.SourceDocument = null;
            article.ArticleId = "wire-" + Hash(content)[..32];
        }

        return item with { Request = Identified(new() { Article = article }) };
    }

    /// <summary>The contract's JSON names the article's place in its history; others come as the next version, or as new ones.</summary>
    private PublishArticleRequest OfJson(Article article)
    {
        var request = new PublishArticleRequest { Article = article };
        if (article.ArticleId.Length == 0)
        {
            article.ArticleId = "wire-" + Hash(article)[..32];
        }

        if (article.Version > 0 && !renumber)
        {
            request.ExpectedVersion = article.Version - 1;
        }

        request.Change = renumber ? ChangeType.Unspecified : article.Change;
        return request;
    }

    private IEnumerable<ImportItem> ReadJson(string path, FormatSource source)
    {
        var single = new ImportItem(path, null);
        if (SafeJson.Refuse(source.Bytes, source.Limits) is { } refusal)
        {
            return [Refused(single, refusal)];
        }

        using var document = JsonDocument.Parse(WithoutMark(source.Bytes), new() { MaxDepth = source.Limits.MaxDepth });
        return document.RootElement.ValueKind == JsonValueKind.Array
            ? [.. document.RootElement.EnumerateArray().SelectMany((element, index) =>
                ReadObject(single with { Number = index + 1 }, Encoding.UTF8.GetBytes(element.GetRawText())))]
            : ReadObject(single, source.Bytes);
    }
}
