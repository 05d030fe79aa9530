using System.Globalization;
using System.Text;
using Google.Protobuf.Reflection;
using PublicApiGenerator;
using Syndication.Client;
using Syndication.V1;

namespace Syndication.Tests.Surface;

/// <summary>What others have built on changes only when somebody says so.</summary>
public sealed class SurfaceTests
{
    [Fact]
    public void The_SDKs_public_API_is_the_approved_one() =>
        Approved.MustBe("Syndication.Client", typeof(SyndicationClient).Assembly.GeneratePublicApi(new() { IncludeAssemblyAttributes = false }));

    [Fact]
    public void The_contracts_surface_is_the_approved_one()
    {
        var text = new StringBuilder();
        var files = typeof(Article).Assembly.GetExportedTypes()
            .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(type => (FileDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!)
            .OrderBy(file => file.Name, StringComparer.Ordinal);
        foreach (var file in files)
        {
            text.Append("# ").AppendLine(file.Name);
            foreach (var service in file.Services)
            {
                text.AppendLine(service.FullName);
                foreach (var method in service.Methods)
                {
                    text.AppendLine(CultureInfo.InvariantCulture, $"  {method.Name}({Stream(method.IsClientStreaming)}{method.InputType.Name}) returns ({Stream(method.IsServerStreaming)}{method.OutputType.Name})");
                }
            }

            foreach (var message in file.MessageTypes)
            {
                Write(text, message);
            }

            foreach (var type in file.EnumTypes)
            {
                Write(text, type);
            }
        }

        Approved.MustBe("Contract", text.ToString());
    }

    [Fact]
    public void A_difference_shows_what_went_and_what_came_and_where()
    {
        Assert.Equal("  a\n- b\n+ c\n  d\n+ f\n", Approved.Difference("a\nb\nd", "a\nc\nd\nf").ReplaceLineEndings("\n"));
        Assert.Equal("", Approved.Difference("a\nb", "a\nb"));
    }

    private static void Write(StringBuilder text, MessageDescriptor message)
    {
        text.AppendLine(message.FullName);
        foreach (var field in message.Fields.InFieldNumberOrder())
        {
            var label = field.IsMap ? "map " : field.IsRepeated ? "repeated " : field.HasPresence && field.RealContainingOneof is null && field.FieldType != FieldType.Message ? "optional " : "";
            var choice = field.RealContainingOneof is { } oneof ? $" ({oneof.Name})" : "";
            text.AppendLine(CultureInfo.InvariantCulture, $"  {field.FieldNumber}: {label}{TypeOf(field)} {field.Name}{choice}");
        }

        foreach (var nested in message.NestedTypes.Where(nested => !nested.GetOptions()?.MapEntry ?? true))
        {
            Write(text, nested);
        }

        foreach (var type in message.EnumTypes)
        {
            Write(text, type);
        }
    }

    private static void Write(StringBuilder text, EnumDescriptor type)
    {
        text.AppendLine(type.FullName);
        foreach (var value in type.Values)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {value.Number}: {value.Name}");
        }
    }

    private static string TypeOf(FieldDescriptor field) => field switch
    {
        { IsMap: true } => $"{TypeOf(field.MessageType.FindFieldByNumber(1))} to {TypeOf(field.MessageType.FindFieldByNumber(2))}",
        { FieldType: FieldType.Message } => field.MessageType.FullName,
        { FieldType: FieldType.Enum } => field.EnumType.FullName,
        _ => field.FieldType.ToString().ToLowerInvariant(),
    };

    private static string Stream(bool isStream) => isStream ? "stream " : "";
}
