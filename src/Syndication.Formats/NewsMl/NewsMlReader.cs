using System.Globalization;
using System.Xml.Linq;
using Google.Protobuf.Collections;
using Syndication.Formats.Ninjs;
using Syndication.Formats.Xml;
using Syndication.V1;

namespace Syndication.Formats.NewsMl;

/// <summary>
/// Reads a news item. The embargo counts whatever the status says; one without a date holds the item. What the article has no field for is found by
/// writing the article again and comparing, and kept as an extension.
/// </summary>
internal static partial class NewsMlReader
{
    public static readonly XmlRest Rests = new(
        frames: new HashSet<string> { "newsItem", "itemMeta", "contentMeta", "contentSet", "rightsInfo" },
        singles: new HashSet<string> { "itemClass", "provider", "versionCreated", "firstCreated", "embargoed", "pubStatus", "profile", "expires", "urgency", "digitalSourceType" });

    private static readonly XNamespace Nar = NewsMlFormat.Namespace;

    // Which description is the standfirst, best first.
    private static readonly string[] SummaryRoles = ["", "drol:summary", "drol:abstract", "drol:lead", "drol:caption"];

    public static Article Read(XElement item, FormatSource source, SourceNotes notes)
    {
        item = new(item);
        foreach (var element in item.DescendantsAndSelf().Where(element => element.Name.Namespace == XNamespace.None))
        {
            element.Name = Nar + element.Name.LocalName;
        }

        if (item.Attribute("guid") is null && item.Element(Nar + "itemMeta") is null)
        {
            throw new FormatRefusedException(FormatRefusalReason.NotWellFormed, "the newsItem has neither guid nor itemMeta.");
        }

        var article = new Article();
        ArticleIdentity.Set(article, (string?)item.Attribute("guid"));
        var content = item.Element(Nar + "contentMeta");
        article.Language = (string?)content?.Elements(Nar + "language").FirstOrDefault()?.Attribute("tag") ?? (string?)item.Attribute(XNamespace.Xml + "lang") ?? "";
        ReadManagement(article, item.Element(Nar + "itemMeta"), notes);
        ReadRights(article, item.Elements(Nar + "rightsInfo").FirstOrDefault());
        if (content is not null)
        {
            ReadAdministration(article, content);
            ReadDescription(article, content);
        }

        ReadContent(article, item.Element(Nar + "contentSet"), source, notes);
        ArticleCompletion.Complete(article, source, notes, (string?)item.Element(Nar + "itemMeta")?.Element(Nar + "title"));
        article.SourceDocument = ArticleCompletion.Describe(source, "application/vnd.iptc.g2.newsitem+xml");
        SourceVersion.Set(article, (string?)item.Attribute("version"), notes);
        XmlKeeping.Keep(article, Rests, Nar.NamespaceName, item, NewsMlWriter.Write(article), notes);
        return article;
    }

    private static void ReadManagement(Article article, XElement? meta, SourceNotes notes)
    {
        if (meta is null)
        {
            return;
        }

        var itemClass = Child(meta, "itemClass") is { } kind ? NewsMlNames.Concept(kind).Code : "";
        article.ItemType = NewsMlNames.ItemClasses.FirstOrDefault(pair => pair.Code == itemClass).Type;
        if (Child(meta, "provider") is { } provider && (NewsMlNames.Code(provider) is { Length: > 0 } | Name(provider, article) is { Length: > 0 }))
        {
            article.Provider = new() { Code = NewsMlNames.Code(provider) is NewsMlWriter.NoProvider ? "" : NewsMlNames.Code(provider), Name = Name(provider, article) };
        }

        article.VersionTime = SourceTime.Parse(Child(meta, "versionCreated")?.Value);
        article.CreatedTime = SourceTime.Parse(Child(meta, "firstCreated")?.Value);
        article.ExpireTime = SourceTime.Parse(Child(meta, "expires")?.Value);
        article.Status = SourceStatus.Read(Child(meta, "pubStatus") is { } status ? NewsMlNames.Concept(status).Code : null, notes);
        if (Child(meta, "embargoed") is { } embargo)
        {
            article.EmbargoTime = SourceStatus.Embargo(embargo.Value);
            if (article.EmbargoTime is null && article.Status == ArticleStatus.Usable)
            {
                // Embargoed without an end: held until somebody releases it.
                article.Status = ArticleStatus.Withheld;
            }
        }

        article.Profile = SourceText.Line(Child(meta, "profile")?.Value);
        article.EditorialNote = string.Join('\n', meta.Elements(Nar + "edNote").Select(note => SourceText.Lines(Collapse(note))).Where(text => text.Length > 0));
        foreach (var signal in meta.Elements(Nar + "signal"))
        {
            article.Change = NewsMlNames.Concept(signal) switch
            {
                ("sig", "correction") => ChangeType.Correction,
                ("sig", "update") when article.Change == ChangeType.Unspecified => ChangeType.Update,
                _ => article.Change,
            };
        }

        ReadLinks(article, meta);
    }

