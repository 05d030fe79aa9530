using System.Text;
using Syndication.Tests.Server;

namespace Syndication.Tests.Surface;

/// <summary>Compares a text with the one that was approved, which lies beside the test.</summary>
internal static class Approved
{
    /// <summary>Fails with the lines that differ, and writes the text beside the approved one, as <c>NAME.received.txt</c>: move it over that to approve.</summary>
    public static void MustBe(string name, string text)
    {
        var folder = Repository.PathOf("tests", "Syndication.Tests", "Surface");
        var approved = Path.Combine(folder, name + ".approved.txt");
        var received = Path.Combine(folder, name + ".received.txt");
        text = text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        var before = File.Exists(approved) ? File.ReadAllText(approved).ReplaceLineEndings("\n") : "";
        if (text == before)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, text);
        Assert.Fail($"{name} has changed. Where that is meant, move {received} over {approved}.\n{Difference(before, text)}");
    }

    /// <summary>Lines that went (-) and came (+), each change under the last line that leads to it.</summary>
    public static string Difference(string before, string after)
    {
        var (old, now) = (before.Split('\n'), after.Split('\n'));

        // The longest sequence of lines that both have.
        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = now.Length - 1; j >= 0; j--)
            {
                common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var text = new StringBuilder();
        string? context = null;
        for (var (i, j) = (0, 0); i < old.Length || j < now.Length;)
        {
            if (i < old.Length && j < now.Length && old[i] == now[j])
            {
                (context, i, j) = (old[i], i + 1, j + 1);
                continue;
            }

            if (context is not null)
            {
                text.Append("  ").AppendLine(context);
                context = null;
            }

            var went = j == now.Length || (i < old.Length && common[i + 1, j] >= common[i, j + 1]);
            text.Append(went ? "- " : "+ ").AppendLine(went ? old[i++] : now[j++]);
        }

        return text.ToString();
    }
}
