using System.Globalization;
using System.Xml.Linq;
using Google.Protobuf.Collections;
using Syndication.Formats.Markup;
using Syndication.Formats.Xml;
using Syndication.V1;

namespace Syndication.Formats.Nitf;

/// <summary>
/// Reads a document of NITF, with or without its namespace. <c>date.release</c> is the embargo. What the article has no field for is found by writing
/// the article again and comparing, and kept as an extension.
/// </summary>
internal static class NitfReader
{
    public static readonly XmlRest Rests = new(
        frames: new HashSet<string> { "nitf", "head", "tobject", "docdata", "body", "body.head", "hedline", "identified-content", "key-list" },
        singles: new HashSet<string> { "title", "doc-id", "urgency", "date.issue", "date.release", "date.expire", "hl1", "dateline", "abstract", "distributor" });

    public static Article Read(XElement root, FormatSource source, SourceNotes notes)
    {
        if (root.Name.LocalName != "nitf")
        {
            throw new FormatRefusedException(FormatRefusalReason.NotThisFormat, $"its root is {SourceText.Cut(root.Name.LocalName, 60)}, not nitf.");
        }

        foreach (var element in root.DescendantsAndSelf())
        {
            element.Name = NitfWriter.Namespace + element.Name.LocalName;
        }

        var article = new Article();
        ReadHead(article, root, notes);
        ReadBody(article, root, notes);
        ArticleCompletion.Complete(article, source, notes, Child(root, "head", "title")?.Value);
        root.Descendants(NitfWriter.Namespace + "body.content").Remove();
        XmlKeeping.Keep(article, Rests, NitfWriter.Namespace.NamespaceName, root, WithoutContent(article), notes);
        article.SourceDocument = ArticleCompletion.Describe(source, "application/nitf+xml");
        return article;
    }

    /// <summary>Reads what stands in a body: headline, byline, summary and text, as far as the article has none.</summary>
    public static void ReadBody(Article article, XElement root, SourceNotes notes)
    {
        var head = root.Descendants(NitfWriter.Namespace + "body.head").FirstOrDefault();
        if (article.Headline.Length == 0)
        {
            article.Headline = Line(Child(head, "hedline", "hl1"));
        }

        if (Line(Child(head, "hedline", "hl2")) is { Length: > 0 } second && article.HeadlineVariants.Count == 0)
        {
            article.HeadlineVariants.Add(new HeadlineVariant { Purpose = NitfWriter.SubHeadline, Text = second });
        }

        ReadByline(article, Child(head, "byline"));
        ReadDateline(article, Child(head, "dateline"));
        if (article.Standfirst.Length == 0)
        {
            article.Standfirst = Blocks(Child(head, "abstract"));
        }

        if (article.Provider is null && Line(Child(head, "distributor")) is { Length: > 0 } distributor)
        {
            article.Provider = new() { Name = distributor };
        }

        foreach (var note in head?.Elements(NitfWriter.Namespace + "note") ?? [])
        {
            if (article.PublicNote.Length == 0 && (string?)note.Attribute("noteclass") is not ("editorsnote" or "end"))
            {
                article.PublicNote = Blocks(note);
            }
        }

        if (Child(head, "rights") is { } rights && Blocks(rights) is { Length: > 0 } notice)
        {
            (article.Rights ??= new()).CopyrightNotice = notice;
        }

        foreach (var content in root.Descendants(NitfWriter.Namespace + "body.content").Where(content => content.Parent?.Name.LocalName == "body").Take(1))
        {
            new BodyReader(article, notes, baseUri: null).Read(new XmlMarkup(content));
        }
    }

    private static XElement WithoutContent(Article article)
    {
        var given = NitfWriter.Write(article);
        given.Descendants(NitfWriter.Namespace + "body.content").Remove();
        return given;
    }

    private static void ReadHead(Article article, XElement root, SourceNotes notes)
    {
        var data = Child(root, "head", "docdata");
        ArticleIdentity.Set(article, (string?)Child(data, "doc-id")?.Attribute("id-string"));
        article.Language = (string?)root.Attribute(XNamespace.Xml + "lang") ?? (string?)Child(root, "body")?.Attribute(XNamespace.Xml + "lang") ?? "";
        article.Urgency = int.TryParse((string?)Child(data, "urgency")?.Attribute("ed-urg"), NumberStyles.None, CultureInfo.InvariantCulture, out var urgency) && urgency is >= 1 and <= 9 ? urgency : 0;
        article.CreatedTime = SourceTime.Parse(Norm(data, "date.issue"));
        article.EmbargoTime = SourceStatus.Embargo(Norm(data, "date.release"));
        article.ExpireTime = SourceTime.Parse(Norm(data, "date.expire"));
        article.EditorialNote = SourceText.Lines((string?)Child(data, "ed-msg")?.Attribute("info"));
        article.Status = (string?)data?.Attribute("management-status") is not "embargoed" and var status ? SourceStatus.Read(status, notes)
            : article.EmbargoTime is null ? ArticleStatus.Withheld : ArticleStatus.Embargoed;
        if ((string?)Child(data, "correction")?.Attribute("info") is { Length: > 0 } correction)
        {
            article.Change = ChangeType.Correction;
            article.Correction = new() { Note = SourceText.Lines(correction) };
        }

        if (SourceText.Line((string?)Child(data, "doc.copyright")?.Attribute("holder")) is { Length: > 0 } holder)
        {
            (article.Rights ??= new()).CopyrightHolder = holder;
        }

        if (SourceText.Lines((string?)Child(data, "doc.rights")?.Attribute("limitations")) is { Length: > 0 } terms)
        {
            (article.Rights ??= new()).UsageTerms = terms;
        }

        ReadMeta(article, root);
        ReadSubjects(article, root, data);
    }

