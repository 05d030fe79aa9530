using System.Text;
using Spectre.Console;
using Syndication.V1;

namespace Syndication.Cli.Output;

/// <summary>Text with its matching words marked: in colour on a terminal, in <c>*stars*</c> elsewhere.</summary>
internal static class MarkedText
{
    /// <summary>The snippet as markup.</summary>
    /// <param name="snippet">Its spans count code points; what lies outside of the text is left out.</param>
    /// <param name="isTerminal">Whether there are colours.</param>
    /// <param name="style">Of what is not marked, on a terminal.</param>
    public static Markup Of(SearchSnippet snippet, bool isTerminal, string style = "default")
    {
        var (open, close) = isTerminal ? ("[/][bold yellow]", $"[/][{style}]") : ("*", "*");
        var markup = new StringBuilder(isTerminal ? $"[{style}]" : "");
        var position = 0;
        foreach (var rune in snippet.Text.EnumerateRunes())
        {
            markup.Append(Marks(position));
            markup.Append(Terminal.Literal(rune.ToString()));
            position++;
        }

        markup.Append(Marks(position)).Append(isTerminal ? "[/]" : "");
        return new(markup.ToString());

        // One that ends here before one that begins here.
        string Marks(int at) =>
            (snippet.Matches.Any(match => match.End == at && match.Start < at) ? close : "")
            + (snippet.Matches.Any(match => match.Start == at && match.End > at) ? open : "");
    }
}
