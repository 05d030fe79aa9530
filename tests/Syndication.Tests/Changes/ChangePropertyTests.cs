using System.Diagnostics;
using CsCheck;
using Syndication.Changes;
using Syndication.V1;
using static Syndication.Tests.Changes.Compared;

namespace Syndication.Tests.Changes;

/// <summary>What holds for all texts: the changes lead from one version to the other, and are bounded in length and time.</summary>
public sealed class ChangePropertyTests
{
    private static readonly ChangeLimits Unlimited = new(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, 1_000_000);

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.OneOf("the", "The", "l’", "12", "1 200", " ", "\n", "juin", "Anna", ".", ",", "😀", "e\u0301", "京", "-", "\u00AD", "\uD83D").Array[0, 12].Select(string.Concat),
        Gen.String.Select(text => text));

    private static readonly Gen<Block> Blocks = Gen.OneOf(
        Texts.Select(Paragraph),
        Gen.Select(Texts, Gen.Int[0, 3]).Select((text, level) => new Block { Heading = new Heading { Level = level, Content = new RichText { Text = Utf8(text) } } }),
        Gen.Select(Texts, Texts).Select((text, who) => new Block { Quote = new Quote { Content = new RichText { Text = Utf8(text) }, Attribution = Utf8(who) } }),
        Texts.Array[1, 3].Select(items => new Block { List = new List { Items = { items.Select(item => new RichText { Text = Utf8(item) }) } } }),
        Gen.Const(new Block { Media = new MediaBlock { MediaId = "m" } }));

    /// <summary>A body, and what an editor may have made of it.</summary>
    private static readonly Gen<(Block[] Older, Block[] Newer)> Versions = Gen.Select(
        Blocks.Array[0, 10], Gen.Select(Gen.Int[0, 4], Gen.Int[0, 12], Blocks).Array[0, 5], (older, edits) =>
        {
            var newer = older.ToList();
            foreach (var (what, where, block) in edits)
            {
                var place = newer.Count == 0 ? 0 : where % newer.Count;
                switch (what)
                {
                    case 0:
                        newer.Insert(place, block);
                        break;
                    case 1 when newer.Count > 0:
                        newer.RemoveAt(place);
                        break;
                    case 2 when newer.Count > 0:
                        newer[place] = block;
                        break;
                    case 3 when newer.Count > 0:
                        var moved = newer[place];
                        newer.RemoveAt(place);
                        newer.Add(moved);
                        break;
                    case 4 when newer.Count > 0 && newer[place].Paragraph is { } paragraph:
                        newer[place] = Paragraph(paragraph.Content.Text + " and more");
                        break;
                }
            }

            return (older, newer.ToArray());
        });

    [Fact]
    public void Applied_to_the_older_version_they_give_the_newer_one() => Versions.Sample(versions =>
    {
        var changes = OfBodies(versions.Older, versions.Newer, limits: Unlimited);
        Assert.Equal(versions.Newer.Select(BlockText.Of), Apply(changes, [.. versions.Older.Select(BlockText.Of)]));
    });

    [Fact]
    public void Bodies_that_have_nothing_to_do_with_each_other_too() => Gen.Select(Blocks.Array[0, 12], Blocks.Array[0, 12]).Sample((older, newer) =>
    {
        var changes = OfBodies(older, newer, limits: Unlimited);
        Assert.Equal(newer.Select(BlockText.Of), Apply(changes, [.. older.Select(BlockText.Of)]));
    });

    [Fact]
    public void Out_of_steps_they_are_longer_and_still_true() => Gen.Select(Versions, Gen.Int[0, 60]).Sample((versions, steps) =>
    {
        var changes = OfBodies(versions.Older, versions.Newer, limits: Unlimited with { Steps = steps });
        Assert.Equal(versions.Newer.Select(BlockText.Of), Apply(changes, [.. versions.Older.Select(BlockText.Of)]));
    });

    [Fact]
    public void A_version_and_itself_have_no_differences() => Blocks.Array[0, 12].Sample(blocks =>
        Assert.Equal(new ArticleChanges { FromVersion = 1, ToVersion = 2 }, OfBodies(blocks, [.. blocks.Select(block => block.Clone())])));

    [Fact]
    public void Fields_edits_lead_from_one_value_to_the_other() => Gen.Select(Texts, Texts).Sample((older, newer) =>
    {
        var changes = Of(new Article { Standfirst = Utf8(older) }, new Article { Standfirst = Utf8(newer) }, Unlimited);
        Assert.All(changes.Fields.Where(change => change.Edits.Count > 0), change => Assert.Equal(change.NewValue, Apply(change.Edits, change.OldValue)));
    });

    [Fact]
    public void They_stay_within_their_bounds_and_say_what_is_left_out() => Gen.Select(Versions, Gen.Int[0, 400], Gen.Int[0, 200]).Sample((versions, bytes, one) =>
    {
        var limits = new ChangeLimits(bytes, bytes, one, 10, 1_000_000);
        var changes = OfBodies(versions.Older, versions.Newer, limits: limits);
        Assert.True(changes.CalculateSize() <= bytes + 20, $"{changes.CalculateSize()} bytes of {bytes}");
        if (!changes.BlocksTruncated && !changes.Blocks.Any(change => change.Truncated))
        {
            Assert.Equal(versions.Newer.Select(BlockText.Of), Apply(changes, [.. versions.Older.Select(BlockText.Of)]));
        }
    });

    [Theory]
    [InlineData("every word another")]
    [InlineData("few words, all over")]
    [InlineData("two words by turns")]
    [InlineData("thousands of blocks")]
    [InlineData("one long word")]
    [InlineData("tables of digits")]
    public void Hostile_texts_take_bounded_time_and_room(string what)
    {
        var random = new Random(7);
        string Text(int words, Func<int, string> word) => string.Join(' ', Enumerable.Range(0, words).Select(word));
        Block[] Make(int version) => what switch
        {
            "every word another" => [Paragraph(Text(200_000, i => $"w{version}x{i}"))],
            "few words, all over" => [Paragraph(Text(400_000, _ => $"w{random.Next(40)}"))],
            "two words by turns" => [Paragraph(Text(400_000, i => ((i + version) % 2 == 0 ? "a" : "b") + (i % 7 == 0 ? $"{version}" : "")))],
            "thousands of blocks" => [.. Enumerable.Range(0, 5000).Select(i => Paragraph($"Block {i} of version {version} has {random.Next(100)} words and {i % 3} more."))],
            "one long word" => [Paragraph(new string((char)('a' + version), 2_000_000))],
            _ => [Paragraph(Text(300_000, i => $"{(i * 7919 * (version + 1)) % 1000}"))],
        };
        var (older, newer) = (Make(1), Make(2));
        OfBodies([Paragraph("warm")], [Paragraph("up")]);

        var watch = Stopwatch.StartNew();
        var changes = OfBodies(older, newer);
        watch.Stop();

        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {watch.Elapsed.TotalMilliseconds:N0} ms, {changes.CalculateSize()} bytes, {changes.Blocks.Count} blocks");
        Assert.True(changes.CalculateSize() < 80 * 1024);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }

    /// <summary>What the contract can hold: a lone surrogate is none.</summary>
    private static string Utf8(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));

    private static Block Paragraph(string text) => Compared.Paragraph(Utf8(text));
}
