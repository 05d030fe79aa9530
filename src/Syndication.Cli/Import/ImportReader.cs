using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Syndication.Formats.WireText;
using Syndication.V1;

namespace Syndication.Cli.Import;

/// <summary>Reads articles from files, folders and standard input, one after the other. What cannot be read is an item too.</summary>
/// <param name="io">Where the files are.</param>
/// <param name="format">What they hold.</param>
/// <param name="text">For texts.</param>
/// <param name="renumber">Whether articles get the next version, and not the one that they have.</param>
internal sealed class ImportReader(CliIo io, InputFormat format, WireTextOptions text, bool renumber)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private long _bytes;

    /// <summary>The articles of files and folders, in the order of their names and lines.</summary>
    public async IAsyncEnumerable<ImportItem> ReadAsync(
        IEnumerable<string> paths, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var path in ImportFiles.Find(paths, io.FullPath))
        {
            await using var items = ReadFileAsync(path, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                ImportItem item;
                try
                {
                    if (!await items.MoveNextAsync())
                    {
                        break;
                    }

                    item = items.Current;
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    item = new(path, null) { Problem = exception.Message };
                }

                yield return item with { EndBytes = _bytes };
            }
        }
    }

    /// <summary>The contract's JSON names the article's place in its history; others come as the next version, or as new ones.</summary>
    private static PublishArticleRequest OfJson(Article article, bool renumber)
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

    private static PublishArticleRequest OfText(Article article)
    {
        // From the article's own bytes and not from what was understood of them, which may be more one day.
        article.ArticleId = "wire-" + Convert.ToHexStringLower(article.SourceDocument.Sha256.Span)[..32];
        return new() { Article = article, ExpectedVersion = 0, Change = ChangeType.New };
    }

    private static string Hash(IMessage message) => Convert.ToHexStringLower(SHA256.HashData(message.ToByteArray()));

    private async IAsyncEnumerable<ImportItem> ReadFileAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var stream = path == "-" ? io.In : new FileStream(io.FullPath(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        await using var source = new ByteSource(stream);
        var content = FormatOf(path);
        if (content == InputFormat.ByName)
        {
            content = await source.PeekAsync(cancellationToken) == '{' ? InputFormat.Ndjson : InputFormat.Text;
        }

        if (content != InputFormat.Ndjson)
        {
            // A text that is longer is refused; how much longer does not matter.
            var bytes = await source.ReadAllAsync(content == InputFormat.Text ? WireTextReader.MaxBytes + 1 : long.MaxValue, cancellationToken);
            _bytes += bytes.Length;
            foreach (var item in content == InputFormat.Text ? ReadText(path, bytes) : ReadJson(path, bytes))
            {
                yield return item;
            }

            yield break;
        }

        var number = 0;
        await foreach (var line in source.ReadLinesAsync(cancellationToken))
        {
            number++;
            _bytes += line.Length;
            if (!line.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
            {
                yield return ReadObject(new(path, number), line);
            }
        }
    }

    private InputFormat FormatOf(string path) => (format, Path.GetExtension(path).ToLowerInvariant()) switch
    {
        (not InputFormat.ByName, _) => format,
        (_, ".json") => InputFormat.Json,
        (_, ".ndjson" or ".jsonl") => InputFormat.Ndjson,
        _ => path == "-" ? InputFormat.ByName : InputFormat.Text,
    };

    private IEnumerable<ImportItem> ReadText(string path, byte[] bytes)
    {
        var items = WireTextReader.ReadAll(bytes, path == "-" ? "" : Path.GetFileName(path), text);
        return items.Select(item => new ImportItem(path, items.Count == 1 ? null : item.Line)
        {
            Request = item.Article is { } article ? Identified(OfText(article)) : null,
            Problem = item.Error?.Message,
        });
    }

    private IEnumerable<ImportItem> ReadJson(string path, byte[] bytes)
    {
        var single = new ImportItem(path, null);
        List<byte[]> objects;
        try
        {
            using var document = JsonDocument.Parse(WithoutMark(bytes));
            if (document.RootElement.ValueKind != JsonValueKind.Array)
            {
                return [ReadObject(single, bytes)];
            }

            objects = [.. document.RootElement.EnumerateArray().Select(element => Encoding.UTF8.GetBytes(element.GetRawText()))];
        }
        catch (JsonException exception)
        {
            return [single with { Problem = "not JSON: " + exception.Message }];
        }

        return objects.Select(json => ReadObject(single, json));
    }

    private ImportItem ReadObject(ImportItem item, byte[] json)
    {
        try
        {
            var text = Strict.GetString(WithoutMark(json).Span);
            if (UpdateOf(json) is not { } update)
            {
                return item with { Request = Identified(OfJson(JsonParser.Default.Parse<Article>(text), renumber)) };
            }

            return update.Article is { } article
                ? item with { Request = Identified(OfJson(article, renumber)) }
                : item with { Skipped = $"{update.Kind.ToString().ToUpperInvariant()} of {update.ArticleId} carries no article" };
        }
        catch (DecoderFallbackException)
        {
            return item with { Problem = "not UTF-8." };
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException or JsonException)
        {
            return item with { Problem = "not JSON of Article: " + exception.Message };
        }
    }

    /// <summary>The update, where the object is a line of <c>export</c>: its first property tells.</summary>
    private static Update? UpdateOf(byte[] json)
    {
        var reader = new Utf8JsonReader(WithoutMark(json).Span);
        if (!reader.Read() || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName
            || !(reader.ValueTextEquals("update"u8) || reader.ValueTextEquals("cursor"u8)))
        {
            return null;
        }

        using var document = JsonDocument.Parse(WithoutMark(json));
        return document.RootElement.TryGetProperty("update", out var update) ? JsonParser.Default.Parse<Update>(update.GetRawText()) : null;
    }

    private static ReadOnlyMemory<byte> WithoutMark(byte[] bytes) => bytes.AsMemory(bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0);

    // From all that is sent: the same import asks the same again, and whatever differs asks for something else.
    private static PublishArticleRequest Identified(PublishArticleRequest request)
    {
        request.RequestId = "import-" + Hash(request);
        return request;
    }
}
