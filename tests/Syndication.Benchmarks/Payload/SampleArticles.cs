using Google.Protobuf.WellKnownTypes;
using Syndication.V1;

namespace Syndication.Benchmarks.Payload;

/// <summary>Articles of about 3 KB encoded, as a wire sends them: French and English, with subjects, byline and marks. The same in every run.</summary>
internal static class SampleArticles
{
    private const int Seed = 20_000_587;

    /// <summary>A body is written until its text is so long; with the other fields the article takes about 3 KB.</summary>
    private const int BodyCharacters = 1_900;

    private static readonly Wire French = new(
        "fr",
        ["Paris", "Bruxelles", "Genève", "Dakar", "Montréal", "Lyon", "Marseille", "Québec"],
        ["Claire Lefèvre", "Amadou Diallo", "Hélène Girard", "Benoît Moreau", "Zoé Tremblay"],
        ["Le gouvernement", "La commission", "Le conseil municipal", "L’assemblée", "Le tribunal", "La direction de l’entreprise"],
        ["a annoncé", "a confirmé", "a démenti", "a reporté", "a adopté à l’unanimité", "a présenté devant la presse"],
        ["un plan de rénovation des écoles", "la réforme du transport régional", "un accord sur les salaires", "le budget de la santé publique", "une enquête sur la qualité de l’eau", "la fermeture de deux centrales"],
        ["après plusieurs semaines de négociations", "malgré l’opposition des syndicats", "à l’issue d’une réunion à huis clos", "selon un document consulté mardi", "sans préciser de calendrier", "au lendemain d’un rapport très critique"],
        "« C’est une étape, pas un aboutissement », a déclaré {0}, chargé du dossier.",
        "L’essentiel");

    private static readonly Wire English = new(
        "en-GB",
        ["London", "Geneva", "Nairobi", "Toronto", "Dublin", "Edinburgh", "Canberra", "New York"],
        ["Grace Okafor", "Daniel Whitfield", "Maeve O’Connor", "Priya Raman", "Tom Hargreaves"],
        ["The government", "The committee", "The city council", "The assembly", "The high court", "The company’s board"],
        ["announced", "confirmed", "denied", "postponed", "unanimously adopted", "set out to reporters"],
        ["a programme to rebuild schools", "a reform of regional transport", "an agreement on wages", "the public health budget", "an inquiry into water quality", "the closure of two power stations"],
        ["after several weeks of talks", "despite opposition from the unions", "following a meeting behind closed doors", "according to a document seen on Tuesday", "without giving a timetable", "a day after a highly critical report"],
        "“It is a step, not the end of the road,” said {0}, who is in charge of the matter.",
        "Key points");

    private static readonly (string Code, string Name)[] Subjects =
    [
        ("medtop:20000587", "government policy"), ("medtop:20000345", "economy"), ("medtop:20000412", "environment"),
        ("medtop:20000446", "health"), ("medtop:20000480", "labour"), ("medtop:20000802", "transport"),
    ];

    /// <summary>So many different articles, without ids.</summary>
    public static Article[] Generate(int count)
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, count).Select(i => Write(random, i % 2 == 0 ? French : English))];
    }

    private static Article Write(Random random, Wire wire)
    {
        var place = Pick(random, wire.Places);
        var author = Pick(random, wire.Authors);
        var headline = Sentence(random, wire).TrimEnd('.');
        var article = new Article
        {
            StoryId = $"story-{random.Next(1_000_000):D6}",
            ItemType = ItemType.Text,
            Headline = headline,
            Kicker = place,
            Standfirst = Sentence(random, wire),
            Byline = new Byline { Text = author, Contributors = { new Contributor { Name = author, Role = "author" } } },
            Dateline = new Dateline { Text = place.ToUpperInvariant(), Place = place },
            Slugline = $"{place}-policy-{random.Next(1000):D3}",
            Language = wire.Language,
            Urgency = random.Next(2, 7),
            EditorialNote = "Desk: second source confirmed by telephone.",
            Provider = new Party { Name = "Sample Wire", Code = "SW" },
            Rights = new Rights { CopyrightHolder = "Sample Wire", CopyrightNotice = "© 2026 Sample Wire", UsageTerms = "Editorial use only.", Territories = { "FR", "GB" } },
            CreatedTime = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(random.Next(10_000_000))),
        };
        foreach (var (code, name) in random.GetItems(Subjects, 3).Distinct())
        {
            article.Subjects.Add(new Concept { Scheme = "medtop", Code = code, Name = name, Relevance = random.Next(50, 101), Origin = ConceptOrigin.Editor });
        }

        article.Places.Add(new Concept { Scheme = "place", Code = place, Name = place });
        article.People.Add(new Concept { Name = author });
        WriteBody(random, wire, article);
        return article;
    }

    private static void WriteBody(Random random, Wire wire, Article article)
    {
        article.Body.Add(new Block { Heading = new Heading { Level = 2, Content = new RichText { Text = wire.Heading } } });
        var written = 0;
        while (written < BodyCharacters)
        {
            var text = string.Join(' ', Enumerable.Range(0, random.Next(2, 5)).Select(_ => Sentence(random, wire)));
            var paragraph = new RichText { Text = text };
            if (random.Next(3) == 0)
            {
                paragraph.Marks.Add(new Mark { Start = 0, End = 12, Type = MarkType.Strong });
            }

            article.Body.Add(new Block { Paragraph = new Paragraph { Content = paragraph } });
            written += text.Length;
        }

        var speaker = Pick(random, wire.Authors);
        var quote = string.Format(System.Globalization.CultureInfo.InvariantCulture, wire.Quote, speaker);
        article.Body.Add(new Block { Quote = new Quote { Content = new RichText { Text = quote }, Attribution = speaker } });
    }

    private static string Sentence(Random random, Wire wire) =>
        $"{Pick(random, wire.Subjects)} {Pick(random, wire.Verbs)} {Pick(random, wire.Objects)} {Pick(random, wire.Circumstances)}.";

    private static string Pick(Random random, string[] choices) => choices[random.Next(choices.Length)];

    private sealed record Wire(
        string Language, string[] Places, string[] Authors, string[] Subjects, string[] Verbs, string[] Objects, string[] Circumstances,
        string Quote, string Heading);
}
