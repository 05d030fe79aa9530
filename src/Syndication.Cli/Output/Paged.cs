using Google.Protobuf;
using Syndication.Cli.Commands;

namespace Syndication.Cli.Output;

/// <summary>Paged lists: JSON lines as the pages come, or one table at the end.</summary>
internal static class Paged
{
    private const int LargestPage = 500;

    /// <param name="run">Where it goes.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="columns">Headings of the table.</param>
    /// <param name="cells">A row of the table.</param>
    /// <param name="readAsync">Reads a page: its size and token in, its items and the next token out.</param>
    public static async Task WriteAsync<T>(
        Invocation run,
        int limit,
        string[] columns,
        Func<TimeProvider, T, string[]> cells,
        Func<int, string, Task<(IEnumerable<T> Items, string NextPageToken)>> readAsync)
        where T : IMessage
    {
        var left = limit;
        var table = Terminal.NewTable(run.Io, columns);
        var token = "";
        do
        {
            (var items, token) = await readAsync(Math.Min(left, LargestPage), token);
            foreach (var item in items.Take(left))
            {
                left--;
                if (run.Json)
                {
                    run.WriteJson(item);
                }
                else
                {
                    table.Add(cells(run.Io.TimeProvider, item));
                }
            }
        }
        while (token.Length > 0 && left > 0);

        if (run.Json)
        {
            return;
        }

        if (table.Rows.Count == 0)
        {
            run.Io.Error.WriteLine("Nothing found.");
            return;
        }

        run.Console.Write(table);
        if (token.Length > 0)
        {
            PagingOptions.WriteMore(run);
        }
    }
}
