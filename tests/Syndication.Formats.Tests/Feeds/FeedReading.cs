using System.Globalization;
using System.ServiceModel.Syndication;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Syndication.Formats.Feeds;

namespace Syndication.Formats.Tests.Feeds;

/// <summary>A feed as it was read, under the names that the comments of the documents use.</summary>
internal static partial class FeedReading
{
    private static readonly XNamespace Dc = FeedNames.Dc;
    private static readonly XNamespace Terms = FeedNames.DcTerms;

    public static JsonObject Of(FeedDocument document)
    {
        var isRss = document.Version != "atom10";
        return new()
        {
            ["version"] = document.Version,
            ["bozo"] = false,
            ["feed"] = Feed(document.Feed, isRss),
            ["entries"] = new JsonArray([.. document.Feed.Items.Select(item => Entry(item, isRss))]),
        };
    }

    private static JsonObject Feed(SyndicationFeed feed, bool isRss)
    {
        var more = FeedElements.Extensions(feed.ElementExtensions);
        var reading = new JsonObject();
        Texts(reading, "title", feed.Title, more.Text(Dc + "title"), isRss);
        Texts(reading, "subtitle", feed.Description, more.Text(Dc + "description"), isRss);
        Texts(reading, "rights", feed.Copyright, more.Text(Dc + "rights"), isRss);
        (reading["description"], reading["tagline"], reading["copyright"]) = (reading["subtitle"]?.DeepClone(), reading["subtitle"]?.DeepClone(), reading["rights"]?.DeepClone());
        Set(reading, "id", feed.Id);
        Set(reading, "guid", feed.Id);
        Set(reading, "generator", feed.Generator);
        reading["generator_detail"] = new JsonObject { ["name"] = feed.Generator };
        Set(reading, "icon", more.Text(FeedNames.Atom + "icon"));
        Set(reading, "logo", feed.ImageUrl?.OriginalString);
        Set(reading, "docs", feed.Documentation?.Uri.OriginalString);
        Set(reading, "ttl", feed.TimeToLive is { } ttl ? ((int)ttl.TotalMinutes).ToString(CultureInfo.InvariantCulture) : null);
        Set(reading, "language", feed.Language);
        Links(reading, feed.Links);
        People(reading, feed.Authors, feed.Contributors, more);
        Tags(reading, feed.Categories, more);
        Times(reading, feed.LastUpdatedTime, DateTimeOffset.MinValue, more);
        Frames(reading, more, feed);
        return reading;
    }

    private static JsonObject Entry(SyndicationItem item, bool isRss)
    {
        var more = FeedElements.Extensions(item.ElementExtensions);
        var reading = new JsonObject();
        Texts(reading, "title", item.Title, more.Text(Dc + "title"), isRss);
        Texts(reading, "summary", item.Summary, more.Text(Dc + "description", "summary"), isRss);
        Texts(reading, "rights", item.Copyright, more.Text(Dc + "rights"), isRss);
        (reading["description"], reading["copyright"]) = (reading["summary"]?.DeepClone(), reading["rights"]?.DeepClone());
        Set(reading, "id", item.Id ?? more.Text(Dc + "identifier"));
        Set(reading, "guid", item.Id);
        Content(reading, item, more);
        Links(reading, item.Links);
        People(reading, item.Authors, item.Contributors, more);
        Tags(reading, item.Categories, more);
        Times(reading, item.LastUpdatedTime, item.PublishDate, more);
        Set(reading, "comments", more.Text("comments"));
        var license = more.Find(element => element.Name.LocalName == "license");
        Set(reading, "license", license?.Attributes().FirstOrDefault(attribute => attribute.Name.LocalName == "resource")?.Value ?? license?.Value);
        reading["guidislink"] = isRss && item.Id is not null && item.Links.Any(link => link.Uri.OriginalString == item.Id);
        if (item.SourceFeed is { } source)
        {
            reading["source"] = Feed(source, isRss: false);
            if (isRss)
            {
                Set((JsonObject)reading["source"]!, "href", source.Links.FirstOrDefault()?.Uri.OriginalString);
            }
        }

        return reading;
    }

    private static void Texts(JsonObject reading, string name, TextSyndicationContent? content, string other, bool isRss)
    {
        if (content is null && other.Length == 0)
        {
            return;
        }

        var text = content is null ? other : content.Type == "xhtml" ? Inner(content.Text) : content.Text ?? "";
        var isMarkup = FeedElements.Of(content, isRss).IsMarkup;
        Set(reading, name, text);
        reading[name + "_detail"] = new JsonObject
        {
            ["value"] = text.Trim(),
            ["type"] = content?.Type switch { "xhtml" => "application/xhtml+xml", "html" => "text/html", _ => isMarkup && isRss ? "text/html" : "text/plain" },
        };
    }

