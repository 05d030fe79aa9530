using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syndication.Access;
using Syndication.Articles;
using Syndication.V1;

namespace Syndication.Server.Demo;

/// <summary>
/// Thinks of something to do to a few running stories: a new take each hour, and in between updates, corrections, holds and,
/// rarely, a kill. Keeps nothing in memory, so a restart goes on where it was; a text is written anew each time and never grows.
/// </summary>
public sealed class NowAndThen(ArticleReader articles, TimeProvider time, Random random)
{
    private static readonly TimeSpan Embargo = TimeSpan.FromSeconds(20);
    private static readonly ReadScope Desk = ReadScope.Staff(held: true);

    /// <summary>The running stories.</summary>
    public static IReadOnlyList<RunningStory> Stories { get; } =
    [
        new("chenal", "fr", ["11000000", "20000638"], 4, 20, 90, "Diplomatie", "Le chiffre donné dans notre version précédente était faux.",
            "Détroit des Aiguilles : {0} navires par le chenal nord",
            "Le comptage des pilotes, relevé à {1} UTC.",
            ["{0} navires ont emprunté le chenal nord du détroit depuis minuit, selon le relevé de {1} UTC.", "L'Autorité de pilotage ne signale ni attente ni incident."]),
        new("cup-tickets", "en", ["15000000", "20001065"], 6, 11, 48, "Football", "The figure in our previous version was wrong.",
            "Harbour Cup final: {0},000 tickets sold",
            "Counted at the river end ticket office at {1} UTC.",
            ["{0},000 tickets for the Harbour Cup final had been sold by {1} UTC.", "The club asks supporters without a ticket to cheer from the ferry."]),
        new("sturm", "de", ["17000000", "20001131"], 3, 4, 60, "Wetter", "Die Zahl in unserer vorigen Fassung war falsch.",
            "Sturm an der Küste: {0} Überfahrten gestrichen",
            "Stand der Hafenämter um {1} UTC.",
            ["Wegen des Sturms sind {0} Überfahrten gestrichen, Stand {1} UTC.", "Die Hafenämter raten, Fenster und Ausreden zu schließen."]),
        new("ecoute", "fr", ["13000000", "20000735"], 7, 3900, 4400, "Sciences", "Le nombre d'heures de notre version précédente était faux.",
            "Baleines du banc de Morne : {0} heures classées",
            "Le compteur de l'Institut hauturier à {1} UTC.",
            ["L'Institut hauturier annonce {0} heures de chant classées à {1} UTC.", "Le motif « delta » reste le plus fréquent de la saison."]),
        new("errata", "es", ["01000000", "20000013"], 8, 300, 800, "Cultura", "La cifra de nuestra versión anterior era errónea.",
            "La barca biblioteca presta {0} libros",
            "Recuento de a bordo a las {1} UTC.",
            ["La Errata llevaba prestados {0} libros a las {1} UTC.", "La bibliotecaria recuerda que la lluvia no es excusa."]),
    ];

    /// <summary>The next thing to do, out of the state that the archive is in.</summary>
    /// <returns>A request of the PublishingService; null when no story allows anything now.</returns>
    public async Task<IMessage?> NextAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var first = random.Next(Stories.Count);
        for (var i = 0; i < Stories.Count; i++)
        {
            var story = Stories[(first + i) % Stories.Count];
            if (await NextAsync(story, now, cancellationToken) is { } request)
            {
                return request;
            }
        }

        return null;
    }

    private async Task<IMessage?> NextAsync(RunningStory story, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var current = await FindAsync(story.ArticleId(now), cancellationToken);
        switch (current?.Status)
        {
            case null:
                var take = story.Write(random, now);
                if (await FindAsync(story.ArticleId(now.AddHours(-1)), cancellationToken) is { } before)
                {
                    take.Links.Add(new Link { Relation = LinkRelation.Previous, ArticleId = before.ArticleId, Headline = before.Headline });
                }

                if (random.Next(5) == 0)
                {
                    take.EmbargoTime = Timestamp.FromDateTimeOffset(now + Embargo);
                }

                return new PublishArticleRequest { Article = take, Change = ChangeType.New, ExpectedVersion = 0 };

            case ArticleStatus.Withheld:
                return new ReleaseArticleRequest { ArticleId = current.ArticleId, ExpectedVersion = current.Version };

            case ArticleStatus.Usable:
                return Change(story, current, now);

            default:
                return null;
        }
    }

    private IMessage Change(RunningStory story, Article current, DateTimeOffset now)
    {
        switch (random.Next(100))
        {
            case < 2:
                return new WithdrawArticleRequest
                {
                    ArticleId = current.ArticleId,
                    ExpectedVersion = current.Version,
                    Advisory = "Kill: this take was sent in error (demo).",
                };

            case < 10:
                return new WithholdArticleRequest
                {
                    ArticleId = current.ArticleId,
                    ExpectedVersion = current.Version,
                    Advisory = "Do not use: being checked (demo).",
                };

            case var dice:
                var article = story.Write(random, now);
                article.Links.Add(current.Links);
                if (dice < 30)
                {
                    article.Correction = new Correction { Note = story.CorrectionNote, WrongText = current.Headline, RightText = article.Headline };
                }

                return new PublishArticleRequest
                {
                    Article = article,
                    Change = article.Correction is null ? ChangeType.Update : ChangeType.Correction,

                    // A desk that edits the same article wins: the demo's version is refused.
                    ExpectedVersion = current.Version,
                };
        }
    }

    private async Task<Article?> FindAsync(string articleId, CancellationToken cancellationToken)
    {
        var found = await articles.GetAsync(new GetArticleRequest { ArticleId = articleId }, Desk, cancellationToken);
        return found.Rejection is null ? found.Value.Article : null;
    }
}

/// <summary>A story that goes on for ever. In its texts <c>{0}</c> is a figure and <c>{1}</c> the time.</summary>
public sealed record RunningStory(
    string Slug,
    string Language,
    IReadOnlyList<string> Subjects,
    int Urgency,
    int MinFigure,
    int MaxFigure,
    string Kicker,
    string CorrectionNote,
    string Headline,
    string Standfirst,
    IReadOnlyList<string> Paragraphs)
{
    /// <summary>The take of an hour.</summary>
    public string ArticleId(DateTimeOffset now) => string.Create(CultureInfo.InvariantCulture, $"demo-{Slug}-{now.UtcDateTime:yyyyMMdd-HH}");

    /// <summary>Writes the take anew, with another figure.</summary>
    public Article Write(Random random, DateTimeOffset now)
    {
        var figure = random.Next(MinFigure, MaxFigure + 1);
        var clock = now.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture);
        var article = new Article
        {
            ArticleId = ArticleId(now),
            StoryId = $"demo-{Slug}",
            ItemType = ItemType.Text,
            Headline = Fill(Headline),
            Kicker = Kicker,
            Standfirst = Fill(Standfirst),
            Slugline = Slug.ToUpperInvariant(),
            Language = Language,
            Urgency = Urgency,
            Provider = new Party { Name = "Agence Méridien", Code = "x-demo:meridien" },
            Rights = new Rights { CopyrightHolder = "Agence Méridien", CopyrightNotice = "© Agence Méridien" },
        };
        article.Subjects.Add(Subjects.Select(code => new Concept { Scheme = "medtop", Code = code, Origin = ConceptOrigin.Machine }));
        article.Body.Add(Paragraphs.Select(text => new Block { Paragraph = new Paragraph { Content = new RichText { Text = Fill(text) } } }));
        return article;

        string Fill(string text) => string.Format(CultureInfo.InvariantCulture, text, figure, clock);
    }
}
