using System.Text.Json.Nodes;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Syndication.Formats.Html;
using Syndication.Formats.Json;
using Syndication.Formats.Markup;
using Syndication.V1;

namespace Syndication.Formats.Ninjs;

/// <summary>
/// Reads a news object. What the article has no field for is found by writing the article again and comparing, and kept as an
/// extension.
/// </summary>
internal static partial class NinjsReader
{
    // Which description is the standfirst, best first. Without a role: a simple description.
    private static readonly string[] SummaryRoles = ["", "summary", "standfirst", "lead", "abstract", "text", "caption"];

    public static Article Read(JsonObject document, FormatSource source, SourceNotes notes)
    {
        document = NinjsNames.ToVersion3(document);
        if (document.Text("uri") is not { Length: > 0 } && !document.Objects("headlines").Any())
        {
            throw new FormatRefusedException(FormatRefusalReason.NotThisFormat, "it has neither uri nor headlines: no news object of ninjs.");
        }

        var article = new Article();
        article.SourceDocument = ArticleCompletion.Describe(source, "application/ninjs+json");
        SourceVersion.Set(article, document["version"] is JsonValue number ? number.ToString() : null, notes);
        ReadIdentity(article, document, notes);
        ReadTexts(article, document);
        ReadConcepts(article, document);
        ReadProvenance(article, document);
        ReadMedia(article, document);
        ReadBody(article, document, notes);
        ArticleCompletion.Complete(article, source, notes, document.Text("title"));
        Keep(article, document, notes);
        return article;
    }

    /// <summary>The end of the embargo. Whatever stands in its place without being a date is not passed over, nor is a name in another case.</summary>
    /// <exception cref="FormatRefusedException">There is one that cannot be understood.</exception>
    private static Timestamp? EmbargoOf(JsonObject document)
    {
        Timestamp? latest = null;
        foreach (var (name, value) in document)
        {
            if (value is not null
                && (name.Equals("embargoedUntil", StringComparison.OrdinalIgnoreCase) || name.Equals("embargoed", StringComparison.OrdinalIgnoreCase)))
            {
                var end = SourceStatus.Embargo(value.AsText()) ?? throw SourceStatus.NoEmbargo(value.ToJsonString());
                latest = latest is null || end > latest ? end : latest;
            }
        }

        return latest;
    }

    private static void ReadIdentity(Article article, JsonObject document, SourceNotes notes)
    {
        ArticleIdentity.Set(article, document.Text("uri"));
        foreach (var id in document.Objects("altIds"))
        {
            if (id.Text("role") == NinjsWriter.StoryRole)
            {
                article.StoryId = SourceText.Line(id.Text("value"));
            }
            else
            {
                ArticleIdentity.Add(article, id.Text("role"), id.Text("value"));
            }
        }

        article.ItemType = NinjsWriter.Types.FirstOrDefault(pair => pair.Name == document.Text("type")).Type;
        article.Profile = SourceText.Line(document.Text("profile"));
        article.Status = SourceStatus.Read(document.Text("pubStatus"), notes);
        article.EmbargoTime = EmbargoOf(document);
        article.ExpireTime = SourceTime.Parse(document.Text("expires"));
        article.VersionTime = SourceTime.Parse(document.Text("versionCreated"));
        article.CreatedTime = SourceTime.Parse(document.Text("firstCreated")) ?? SourceTime.Parse(document.Text("contentCreated"));
        article.Urgency = document.Number("urgency") is >= 1 and <= 9 and var urgency ? (int)urgency : 0;
        article.Language = document.Text("language") ?? "";
    }