    private static void Content(JsonObject reading, SyndicationItem item, List<XElement> more)
    {
        JsonObject? content = null;
        if (item.Content is UrlSyndicationContent url)
        {
            content = new() { ["src"] = url.Url.OriginalString, ["type"] = url.Type };
        }
        else if (item.Content is not null)
        {
            var (text, _) = FeedElements.Of(item.Content);
            content = new()
            {
                ["value"] = (item.Content.Type == "xhtml" ? Inner(text) : text).Trim(),
                ["type"] = item.Content.Type switch { "xhtml" => "application/xhtml+xml", "html" => "text/html", "text" => "text/plain", var type => type },
            };
        }
        else if (more.Text(FeedNames.Content + "encoded", "fullitem") is { Length: > 0 } encoded)
        {
            content = new() { ["value"] = encoded, ["type"] = "text/html" };
        }
        else if (more.Find(element => element.Name == FeedNames.Xhtml + "body") is { } body)
        {
            content = new() { ["value"] = Inner(body.ToString(SaveOptions.DisableFormatting)).Trim(), ["type"] = "application/xhtml+xml" };
        }

        if (content is not null)
        {
            reading["content"] = new JsonArray(content);
        }
    }

    private static void Links(JsonObject reading, IEnumerable<SyndicationLink> links)
    {
        var all = links.Select(Link).ToList();
        reading["links"] = new JsonArray([.. all]);
        reading["enclosures"] = new JsonArray([.. all.Where(link => (string?)link["rel"] == "enclosure").Select(Enclosure)]);
        Set(reading, "link", (string?)all.Find(link => (string?)link["rel"] == "alternate")?["href"]);
    }

    private static JsonObject Enclosure(JsonObject link)
    {
        var enclosure = (JsonObject)link.DeepClone();
        enclosure.Remove("rel");
        return enclosure;
    }

    private static JsonObject Link(SyndicationLink link)
    {
        var relation = link.RelationshipType is { Length: > 0 } named ? Iana().Replace(named, "") : "alternate";
        var reading = new JsonObject
        {
            ["rel"] = relation,
            ["type"] = link.MediaType ?? (relation == "self" ? "application/atom+xml" : "text/html"),
            ["href"] = (link.GetAbsoluteUri() ?? link.Uri)?.OriginalString,
        };
        Set(reading, "title", link.Title);
        Set(reading, "hreflang", link.AttributeExtensions.FirstOrDefault(pair => pair.Key.Name == "hreflang").Value);
        Set(reading, "length", link.Length > 0 ? link.Length.ToString(CultureInfo.InvariantCulture) : null);
        return reading;
    }

    private static void People(JsonObject reading, IEnumerable<SyndicationPerson> authors, IEnumerable<SyndicationPerson> contributors, List<XElement> more)
    {
        var people = authors.Select(Person)
            .Concat(more.Where(element => element.Name == Dc + "creator" || element.Name == Dc + "author" || element.Name == "author" || element.Name == "managingEditor").Select(element => Person(element.Value))).ToList();
        reading["authors"] = new JsonArray([.. people.Select(person => person.DeepClone())]);
        if (people.Count > 0)
        {
            reading["author_detail"] = people[0].DeepClone();
            reading["author"] = Line(people[0]);
        }

        reading["contributors"] = new JsonArray([.. contributors.Select(Person).Concat(more.Where(element => element.Name == Dc + "contributor").Select(element => Person(element.Value)))]);
        if (more.Find(element => element.Name == Dc + "publisher" || element.Name == "webMaster") is { } publisher)
        {
            reading["publisher_detail"] = Person(publisher.Value);
            reading["publisher"] = Line(Person(publisher.Value));
        }

        static string Line(JsonObject person) => ((string?)person["name"], (string?)person["email"]) switch
        {
            ({ } name, { } email) => $"{name} ({email})",
            var (name, email) => name ?? email ?? "",
        };
    }

    private static JsonObject Person(SyndicationPerson person)
    {
        var reading = string.IsNullOrEmpty(person.Name) && person.Email is { } line ? Person(line) : [];
        Set(reading, "name", person.Name);
        Set(reading, "email", person.Name is { Length: > 0 } ? person.Email : null);
        Set(reading, "href", person.Uri);
        return reading;
    }

