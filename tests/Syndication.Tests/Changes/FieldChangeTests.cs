using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syndication.Articles;
using Syndication.Changes;
using Syndication.V1;
using static Syndication.Tests.Changes.Compared;

namespace Syndication.Tests.Changes;

/// <summary>Everything but the body is compared field by field.</summary>
public sealed class FieldChangeTests
{
    [Fact]
    public void Fields_are_named_by_their_paths_in_the_contracts_order()
    {
        var older = new Article
        {
            Headline = "Twelve dead",
            Byline = new Byline { Text = "By Ann", Contributors = { new Contributor { Name = "Ann", Role = "writer" } } },
            Language = "en",
            Urgency = 4,
            Subjects = { new Concept { Scheme = "medtop", Code = "1", Name = "one" }, new Concept { Name = "floods" } },
            Media = { new Media { MediaId = "m1", Caption = "A bridge" } },
            EmbargoTime = Time(1),
        };
        var newer = older.Clone();
        newer.Headline = "Fourteen dead";
        newer.Kicker = "Floods";
        newer.Byline.Contributors[0].Role = "editor";
        newer.Urgency = 0;
        newer.Subjects.RemoveAt(1);
        newer.Subjects.Add(new Concept { Scheme = "medtop", Code = "2", Relevance = 0 });
        newer.EmbargoTime = Time(2);
        newer.Media[0].Caption = "The bridge";
        newer.ItemType = ItemType.Picture;

        Assert.Equal(
            """
            item_type + |ITEM_TYPE_PICTURE
            headline ~ Twelve dead|Fourteen dead (Twelve|Fourteen)
            kicker + |Floods
            byline.contributors[Ann].role ~ writer|editor (writer|editor)
            subjects[floods] - { "name": "floods" }|
            subjects[medtop:2] + |{ "scheme": "medtop", "code": "2", "relevance": 0 }
            urgency - 4|
            embargo_time ~ 2026-06-01T12:00:00Z|2026-06-02T12:00:00Z
            media[m1].caption ~ A bridge|The bridge (A|The)
            """.ReplaceLineEndings("\n"),
            string.Join('\n', Of(older, newer).Fields.Select(Line)));
    }

    [Fact]
    public void Another_order_is_a_change()
    {
        Concept[] concepts = [new() { Name = "a" }, new() { Name = "b" }];
        var change = Assert.Single(Of(new Article { People = { concepts } }, new Article { People = { concepts.Reverse() } }).Fields);

        Assert.Equal(("people", ChangeKind.Moved), (change.Path, change.Kind));
    }

    [Fact]
    public void The_desks_note_is_in_the_desks_part_alone()
    {
        var changes = ArticleComparer.Compare(
            EncodedArticle.Encode(new Article { Headline = "a", EditorialNote = "secret one" }, 1, ChangeType.New),
            EncodedArticle.Encode(new Article { Headline = "a", EditorialNote = "secret two" }, 2, ChangeType.Update),
            ChangeLimits.OfUpdate);

        Assert.Equal(new ArticleChanges { FromVersion = 1, ToVersion = 2 }, changes.Decode(body: true, desk: false));
        Assert.Equal("editorial_note", Assert.Single(changes.Decode(body: false, desk: true).Fields).Path);
        Assert.DoesNotContain("secret", ByteString.CopyFrom(changes.Head).ToStringUtf8() + ByteString.CopyFrom(changes.Body).ToStringUtf8(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_server_sets_and_the_body_are_no_fields()
    {
        var older = new Article { Version = 1, Status = ArticleStatus.Usable, VersionTime = Time(1), Body = { Paragraph("one") } };
        var newer = new Article { Version = 2, Status = ArticleStatus.Embargoed, VersionTime = Time(2), Body = { Paragraph("two") } };

        Assert.Empty(Of(older, newer).Fields);
    }

    [Fact]
    public void Every_other_field_of_the_contract_is_compared()
    {
        var bare = new Article();
        foreach (var field in Article.Descriptor.Fields.InFieldNumberOrder().Where(field => field.FieldNumber != Article.BodyFieldNumber))
        {
            var filled = new Article();
            Fill(filled, field);
            EncodedArticle.ClearServerFields(filled);
            Assert.Equal(filled.CalculateSize() > 0, Of(bare, filled).Fields.Any(change => change.Path.StartsWith(field.Name, StringComparison.Ordinal)));
            Assert.Equal(filled.CalculateSize() > 0, Of(filled, bare).Fields.Any(change => change.Kind == ChangeKind.Removed));
        }
    }

    private static void Fill(IMessage message, Google.Protobuf.Reflection.FieldDescriptor field)
    {
        object value = field.FieldType switch
        {
            Google.Protobuf.Reflection.FieldType.String => "x",
            Google.Protobuf.Reflection.FieldType.Bytes => ByteString.CopyFromUtf8("x"),
            Google.Protobuf.Reflection.FieldType.Int32 => 3,
            Google.Protobuf.Reflection.FieldType.Int64 => 3L,
            Google.Protobuf.Reflection.FieldType.Bool => true,
            Google.Protobuf.Reflection.FieldType.Enum => 1,
            Google.Protobuf.Reflection.FieldType.Message when field.MessageType == Timestamp.Descriptor => Time(3),
            Google.Protobuf.Reflection.FieldType.Message => Filled(field.MessageType),
            _ => throw new InvalidOperationException(field.FullName),
        };
        if (field.IsRepeated)
        {
            ((System.Collections.IList)field.Accessor.GetValue(message)).Add(value);
        }
        else
        {
            field.Accessor.SetValue(message, value);
        }
    }

    private static IMessage Filled(Google.Protobuf.Reflection.MessageDescriptor type)
    {
        var message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in type.Fields.InFieldNumberOrder())
        {
            Fill(message, field);
        }

        return message;
    }

    private static string Line(FieldChange change) =>
        $"{change.Path} {change.Kind switch { ChangeKind.Added => "+", ChangeKind.Removed => "-", _ => "~" }} {change.OldValue}|{change.NewValue}"
        + string.Concat(change.Edits.Select(edit => $" ({edit.OldText}|{edit.NewText})"));
}
