using CsCheck;
using Syndication.Search;
using Syndication.Stores.Tests.Fixtures;
using Syndication.V1;

namespace Syndication.Stores.Tests;

/// <summary>Articles that are named by a headline, whole or cut.</summary>
public abstract class HeadlineTests(StoreFixture store) : StoreTests(store)
{
    /// <summary>As many as are looked for: more than one is ambiguous.</summary>
    private const int Most = 3;

    // Few words, so that headlines are alike; some long, so that parts of every length differ; some of more bytes than characters.
    private static readonly string[] Words = ["a", "the", "Minister", "Haushaltsausschuss", "Überschwemmungsgebiet", "Ελλάδα", "東京都", "𠀋𠮟る", "2026", "!"];

    private static readonly Gen<string> Headlines = Gen.Int[0, Words.Length - 1].Select(i => Words[i])
        .Array[1, 9]
        .Select(words => string.Join(' ', words));

    private static readonly Gen<string> Named = Gen.Select(
        Headlines, Gen.Int[0, 20], Gen.Int[0, 3],
        (headline, cut, way) => way switch
        {
            0 => headline,
            1 => Whole(headline[..Math.Max(1, headline.Length - cut)]),
            2 => Whole(headline[Math.Min(cut, headline.Length - 1)..]),
            _ => headline + " a Haushaltsausschuss",
        });

    [Fact]
    public async Task Headlines_are_found_as_comparing_each_would_find_them()
    {
        using var handle = Store.Open();
        await Gen.Select(Headlines.Array[1, 40], Named.Array[20]).SampleAsync(
            async (headlines, names) =>
            {
                var keys = Array.ConvertAll(headlines, HeadlineKey.Of);
                await IndexAsync(handle.Text, [.. keys.Select((key, i) => new IndexedArticle(i + 1, IsNew: true, null, null, key, []))]);
                foreach (var name in Array.ConvertAll(names, HeadlineKey.Of))
                {
                    Check(await handle.Text.FindHeadlinesAsync(name, Token), Matching(keys.Length, name, (article, way) => way(keys[article])));
                }
            },
            iter: 40,
            threads: 1);
    }

    [Fact]
    public async Task Links_are_found_by_relation()
    {
        using var handle = Store.Open();
        var linked = Gen.Select(Gen.OneOf(Gen.Const(LinkRelation.Previous), Gen.Const(LinkRelation.Next)), Headlines);
        await Gen.Select(linked.Array[0, 3].Array[1, 20], Named.Array[20]).SampleAsync(
            async (articles, names) =>
            {
                var links = Array.ConvertAll(articles, links => links.Select(link => (link.Item1, HeadlineKey.Of(link.Item2))).Distinct().ToArray());
                await IndexAsync(handle.Text, [.. links.Select((own, i) => new IndexedArticle(i + 1, IsNew: true, null, null, null, own))]);
                foreach (var (name, relation) in Array.ConvertAll(names, HeadlineKey.Of).SelectMany(name => new[] { (name, LinkRelation.Previous), (name, LinkRelation.Next) }))
                {
                    var found = await handle.Text.FindLinksAsync(name, relation, Token);
                    Check(found, Matching(links.Length, name, (article, way) => links[article].Any(link => link.Item1 == relation && way(link.Item2))));
                }
            },
            iter: 20,
            threads: 1);
    }

    /// <summary>Without half a character at either end: no text that is published has one.</summary>
    private static string Whole(string text) => text[(char.IsLowSurrogate(text[0]) ? 1 : 0)..^(char.IsHighSurrogate(text[^1]) ? 1 : 0)];

    private static void Check(IReadOnlyList<long> found, IReadOnlyList<int> expected)
    {
        Assert.Equal(Math.Min(Most, expected.Count), found.Distinct().Count());
        Assert.All(found, key => Assert.Contains((int)key, expected));
    }

    /// <summary>The keys of the articles that match by the first of the ways by which any does.</summary>
    private static List<int> Matching(int articles, HeadlineKey name, Func<int, Func<HeadlineKey, bool>, bool> matches) =>
        Ways(name)
            .Select(way => Enumerable.Range(1, articles).Where(key => matches(key - 1, way)).ToList())
            .FirstOrDefault(keys => keys.Count > 0) ?? [];

    /// <summary>How a headline may match, first to last.</summary>
    private static IEnumerable<Func<HeadlineKey, bool>> Ways(HeadlineKey name)
    {
        if (name.Folded.Length > 0)
        {
            yield return other => other.Folded == name.Folded;
            yield return other => name.IsLong && other.Folded.StartsWith(name.Folded, StringComparison.Ordinal)
                || name.Beginnings.Contains(other.Folded);
            yield return other => name.IsLong && other.Folded.EndsWith(name.Folded, StringComparison.Ordinal)
                || name.Ends.Contains(other.Reversed);
        }
    }

    /// <summary>Leaves these alone in the index, each in the place of another.</summary>
    private static async Task IndexAsync(ITextIndex index, IReadOnlyList<IndexedArticle> articles)
    {
        var position = new IndexPosition(Guid.NewGuid(), 0);
        await index.ClearAsync(position.EpochId, Token);
        var others = articles.Select((article, i) => article with { ArticleKey = articles[(i + 1) % articles.Count].ArticleKey });
        Assert.True(await index.WriteAsync([.. others], position, position with { Number = 1 }, Token));
        var corrected = articles.Select(article => article with { IsNew = false });
        Assert.True(await index.WriteAsync([.. corrected], position with { Number = 1 }, position with { Number = 2 }, Token));
    }
}

public sealed class SqliteHeadlineTests() : HeadlineTests(new SqliteFixture());

public sealed class SqlServerHeadlineTests() : HeadlineTests(new SqlServerFixture());
