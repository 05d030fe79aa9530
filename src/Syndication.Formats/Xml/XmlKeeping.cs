using System.Text;
using System.Xml.Linq;
using Syndication.V1;

namespace Syndication.Formats.Xml;

/// <summary>A rest of XML in an article's extension.</summary>
internal static class XmlKeeping
{
    private const string MediaType = "application/xml";

    public static void Keep(Article article, XmlRest rests, string name, XElement document, XElement given, SourceNotes notes)
    {
        if (rests.Find(document, given) is { } rest)
        {
            foreach (var path in XmlRest.Paths(rest).Distinct())
            {
                notes.Kept(path);
            }

            SourceExtensions.Put(article, name, MediaType, Encoding.UTF8.GetBytes(rest.ToString(SaveOptions.DisableFormatting)));
        }
    }

    public static void Restore(Article article, XmlRest rests, string name, XElement given)
    {
        if (SourceExtensions.Find(article, name, MediaType) is { } content)
        {
            try
            {
                var rest = SafeXml.Load(content, FormatLimits.Default);
                if (rest.Name == given.Name)
                {
                    rests.Add(given, rest);
                }
            }
            catch (FormatRefusedException)
            {
                // Somebody else's content under this name.
            }
        }
    }
}
