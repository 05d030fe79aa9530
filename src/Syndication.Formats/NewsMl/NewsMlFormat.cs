using System.Xml.Linq;
using Syndication.Formats.Xml;
using Syndication.V1;

namespace Syndication.Formats.NewsMl;

/// <summary>
/// NewsML-G2: https://iptc.org/standards/newsml-g2. A news item, or a news message that carries several; several articles are written as one. Packages, concepts and
/// plans are refused.
/// </summary>
internal sealed class NewsMlFormat : IArticleFormat
{
    public static readonly XNamespace Namespace = "http://iptc.org/std/nar/2006-10-01/";

    private static readonly HashSet<string> OtherItems = ["packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem"];

    public string Name => "newsml-g2";

    public string Description => "IPTC NewsML-G2 2.35";

    public string MediaType => "application/vnd.iptc.g2.newsitem+xml";

    public string Extension => ".g2.xml";

    public bool HoldsMany => true;

    public bool HoldsStatus => true;

    public int Recognize(FormatHead head) =>
        head.RootNamespace == Namespace.NamespaceName ? 95 : head.RootName is "newsItem" or "newsMessage" || OtherItems.Contains(head.RootName) ? 80 : 0;

    public IReadOnlyList<FormatItem> Read(FormatSource source)
    {
        var root = SafeXml.Load(source.Bytes, source.Limits);
        if (root.Name.LocalName != "newsMessage")
        {
            return [Item(root, 0)];
        }

        var items = root.Elements().Where(element => element.Name.LocalName == "itemSet").Elements().ToList();
        return items.Count <= source.Limits.MaxArticles
            ? [.. items.Select(Item)]
            : throw new FormatRefusedException(FormatRefusalReason.TooLarge, $"the message has {items.Count} items, {source.Limits.MaxArticles} are the most.");

        FormatItem Item(XElement item, int index) => ArticleFormats.ReadItem(index + 1, notes => ReadItem(item, source, notes));
    }

    public byte[] Write(IReadOnlyList<Article> articles)
    {
        var items = articles.Select(Write).ToList();
        return SafeXml.Write(items.Count == 1 ? items[0] : NewsMlWriter.Message(items, articles));
    }

    private static XElement Write(Article article)
    {
        var item = NewsMlWriter.Write(article);
        XmlKeeping.Restore(article, NewsMlReader.Rests, Namespace.NamespaceName, item);
        NewsMlOrder.Sort(item);
        return item;
    }

    private static Article ReadItem(XElement item, FormatSource source, SourceNotes notes)
    {
        var name = item.Name.LocalName;
        if (OtherItems.Contains(name))
        {
            throw new FormatRefusedException(FormatRefusalReason.UnsupportedItem, $"a {name} is no article: only news items are read.");
        }

        return name == "newsItem"
            ? NewsMlReader.Read(item, source, notes)
            : throw new FormatRefusedException(FormatRefusalReason.NotThisFormat, $"{SourceText.Cut(name, 60)} is no item of NewsML-G2: a newsItem or newsMessage is.");
    }
}
