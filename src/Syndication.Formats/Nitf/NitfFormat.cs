using Syndication.Formats.Xml;
using Syndication.V1;

namespace Syndication.Formats.Nitf;

/// <summary>News Industry Text Format 3.x: https://iptc.org/standards/nitf. One article a document.</summary>
internal sealed class NitfFormat : IArticleFormat
{
    public string Name => "nitf";

    public string Description => "IPTC NITF 3.6";

    public string MediaType => "application/nitf+xml";

    public string Extension => ".nitf.xml";

    public bool HoldsMany => false;

    public bool HoldsStatus => true;

    public int Recognize(FormatHead head) => head.RootName == "nitf" ? 90 : 0;

    public IReadOnlyList<FormatItem> Read(FormatSource source)
    {
        var root = SafeXml.Load(source.Bytes, source.Limits);
        return [ArticleFormats.ReadItem(1, notes => NitfReader.Read(root, source, notes))];
    }

    public byte[] Write(IReadOnlyList<Article> articles)
    {
        var article = articles.Single();
        var document = NitfWriter.Write(article);
        XmlKeeping.Restore(article, NitfReader.Rests, NitfWriter.Namespace.NamespaceName, document);
        return SafeXml.Write(document);
    }
}
