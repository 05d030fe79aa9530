using System.Text;
using Google.Protobuf;
using Syndication.Cli.Import;
using Syndication.Findings;
using Syndication.Formats;
using Syndication.Formats.Archives;
using Syndication.Formats.Json;
using Syndication.Formats.WireText;
using Syndication.V1;

namespace Syndication.Cli.Check;

/// <summary>Reads the articles of a file together with their places in it.</summary>
internal sealed class CheckReader(WireTextOptions options)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// Reads a file: the contract's JSON, one object, an array, or one on each line; a format that shows itself to be one; otherwise
    /// wire text.
    /// </summary>
    public CheckedFile Read(string path, byte[] bytes)
    {
        if (ArticleArchive.IsArchive(bytes))
        {
            return new(path, "", Utf8, [], [(0, "an archive is not looked into: unpack it first.")]) { IsMendable = false };
        }

        var source = new FormatSource(bytes, path == "-" ? "" : path) { Language = options.Language, Charset = options.Charset };
        if (LinesOfJson.IsName(path) || LinesOfJson.Is(bytes))
        {
            return ReadLines(path, source);
        }

        return ArticleFormats.Recognize(source) switch
        {
            { Name: "text" } => ReadText(path, bytes),
            { Name: "json" } => ReadJson(path, bytes, isLines: false),
            var format => ReadFormat(path, source, format),
        };
    }

    /// <summary>Lines of the contract's JSON, or each in the format that it shows itself to be in.</summary>
    private static CheckedFile ReadLines(string path, FormatSource source)
    {
        var lines = Encoding.Latin1.GetString(source.Bytes.Span).Split('\n');
        if (!lines.Any(line => ArticleFormats.Recognize(LineOf(line)) is { Name: not "json" }))
        {
            return ReadJson(path, source.Bytes.ToArray(), isLines: true);
        }

        var text = Encoding.UTF8.GetString(source.Bytes.Span);
        var offsets = new LineIndex(text);
        var articles = new List<CheckedArticle>();
        var problems = new List<(int, string)>();
        foreach (var (line, number) in lines.Select((line, index) => (line, index + 1)).Where(pair => !string.IsNullOrWhiteSpace(pair.line)))
        {
            Add(ArticleFormats.Read(LineOf(line)).Items, text, offsets.OffsetOf(number), articles, problems);
        }

        return new(path, text, Utf8, articles, problems) { IsMendable = false };

        FormatSource LineOf(string line) => source with { Bytes = Encoding.Latin1.GetBytes(line), Name = "" };
    }

    /// <summary>Places are those of texts that stand in the file as they are, without markup or escapes inside them; the others have none.</summary>
    private static CheckedFile ReadFormat(string path, FormatSource source, IArticleFormat? format)
    {
        // Only to count lines: what is not UTF-8 keeps its ASCII.
        var text = Encoding.UTF8.GetString(source.Bytes.Span);
        var lines = new LineIndex(text);
        var articles = new List<CheckedArticle>();
        var problems = new List<(int, string)>();
        foreach (var item in ArticleFormats.Read(source, format).Items)
        {
            Add([item], text, lines.OffsetOf(item.Line ?? 1), articles, problems);
        }

        return new(path, text, Utf8, articles, problems) { IsMendable = false };
    }

    private static void Add(IReadOnlyList<FormatItem> items, string text, int start, List<CheckedArticle> articles, List<(int, string)> problems)
    {
        foreach (var item in items)
        {
            if (item.Article is { } article)
            {
                articles.Add(new(article, start, TextPlaces.Find(article, text, start, text.Length), IsJson: false) { Findings = Check(article) });
            }
            else
            {
                problems.Add((start, item.Refusal!.Message));
            }
        }
    }

    private CheckedFile ReadText(string path, byte[] bytes)
    {
        var items = WireTextReader.ReadAll(bytes, path == "-" ? "" : path, options);
        if (items.FirstOrDefault(item => item.Article is not null)?.Article is not { } first)
        {
            return new(path, "", Utf8, [], [.. items.Select(item => (0, item.Error!.Message))]);
        }

        var encoding = EncodingOf(first.SourceDocument.MediaType);
        var text = encoding.GetString(bytes);
        var articles = new List<CheckedArticle>();
        var problems = new List<(int, string)>();
        var start = 0;
        foreach (var item in items)
        {
            var end = start + encoding.GetCharCount(bytes, item.Offset, item.Length);
            if (item.Article is { } article)
            {
                var places = TextPlaces.Find(article, text, start, end);
                var controls = ControlCharacters.Find(text, start, end, places);
                articles.Add(new(article, start, places, IsJson: false) { Findings = [.. controls, .. Check(article)] });
            }
            else
            {
                problems.Add((start, item.Error!.Message));
            }

            start = end;
        }

        return new(path, text, encoding, articles, problems);
    }

    private static CheckedFile ReadJson(string path, byte[] bytes, bool isLines)
    {
        if (!isLines && SafeJson.Refuse(bytes, FormatLimits.Default) is { } refusal)
        {
            return new(path, "", Utf8, [], [(0, refusal.Message)]);
        }

        string text;
        try
        {
            text = Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return new(path, "", Utf8, [], [(0, "not UTF-8.")]);
        }

        var articles = new List<CheckedArticle>();
        var problems = new List<(int, string)>();
        foreach (var (start, length) in JsonPlaces.Split(text, isLines))
        {
            try
            {
                var (json, offset, places) = JsonPlaces.Find(text, start, length);
                var article = JsonParser.Default.Parse<Article>(json);
                articles.Add(new(article, offset, places, IsJson: true) { Findings = Check(article) });
            }
            catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidJsonException or System.Text.Json.JsonException)
            {
                problems.Add((start, "not JSON of Article: " + exception.Message));
            }
        }

        return new(path, text, Utf8, articles, problems);
    }

    private static IReadOnlyList<Finding> Check(Article article) => ArticleChecker.Check(article, ArticleChecker.Unlimited).Findings;

    private static Encoding EncodingOf(string mediaType)
    {
        var name = mediaType[(mediaType.IndexOf('=', StringComparison.Ordinal) + 1)..];
        var encoding = (Encoding)(name switch
        {
            "windows-1252" => CodePagesEncodingProvider.Instance.GetEncoding(1252)!,
            "utf-16le" => new UnicodeEncoding(bigEndian: false, byteOrderMark: false),
            "utf-16be" => new UnicodeEncoding(bigEndian: true, byteOrderMark: false),
            "iso-8859-1" => Encoding.Latin1,
            _ => Utf8,
        }).Clone();
        encoding.EncoderFallback = EncoderFallback.ExceptionFallback;
        return encoding;
    }
}
