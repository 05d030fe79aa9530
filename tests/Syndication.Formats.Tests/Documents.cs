using System.Text;
using Syndication.Tests.Formats;
using Syndication.V1;

namespace Syndication.Formats.Tests;

/// <summary>Documents to read: real ones of the shared folder, and our own samples.</summary>
internal static class Documents
{
    public static FormatSource Of(string text, string name = "") => new(Encoding.UTF8.GetBytes(text), name);

    public static FormatSource File(string path) => new(System.IO.File.ReadAllBytes(path), Path.GetFileName(path));

    /// <summary>The files of a folder of the shared data, in order; skips the test where there is none.</summary>
    public static IReadOnlyList<string> Shared(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(SharedInput.Find(Path.Combine("data", folder)), pattern).Order(StringComparer.Ordinal)];

    /// <summary>Documents of every folder of the shared data, some of each; none where it is not there.</summary>
    public static IEnumerable<string> SharedIfThere() => SharedInput.TryFind("data") is not { } data ? [] :
        new[] { "ninjs", "newsml-g2", "feeds", "wikinews-fr", "seed" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(data, folder), "*", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length < 30_000).Order(StringComparer.Ordinal).Take(40));

    public static IReadOnlyList<string> Samples => [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Samples")).Order(StringComparer.Ordinal)];

    public static FormatSource Sample(string name) => File(Path.Combine(AppContext.BaseDirectory, "Samples", name));

    public static IArticleFormat Format(string name) => ArticleFormats.Find(name) ?? throw new ArgumentException($"There is no format {name}.", nameof(name));

    /// <summary>The only article of a document.</summary>
    public static Article Read(FormatSource source, string? format = null)
    {
        var item = Assert.Single(ArticleFormats.Read(source, format is null ? null : Format(format)).Items);
        Assert.True(item.Article is not null, $"{source.Name}: {item.Refusal}");
        return item.Article;
    }

    /// <summary>Why a document was refused.</summary>
    public static FormatRefusal Refused(FormatSource source, string? format = null) =>
        Assert.Single(ArticleFormats.Read(source, format is null ? null : Format(format)).Items).Refusal ?? throw new Xunit.Sdk.XunitException($"{source.Name} was read.");

    /// <summary>There is nothing in a list; otherwise the test fails with all of it.</summary>
    public static void AssertNone(IEnumerable<string> found)
    {
        var all = found.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    /// <summary>What was written is read again by the same format.</summary>
    public static Article Again(Article article, string format) => Read(new(Format(format).Write([article]), ""), format);
}
