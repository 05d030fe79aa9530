using System.Runtime.InteropServices;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Syndication.Formats.Xml;

/// <summary>
/// Reads XML that strangers wrote. Nothing is fetched and nothing expands: a document type that only names a DTD, as NITF's and RSS 0.91's do, is
/// passed over; one that declares anything is refused. Depth, elements and attributes are bounded while reading.
/// </summary>
internal static class SafeXml
{
    private static readonly HashSet<string> InLine =
        ["a", "em", "strong", "i", "b", "q", "br", "span", "sub", "sup", "small", "footer", "credit", "img", "video", "audio", "person", "location", "story.date", "inline", "ruby"];

    // The same encodings whatever else the process has loaded: feeds come in those of Windows and ISO 8859.
    static SafeXml() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The root element's local name and namespace, without reading on.</summary>
    /// <exception cref="FormatRefusedException">There is none.</exception>
    public static (string Name, string Namespace) ReadRoot(ReadOnlyMemory<byte> bytes) => Guarded(bytes, reader =>
    {
        while (reader.Read())
        {
            RefuseEncodings(reader);
            RefuseDeclarations(reader);
            if (reader.NodeType == XmlNodeType.Element)
            {
                return (reader.LocalName, reader.NamespaceURI);
            }
        }

        throw new FormatRefusedException(FormatRefusalReason.NotWellFormed, "there is no root element.");
    });

    /// <summary>The whole document. Comments and processing instructions are left out.</summary>
    /// <exception cref="FormatRefusedException">It is not well-formed, or more than the limits allow.</exception>
    public static XElement Load(ReadOnlyMemory<byte> bytes, FormatLimits limits) => Guarded(bytes, reader => Load(reader, limits));

    /// <summary>The same of a text, whose declaration of an encoding says nothing any more.</summary>
    public static XElement Parse(string text, FormatLimits limits) => Load(Encoding.UTF8.GetBytes(WithoutDeclaration(text)), limits);

    /// <summary>UTF-8 with a declaration; elements on lines of their own where that changes no text.</summary>
    public static byte[] Write(XElement root)
    {
        Indent(root, 0);
        using var stream = new MemoryStream();
        using (var writer = XmlWriter.Create(stream, new() { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), NewLineHandling = NewLineHandling.Entitize }))
        {
            root.Save(writer);
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    // Where no child is part of a line of text: between such, white space would be a space.
    private static void Indent(XElement element, int depth)
    {
        if (!element.HasElements || element.Nodes().OfType<XText>().Any() || element.Elements().Any(child => InLine.Contains(child.Name.LocalName)))
        {
            return;
        }

        foreach (var child in element.Elements().ToList())
        {
            Indent(child, depth + 1);
            child.AddBeforeSelf(new XText("\n" + new string(' ', 2 * (depth + 1))));
        }

        element.Add(new XText("\n" + new string(' ', 2 * depth)));
    }

    private static T Guarded<T>(ReadOnlyMemory<byte> bytes, Func<XmlReader, T> read)
    {
        try
        {
            using var reader = XmlReader.Create(StreamOf(bytes), new XmlReaderSettings
            {
                // Parsed so that an internal subset is seen; the resolver is none, and the first declaration ends the reading.
                DtdProcessing = DtdProcessing.Parse,
                XmlResolver = null,
                MaxCharactersFromEntities = 1024,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
            });
            return read(reader);
        }
        catch (XmlException exception) when (exception.InnerException is DecoderFallbackException || exception.Message.Contains("encoding", StringComparison.OrdinalIgnoreCase))
        {
            throw new FormatRefusedException(FormatRefusalReason.BadEncoding, $"its encoding: {exception.Message}", exception);
        }
        catch (XmlException exception) when (exception.Message.Contains("MaxCharactersFromEntities", StringComparison.Ordinal))
        {
            throw new FormatRefusedException(FormatRefusalReason.DocumentTypeDeclaration, "its document type declares entities that expand.", exception);
        }
        catch (Exception exception) when (exception is XmlException or ArgumentException or NotSupportedException)
        {
            throw new FormatRefusedException(FormatRefusalReason.NotWellFormed, $"not well-formed XML: {exception.Message}", exception);
        }
    }

    private static XElement Load(XmlReader reader, FormatLimits limits)
    {
        XElement? root = null;
        XElement? parent = null;
        var nodes = 0;
        while (reader.Read())
        {
            RefuseEncodings(reader);
            RefuseDeclarations(reader);
            if (++nodes > limits.MaxNodes)
            {
                throw new FormatRefusedException(FormatRefusalReason.TooLarge, $"it has more than {limits.MaxNodes} elements and texts.");
            }

            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    var element = Element(reader, limits);
                    root ??= element;
                    parent?.Add(element);
                    parent = reader.IsEmptyElement ? parent : element;
                    break;
                case XmlNodeType.EndElement:
                    parent = parent?.Parent;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    parent?.Add(new XText(reader.Value));
                    break;
            }
        }

        return root ?? throw new FormatRefusedException(FormatRefusalReason.NotWellFormed, "there is no root element.");
    }

