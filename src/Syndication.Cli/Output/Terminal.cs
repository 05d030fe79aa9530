using System.Text;
using Spectre.Console;

namespace Syndication.Cli.Output;

/// <summary>Where people read: colours and borders on a terminal, plain text elsewhere.</summary>
internal static class Terminal
{
    // Wider than any line, so that what goes to a file or a pipe is not broken.
    private const int Unbounded = 100_000;

    public static IAnsiConsole Create(CliIo io)
    {
        var console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(io.Out),
            Ansi = io.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = io.IsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            // For what draws over itself: progress and live tables.
            Interactive = io.IsTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            // They switch colours on for build servers, whose output is a file.
            Enrichment = new() { UseDefaultEnrichers = false },
        });
        if (!io.IsTerminal)
        {
            console.Profile.Width = Unbounded;
        }

        return console;
    }

    public static Table NewTable(CliIo io, params string[] columns)
    {
        var table = new Table { Border = io.IsTerminal ? TableBorder.Rounded : TableBorder.None };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column)) { Padding = new Padding(0, 0, 2, 0) });
        }

        return table;
    }

    /// <summary>A row of plain text.</summary>
    public static void Add(this Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(Clean(cell))));

    /// <summary>For markup: cleaned, and its brackets taken literally.</summary>
    public static string Literal(string text) => Markup.Escape(Clean(text));

    /// <summary>Without control characters: what others wrote must not steer the terminal.</summary>
    public static string Clean(string text, bool keepLines = false)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            clean.Append(!char.IsControl(character) || (keepLines && character == '\n') ? character : ' ');
        }

        return clean.ToString();
    }
}
