using Google.Protobuf.WellKnownTypes;
using Syndication.Articles;
using Syndication.Changes;
using Syndication.V1;

namespace Syndication.Tests.Changes;

/// <summary>Compares articles as short as tests want them, and applies what came of it.</summary>
internal static class Compared
{
    public static ArticleChanges Of(Article older, Article newer, ChangeLimits? limits = null) => ArticleComparer
        .Compare(Encode(older, 1), Encode(newer, 2), limits ?? ChangeLimits.OfUpdate)
        .Decode(body: true, desk: true);

    public static ArticleChanges OfBodies(Block[] older, Block[] newer, string language = "en", ChangeLimits? limits = null) => Of(
        new Article { Language = language, Body = { older } }, new Article { Language = language, Body = { newer } }, limits);

    /// <summary>The edits between two texts: <c>old|new:KINDS</c> for each.</summary>
    public static string Words(string older, string newer, string language = "en", params string[] people)
    {
        var names = people.Select(name => new Concept { Name = name }).ToArray();
        var changes = Of(
            new Article { Language = language, Body = { Paragraph(older) }, People = { names } },
            new Article { Language = language, Body = { Paragraph(newer) }, People = { names } });
        Assert.Equal(newer, Apply(changes.Blocks.Single(), older));
        return string.Join(' ', changes.Blocks.Single().Edits.Select(edit =>
            $"{edit.OldText}|{edit.NewText}:{string.Join('+', edit.Kinds)}"));
    }

    public static Block Paragraph(string text) => new() { Paragraph = new Paragraph { Content = new RichText { Text = text } } };

    /// <summary>The texts of the newer body, made of those of the older one and the changes, as the contract says how.</summary>
    public static List<string> Apply(ArticleChanges changes, IReadOnlyList<string> older)
    {
        var named = changes.Blocks.Where(change => change.HasOldIndex).Select(change => change.OldIndex).ToHashSet();
        var placed = changes.Blocks.Where(change => change.HasNewIndex).ToDictionary(change => change.NewIndex);
        var kept = new Queue<string>(older.Where((_, place) => !named.Contains(place)));
        var texts = new List<string>();
        while (kept.Count > 0 || placed.ContainsKey(texts.Count))
        {
            texts.Add(placed.TryGetValue(texts.Count, out var change)
                ? Apply(change, change.HasOldIndex ? older[change.OldIndex] : "")
                : kept.Dequeue());
        }

        Assert.Equal(texts.Count, placed.Keys.Append(-1).Max() < texts.Count ? texts.Count : -1);
        return texts;
    }

    public static string Apply(BlockChange change, string older) => change.Kind switch
    {
        ChangeKind.Added => change.Text,
        ChangeKind.Moved => older,
        _ => Apply(change.Edits, older),
    };

    public static string Apply(IEnumerable<TextChange> edits, string older)
    {
        var before = older.EnumerateRunes().ToList();
        var after = new List<System.Text.Rune>();
        var read = 0;
        foreach (var edit in edits)
        {
            after.AddRange(before[read..edit.OldStart]);
            Assert.Equal(edit.NewStart, after.Count);
            var gone = edit.OldText.EnumerateRunes().ToList();
            Assert.Equal(gone, before.Slice(edit.OldStart, gone.Count));
            after.AddRange(edit.NewText.EnumerateRunes());
            read = edit.OldStart + gone.Count;
        }

        after.AddRange(before[read..]);
        return string.Concat(after);
    }

    public static Timestamp Time(int day) => Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 6, day, 12, 0, 0, TimeSpan.Zero));

    private static EncodedArticle Encode(Article article, int version) => EncodedArticle.Encode(article, version, ChangeType.Update);
}