    private static void ReadLinks(Article article, XElement meta)
    {
        foreach (var link in meta.Elements(Nar + "link"))
        {
            var relation = NewsMlNames.Relations.FirstOrDefault(pair => pair.Code == ((string?)link.Attribute("rel") ?? (string?)link.Attribute("reluri"))).Relation;
            var target = SourceText.Line((string?)link.Attribute("href") ?? (string?)link.Attribute("residref"));
            var title = SourceText.Line(link.Element(Nar + "title")?.Value);
            if (relation != LinkRelation.Unspecified && (target.Length > 0 || title.Length > 0) && article.Links.Count < 200)
            {
                var read = new Link { Relation = relation, Headline = title };
                NinjsWriter.SetTarget(read, target);
                article.Links.Add(read);
            }
        }
    }

    private static void ReadRights(Article article, XElement? info)
    {
        if (info is null)
        {
            return;
        }

        var holder = Child(info, "copyrightHolder");
        var rights = new Rights
        {
            CopyrightHolder = holder is null ? "" : Name(holder, article) is { Length: > 0 } name ? name : SourceText.Line((string?)holder.Attribute("literal")),
            CopyrightNotice = SourceText.Lines(Collapse(Child(info, "copyrightNotice"))),
            UsageTerms = SourceText.Lines(Collapse(Child(info, "usageTerms"))),
        };
        article.Rights = rights.CalculateSize() > 0 ? rights : null;
    }

    private static void ReadAdministration(Article article, XElement meta)
    {
        article.Urgency = int.TryParse(Child(meta, "urgency")?.Value, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var urgency) && urgency is >= 1 and <= 9 ? urgency : 0;
        article.CreatedTime ??= SourceTime.Parse(Child(meta, "contentCreated")?.Value);
        if (Child(meta, "digitalSourceType") is { } made && NewsMlNames.Concept(made).Code is { } type && type.All(char.IsAsciiLetterOrDigit))
        {
            article.DigitalSourceType = type;
        }

        if (Child(meta, "located") is { } located && Name(located, article) is { Length: > 0 } place)
        {
            (article.Dateline ??= new()).Place = place;
        }

        foreach (var source in meta.Elements(Nar + "infoSource"))
        {
            if (Name(source, article) is { Length: > 0 } name && article.InfoSources.Count < 100)
            {
                article.InfoSources.Add(new InfoSource { Name = name, Code = NewsMlNames.Code(source), Role = NewsMlNames.Coded(source, "role", "roleuri", NewsMlNames.PersonRole) });
            }
        }

        foreach (var creator in meta.Elements(Nar + "creator"))
        {
            if (Name(creator, article) is { Length: > 0 } name && article.Byline?.Contributors.Count is null or < 50)
            {
                (article.Byline ??= new()).Contributors.Add(new Contributor { Name = name, Role = NewsMlNames.Coded(creator, "role", "roleuri", NewsMlNames.PersonRole) });
            }
        }

        foreach (var id in meta.Elements(Nar + "altId"))
        {
            var scheme = NewsMlNames.Coded(id, "type", "typeuri", NewsMlNames.IdType);
            if (scheme == NewsMlNames.StoryScheme && id.Attribute("typeuri") is not null)
            {
                article.StoryId = SourceText.Line(id.Value);
            }
            else
            {
                ArticleIdentity.Add(article, scheme, id.Value);
            }
        }
    }

    private static void ReadDescription(Article article, XElement meta)
    {
        article.Slugline = SourceText.Line(Child(meta, "slugline")?.Value);
        if (SourceText.Line(Child(meta, "dateline")?.Value) is { Length: > 0 } dateline)
        {
            (article.Dateline ??= new()).Text = dateline;
        }

        if (SourceText.Line(Child(meta, "by")?.Value) is { Length: > 0 } by)
        {
            (article.Byline ??= new()).Text = by;
        }

        ReadHeadlines(article, meta);
        ReadDescriptions(article, meta);
        ReadConcepts(article, meta, "genre", _ => article.Genres);
        ReadConcepts(article, meta, "subject", type => type switch
        {
            "person" => article.People,
            "organisation" => article.Organisations,
            "geoArea" or "poi" => article.Places,
            "event" => article.Events,
            _ => article.Subjects,
        });
    }

