using System.Text;
using System.Xml.Linq;

namespace Syndication.Formats.Feeds;

/// <summary>Puts right what Atom in the wild does wrong, and resolves relative addresses in its XHTML.</summary>
internal static class AtomRepair
{
    private static readonly XNamespace Atom = FeedNames.Atom;
    private static readonly HashSet<string> Texts = ["title", "subtitle", "summary", "rights", "content"];
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static XElement Repair(XElement root)
    {
        foreach (var element in root.Descendants().Where(element => element.Name.Namespace == Atom).ToList())
        {
            switch (element.Name.LocalName)
            {
                case "link" when element.Attribute("href") is null && !string.IsNullOrWhiteSpace(element.Value):
                    element.SetAttributeValue("href", element.Value.Trim());
                    element.RemoveNodes();
                    break;
                case "url" when element.Parent?.Name.LocalName is "author" or "contributor":
                    element.Name = Atom + "uri";
                    break;
                case var name when Texts.Contains(name):
                    RepairText(element);
                    break;
            }
        }

        root.Descendants(Atom + "link").Where(link => link.Attribute("href") is null).Remove();
        return root;
    }

    private static void RepairText(XElement element)
    {
        var type = (string?)element.Attribute("type");
        switch (type?.Trim().ToLowerInvariant())
        {
            case "":
                element.SetAttributeValue("type", null);
                break;
            case "text/plain":
                element.SetAttributeValue("type", "text");
                break;
            case "text/html":
                element.SetAttributeValue("type", "html");
                break;
            case "application/xhtml+xml":
                element.SetAttributeValue("type", "xhtml");
                break;
            case "application/octet-stream" when Decode(element.Value) is { } decoded:
                element.Value = decoded;
                element.SetAttributeValue("type", "html");
                break;
            case not ("text" or "html" or "xhtml" or null) when element.Name.LocalName != "content":
                element.SetAttributeValue("type", "text");
                break;
        }

        if ((string?)element.Attribute("type") == "xhtml")
        {
            Resolve(element);
            if (element.Element(FeedNames.Xhtml + "div") is null)
            {
                element.ReplaceNodes(new XElement(FeedNames.Xhtml + "div", element.Nodes()));
            }
        }
        else if ((string?)element.Attribute("type") is null or "text" or "html" && element.HasElements)
        {
            element.Value = string.Concat(element.Nodes().Select(node => node.ToString(SaveOptions.DisableFormatting)));
        }
    }

    private static void Resolve(XElement element)
    {
        foreach (var attribute in element.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "href" or "src").ToList())
        {
            if (Base(attribute.Parent) is { } baseUri && Uri.TryCreate(baseUri, attribute.Value, out var uri))
            {
                attribute.Value = uri.AbsoluteUri;
            }
        }
    }

    private static Uri? Base(XElement? element) => element is null ? null : (string?)element.Attribute(XNamespace.Xml + "base") switch
    {
        null => Base(element.Parent),
        var text when Uri.TryCreate(text, UriKind.Absolute, out var uri) => uri,
        var text => Base(element.Parent) is { } parent && Uri.TryCreate(parent, text, out var uri) ? uri : null,
    };

    private static string? Decode(string text)
    {
        try
        {
            return Strict.GetString(Convert.FromBase64String(text.Trim()));
        }
        catch (Exception exception) when (exception is FormatException or DecoderFallbackException)
        {
            return null;
        }
    }
}
