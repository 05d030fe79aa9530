using System.Runtime.CompilerServices;
using Syndication.Formats.Vocabularies;
using Syndication.V1;

namespace Syndication.Tests.Vocabularies;

/// <summary>The sample vocabularies beside this file.</summary>
internal static class Samples
{
    public static Vocabulary MediaTopics => VocabularyFile.Read(Read("medtop-sample.rdf"));

    /// <summary>An older vocabulary whose concepts are the same as some of the Media Topics.</summary>
    public static Vocabulary SubjectCodes => new()
    {
        Scheme = "subj",
        Uri = "http://cv.iptc.org/newscodes/subjectcode/",
        Concepts = { new VocabularyConcept { Code = "04000000" }, new VocabularyConcept { Code = "04001000", Broader = { "04000000" } } },
    };

    public static byte[] Read(string name) => File.ReadAllBytes(PathOf(name));

    public static string PathOf(string name) => Path.Combine(Path.GetDirectoryName(Here())!, "Samples", name);

    private static string Here([CallerFilePath] string path = "") => path;
}
