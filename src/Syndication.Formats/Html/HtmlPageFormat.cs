using Syndication.V1;

namespace Syndication.Formats.Html;

/// <summary>A web page with one article.</summary>
internal sealed class HtmlPageFormat : IArticleFormat
{
    public string Name => "html";

    public string Description => "an HTML page of an article";

    public string MediaType => "text/html";

    public string Extension => ".html";

    public bool HoldsMany => false;

    public bool HoldsStatus => true;

    public int Recognize(FormatHead head) => !head.IsMarkup ? 0
        : head.RootName.Equals("html", StringComparison.OrdinalIgnoreCase) ? 90
        : head.RootName.Length == 0 || head.Extension is ".html" or ".htm" or ".xhtml" ? 40 : 0;

    public IReadOnlyList<FormatItem> Read(FormatSource source) => [ArticleFormats.ReadItem(1, notes =>
    {
        var html = HtmlCharset.Decode(source);
        return HtmlPageReader.Read(SafeHtml.Parse(html, source.Limits), source, notes);
    })];

    public byte[] Write(IReadOnlyList<Article> articles) => HtmlPageWriter.Write(articles.Single());
}
