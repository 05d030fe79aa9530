using System.Text;
using Syndication.Formats;
using Syndication.V1;

namespace Syndication.Cli.Output;

/// <summary>An article as a document of a format.</summary>
internal static class ArticleDocument
{
    /// <summary>Writes it to the output, and what it does not hold to stderr.</summary>
    /// <returns>False where it must not be written in this format.</returns>
    public static bool Write(Invocation run, Article article, IArticleFormat format)
    {
        if (Make(run, article, format) is not { } bytes)
        {
            return false;
        }

        run.Io.Out.Write(Encoding.UTF8.GetString(bytes));
        run.Io.Out.Flush();
        return true;
    }

    /// <summary>Makes the document; what it does not hold, or why it is none, goes to stderr.</summary>
    /// <returns>Null where it must not be written in this format.</returns>
    public static byte[]? Make(Invocation run, Article article, IArticleFormat format)
    {
        if (!ArticleFormats.MayWrite(format, article))
        {
            Note(run, article, $"not written: it must not be used now ({article.Status.ToString().ToUpperInvariant()}), and {format.Name} cannot say so.");
            return null;
        }

        var document = ArticleFormats.Write(format, article);
        if (document.Losses.Count > 0)
        {
            Note(run, article, $"{format.Name} does not hold: {string.Join(", ", document.Losses)}");
        }

        return document.Bytes;
    }

    private static void Note(Invocation run, Article article, string text) =>
        run.Io.Error.WriteLine(Terminal.Clean($"wire: {article.ArticleId} version {article.Version}: {text}"));
}
