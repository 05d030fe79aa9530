using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Syndication.V1;

namespace Syndication.Server.Http.Feeds;

/// <summary>A feed as <see href="https://www.jsonfeed.org/version/1.1/">JSON Feed 1.1</see>. It has no word for what was taken away: that is left out.</summary>
public static class JsonFeed
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/feed+json; charset=utf-8";

    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a feed.</summary>
    public static byte[] Write(Feed feed)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("version", "https://jsonfeed.org/version/1.1");
            json.WriteString("title", feed.Title);
            json.WriteString("feed_url", feed.First.AbsoluteUri);
            if (feed.Next is { } next)
            {
                json.WriteString("next_url", next.AbsoluteUri);
            }

            json.WriteStartArray("items");
            foreach (var item in feed.Page.Items.Where(item => !item.IsTakenAway))
            {
                Write(json, feed, item.Article);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Feed feed, Article article)
    {
        json.WriteStartObject();
        json.WriteString("id", Feed.IdOf(article));
        json.WriteString("url", feed.AddressOf(article).AbsoluteUri);
        json.WriteString("title", article.Headline);
        if (Feed.HtmlOf(article) is { Length: > 0 } html)
        {
            json.WriteString("content_html", html);
        }
        else
        {
            // An item must have a content of one kind.
            json.WriteString("content_text", article.Standfirst.Length > 0 ? article.Standfirst : article.Headline);
        }

        if (article.Standfirst.Length > 0)
        {
            json.WriteString("summary", article.Standfirst);
        }

        json.WriteString("date_published", (article.FirstPublishedTime ?? article.VersionTime).ToDateTimeOffset());
        json.WriteString("date_modified", article.VersionTime.ToDateTimeOffset());
        json.WriteString("language", article.Language);
        WriteAll(json, "authors", Feed.AuthorsOf(article), author =>
        {
            json.WriteStartObject();
            json.WriteString("name", author);
            json.WriteEndObject();
        });
        WriteAll(json, "tags", [.. article.Subjects.Select(subject => subject.Name.Length > 0 ? subject.Name : $"{subject.Scheme}:{subject.Code}").Distinct()], json.WriteStringValue);

        // Of an attachment the type must be known.
        WriteAll(json, "attachments", [.. Feed.FilesOf(article).Where(pair => pair.File.MediaType.Length > 0)], pair =>
        {
            json.WriteStartObject();
            json.WriteString("url", pair.File.Uri);
            json.WriteString("mime_type", pair.File.MediaType);
            if (pair.Media.Caption.Length > 0)
            {
                json.WriteString("title", pair.Media.Caption);
            }

            if (pair.File.SizeBytes > 0)
            {
                json.WriteNumber("size_in_bytes", pair.File.SizeBytes);
            }

            json.WriteEndObject();
        });

        // Custom objects begin with an underscore; this tells a correction from the version before.
        json.WriteStartObject("_syndication");
        json.WriteString("article_id", article.ArticleId);
        json.WriteNumber("version", article.Version);
        json.WriteString("change", article.Change.ToString().ToLowerInvariant());
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteAll<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> values, Action<T> write)
    {
        if (values.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in values)
        {
            write(value);
        }

        json.WriteEndArray();
    }
}
