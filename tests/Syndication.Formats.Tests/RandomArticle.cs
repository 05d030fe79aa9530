using CsCheck;
using Google.Protobuf.WellKnownTypes;
using Syndication.V1;

namespace Syndication.Formats.Tests;

/// <summary>Articles as desks write them, with the characters that formats stumble over.</summary>
internal static class RandomArticle
{
    private static readonly string[] Words =
    [
        "le", "pont", "a", "rouvert", "ce", "matin", "<b>", "&amp;", "&", "\"quoted\"", "l’heure", "naïve", "🙂", "👩‍🚀", "e\u0301", "500\u00a0€", "\u202fici", "AT&T", "1 < 2", "]]>", "'x'", "東京", "\\n", "{}", "שלום", "a:b", "50%",
    ];

    private static readonly Gen<string> Line = Pick(Words).Array[1, 8].Select(words => string.Join(' ', words));

    private static readonly Gen<string> Optional = Gen.Frequency((1, Gen.Const("")), (2, Line));

    private static readonly Gen<string> Lines = Line.Array[1, 3].Select(lines => string.Join('\n', lines));

    private static readonly Gen<string> OptionalLines = Gen.Frequency((1, Gen.Const("")), (2, Lines));

    private static readonly Gen<string> Uri = Gen.Int[1, 999].Select(number => $"https://example.org/a/{number}?b=c&d=e");

    private static readonly Gen<Timestamp?> Time = Gen.Frequency((1, Gen.Const((Timestamp?)null)), (2, Gen.Long[1_000_000_000, 4_000_000_000].Select(seconds => (Timestamp?)new Timestamp { Seconds = seconds })));

    private static readonly Gen<RichText> Rich = Gen.Select(Lines, Gen.Select(Gen.Double.Unit, Gen.Double.Unit, Gen.Int[1, 3], Uri).Array[0, 3], MarksOf);

    private static readonly Gen<Block> Block = Gen.OneOf(
        Rich.Select(content => new Block { Paragraph = new() { Content = content } }),
        Gen.Select(Gen.Int[1, 5], Rich, (level, content) => new Block { Heading = new() { Level = level, Content = content } }),
        Gen.Select(Rich, Optional, (content, by) => new Block { Quote = new() { Content = content, Attribution = by } }),
        Gen.Select(Gen.Bool, Rich.Array[1, 4], (ordered, items) => new Block { List = new() { Ordered = ordered, Items = { items } } }),
        Gen.Select(Optional, Gen.Select(Gen.Bool, Rich.Array[1, 3], (header, cells) => new TableRow { Header = header, Cells = { cells } }).Array[1, 3], (caption, rows) => new Block { Table = new() { Caption = caption, Rows = { rows } } }),
        Gen.Select(Uri, Optional, (uri, text) => new Block { Embed = new() { Uri = uri, FallbackText = text } }));

    private static readonly Gen<Concept> Concept = Gen.Select(
        Pick("medtop", "subj", "", "http://example.org/cv/", "in house", "acme"), Gen.Int[20_000_000, 20_000_999], Line, Gen.Int[-100, 100], Gen.Int[0, 2],
        (scheme, code, name, relevance, origin) =>
        {
            var concept = new Concept { Scheme = scheme, Code = code.ToString(System.Globalization.CultureInfo.InvariantCulture), Name = name, Origin = (ConceptOrigin)origin };
            if (relevance >= 0)
            {
                concept.Relevance = relevance;
            }

            return concept;
        });

    private static readonly Gen<Concept[]> Concepts = Concept.Array[0, 4].Select(concepts => concepts.DistinctBy(concept => (concept.Scheme, concept.Code)).ToArray());

    private static readonly Gen<Rights?> Rights = Gen.Select(Optional, OptionalLines, OptionalLines, (holder, notice, terms) => new Rights { CopyrightHolder = holder, CopyrightNotice = notice, UsageTerms = terms })
        .Select(rights => rights.CalculateSize() > 0 ? rights : null);

    private static readonly Gen<Media> Media = Gen.Select(Gen.Int[0, 9], Pick(ItemType.Picture, ItemType.Video, ItemType.Audio, ItemType.Graphic), OptionalLines, Optional, Uri, Gen.Int[0, 4000], (number, type, caption, credit, uri, size) => new Media
    {
        MediaId = $"m{number}",
        ItemType = type,
        Caption = caption,
        Credit = credit,
        AltText = caption,
        Renditions = { new Rendition { Name = "web", Uri = uri, MediaType = "image/jpeg", WidthPixels = size, HeightPixels = size, SizeBytes = size, DurationMillis = size } },
    });

