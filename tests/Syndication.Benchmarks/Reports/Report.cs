using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Syndication.Benchmarks.Reports;

/// <summary>The figures of a comparison, for people and for programs.</summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<Figure> _figures = [];

    /// <summary>The figure of that name, made when it is first asked for.</summary>
    public Figure Figure(string group, string name, string unit, bool higherIsBetter, Target? target = null)
    {
        var figure = _figures.Find(known => known.Group == group && known.Name == name);
        if (figure is null)
        {
            _figures.Add(figure = new Figure(group, name, unit, higherIsBetter) { Target = target });
        }

        return figure;
    }

    /// <summary>A ratio that must be reached.</summary>
    public static Target Gate(double limit) => new(limit, IsRatio: true, IsGate: true);

    /// <summary>A ratio that is to be reached; where it is not, the README explains it.</summary>
    public static Target Aim(double limit) => new(limit, IsRatio: true, IsGate: false);

    /// <summary>A value of the server's own that is to be reached.</summary>
    public static Target Bound(double limit) => new(limit, IsRatio: false, IsGate: false);

    /// <summary>One object on one line.</summary>
    public void WriteJson(TextWriter output, int rounds, int subscribers, double articleBytes) => output.WriteLine(JsonSerializer.Serialize(
        new { rounds, subscribers, articleBytes, processors = Environment.ProcessorCount, figures = _figures }, Json));

    /// <summary>A table. On a terminal it has borders; elsewhere lines are as long as they need to be.</summary>
    public void WriteTable(IAnsiConsole console, string other)
    {
        var table = new Table { Border = console.Profile.Out.IsTerminal ? TableBorder.Rounded : TableBorder.Simple };
        table.AddColumns("", "", "server", other, $"server/{other}", "min–max", "", "target");
        string? group = null;
        foreach (var figure in _figures)
        {
            var cells = new[]
            {
                figure.Group == group ? "" : figure.Group,
                $"{figure.Name} ({figure.Unit})",
                Number(figure.Server.Median),
                figure.Bare is { } bare ? Number(bare.Median) : "–",
                figure.Ratio is { } ratio ? Number(ratio.Median) : "–",
                figure.Ratio is { } spread ? $"{Number(spread.Min)}–{Number(spread.Max)}" : $"{Number(figure.Server.Min)}–{Number(figure.Server.Max)}",
                figure.HigherIsBetter ? "higher is better" : "lower is better",
                figure.Target is not { } target ? ""
                    : $"{(figure.IsMet == true ? "met " : "MISSED")} {(figure.HigherIsBetter ? "≥" : "≤")} {Number(target.Limit)}{(target.IsGate ? " *" : "")}",
            };
            table.AddRow(cells.Select(cell => new Text(cell)));
            group = figure.Group;
        }

        console.Write(table);
    }

    private static string Number(double value) => value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "#,0", CultureInfo.InvariantCulture);
}