    private static void ReadTexts(Article article, JsonObject document)
    {
        var headlines = document.Objects("headlines").Where(headline => !string.IsNullOrWhiteSpace(headline.Text("value"))).ToList();
        var main = headlines.Find(headline => headline.Text("role") is null or "" or "main") ?? headlines.FirstOrDefault();
        foreach (var headline in headlines)
        {
            var text = SourceText.Line(Plain(headline));
            switch (headline.Text("role"))
            {
                case var _ when headline == main:
                    article.Headline = text;
                    break;
                case NinjsWriter.KickerRole:
                    article.Kicker = text;
                    break;
                case { Length: > 0 } role when article.HeadlineVariants.Count < 20 && article.HeadlineVariants.All(variant => variant.Purpose != SourceText.Line(role)) && SourceText.Line(role).Length > 0 && text.Length > 0:
                    article.HeadlineVariants.Add(new HeadlineVariant { Purpose = SourceText.Line(role), Text = text });
                    break;
            }
        }

        ReadDescriptions(article, document);
        article.Slugline = SourceText.Line(document.Text("slugline"));
        article.EditorialNote = SourceText.Lines(document.Text("edNote"));
        if (SourceText.Line(document.Text("by")) is { Length: > 0 } by)
        {
            article.Byline = new() { Text = by };
        }

        if (SourceText.Line(document.Text("located")) is { Length: > 0 } place)
        {
            (article.Dateline ??= new()).Place = place;
        }
    }

    private static void ReadDescriptions(Article article, JsonObject document)
    {
        var descriptions = document.Objects("descriptions").ToList();
        foreach (var description in descriptions)
        {
            var text = SourceText.Lines(Plain(description));
            switch (description.Text("role"))
            {
                case NinjsWriter.PublicNoteRole:
                    article.PublicNote = text;
                    break;
                case NinjsWriter.DatelineRole:
                    (article.Dateline ??= new()).Text = SourceText.Line(text);
                    break;
                case NinjsWriter.CorrectionRole:
                    article.Change = ChangeType.Correction;
                    (article.Correction ??= new()).Note = text;
                    break;
                case NinjsWriter.WrongTextRole:
                    (article.Correction ??= new()).WrongText = text;
                    break;
                case NinjsWriter.RightTextRole:
                    (article.Correction ??= new()).RightText = text;
                    break;
            }
        }

        article.Standfirst = SummaryRoles
            .SelectMany(role => descriptions.Where(description => (description.Text("role") ?? "") == role))
            .Select(description => SourceText.Lines(Plain(description)))
            .FirstOrDefault(text => text.Length > 0) ?? "";
    }

    private static void ReadConcepts(Article article, JsonObject document)
    {
        Read("subjects", article.Subjects);
        Read("genres", article.Genres);
        Read("people", article.People);
        Read("organisations", article.Organisations);
        Read("places", article.Places);
        Read("events", article.Events);

        void Read(string name, RepeatedField<Concept> concepts)
        {
            foreach (var node in document.Objects(name))
            {
                var concept = new Concept { Name = SourceText.Line(node.Text("name")) };
                (concept.Scheme, concept.Code) = node.Text("uri") is { Length: > 0 } uri ? ConceptCodes.OfUri(SourceText.Line(uri)) : ("", SourceText.Line(node.Text("literal")));
                if (node.Number("relevance") is >= 0 and <= 100 and var relevance)
                {
                    concept.Relevance = (int)relevance;
                }

                concept.Origin = node.Text("creator") switch
                {
                    NinjsWriter.EditorOrigin => ConceptOrigin.Editor,
                    NinjsWriter.MachineOrigin => ConceptOrigin.Machine,
                    _ => ConceptOrigin.Unspecified,
                };
                ConceptCodes.Add(concepts, concept);
            }
        }
    }

    private static void ReadProvenance(Article article, JsonObject document)
    {
        foreach (var node in document.Objects("infoSources"))
        {
            var source = new InfoSource
            {
                Name = SourceText.Line(node.Text("name")),
                Code = SourceText.Line(node.Text("uri") ?? node.Text("literal")),
                Role = SourceText.Line(node.Text("role")),
            };
            if (source.Role == NinjsWriter.ProviderRole && article.Provider is null)
            {
                article.Provider = new() { Name = source.Name, Code = source.Code };
            }
            else if (source.Name.Length > 0 && article.InfoSources.Count < 100)
            {
                article.InfoSources.Add(source);
            }
        }

        if (document["digitalSourceType"] is JsonObject type && type.Text("uri") is { } uri && ConceptCodes.OfUri(uri) is ("digsrctype", var code) && code.All(char.IsAsciiLetterOrDigit))
        {
            article.DigitalSourceType = code;
        }

        article.Rights = ReadRights(document);
    }

