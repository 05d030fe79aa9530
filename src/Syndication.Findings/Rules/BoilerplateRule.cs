using System.Collections.Frozen;
using Syndication.Findings.Texts;
using Syndication.V1;

namespace Syndication.Findings.Rules;

/// <summary>What a page has around its article.</summary>
internal sealed class BoilerplateRule() : TextRule(
    "boilerplate",
    FindingSeverity.Warning,
    "Rights notices, links to other articles, calls to follow, share, subscribe or comment, and cookie notices, as a paragraph of their own or at its beginning. In the middle of a sentence they are none.",
    new RuleExample("fr", "Lire aussi : le budget en débat", "Le budget est en débat"))
{
    /// <summary>Beyond this a paragraph that begins so is an article's own.</summary>
    private const int MaxLength = 300;

    // Where a paragraph begins so, in any letter case.
    private static readonly string[] Openings =
    [
        "all rights reserved", "tous droits réservés", "tous droits de reproduction", "alle rechte vorbehalten", "todos los derechos reservados", "tutti i diritti riservati",
        "todos os direitos reservados", "alle rechten voorbehouden", "reproduction interdite", "© ", "©2", "(c) 20", "copyright ©", "copyright (c)", "copyright 20",
        "lire aussi", "à lire aussi", "a lire aussi", "lire également", "à lire également", "lire la suite", "voir aussi :", "sur le même sujet",
        "read more", "read also", "also read", "see also:", "related articles", "related stories", "more on this story", "continue reading",
        "lesen sie auch", "mehr zum thema", "weiterlesen", "lea también", "lee también", "leer más", "te puede interesar", "leggi anche", "leia também", "leia mais", "lees ook", "lees meer",
        "suivez-nous", "suivez nous", "abonnez-vous", "inscrivez-vous à", "partager sur", "partagez cet article", "cliquez ici", "ajouter un commentaire", "laisser un commentaire",
        "follow us on", "subscribe to", "subscribe now", "sign up for", "share this", "share on", "click here", "leave a comment", "download our app",
        "folgen sie uns", "jetzt abonnieren", "newsletter abonnieren", "síguenos en", "suscríbete", "compartir en", "seguici su", "iscriviti alla", "condividi su",
        "siga-nos", "assine a", "volg ons", "this site uses cookies", "we use cookies", "ce site utilise des cookies", "nous utilisons des cookies", "diese website verwendet cookies",
        "prev ", "next ", "previous article", "next article", "article précédent", "article suivant", "advertisement", "publicité", "anzeige",
    ];

    // These are words too: only in capitals, or where they are all that is there.
    private static readonly string[] Labels = ["prev ", "next "];
    private static readonly string[] Alone = ["advertisement", "publicité", "anzeige"];

    // By the first character, in lower case.
    private static readonly FrozenDictionary<char, string[]> ByInitial = Openings.GroupBy(opening => opening[0]).ToFrozenDictionary(group => group.Key, group => group.ToArray());

    internal override void Check(ArticleScan scan, in TextPart part)
    {
        if (part.Kind is not (TextKind.Paragraph or TextKind.ListItem or TextKind.Heading) || part.Text.Length > MaxLength)
        {
            return;
        }

        var text = part.Text.AsSpan().TrimStart("•*-–—>» \u00A0\t");
        if (text.IsEmpty || !ByInitial.TryGetValue(char.ToLowerInvariant(text[0]), out var openings))
        {
            return;
        }

        foreach (var opening in openings)
        {
            if (text.StartsWith(opening, StringComparison.OrdinalIgnoreCase) && IsWhole(text, opening))
            {
                var start = part.Text.Length - text.Length;
                scan.Report(this, part, start, start + opening.TrimEnd().Length, "This looks like a piece of the page around the article.");
                return;
            }
        }
    }

    private static bool IsWhole(ReadOnlySpan<char> text, string opening) =>
        Array.IndexOf(Labels, opening) >= 0 ? text.StartsWith(opening.ToUpperInvariant(), StringComparison.Ordinal)
        : Array.IndexOf(Alone, opening) >= 0 ? text.TrimEnd(" .:").Length == opening.Length
        : text.Length == opening.Length || !char.IsLetter(opening[^1]) || !char.IsLetter(text[opening.Length]);
}
