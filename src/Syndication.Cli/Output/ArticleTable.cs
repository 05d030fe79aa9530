using System.Globalization;
using Syndication.V1;

namespace Syndication.Cli.Output;

/// <summary>Articles and versions as rows.</summary>
internal static class ArticleTable
{
    public static readonly string[] Columns = ["Time", "Article", "Version", "Language", "Status", "Change", "Headline"];

    public static string[] Cells(TimeProvider clock, Article article) =>
    [
        clock.Local(article.VersionTime),
        article.ArticleId,
        article.Version.ToString(CultureInfo.InvariantCulture),
        article.Language,
        ArticleText.Name(article.Status),
        ArticleText.Name(article.Change),
        article.Headline,
    ];
}
