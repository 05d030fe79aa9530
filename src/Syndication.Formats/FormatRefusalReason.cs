namespace Syndication.Formats;

/// <summary>Why a source, or one item of it, gives no article.</summary>
public enum FormatRefusalReason
{
    /// <summary>There is nothing in it that could be an article.</summary>
    Empty,

    /// <summary>It is longer than the limits allow, or has more items, elements or values.</summary>
    TooLarge,

    /// <summary>A line of it is longer than the limits allow.</summary>
    LineTooLong,

    /// <summary>It is nested deeper than the limits allow.</summary>
    TooDeep,

    /// <summary>Its bytes are not of the encoding that they are said to be of, or of none that is read.</summary>
    BadEncoding,

    /// <summary>It breaks the rules of XML or JSON.</summary>
    NotWellFormed,

    /// <summary>It declares entities or elements of its own: nothing that expands is read.</summary>
    DocumentTypeDeclaration,

    /// <summary>It is well-formed, but not of the format it was taken for.</summary>
    NotThisFormat,

    /// <summary>It is of the format, but of a kind that is no article: a package, a concept, a plan.</summary>
    UnsupportedItem,

    /// <summary>An archive whose entries are packed too tightly to be honest.</summary>
    CompressionRatio,

    /// <summary>An archive inside an archive.</summary>
    NestedArchive,

    /// <summary>An entry whose name leads out of its archive.</summary>
    UnsafePath,
}