    private static void ReadMeta(Article article, XElement root)
    {
        foreach (var meta in Child(root, "head")?.Elements(NitfWriter.Namespace + "meta") ?? [])
        {
            var value = SourceText.Lines((string?)meta.Attribute("content"));
            switch ((string?)meta.Attribute("name"))
            {
                case NitfWriter.Slugline:
                    article.Slugline = SourceText.Line(value);
                    break;
                case NitfWriter.Kicker:
                    article.Kicker = SourceText.Line(value);
                    break;
                case NitfWriter.Profile:
                    article.Profile = SourceText.Line(value);
                    break;
                case NitfWriter.StoryId:
                    article.StoryId = SourceText.Line(value);
                    break;
                case NitfWriter.WrongText when article.Correction is not null:
                    article.Correction.WrongText = value;
                    break;
                case NitfWriter.RightText when article.Correction is not null:
                    article.Correction.RightText = value;
                    break;
                case NitfWriter.SourceType when value.All(char.IsAsciiLetterOrDigit):
                    article.DigitalSourceType = value;
                    break;
                case { } name when name.StartsWith(NitfWriter.AlternateId, StringComparison.Ordinal):
                    ArticleIdentity.Add(article, name[NitfWriter.AlternateId.Length..], value);
                    break;
            }
        }
    }

    private static void ReadSubjects(Article article, XElement root, XElement? data)
    {
        foreach (var subject in Child(root, "head", "tobject")?.Elements(NitfWriter.Namespace + "tobject.subject") ?? [])
        {
            var code = SourceText.Line((string?)subject.Attribute("tobject.subject.refnum") ?? (string?)subject.Attribute("tobject.subject.code"));
            ConceptCodes.Add(article.Subjects, new Concept
            {
                // Media Topics begin with 2, the older Subject Codes with 0 or 1.
                Scheme = code.StartsWith('2') ? "medtop" : code.Length > 0 ? "subj" : "",
                Code = code,
                Name = (string?)subject.Attribute("tobject.subject.detail") ?? (string?)subject.Attribute("tobject.subject.matter") ?? (string?)subject.Attribute("tobject.subject.type") ?? "",
            });
        }

        foreach (var element in Child(data, "identified-content")?.Elements() ?? [])
        {
            RepeatedField<Concept>? concepts = (element.Name.LocalName, (string?)element.Attribute("type")) switch
            {
                ("person", _) => article.People,
                ("org", _) => article.Organisations,
                ("location", _) => article.Places,
                ("event", _) => article.Events,
                ("classifier", "genre") => article.Genres,
                ("classifier", "subject") => article.Subjects,
                _ => null,
            };
            if (concepts is not null)
            {
                var code = element.Attribute("value") ?? element.Attribute("location-code");
                ConceptCodes.Add(concepts, new() { Scheme = (string?)element.Attribute("idsrc") ?? (string?)element.Attribute("code-source") ?? "", Code = code?.Value ?? "", Name = Line(element) });
            }
        }
    }

    private static void ReadByline(Article article, XElement? byline)
    {
        if (byline is null || article.Byline is not null || Line(byline) is not { Length: > 0 } text)
        {
            return;
        }

        article.Byline = new() { Text = text };
        article.Byline.Contributors.AddRange(byline.Descendants(NitfWriter.Namespace + "person").Take(50)
            .Select(person => new Contributor { Name = Line(person), Role = SourceText.Line((string?)person.Attribute("class")) })
            .Where(contributor => contributor.Name.Length > 0));
    }

    private static void ReadDateline(Article article, XElement? dateline)
    {
        if (dateline is null || article.Dateline is { Text.Length: > 0 })
        {
            return;
        }

        var read = article.Dateline ?? new();
        read.Text = Line(dateline);
        read.Place = Line(Child(dateline, "location")) is { Length: > 0 } place ? place : read.Place;
        read.Time = SourceTime.Parse((string?)Child(dateline, "story.date")?.Attribute("norm"));
        article.Dateline = read.CalculateSize() > 0 ? read : null;
    }

    // Blocks as lines.
    private static string Blocks(XElement? element)
    {
        if (element is null)
        {
            return "";
        }

        var read = new Article();
        new BodyReader(read, new SourceNotes(), baseUri: null).Read(new XmlMarkup(element));
        return string.Join('\n', read.Body.Select(PlainBody.TextOf));
    }

    private static string? Norm(XElement? data, string name) => (string?)Child(data, name)?.Attribute("norm");

    private static string Line(XElement? element) => SourceText.Line(element?.Value);

    private static XElement? Child(XElement? element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            element = element?.Element(NitfWriter.Namespace + name);
        }

        return element;
    }
}
