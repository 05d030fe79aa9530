namespace Syndication.Tests.Cli;

/// <summary>Documents as partners send them.</summary>
internal static class SourceDocuments
{
    public const string Feed = """
        <rss version="2.0"><channel><title>Agence</title><language>fr</language>
          <item><title>Pont rouvert</title><guid isPermaLink="false">pont-1</guid><description>Le pont a rouvert.</description></item>
          <item><title>Le bac</title><guid isPermaLink="false">bac-1</guid><description>Il s'arrête.</description></item>
        </channel></rss>
        """;

    public const string Nitf = """
        <nitf><head><title>Marée haute</title><docdata><doc-id id-string="maree-1"/></docdata></head>
        <body xml:lang="fr"><body.head><hedline><hl1>Marée haute</hl1></hedline></body.head><body.content><p>La marée est haute.</p></body.content></body></nitf>
        """;

    public const string Html = """<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>x</title><link rel="canonical" href="https://valmere.example/phare"></head><body><article><h1>Le phare</h1><p>Il éclaire.</p></article></body></html>""";

    public static string NewsMl(string guid, string headline, string meta = "<pubStatus qcode=\"stat:usable\"/>", int urgency = 4) => $"""
        <newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{guid}" version="7" xml:lang="fr"><itemMeta><itemClass qcode="ninat:text"/><provider literal="x"/><versionCreated>2030-01-01T00:00:00Z</versionCreated>{meta}</itemMeta>
        <contentMeta><urgency>{urgency}</urgency><language tag="fr"/><headline>{headline}</headline></contentMeta></newsItem>
        """;
}
