using System.ServiceModel.Syndication;
using System.Xml;
using System.Xml.Linq;
using Syndication.Formats.Xml;

namespace Syndication.Formats.Feeds;

/// <summary>A feed of any kind, read as one model: RSS 0.9 to 2.0, RSS 1.0, Atom 1.0.</summary>
/// <param name="Version">Which kind: <c>rss20</c>, <c>rss091u</c>, <c>rss10</c>, <c>atom10</c> …</param>
/// <param name="Feed">What it says. Dates that cannot be read are <see cref="DateTimeOffset.MinValue"/>.</param>
internal sealed record FeedDocument(string Version, SyndicationFeed Feed)
{
    /// <summary>Reads a feed as it comes: what feeds in the wild do wrong is put right first, because the readers are strict.</summary>
    /// <exception cref="FormatRefusedException">It is no feed.</exception>
    public static FeedDocument Load(FormatSource source)
    {
        var root = SafeXml.Load(source.Bytes, source.Limits);
        try
        {
            return root.Name.LocalName switch
            {
                "rss" => new(RssVersion(root), Read(new Rss20FeedFormatter(), RssRepair.Repair(root))),
                "RDF" => new(root.Descendants(FeedNames.Rss090 + "channel").Any() || root.GetDefaultNamespace() == FeedNames.Rss090 ? "rss090" : "rss10", Rss1Reader.Read(root)),
                "feed" when root.Name.Namespace == FeedNames.Atom => new("atom10", Read(new Atom10FeedFormatter(), AtomRepair.Repair(root))),
                _ => throw new FormatRefusedException(FormatRefusalReason.NotThisFormat, $"its root is {SourceText.Cut(root.Name.LocalName, 60)}: no feed of RSS or Atom."),
            };
        }
        catch (Exception exception) when (exception is XmlException or FormatException or ArgumentException or InvalidOperationException)
        {
            throw new FormatRefusedException(FormatRefusalReason.NotThisFormat, $"not a feed as its kind prescribes: {exception.Message}", exception);
        }
    }

    private static SyndicationFeed Read(SyndicationFeedFormatter formatter, XElement root)
    {
        formatter.DateTimeParser = (XmlDateTimeData data, out DateTimeOffset time) =>
        {
            time = SourceTime.Parse(data.DateTimeString)?.ToDateTimeOffset() ?? DateTimeOffset.MinValue;
            return true;
        };
        formatter.UriParser = (XmlUriData data, out Uri uri) => Uri.TryCreate(data.UriString.Trim(), data.UriKind, out uri!)
            || Uri.TryCreate(Uri.EscapeDataString(SourceText.Cut(data.UriString, 200)), UriKind.Relative, out uri!);
        RemoveIndentation(root);
        using var reader = root.CreateReader();
        formatter.ReadFrom(reader);
        foreach (var item in formatter is Rss20FeedFormatter ? formatter.Feed.Items : [])
        {
            // The formatter takes an item's description for its content where the item has no link.
            if (item is { Summary: null, Content: TextSyndicationContent description })
            {
                (item.Summary, item.Content) = (description, null);
            }
        }

        return formatter.Feed;
    }

    // A tree's reader says text where a document's says white space, and the formatters take none between elements; in XHTML it parts words. They want an
    // end of each frame, also of one that holds nothing.
    private static void RemoveIndentation(XElement root)
    {
        root.DescendantNodes().OfType<XText>()
            .Where(text => string.IsNullOrWhiteSpace(text.Value) && (text.Parent!.HasElements || IsFrame(text.Parent)) && text.Parent.Name.Namespace != FeedNames.Xhtml)
            .ToList().ForEach(text => text.Remove());
        root.DescendantsAndSelf().Where(element => IsFrame(element) && !element.Nodes().Any())
            .ToList().ForEach(element => element.Value = "");
    }

    private static bool IsFrame(XElement element) => element.Name.LocalName is "rss" or "channel" or "item" or "feed" or "entry";

    private static string RssVersion(XElement root) => (string?)root.Attribute("version") switch
    {
        "0.91" => "rss091u",
        "0.92" => "rss092",
        "0.93" => "rss093",
        "0.94" => "rss094",
        { } version when version.StartsWith('2') => "rss20",
        _ => "rss",
    };
}
