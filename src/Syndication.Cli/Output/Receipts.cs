using Google.Protobuf;
using Syndication.V1;

namespace Syndication.Cli.Output;

/// <summary>The answer to a change: one line.</summary>
internal static class Receipts
{
    public static void WriteReceipt(
        this Invocation run, IMessage response, string done, string articleId, int version, ArticleStatus? status = null)
    {
        if (run.Json)
        {
            run.WriteJson(response);
            return;
        }

        // What is not usable is not seen by partners: that is worth a word.
        var note = status is null or ArticleStatus.Usable or ArticleStatus.Unspecified ? "" : $" ({ArticleText.Name(status.Value)})";
        run.Io.Out.WriteLine(Terminal.Clean($"{done} {articleId} version {version}{note}"));
    }
}
