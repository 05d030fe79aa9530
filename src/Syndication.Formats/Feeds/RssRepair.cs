using System.Xml.Linq;

namespace Syndication.Formats.Feeds;

/// <summary>Makes RSS 2.0 of any RSS with the root <c>rss</c>.</summary>
internal static class RssRepair
{
    private static readonly XNamespace Media = FeedNames.Media;

    // What holds elements of its own in RSS; everything else is text.
    private static readonly HashSet<string> Frames = ["rss", "channel", "item", "image", "textInput", "textinput", "cloud", "skipHours", "skipDays", "redirect", "body"];

    public static XElement Repair(XElement root)
    {
        var own = root.Name.Namespace;
        foreach (var element in root.DescendantsAndSelf().Where(element => element.Name.Namespace == own || IsUserland(element.Name.Namespace)))
        {
            element.Name = element.Name.LocalName;
        }

        foreach (var element in root.Descendants().Where(element => element.Name.Namespace == XNamespace.None && !Frames.Contains(element.Name.LocalName) && element.HasElements).ToList())
        {
            // Markup that should have been escaped.
            if (element.Parent is not null)
            {
                element.Value = string.Concat(element.Nodes().Select(node => node.ToString(SaveOptions.DisableFormatting)));
            }
        }

        root.SetAttributeValue("version", "2.0");
        root.DescendantsAndSelf().Attributes("xmlns").Where(attribute => attribute.Parent!.Name.Namespace == XNamespace.None).Remove();
        var channel = MoveIntoChannel(root);
        RepairChannel(channel);
        foreach (var item in channel.Elements("item"))
        {
            RepairItem(item);
        }

        return root;
    }

    // RSS 0.9 has items beside the channel, and what is only moved has no channel.
    private static XElement MoveIntoChannel(XElement root)
    {
        var channel = root.Element("channel") ?? new XElement("channel", root.Elements("redirect"));
        var items = root.Elements("item").ToList();
        items.ForEach(item => item.Remove());
        channel.Add(items);
        root.ReplaceNodes(channel);
        return channel;
    }

    private static void RepairItem(XElement item)
    {
        foreach (var name in new[] { "title", "description", "pubDate", "guid", "author" })
        {
            KeepLast(item, name);
        }

        foreach (var enclosure in item.Elements("enclosure").Where(enclosure => enclosure.Attribute("url") is null).ToList())
        {
            enclosure.Remove();
        }
    }

    private static void RepairChannel(XElement channel)
    {
        foreach (var name in new[] { "title", "description", "language", "copyright", "managingEditor", "pubDate", "lastBuildDate", "generator" })
        {
            KeepLast(channel, name);
        }

        // Media of the channel belong to no article.
        channel.Elements(Media + "thumbnail").Remove();
    }

    // The readers take one; of several the last counts, as in other readers.
    private static void KeepLast(XElement parent, string name) => parent.Elements(name).Reverse().Skip(1).ToList().ForEach(element => element.Remove());

    private static bool IsUserland(XNamespace name) => name.NamespaceName.StartsWith("http://backend.userland.com/", StringComparison.OrdinalIgnoreCase)
        || name.NamespaceName.StartsWith("http://blogs.law.harvard.edu/tech/rss", StringComparison.OrdinalIgnoreCase);
}
