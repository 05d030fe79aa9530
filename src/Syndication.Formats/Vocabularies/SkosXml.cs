using System.Xml;
using System.Xml.Linq;

namespace Syndication.Formats.Vocabularies;

/// <summary>Reads SKOS in RDF/XML: <c>skos:Concept</c> elements, and <c>rdf:Description</c> elements that are typed so.</summary>
internal static class SkosXml
{
    private static readonly XNamespace Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    private static readonly XNamespace Skos = "http://www.w3.org/2004/02/skos/core#";
    private static readonly XNamespace Terms = "http://purl.org/dc/terms/";
    private static readonly XNamespace Owl = "http://www.w3.org/2002/07/owl#";

    /// <summary>No document type, so no entities of its own; nothing is fetched; lengths are bounded.</summary>
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = VocabularyFile.MaxBytes,
        MaxCharactersFromEntities = 1024,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    public static List<ConceptRecord> Read(byte[] content)
    {
        using var reader = XmlReader.Create(new MemoryStream(content, writable: false), Settings);
        try
        {
            reader.MoveToContent();
            if (reader.LocalName != "RDF" || reader.NamespaceURI != Rdf.NamespaceName)
            {
                throw new VocabularyFileException(LineOf(reader), $"the document is <{reader.Name}>, not <rdf:RDF>");
            }

            // One concept after the other: the whole tree of a large file would take ten times its length.
            var records = new List<ConceptRecord>();
            reader.Read();
            while (!reader.EOF && reader.NodeType != XmlNodeType.EndElement)
            {
                if (reader.NodeType != XmlNodeType.Element)
                {
                    reader.Read();
                    continue;
                }

                var line = LineOf(reader);
                if (reader.Depth == 1 && (XElement)XNode.ReadFrom(reader) is var element && IsConcept(element))
                {
                    records.Add(ReadConcept(element, line));
                }
            }

            return records;
        }
        catch (XmlException exception)
        {
            // The reader does not say where the document type is that it refuses.
            var line = exception.LineNumber > 0 ? exception.LineNumber : LineOfDocumentType(content);
            throw new VocabularyFileException(line, exception.LineNumber == 0 && line > 0 ? "has a document type (DTD), which is not read" : "is not well-formed XML: " + exception.Message, exception);
        }
    }

    private static bool IsConcept(XElement element) =>
        element.Name == Skos + "Concept"
        || (element.Name == Rdf + "Description" && element.Elements(Rdf + "type").Any(type => (string?)type.Attribute(Rdf + "resource") == Skos.NamespaceName + "Concept"));

    private static ConceptRecord ReadConcept(XElement element, int line)
    {
        var uri = (string?)element.Attribute(Rdf + "about");
        if (string.IsNullOrEmpty(uri))
        {
            throw new VocabularyFileException(line, $"a <{element.Name.LocalName}> has no rdf:about");
        }

        var record = new ConceptRecord(line, uri)
        {
            QCode = element.Elements(Skos + "notation").Select(notation => notation.Value.Trim()).FirstOrDefault(notation => notation.Contains(':', StringComparison.Ordinal)) ?? "",
            ReplacedBy = Resources(element, Terms + "isReplacedBy", line).FirstOrDefault() ?? "",
            Retired = element.Elements(Owl + "deprecated").Any(flag => flag.Value.Trim() is "true" or "1")
                || element.Elements().Any(child => child.Name.LocalName == "retired" && child.Value.Trim().Length > 0),
        };
        record.Broader.AddRange(Resources(element, Skos + "broader", line));
        record.Narrower.AddRange(Resources(element, Skos + "narrower", line));
        record.ExactMatches.AddRange(Resources(element, Skos + "exactMatch", line));
        foreach (var label in element.Elements(Skos + "prefLabel"))
        {
            var language = (string?)label.Attribute(XNamespace.Xml + "lang") ?? "";
            if (label.Value.Trim() is { Length: > 0 } text)
            {
                record.Labels[language] = text;
            }
        }

        return record;
    }

    private static IEnumerable<string> Resources(XElement element, XName name, int line) => element.Elements(name).Select(child =>
        (string?)child.Attribute(Rdf + "resource") ?? (string?)child.Elements().FirstOrDefault()?.Attribute(Rdf + "about")
        ?? throw new VocabularyFileException(line, $"a {name.LocalName} of \"{(string?)element.Attribute(Rdf + "about")}\" names no resource"));

    private static int LineOfDocumentType(byte[] content) =>
        content.AsSpan().IndexOf("<!DOCTYPE"u8) is >= 0 and var place ? content.AsSpan(0, place).Count((byte)'\n') + 1 : 0;

    private static int LineOf(XmlReader reader) => ((IXmlLineInfo)reader).LineNumber;
}