    private static Rights? ReadRights(JsonObject node)
    {
        var rights = new Rights
        {
            CopyrightHolder = SourceText.Line(node.Text("copyrightHolder")),
            CopyrightNotice = SourceText.Lines(node.Text("copyrightNotice")),
            UsageTerms = SourceText.Lines(node.Text("usageTerms")),
        };
        return rights.CalculateSize() > 0 ? rights : null;
    }

    private static void ReadBody(Article article, JsonObject document, SourceNotes notes)
    {
        var bodies = document.Objects("bodies").Where(body => !string.IsNullOrWhiteSpace(body.Text("value"))).ToList();
        if (bodies.MinBy(BodyRank) is not { } best)
        {
            return;
        }

        var value = best.Text("value")!;
        switch (BodyRank(best))
        {
            case 0 or 3:
                new BodyReader(article, notes, baseUri: null).Read(new HtmlMarkup(SafeHtml.Parse(value, FormatLimits.Default).DocumentElement));
                break;
            case 1:
                ReadNitf(article, value, notes);
                break;
            default:
                PlainBody.Read(article, value);
                break;
        }

        // Of the others nothing is kept: a correction would leave the wrong text in them.
        for (var i = 0; i < bodies.Count; i++)
        {
            if (bodies[i] != best)
            {
                notes.LeftOut($"bodies[{i}]", $"another form of the text: {SourceText.Cut(SourceText.Line(bodies[i].Text("contentType") ?? bodies[i].Text("role")), 60)}");
            }
        }

        document["bodies"] = new JsonArray(Described(best, article));
    }

    // As the writer would give it, so that what else the document says of its body is found.
    private static JsonObject Described(JsonObject body, Article article)
    {
        var described = body.DeepClone().AsObject();
        described["value"] = BodyHtml.Write(article);
        described.Remove("charCount");
        described.Remove("wordCount");
        return described;
    }

    // HTML says most; NITF next; then plain text; then whatever is not known but has markup.
    private static int BodyRank(JsonObject body)
    {
        var type = body.Text("contentType")?.ToLowerInvariant() ?? "";
        var value = body.Text("value")!.AsSpan().TrimStart();
        return type switch
        {
            _ when type.Contains("html", StringComparison.Ordinal) => 0,
            _ when type.Contains("nitf", StringComparison.Ordinal) => 1,
            "" when value.StartsWith("<") => 3,
            "" or "text/plain" => 2,
            _ => value.StartsWith("<") ? 3 : 4,
        };
    }

    private static void ReadNitf(Article article, string value, SourceNotes notes)
    {
        var root = new XmlMarkup(Xml.SafeXml.Parse(value, FormatLimits.Default));
        new BodyReader(article, notes, baseUri: null).Read(root.Find("body.content") ?? root);
    }

    private static string? Plain(JsonObject text) => text.Text("contentType")?.Contains("html", StringComparison.OrdinalIgnoreCase) == true
        ? HtmlText.Strip(text.Text("value") ?? "")
        : text.Text("value");

    private static void Keep(Article article, JsonObject document, SourceNotes notes)
    {
        if (JsonRest.Find(document, NinjsWriter.Write(article)) is { } rest)
        {
            // The writer says itself which standard it follows.
            rest.Remove("standard");
            foreach (var path in JsonRest.Paths(rest).Distinct())
            {
                notes.Kept(path);
            }

            if (rest.Count > 0)
            {
                SourceExtensions.Put(article, NinjsFormat.Namespace, "application/json", SafeJson.WriteLine(rest));
            }
        }
    }
}