    private static JsonObject Person(string text)
    {
        var (name, email) = FeedElements.Person(text);
        var reading = new JsonObject();
        Set(reading, "name", name);
        Set(reading, "email", email);
        return reading;
    }

    private static void Tags(JsonObject reading, IEnumerable<SyndicationCategory> categories, List<XElement> more)
    {
        var tags = categories.Select(category => new JsonObject { ["term"] = category.Name, ["scheme"] = category.Scheme, ["label"] = category.Label })
            .Concat(more.Where(element => element.Name == Dc + "subject").Select(element => new JsonObject { ["term"] = element.Value, ["scheme"] = null, ["label"] = null })).ToList();
        reading["tags"] = new JsonArray([.. tags]);
        reading["categories"] = new JsonArray([.. tags.Select(tag => new JsonArray((string?)tag["scheme"], (string?)tag["term"]))]);
        Set(reading, "category", (string?)tags.FirstOrDefault()?["term"]);
    }

    private static void Times(JsonObject reading, DateTimeOffset updated, DateTimeOffset published, List<XElement> more)
    {
        Time(reading, "updated", updated, more.Text(Terms + "modified", Dc + "date"));
        Time(reading, "published", published, more.Text(Terms + "issued", "pubDate"));
        Time(reading, "created", DateTimeOffset.MinValue, more.Text(Terms + "created"));
        Time(reading, "expired", DateTimeOffset.MinValue, more.LastOrDefault(element => element.Name == "expirationDate")?.Value ?? "");
        var valid = more.Text(Terms + "valid");
        Time(reading, "validity_start", DateTimeOffset.MinValue, ValidityStart().Match(valid).Groups[1].Value);
        Time(reading, "validity_end", DateTimeOffset.MinValue, ValidityEnd().Match(valid).Groups[1].Value);
    }

    // As the fields of Python's time: the day of the week from Monday, then that of the year.
    private static void Time(JsonObject reading, string name, DateTimeOffset read, string other)
    {
        var time = read.UtcDateTime == DateTime.MinValue ? SourceTime.Parse(other)?.ToDateTime() : read.UtcDateTime;
        Set(reading, name, other.Length > 0 ? other : read.UtcDateTime == DateTime.MinValue ? null : read.ToString("r", CultureInfo.InvariantCulture));
        if (time is { } utc)
        {
            reading[name + "_parsed"] = new JsonArray(utc.Year, utc.Month, utc.Day, utc.Hour, utc.Minute, utc.Second, ((int)utc.DayOfWeek + 6) % 7, utc.DayOfYear, 0);
        }
    }

    private static void Frames(JsonObject reading, List<XElement> more, SyndicationFeed feed)
    {
        foreach (var (element, name) in more.Select(element => (element, element.Name.LocalName.ToLowerInvariant())).Where(pair => pair.Item2 is "image" or "textinput" or "cloud"))
        {
            var frame = new JsonObject();
            foreach (var inner in element.Elements())
            {
                frame[inner.Name.LocalName] = int.TryParse(inner.Value, out var number) ? number : inner.Value.Trim();
            }

            foreach (var attribute in element.Attributes())
            {
                frame[attribute.Name.LocalName.ToLowerInvariant()] = attribute.Value;
            }

            reading[name] = frame;
        }

        if (feed.ImageUrl is { } image)
        {
            reading["image"] = new JsonObject { ["url"] = image.OriginalString };
        }

        if (feed.TextInput is { } input)
        {
            reading["textinput"] = new JsonObject { ["title"] = input.Title, ["name"] = input.Name, ["description"] = input.Description, ["link"] = input.Link?.Uri.OriginalString };
        }
    }

    private static string Inner(string xhtml)
    {
        var root = XElement.Parse(xhtml, LoadOptions.PreserveWhitespace);
        foreach (var element in root.DescendantsAndSelf())
        {
            element.Name = element.Name.LocalName;
            element.Attributes().Where(attribute => attribute.IsNamespaceDeclaration).Remove();
        }

        return string.Concat(root.Nodes().Select(node => node.ToString(SaveOptions.DisableFormatting)));
    }

    private static void Set(JsonObject reading, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            // As the comments write it.
            reading[name] = value.Trim().Replace("<br/>", "<br />", StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("^http://www\\.iana\\.org/assignments/relation/")]
    private static partial Regex Iana();

    [GeneratedRegex("start=([^;]*)")]
    private static partial Regex ValidityStart();

    [GeneratedRegex("end=([^;]*)")]
    private static partial Regex ValidityEnd();
}
