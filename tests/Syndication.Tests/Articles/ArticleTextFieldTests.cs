using Google.Protobuf;
using Google.Protobuf.Reflection;
using Syndication.Articles;
using Syndication.V1;

namespace Syndication.Tests.Articles;

/// <summary>The validator is written by hand: these walk the contract, so that a field added to it is not forgotten.</summary>
public sealed class ArticleTextFieldTests
{
    // Set by the server and so ignored; promised not to be checked.
    private static readonly string[] Exempt = ["advisory.text", "advisory.internal_reason", "body[0].embed.html"];

    public static TheoryData<string> TextFields => [.. Walk(Article.Descriptor).Select(Write).Except(Exempt)];

    [Theory]
    [MemberData(nameof(TextFields))]
    public void Control_characters_are_refused_in_every_text(string field)
    {
        var article = ArticleValidatorTests.Minimal();
        Set(article, Walk(Article.Descriptor).Single(path => Write(path) == field), "a\u0001b");

        Assert.Contains($"article.{field}", ArticleValidator.Validate(article).Select(violation => violation.Field));
    }

    private static string Write(IReadOnlyList<FieldDescriptor> path) =>
        string.Join('.', path.Select(field => field.IsRepeated ? $"{field.Name}[0]" : field.Name));

    private static IEnumerable<IReadOnlyList<FieldDescriptor>> Walk(MessageDescriptor message)
    {
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            if (field.FieldType == FieldType.String)
            {
                yield return [field];
            }
            else if (field.FieldType == FieldType.Message)
            {
                foreach (var rest in Walk(field.MessageType))
                {
                    yield return [field, .. rest];
                }
            }
        }
    }

    private static void Set(IMessage message, IReadOnlyList<FieldDescriptor> path, string text)
    {
        object value = text;
        if (path.Count > 1)
        {
            var child = path[0].MessageType.Parser.ParseFrom(ByteString.Empty);
            Set(child, [.. path.Skip(1)], text);
            value = child;
        }

        if (path[0].IsRepeated)
        {
            ((System.Collections.IList)path[0].Accessor.GetValue(message)).Add(value);
        }
        else
        {
            path[0].Accessor.SetValue(message, value);
        }
    }
}
