using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace Syndication.Formats.Xml;

/// <summary>
/// What an element has beyond another one: how a document's parts that no field of the article models are found, and put back. Where
/// both have a value the article's counts, so that the rest never brings back what was corrected. Elements are known again
/// by a hash of what the article says about them: one that was edited since loses its rest. Frames are known by their name alone.
/// </summary>
/// <param name="frames">Local names of elements that only hold others and come once in their parent.</param>
/// <param name="singles">Local names of other elements that come once in their parent: the article's stands for the document's, whatever they say.</param>
internal sealed class XmlRest(IReadOnlySet<string> frames, IReadOnlySet<string> singles)
{
    private static readonly XNamespace Schema = "http://www.w3.org/2001/XMLSchema-instance";
    private static readonly XName Of = "of-article";

    // By which attributes elements are the same although they differ in others.
    private static readonly string[] Keys = ["qcode", "uri", "literal", "href", "guid", "id", "name", "tag", "rendition", "renditionuri"];

    /// <summary>What the document has beyond what the article gives: first of what the article has too, in the article's order, so that an export of it has the same rest.</summary>
    /// <returns>Null where that is nothing.</returns>
    public XElement? Find(XElement document, XElement given)
    {
        var rest = new XElement(document.Name, document.Attributes().Where(attribute => IsContent(attribute) && given.Attribute(attribute.Name) is null));
        var order = given.Elements().ToList();
        var left = order.ToList();
        var inners = new List<(int Place, XElement Inner)>();
        foreach (var element in document.Elements())
        {
            if (Match(element, left) is not { } match)
            {
                inners.Add((order.Count, WithoutDeclarations(element)));
                continue;
            }

            left.Remove(match);
            if (Find(element, match) is { } inner)
            {
                inner.SetAttributeValue(Of, HashOf(match));
                inners.Add((order.IndexOf(match), inner));
            }
        }

        rest.Add(inners.OrderBy(pair => pair.Place).Select(pair => pair.Inner));
        return rest.HasAttributes || rest.HasElements ? rest : null;
    }

    /// <summary>Puts a rest back; what is new comes last in its parent.</summary>
    public void Add(XElement given, XElement rest)
    {
        foreach (var attribute in rest.Attributes().Where(attribute => IsContent(attribute) && attribute.Name != Of && given.Attribute(attribute.Name) is null))
        {
            given.Add(new XAttribute(attribute));
        }

        var known = given.Elements().ToLookup(element => (element.Name, HashOf(element)));
        foreach (var element in rest.Elements())
        {
            if (element.Attribute(Of)?.Value is not { } hash)
            {
                // The article may have got since what only the document had.
                if (!IsSingle(element) || given.Element(element.Name) is null)
                {
                    given.Add(new XElement(element));
                }
            }
            else if (known[(element.Name, hash)].FirstOrDefault() is { } match)
            {
                Add(match, element);
            }
            else if (frames.Contains(element.Name.LocalName))
            {
                var frame = new XElement(element.Name);
                Add(frame, element);
                given.Add(frame);
            }
        }
    }

    /// <summary>Where the rest has something: paths such as <c>contentMeta/subject/broader</c>.</summary>
    public static IEnumerable<string> Paths(XElement rest, string prefix = "")
    {
        foreach (var attribute in rest.Attributes().Where(attribute => IsContent(attribute) && attribute.Name != Of))
        {
            yield return $"{prefix}@{attribute.Name.LocalName}";
        }

        foreach (var element in rest.Elements())
        {
            var at = prefix + element.Name.LocalName;
            foreach (var path in element.Attribute(Of) is null ? [at] : Paths(element, at + "/"))
            {
                yield return path;
            }
        }
    }

    private XElement? Match(XElement element, List<XElement> candidates)
    {
        var named = candidates.Where(candidate => candidate.Name == element.Name);
        return IsSingle(element)
            ? named.FirstOrDefault()
            : named.FirstOrDefault(candidate => Holds(element, candidate)) ?? named.FirstOrDefault(candidate => SameKey(element, candidate));
    }

    private bool IsSingle(XElement element) => frames.Contains(element.Name.LocalName) || singles.Contains(element.Name.LocalName);

    private static bool SameKey(XElement element, XElement candidate) =>
        Array.Find(Keys, key => element.Attribute(key) is not null || candidate.Attribute(key) is not null) is { } found
        && element.Attribute(found)?.Value == candidate.Attribute(found)?.Value;

    // Whether everything that is given stands in the document too.
    private static bool Holds(XElement document, XElement given) =>
        given.Attributes().Where(IsContent).All(attribute => document.Attribute(attribute.Name)?.Value.Trim() == attribute.Value.Trim())
        && (given.HasElements
            ? given.Elements().All(inner => document.Elements(inner.Name).Any(element => Holds(element, inner)))
            : SourceText.SameWords(document.HasElements && given.Value.Length == 0 ? "" : document.Value, given.Value));

    private string HashOf(XElement element) => frames.Contains(element.Name.LocalName)
        ? ""
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting))))[..16];

    private static XElement WithoutDeclarations(XElement element)
    {
        var copy = new XElement(element);
        copy.DescendantsAndSelf().Attributes().Where(attribute => !IsContent(attribute)).Remove();
        copy.DescendantNodes().OfType<XText>().Where(text => string.IsNullOrWhiteSpace(text.Value)).Remove();
        return copy;
    }

    private static bool IsContent(XAttribute attribute) => !attribute.IsNamespaceDeclaration && attribute.Name.Namespace != Schema;
}
