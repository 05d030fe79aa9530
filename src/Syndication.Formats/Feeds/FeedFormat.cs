using System.ServiceModel.Syndication;
using Syndication.V1;

namespace Syndication.Formats.Feeds;

/// <summary>
/// RSS 2.0 and Atom 1.0, through System.ServiceModel.Syndication, and RSS 1.0. Any of them reads all of them, and RSS 0.9x. A feed knows no embargo and no
/// kill: what must not be used now has no place in one.
/// </summary>
internal sealed class FeedFormat(FeedKind kind) : IArticleFormat
{
    public string Name => kind switch { FeedKind.Rss2 => "rss", FeedKind.Rss1 => "rss-1.0", _ => "atom" };

    public string Description => kind switch { FeedKind.Rss2 => "RSS 2.0", FeedKind.Rss1 => "RSS 1.0", _ => "Atom 1.0" };

    public string MediaType => kind switch { FeedKind.Rss2 => "application/rss+xml", FeedKind.Rss1 => "application/rdf+xml", _ => "application/atom+xml" };

    public string Extension => kind switch { FeedKind.Rss2 => ".rss", FeedKind.Rss1 => ".rdf", _ => ".atom" };

    public bool HoldsMany => true;

    public bool HoldsStatus => false;

    public int Recognize(FormatHead head) => (head.RootName, kind) switch
    {
        ("rss", FeedKind.Rss2) => 95,
        ("RDF", FeedKind.Rss1) when head.RootNamespace == FeedNames.Rdf.NamespaceName => 60,
        ("feed", FeedKind.Atom) when head.RootNamespace == FeedNames.Atom.NamespaceName => 95,
        _ => 0,
    };

    public IReadOnlyList<FormatItem> Read(FormatSource source)
    {
        var document = FeedDocument.Load(source);
        var items = document.Feed.Items.ToList();
        return items.Count <= source.Limits.MaxArticles
            ? [.. items.Select((item, index) => ArticleFormats.ReadItem(index + 1, notes => FeedItemReader.Read(document, item, source, notes, MediaType)))]
            : throw new FormatRefusedException(FormatRefusalReason.TooLarge, $"it has {items.Count} items, {source.Limits.MaxArticles} are the most.");
    }

    public byte[] Write(IReadOnlyList<Article> articles)
    {
        if (kind == FeedKind.Rss1)
        {
            return Rss1Writer.Write(articles);
        }

        var feed = FeedWriter.Feed(articles, isRss: kind == FeedKind.Rss2);
        return FeedWriter.Bytes(kind == FeedKind.Rss2 ? new Rss20FeedFormatter(feed, serializeExtensionsAsAtom: false) : new Atom10FeedFormatter(feed));
    }
}

/// <summary>Which feed is written.</summary>
internal enum FeedKind
{
    Rss2,
    Rss1,
    Atom,
}
