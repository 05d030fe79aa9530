namespace Syndication.Formats.Markup;

/// <summary>A node of marked-up text, whether a parser of HTML or of XML made it.</summary>
internal abstract class MarkupNode
{
    /// <summary>An element's local name in lower case; empty for a text.</summary>
    public abstract string Name { get; }

    /// <summary>A text's characters; empty for an element.</summary>
    public abstract string Text { get; }

    /// <summary>Elements and texts; no comments.</summary>
    public abstract IEnumerable<MarkupNode> Children { get; }

    /// <summary>The value of an attribute without namespace; null where there is none.</summary>
    public abstract string? Attribute(string name);

    /// <summary>This node's elements at any depth, itself first, in the order of the document.</summary>
    public IEnumerable<MarkupNode> Elements()
    {
        if (Name.Length > 0)
        {
            yield return this;
        }

        foreach (var child in Children)
        {
            foreach (var element in child.Elements())
            {
                yield return element;
            }
        }
    }

    public MarkupNode? Find(string name) => Elements().FirstOrDefault(element => element.Name == name);

    /// <summary>Whether a word is among those of the <c>class</c> attribute.</summary>
    public bool HasClass(string word) => Attribute("class")?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Contains(word, StringComparer.OrdinalIgnoreCase) == true;
}
