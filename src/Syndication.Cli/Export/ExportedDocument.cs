using System.Text;
using Syndication.Cli.Output;
using Syndication.Formats;
using Syndication.V1;

namespace Syndication.Cli.Export;

/// <summary>All articles in one document on standard output, in the order of their latest updates. Holds them until the end.</summary>
internal sealed class ExportedDocument(Invocation run, IArticleFormat format) : IExportedDocuments
{
    private readonly Dictionary<string, Article> _articles = [];
    private readonly int _max = FormatLimits.Default.MaxArticles;

    public string? Cursor => null;

    public bool AnyLeftOut { get; private set; }

    public void Add(IReadOnlyList<Update> updates, string? cursor)
    {
        foreach (var update in updates)
        {
            _articles.Remove(update.ArticleId);
            if (update.Article is { } article)
            {
                _articles.Add(update.ArticleId, article);
            }
        }

        if (_articles.Count > _max)
        {
            throw new CliUsageException($"the stream holds more than {_max} articles: name a folder with --out.");
        }
    }

    public void CompleteSnapshot(string cursor)
    {
    }

    public void End()
    {
        // Each is made alone too, for what it loses.
        var articles = _articles.Values.Where(article => ArticleDocument.Make(run, article, format) is not null).ToList();
        AnyLeftOut = articles.Count < _articles.Count;
        if (articles.Count == 0)
        {
            run.Io.Error.WriteLine("wire: the stream holds no article: nothing is written.");
            return;
        }

        run.Io.Out.Write(Encoding.UTF8.GetString(format.Write(articles)));
        run.Io.Out.Flush();
    }
}
