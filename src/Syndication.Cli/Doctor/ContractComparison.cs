using Google.Protobuf.Reflection;
using Syndication.V1;

namespace Syndication.Cli.Doctor;

/// <summary>What a server's contract lacks or changes of the one that this program was built with.</summary>
/// <param name="Missing">Calls and fields that only this program knows: the server is older.</param>
/// <param name="Changed">What means something else there: the two cannot talk.</param>
/// <param name="Added">How many calls and fields only the server knows: it is newer, which harms nothing.</param>
internal sealed record ContractComparison(IReadOnlyList<string> Missing, IReadOnlyList<string> Changed, int Added)
{
    private const string Package = "syndication.v1";

    public static ContractComparison Of(FileDescriptorSet server) => Of(Flatten(server.File), Flatten(Own()));

    public static ContractComparison Of(IReadOnlyDictionary<string, string> server, IReadOnlyDictionary<string, string> own) => new(
        [.. own.Keys.Where(key => !server.ContainsKey(key)).Order(StringComparer.Ordinal)],
        [.. own.Where(pair => server.TryGetValue(pair.Key, out var other) && other != pair.Value).Select(pair => pair.Key).Order(StringComparer.Ordinal)],
        server.Keys.Count(key => !own.ContainsKey(key)));

    /// <summary>Calls and fields by what identifies them on the wire, with what else must agree.</summary>
    public static Dictionary<string, string> Flatten(IEnumerable<FileDescriptorProto> files)
    {
        var flat = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in files.Where(file => file.Package == Package))
        {
            foreach (var service in file.Service)
            {
                foreach (var method in service.Method)
                {
                    flat[$"{service.Name}/{method.Name}"] = $"{method.InputType} {method.ClientStreaming} {method.OutputType} {method.ServerStreaming}";
                }
            }

            foreach (var message in file.MessageType)
            {
                Add(flat, message, "");
            }
        }

        return flat;
    }

    private static void Add(Dictionary<string, string> flat, DescriptorProto message, string prefix)
    {
        var name = prefix + message.Name;
        foreach (var field in message.Field)
        {
            flat[$"{name}.{field.Name}"] = $"{field.Number} {field.Type} {field.TypeName} {field.Label}";
        }

        foreach (var nested in message.NestedType)
        {
            Add(flat, nested, name + ".");
        }
    }

    private static IEnumerable<FileDescriptorProto> Own() => typeof(Article).Assembly.GetExportedTypes()
        .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => ((FileDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!).ToProto());
}
