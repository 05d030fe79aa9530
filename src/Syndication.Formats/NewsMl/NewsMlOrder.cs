using System.Xml.Linq;

namespace Syndication.Formats.NewsMl;

/// <summary>The order in which the schema wants elements, where it wants one.</summary>
internal static class NewsMlOrder
{
    private static readonly Dictionary<string, string[]> Orders = new()
    {
        ["newsItem"] = ["catalogRef catalog", "hopHistory", "pubHistory", "rightsInfo", "itemMeta", "contentMeta", "partMeta", "assert", "inlineRef", "derivedFrom derivedFromValue", "contentSet"],
        ["rightsInfo"] = ["accountable", "copyrightHolder", "copyrightNotice usageTerms link rightsInfoExtProperty rightsExpressionXML rightsExpressionData", "dataMining"],
        ["itemMeta"] =
        [
            "itemClass", "provider", "versionCreated", "firstCreated", "embargoed", "pubStatus", "role", "fileName", "generator", "profile", "service", "title", "edNote", "memberOf",
            "instanceOf", "signal", "altRep", "deliverableOf", "hash", "expires", "origRep", "incomingFeedId", "metadataCreator", "link", "itemMetaExtProperty",
        ],
        ["contentMeta"] =
        [
            "icon", "urgency", "contentCreated", "contentModified", "digitalSourceType", "located infoSource creator contributor audience exclAudience altId rating userInteraction",
            "language genre keyword subject slugline headline dateline by creditline description", "contentMetaExtProperty",
        ],
    };

    private static readonly Dictionary<string, Dictionary<string, int>> Ranks = Orders.ToDictionary(
        order => order.Key,
        order => order.Value.SelectMany((names, rank) => names.Split(' ').Select(name => (name, rank))).ToDictionary(pair => pair.name, pair => pair.rank));

    /// <summary>Puts an item's elements into order; those of one rank stay as they are.</summary>
    public static void Sort(XElement item)
    {
        foreach (var element in item.Elements().Prepend(item).ToList())
        {
            if (Ranks.TryGetValue(element.Name.LocalName, out var ranks))
            {
                element.ReplaceNodes(element.Elements().OrderBy(child => child.Name.Namespace == NewsMlFormat.Namespace ? ranks.GetValueOrDefault(child.Name.LocalName, 100) : 101).ToList());
            }
        }
    }
}
