using System.ServiceModel.Syndication;
using System.Xml.Linq;

namespace Syndication.Formats.Feeds;

/// <summary>Reads RSS 1.0 and 0.90, which are RDF: items stand beside their channel.</summary>
internal static class Rss1Reader
{
    public static SyndicationFeed Read(XElement root)
    {
        var channel = root.Elements().FirstOrDefault(element => element.Name.LocalName == "channel");
        var feed = new SyndicationFeed
        {
            Id = (string?)channel?.Attribute(FeedNames.Rdf + "about"),
            Title = Text(channel, "title"),
            Description = Text(channel, "description"),
            Items = root.Elements().Concat(channel?.Elements() ?? []).Where(element => element.Name.LocalName == "item").Select(Item).ToList(),
        };
        AddLink(feed.Links, channel);
        AddRest(feed.ElementExtensions, channel);
        return feed;
    }

    private static SyndicationItem Item(XElement element)
    {
        var item = new SyndicationItem
        {
            Id = (string?)element.Attribute(FeedNames.Rdf + "about"),
            Title = Text(element, "title"),
            Summary = Text(element, "description"),
        };
        AddLink(item.Links, element);
        AddRest(item.ElementExtensions, element);
        return item;
    }

    private static TextSyndicationContent? Text(XElement? parent, string name) =>
        parent?.Elements().FirstOrDefault(element => element.Name.LocalName == name && IsCore(element)) is { } element ? new(element.Value) : null;

    private static void AddLink(System.Collections.ObjectModel.Collection<SyndicationLink> links, XElement? parent)
    {
        if (parent?.Elements().FirstOrDefault(element => element.Name.LocalName == "link" && IsCore(element)) is { } link && Uri.TryCreate(link.Value.Trim(), UriKind.Absolute, out var uri))
        {
            links.Add(SyndicationLink.CreateAlternateLink(uri));
        }
    }

    private static void AddRest(SyndicationElementExtensionCollection extensions, XElement? parent)
    {
        foreach (var element in parent?.Elements().Where(element => !IsCore(element)) ?? [])
        {
            using var reader = element.CreateReader();
            extensions.Add(reader);
        }
    }

    private static bool IsCore(XElement element) => element.Name.Namespace == FeedNames.Rss1 || element.Name.Namespace == FeedNames.Rss090;
}
