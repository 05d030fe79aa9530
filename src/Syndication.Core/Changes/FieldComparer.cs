using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Syndication.V1;

namespace Syndication.Changes;

/// <summary>Compares two versions field by field, by the contract's descriptors: a field that is added to it is compared, too.</summary>
internal sealed class FieldComparer(TextComparer texts, ChangeLimits limits)
{
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default);

    /// <summary>What two versions say differently, in the contract's order.</summary>
    /// <param name="fields">The numbers of the fields of <see cref="Article"/> to compare.</param>
    public List<FieldChange> Compare(Article older, Article newer, Func<int, bool> fields)
    {
        var changes = new List<FieldChange>();
        foreach (var field in Article.Descriptor.Fields.InFieldNumberOrder().Where(field => fields(field.FieldNumber)))
        {
            Compare(field.Name, field, older, newer, changes);
        }

        return changes;
    }

    private void Compare(string path, FieldDescriptor field, IMessage older, IMessage newer, List<FieldChange> changes)
    {
        var (before, after) = (field.Accessor.GetValue(older), field.Accessor.GetValue(newer));
        if (field.IsRepeated)
        {
            CompareLists(path, field, (IList)before, (IList)after, changes);
        }
        else if (field.FieldType == FieldType.Message && field.MessageType.File.Package == Article.Descriptor.File.Package)
        {
            if (before is IMessage || after is IMessage)
            {
                CompareMessages(path, field.MessageType, (IMessage?)before, (IMessage?)after, changes);
            }
        }
        else if (!Equals(before, after))
        {
            Add(path, TextOf(field, before, older), TextOf(field, after, newer), field.FieldType == FieldType.String, changes);
        }
    }

    private void CompareMessages(string path, MessageDescriptor type, IMessage? before, IMessage? after, List<FieldChange> changes)
    {
        before ??= type.Parser.ParseFrom([]);
        after ??= type.Parser.ParseFrom([]);
        foreach (var field in type.Fields.InFieldNumberOrder())
        {
            Compare($"{path}.{field.Name}", field, before, after, changes);
        }
    }

    private void CompareLists(string path, FieldDescriptor field, IList before, IList after, List<FieldChange> changes)
    {
        var (oldNames, newNames) = (NamesOf(before), NamesOf(after));
        var isText = field.FieldType == FieldType.String;
        var count = changes.Count;
        foreach (var (name, item) in oldNames.Where(pair => !newNames.ContainsKey(pair.Key)))
        {
            Add($"{path}[{name}]", TextOf(field, item), "", isText, changes);
        }

        foreach (var (name, item) in newNames)
        {
            var place = $"{path}[{name}]";
            if (!oldNames.TryGetValue(name, out var earlier))
            {
                Add(place, "", TextOf(field, item), isText, changes);
            }
            else if (item is IMessage message)
            {
                CompareMessages(place, message.Descriptor, (IMessage)earlier, message, changes);
            }
            else if (!Equals(item, earlier))
            {
                Add(place, TextOf(field, earlier), TextOf(field, item), isText, changes);
            }
        }

        if (changes.Count == count && !oldNames.Keys.SequenceEqual(newNames.Keys))
        {
            changes.Add(new FieldChange { Path = path, Kind = ChangeKind.Moved });
        }
    }

    private void Add(string path, string before, string after, bool isText, List<FieldChange> changes)
    {
        var change = new FieldChange
        {
            Path = Cut(path, 400, out _),
            Kind = before.Length == 0 ? ChangeKind.Added : after.Length == 0 ? ChangeKind.Removed : ChangeKind.Modified,
            OldValue = Cut(before, limits.ValueCodePoints, out var cutBefore),
            NewValue = Cut(after, limits.ValueCodePoints, out var cutAfter),
            Truncated = cutBefore || cutAfter,
        };
        if (isText && change.Kind == ChangeKind.Modified && !change.Truncated)
        {
            change.Edits.Add(texts.Compare(before, after));
        }

        changes.Add(change);
    }

    /// <summary>The elements of a list by what tells them apart; the same name a second time gets a number.</summary>
    private static OrderedDictionary<string, object> NamesOf(IList list)
    {
        var names = new OrderedDictionary<string, object>();
        for (var i = 0; i < list.Count; i++)
        {
            var name = NameOf(list[i]!) is { Length: > 0 } own ? own : $"{i}";
            for (var n = 2; !names.TryAdd(n == 2 ? name : $"{name}#{n - 1}", list[i]!); n++)
            {
            }
        }

        return names;
    }

    private static string NameOf(object item) => item switch
    {
        string text => text,
        Concept concept => concept.Code.Length == 0 ? concept.Name : concept.Scheme.Length == 0 ? concept.Code : $"{concept.Scheme}:{concept.Code}",
        AlternateId id => $"{id.Scheme}:{id.Value}",
        HeadlineVariant variant => variant.Language.Length == 0 ? variant.Purpose : $"{variant.Purpose} {variant.Language}",
        Contributor contributor => contributor.Name,
        InfoSource source => source.Code.Length == 0 ? source.Name : source.Code,
        Link link => link.ArticleId.Length > 0 ? link.ArticleId : link.Uri.Length > 0 ? link.Uri : link.Headline,
        Media media => media.MediaId,
        Rendition rendition => rendition.Name.Length == 0 ? rendition.Uri : rendition.Name,
        _ => "",
    };

    private static string TextOf(FieldDescriptor field, object? value, IMessage owner) =>
        value is null || (field.HasPresence && !field.Accessor.HasValue(owner)) ? "" : TextOf(field, value);

    private static string TextOf(FieldDescriptor field, object value) => value switch
    {
        string text => text,
        ByteString bytes => bytes.ToBase64(),
        IMessage message => Json.Format(message).Trim('"'),
        bool flag => flag ? "true" : "false",
        System.Enum => (int)value == 0 ? "" : field.EnumType.FindValueByNumber((int)value)?.Name ?? $"{(int)value}",
        IFormattable number when !field.HasPresence && Convert.ToInt64(number, null) == 0 => "",
        IFormattable number => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        _ => "",
    };

    /// <summary>The beginning of a text, cut between code points.</summary>
    private static string Cut(string text, int maxCodePoints, out bool cut)
    {
        cut = false;
        if (text.Length <= maxCodePoints)
        {
            return text;
        }

        var end = 0;
        for (var count = 0; count < maxCodePoints && end < text.Length; count++)
        {
            end += char.IsHighSurrogate(text[end]) && end + 1 < text.Length ? 2 : 1;
        }

        cut = end < text.Length;
        return cut ? text[..end] : text;
    }
}
