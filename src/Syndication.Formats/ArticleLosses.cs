using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Syndication.V1;

namespace Syndication.Formats;

/// <summary>Finds what an article has that another one lacks: paths of fields, by reflection, so that no field is forgotten.</summary>
internal static class ArticleLosses
{
    // The server's, or of one copy of the article.
    private static readonly HashSet<string> Unseen =
        ["version", "status", "change", "first_published_time", "version_time", "advisory", "source_document"];

    public static IReadOnlyList<string> Find(Article article, Article read)
    {
        var losses = new List<string>();
        Compare(article, read, "", losses);
        return losses;
    }

    private static void Compare(IMessage wanted, IMessage found, string path, List<string> losses)
    {
        foreach (var field in wanted.Descriptor.Fields.InDeclarationOrder())
        {
            if (path.Length == 0 && Unseen.Contains(field.Name))
            {
                continue;
            }

            var at = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            var (value, other) = (field.Accessor.GetValue(wanted), field.Accessor.GetValue(found));
            if (field.IsRepeated)
            {
                CompareLists(field, (IList)value, (IList)other, at, losses);
            }
            else if (field.FieldType == FieldType.Message)
            {
                CompareMessages(value as IMessage, other as IMessage, at, losses);
            }
            else if (!Equals(value, other) && !IsDefault(field, value))
            {
                losses.Add(at);
            }
        }
    }

    private static void CompareMessages(IMessage? wanted, IMessage? found, string path, List<string> losses)
    {
        if (wanted is null || wanted.CalculateSize() == 0 || wanted.Equals(found))
        {
            return;
        }

        if (found is null || wanted.Descriptor.File.Package != "syndication.v1" || wanted is Block && ((Block)wanted).KindCase != ((Block)found).KindCase)
        {
            losses.Add(path);
        }
        else
        {
            Compare(wanted, found, path, losses);
        }
    }

    private static void CompareLists(FieldDescriptor field, IList wanted, IList found, string path, List<string> losses)
    {
        if (field.Name == "extensions")
        {
            // How the language was inferred is not the document's.
            losses.AddRange(wanted.Cast<V1.Extension>()
                .Where(extension => extension.Namespace != Inferred.Namespace && !found.Contains(extension))
                .Select(extension => $"{path}[{extension.Namespace}]"));
        }
        else if (wanted.Count != found.Count || field.FieldType != FieldType.Message)
        {
            if (wanted.Count > 0 && !wanted.Cast<object>().SequenceEqual(found.Cast<object>()))
            {
                losses.Add(path);
            }
        }
        else
        {
            for (var i = 0; i < wanted.Count; i++)
            {
                CompareMessages((IMessage)wanted[i]!, (IMessage)found[i]!, $"{path}[{i}]", losses);
            }
        }
    }

    private static bool IsDefault(FieldDescriptor field, object value) => field.HasPresence
        ? false
        : value is "" or 0 or 0L or false || value is System.Enum number && Convert.ToInt32(number, System.Globalization.CultureInfo.InvariantCulture) == 0 || value is ByteString { IsEmpty: true };
}
