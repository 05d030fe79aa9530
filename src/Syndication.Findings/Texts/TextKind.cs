namespace Syndication.Findings.Texts;

/// <summary>Which field of an article a text is.</summary>
internal enum TextKind : byte
{
    Headline,
    HeadlineVariant,
    Kicker,
    Standfirst,
    Paragraph,
    Heading,
    Quote,
    ListItem,
    TableCaption,
    TableCell,
    MediaCaption,
}