    private static XElement Element(XmlReader reader, FormatLimits limits)
    {
        if (reader.Depth >= limits.MaxDepth)
        {
            throw new FormatRefusedException(FormatRefusalReason.TooDeep, $"its elements are nested more than {limits.MaxDepth} deep.");
        }

        if (reader.AttributeCount > limits.MaxAttributes)
        {
            throw new FormatRefusedException(FormatRefusalReason.TooLarge, $"an element has more than {limits.MaxAttributes} attributes.");
        }

        var element = new XElement(XName.Get(reader.LocalName, reader.NamespaceURI));
        for (var more = reader.MoveToFirstAttribute(); more; more = reader.MoveToNextAttribute())
        {
            element.Add(new XAttribute(XName.Get(reader.LocalName, reader is { Prefix: "", LocalName: "xmlns" } ? "" : reader.NamespaceURI), reader.Value));
        }

        reader.MoveToElement();
        return element;
    }

    /// <summary>Refuses what the declaration itself, which is read as ASCII, is not in: EBCDIC.</summary>
    private static void RefuseEncodings(XmlReader reader)
    {
        const string Declaration = "<?xml";
        if (reader.NodeType == XmlNodeType.XmlDeclaration && reader.GetAttribute("encoding") is { } name
            && !IsUnicode(name) && Encoding.Latin1.GetString(Encoding.GetEncoding(name).GetBytes(Declaration)) is not Declaration)
        {
            throw new FormatRefusedException(FormatRefusalReason.BadEncoding, $"it is said to be in {SourceText.Cut(name, 40)}, which is not read.");
        }
    }

    // Known by its first bytes. Not UTF-7, in which markup can hide.
    private static bool IsUnicode(string name) => name.ToUpperInvariant() is "UTF-8" or "UTF-16" or "UTF-16LE" or "UTF-16BE" or "UTF-32" or "UTF-32LE" or "UTF-32BE";

    private static void RefuseDeclarations(XmlReader reader)
    {
        if (reader.NodeType == XmlNodeType.DocumentType && !string.IsNullOrWhiteSpace(reader.Value))
        {
            throw new FormatRefusedException(FormatRefusalReason.DocumentTypeDeclaration, "its document type declares entities or elements of its own, which are not read.");
        }
    }

    private static string WithoutDeclaration(string text)
    {
        var start = text.TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        return start.StartsWith("<?xml", StringComparison.Ordinal) && start.IndexOf("?>", StringComparison.Ordinal) is > 0 and var end ? start[(end + 2)..] : start;
    }

    private static MemoryStream StreamOf(ReadOnlyMemory<byte> bytes) => MemoryMarshal.TryGetArray(bytes, out var segment)
        ? new(segment.Array!, segment.Offset, segment.Count, writable: false)
        : new(bytes.ToArray(), writable: false);
}
