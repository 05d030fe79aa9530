using Syndication.V1;
using static Syndication.Tests.Changes.Compared;

namespace Syndication.Tests.Changes;

/// <summary>Bodies are compared block by block.</summary>
public sealed class BlockChangeTests
{
    private static readonly Block[] Story =
    [
        Paragraph("The ferry will be free of charge from Monday, the council said."),
        Paragraph("Twelve members voted for it and three against."),
        Paragraph("The mayor called it a good day for the town."),
    ];

    [Fact]
    public void Nothing_changed_is_nothing() => Assert.Equal(new ArticleChanges { FromVersion = 1, ToVersion = 2 }, OfBodies(Story, Story));

    [Fact]
    public void A_block_with_other_words_is_modified()
    {
        var changes = OfBodies(Story, [Story[0], Paragraph("Thirteen members voted for it and two against."), Story[2]]);

        var change = Assert.Single(changes.Blocks);
        Assert.Equal((ChangeKind.Modified, 1, 1, "", false), (change.Kind, change.OldIndex, change.NewIndex, change.Text, change.MarkupChanged));
        Assert.Equal(["Twelve|Thirteen", "three|two"], change.Edits.Select(edit => $"{edit.OldText}|{edit.NewText}"));
    }

    [Fact]
    public void Blocks_come_and_go()
    {
        var changes = OfBodies(Story, [Story[0], Paragraph("Nobody else spoke."), Story[2], Paragraph("More to follow")]);

        Assert.Equal(
            [(ChangeKind.Added, -1, 1, "Nobody else spoke."), (ChangeKind.Removed, 1, -1, "Twelve members voted for it and three against."), (ChangeKind.Added, -1, 3, "More to follow")],
            changes.Blocks.Select(change => (change.Kind, change.HasOldIndex ? change.OldIndex : -1, change.HasNewIndex ? change.NewIndex : -1, change.Text)));
    }

    [Fact]
    public void A_block_that_stands_elsewhere_has_moved()
    {
        var change = Assert.Single(OfBodies(Story, [Story[2], Story[0], Story[1]]).Blocks);

        Assert.Equal((ChangeKind.Moved, 2, 0), (change.Kind, change.OldIndex, change.NewIndex));
    }

    [Fact]
    public void What_is_no_word_is_told_too()
    {
        Block Heading(int level) => new() { Heading = new Heading { Level = level, Content = new RichText { Text = "The vote" } } };
        Block Marked(MarkType type, string text) => new()
        {
            Paragraph = new Paragraph { Content = new RichText { Text = text, Marks = { new Mark { Start = 0, End = 3, Type = type } } } },
        };

        var level = Assert.Single(OfBodies([Heading(2)], [Heading(3)]).Blocks);
        var kind = Assert.Single(OfBodies([Paragraph("The vote")], [Heading(3)]).Blocks);
        var mark = Assert.Single(OfBodies([Marked(MarkType.Strong, "The vote")], [Marked(MarkType.Emphasis, "The vote")]).Blocks);
        var words = Assert.Single(OfBodies([Marked(MarkType.Strong, "The long vote")], [Marked(MarkType.Strong, "The long count")]).Blocks);
        Assert.All([level, kind, mark], change => Assert.True(change is { Kind: ChangeKind.Modified, MarkupChanged: true, Edits.Count: 0 }));
        Assert.True(words is { Kind: ChangeKind.Modified, MarkupChanged: false, Edits.Count: 1 });
    }

    [Fact]
    public void Every_kind_of_block_has_its_text()
    {
        Block[] blocks =
        [
            new() { Quote = new Quote { Content = new RichText { Text = "We won." }, Attribution = "The mayor" } },
            new() { List = new List { Items = { new RichText { Text = "one" }, new RichText { Text = "two" } } } },
            new()
            {
                Table = new Table
                {
                    Caption = "Votes",
                    Rows = { new TableRow { Cells = { new RichText { Text = "for" }, new RichText { Text = "12" } } }, new TableRow { Cells = { new RichText { Text = "against" } } } },
                },
            },
            new() { Embed = new Embed { Uri = "https://example.org/1", FallbackText = "A post" } },
            new() { Media = new MediaBlock { MediaId = "m1" } },
        ];

        Assert.Equal(
            ["We won.\nThe mayor", "one\ntwo", "Votes\nfor\t12\nagainst", "https://example.org/1\nA post", "m1"],
            OfBodies([], blocks).Blocks.Select(change => change.Text));
    }
}