    private static void ReadHeadlines(Article article, XElement meta)
    {
        var headlines = meta.Elements(Nar + "headline").Where(headline => SourceText.Line(headline.Value).Length > 0).ToList();
        var main = headlines.Find(headline => Role(headline).Length == 0 && IsOwnLanguage(headline, article)) ?? headlines.Find(headline => Role(headline).Length == 0)
            ?? headlines.Find(headline => Role(headline) != NewsMlNames.KickerPurpose);
        article.Headline = SourceText.Line(main?.Value);
        foreach (var headline in headlines.Where(headline => headline != main))
        {
            var text = SourceText.Line(headline.Value);
            var language = (string?)headline.Attribute(XNamespace.Xml + "lang") ?? "";
            switch (Role(headline))
            {
                case NewsMlNames.KickerPurpose:
                    article.Kicker = text;
                    break;
                case { Length: > 0 } role when article.HeadlineVariants.Count < 20 && !article.HeadlineVariants.Any(variant => variant.Purpose == role && variant.Language == language):
                    article.HeadlineVariants.Add(new HeadlineVariant { Purpose = role, Text = text, Language = language });
                    break;
            }
        }

        static string Role(XElement headline) => NewsMlNames.Coded(headline, "role", "roleuri", NewsMlNames.HeadlineRole);
    }

    private static void ReadDescriptions(Article article, XElement meta)
    {
        var descriptions = meta.Elements(Nar + "description").ToList();
        foreach (var description in descriptions)
        {
            var text = SourceText.Lines(Collapse(description));
            switch (((string?)description.Attribute("roleuri"))?.Replace(NewsMlNames.DescriptionRole, "", StringComparison.Ordinal))
            {
                case NinjsWriter.PublicNoteRole:
                    article.PublicNote = text;
                    break;
                case NinjsWriter.CorrectionRole:
                    (article.Correction ??= new()).Note = text;
                    article.Change = ChangeType.Correction;
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
            .SelectMany(role => descriptions.Where(description => NewsMlNames.Coded(description, "role", "roleuri", NewsMlNames.DescriptionRole) == role))
            .Select(description => SourceText.Lines(Collapse(description)))
            .FirstOrDefault(text => text.Length > 0) ?? "";
    }

    private static void ReadConcepts(Article article, XElement meta, string element, Func<string, RepeatedField<Concept>> listOf)
    {
        foreach (var node in meta.Elements(Nar + element))
        {
            var named = node.Element(Nar + "mainConcept") ?? node;
            var concept = new Concept { Name = Name(named, article) };
            (concept.Scheme, concept.Code) = NewsMlNames.Concept(named);
            if (int.TryParse((string?)node.Attribute("relevance"), NumberStyles.None, CultureInfo.InvariantCulture, out var relevance) && relevance <= 100)
            {
                concept.Relevance = relevance;
            }

            concept.Origin = (string?)node.Attribute("how") switch { NewsMlWriter.ByMachine => ConceptOrigin.Machine, NewsMlWriter.ByEditor => ConceptOrigin.Editor, _ => ConceptOrigin.Unspecified };
            var type = (string?)node.Attribute("type") is { } qcode && ConceptCodes.OfQCode(qcode) is ("cpnat", var nature) ? nature : "";
            ConceptCodes.Add(listOf(type), concept);
        }
    }

    private static bool IsOwnLanguage(XElement element, Article article) =>
        (string?)element.Attribute(XNamespace.Xml + "lang") is not { } language || article.Language.StartsWith(language.Split('-')[0], StringComparison.OrdinalIgnoreCase);

    // The name in the article's language, or else the first.
    private static string Name(XElement element, Article article) =>
        SourceText.Line((element.Elements(Nar + "name").FirstOrDefault(name => IsOwnLanguage(name, article)) ?? element.Element(Nar + "name"))?.Value);

    // Source text is indented: line breaks mean something only as elements.
    private static string? Collapse(XElement? element) => element is null
        ? null
        : string.Join('\n', string.Concat(element.DescendantNodes().Select(node => node is XText text ? text.Value.Replace('\n', ' ') : node is XElement { Name.LocalName: "br" } ? "\n" : ""))
            .Split('\n').Select(SourceText.Line));

    private static XElement? Child(XElement element, string name) => element.Element(Nar + name);
}
