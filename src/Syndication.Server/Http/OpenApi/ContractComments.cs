using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;

namespace Syndication.Server.Http.OpenApi;

/// <summary>The comments of proto files, by the descriptor that they stand above.</summary>
/// <remarks>A place is a path of field numbers and indexes inside <c>FileDescriptorProto</c>, see <c>SourceCodeInfo</c> in descriptor.proto.</remarks>
public sealed class ContractComments
{
    private readonly Dictionary<object, string> _comments = new(ReferenceEqualityComparer.Instance);

    /// <summary>Reads the comments of files that were compiled with their source info.</summary>
    public ContractComments(FileDescriptorSet files)
    {
        foreach (var file in files.File)
        {
            foreach (var location in file.SourceCodeInfo?.Location.Where(location => location.LeadingComments.Length > 0) ?? [])
            {
                if (Find(file, location.Path) is { } descriptor)
                {
                    _comments[descriptor] = Clean(location.LeadingComments);
                }
            }
        }
    }

    /// <summary>The comment above a message, field, enum, value, service or method; empty for none.</summary>
    public string Of(object descriptor) => _comments.GetValueOrDefault(descriptor, "");

    private static object? Find(FileDescriptorProto file, RepeatedField<int> path)
    {
        object? found = file;
        for (var i = 0; i + 1 < path.Count && found is not null; i += 2)
        {
            found = (found, path[i]) switch
            {
                (FileDescriptorProto parent, FileDescriptorProto.MessageTypeFieldNumber) => parent.MessageType[path[i + 1]],
                (FileDescriptorProto parent, FileDescriptorProto.EnumTypeFieldNumber) => parent.EnumType[path[i + 1]],
                (FileDescriptorProto parent, FileDescriptorProto.ServiceFieldNumber) => parent.Service[path[i + 1]],
                (DescriptorProto parent, DescriptorProto.FieldFieldNumber) => parent.Field[path[i + 1]],
                (DescriptorProto parent, DescriptorProto.NestedTypeFieldNumber) => parent.NestedType[path[i + 1]],
                (DescriptorProto parent, DescriptorProto.EnumTypeFieldNumber) => parent.EnumType[path[i + 1]],
                (EnumDescriptorProto parent, EnumDescriptorProto.ValueFieldNumber) => parent.Value[path[i + 1]],
                (ServiceDescriptorProto parent, ServiceDescriptorProto.MethodFieldNumber) => parent.Method[path[i + 1]],
                _ => null,
            };
        }

        return path.Count % 2 == 0 && found is not FileDescriptorProto ? found : null;
    }

    /// <summary>Joins the lines of a paragraph: where they are broken is the source's own affair.</summary>
    private static string Clean(string comment)
    {
        var paragraphs = string.Join('\n', comment.Split('\n').Select(line => line.Trim())).Trim().Split("\n\n");
        return string.Join("\n\n", paragraphs.Select(paragraph => paragraph.Replace('\n', ' ')));
    }
}