    private static readonly Gen<Link> Link = Gen.Select(Gen.Int[1, 5], Line, Gen.Bool, Uri, (relation, headline, isHere, uri) => new Link
    {
        Relation = (LinkRelation)relation,
        Headline = headline,
        ArticleId = isHere ? "other-1" : "",
        Uri = isHere ? "" : uri,
    });

    /// <summary>Articles with every field that publishers set.</summary>
    public static readonly Gen<Article> Whole = Gen.Select(
        Gen.Select(Pick("a-1", "urn:newsml:acme:1", "x.y~z"), Line, OptionalLines, Optional, Optional, Block.Array[0, 6], Time, Time),
        Gen.Select(Concepts, Concepts, Concepts, Concepts, Concepts, Concepts, Rights, OptionalLines),
        Gen.Select(Media.Array[0, 2], Link.Array[0, 3], Optional, Optional, Gen.Int[0, 9], OptionalLines, OptionalLines, Gen.Int[0, 3]),
        (texts, concepts, rest) =>
        {
            var article = new Article
            {
                ArticleId = texts.Item1,
                ItemType = ItemType.Text,
                Headline = texts.Item2,
                Standfirst = texts.Item3,
                Kicker = texts.Item4,
                Slugline = texts.Item5,
                Language = "fr-CA",
                CreatedTime = texts.Item7,
                EmbargoTime = texts.Item8,
                Rights = concepts.Item7,
                EditorialNote = concepts.Item8,
                Urgency = rest.Item5,
                PublicNote = rest.Item6,
                StoryId = rest.Item3,
                Profile = rest.Item4,
                Byline = rest.Item3.Length > 0 ? new() { Text = rest.Item3 } : null,
                Dateline = rest.Item4.Length > 0 ? new() { Text = rest.Item4 + ", 1", Place = rest.Item4 } : null,
                Correction = rest.Item7.Length > 0 ? new() { Note = rest.Item7, WrongText = rest.Item7, RightText = rest.Item7 } : null,
                DigitalSourceType = rest.Item8 > 1 ? "digitalCapture" : "",
                Provider = rest.Item8 > 0 ? new() { Name = "Agence", Code = "nprov:AV" } : null,
            };
            article.Body.AddRange(texts.Item6);
            article.Subjects.AddRange(concepts.Item1);
            article.Genres.AddRange(concepts.Item2);
            article.People.AddRange(concepts.Item3);
            article.Organisations.AddRange(concepts.Item4);
            article.Places.AddRange(concepts.Item5);
            article.Events.AddRange(concepts.Item6);
            article.Media.AddRange(rest.Item1.DistinctBy(media => media.MediaId).DistinctBy(media => media.Renditions[0].Uri));
            article.Links.AddRange(rest.Item2);
            article.AlternateIds.AddRange(Enumerable.Range(1, rest.Item8).Select(number => new AlternateId { Scheme = $"guid {number}", Value = $"v/{number}" }));
            article.InfoSources.AddRange(Enumerable.Range(1, rest.Item8).Select(number => new InfoSource { Name = $"Source {number}", Code = $"is:{number}", Role = "quoted" }));
            article.Body.AddRange(article.Media.Select(media => new Block { Media = new() { MediaId = media.MediaId } }));
            return article;
        });

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    // Marks as editors make them: not empty, none twice, links not over links.
    private static RichText MarksOf(string text, (double Start, double End, int Type, string Uri)[] spans)
    {
        var length = text.EnumerateRunes().Count();
        var rich = new RichText { Text = text };
        foreach (var (from, to, type, uri) in spans)
        {
            var (start, end) = ((int)(Math.Min(from, to) * length), (int)Math.Ceiling(Math.Max(from, to) * length));
            var mark = new Mark { Start = start, End = Math.Min(end, length), Type = (MarkType)type, Uri = (MarkType)type == MarkType.Link ? uri : "" };

            // Marks of one kind that touch would become one.
            if (mark.Start < mark.End && rich.Marks.All(other => other.End < mark.Start || other.Start > mark.End))
            {
                rich.Marks.Add(mark);
            }
        }

        var sorted = rich.Marks.OrderBy(mark => mark.Start).ToList();
        rich.Marks.Clear();
        rich.Marks.AddRange(sorted);
        return rich;
    }
}
