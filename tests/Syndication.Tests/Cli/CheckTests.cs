using System.Text;

namespace Syndication.Tests.Cli;

public sealed class CheckTests : WireTests
{
    private const string Story = "Le titre du jour\r\n\r\nIl vient en juillet 2000lorsque tout commence.\r\nElle a dit\u00A0: «\u00A0oui\u00A0».\r\n\r\nLe pre\u00ADmier étage du bâtiment, 😀 et le le second.\r\n";

    [Fact]
    public async Task Findings_are_printed_like_a_compiler_does_with_the_place_in_the_file()
    {
        await WriteAsync("story.txt", Story);

        var run = await RunAsync("check", "story.txt", "--severity", "warning");

        Assert.Equal(4, run.ExitCode);
        Assert.Equal(
            [
                "story.txt:3:21: warning missing-space-after-number: There is no space after the number. [Il vient en juillet 2000lorsque tout commence. Elle a dit\u00A0: «…]",
                "story.txt:6:4: warning soft-hyphen: \"premier\" holds a soft hyphen. [Le pre\u00ADmier étage du bâtiment, 😀 et le…]",
                "story.txt:6:37: warning doubled-word: \"le\" stands here twice. […étage du bâtiment, 😀 et le le second.]",
            ],
            run.Lines);
        Assert.Contains("1 files: 0 errors, 3 warnings", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("windows-1252")]
    public async Task Fixing_shows_a_diff_and_writes_only_when_told_keeping_encoding_and_line_ends(string charset)
    {
        var encoding = charset == "windows-1252" ? CodePagesEncodingProvider.Instance.GetEncoding(1252)! : Encoding.GetEncoding(charset);
        var text = (charset == "utf-8" ? Story : Story.Replace("😀 ", "", StringComparison.Ordinal)).Replace("«\u00A0oui\u00A0»", "« oui »\u00A0!", StringComparison.Ordinal);
        var bytes = encoding.GetPreamble().Concat(encoding.GetBytes(text)).ToArray();
        await File.WriteAllBytesAsync(PathOf("story.txt"), bytes, Token);

        var shown = await RunAsync("check", "story.txt", "--fix", "--language", "fr");
        Assert.Equal(bytes, await File.ReadAllBytesAsync(PathOf("story.txt"), Token));
        var written = await RunAsync("check", "story.txt", "--fix", "--write", "--language", "fr");

        Assert.Equal((4, 4), (shown.ExitCode, written.ExitCode));
        Assert.Contains("-Il vient en juillet 2000lorsque tout commence.", shown.Lines);
        Assert.Contains("+Il vient en juillet 2000 lorsque tout commence.", shown.Lines);
        var expected = text.Replace("2000lorsque", "2000 lorsque", StringComparison.Ordinal).Replace("\u00AD", "", StringComparison.Ordinal)
            .Replace("« oui »", "«\u00A0oui\u00A0»", StringComparison.Ordinal);
        Assert.Equal(encoding.GetPreamble().Concat(encoding.GetBytes(expected)), await File.ReadAllBytesAsync(PathOf("story.txt"), Token));
    }

    [Fact]
    public async Task Fixing_json_changes_the_texts_alone_and_moves_their_marks()
    {
        const string Json = """
            [
              { "articleId": "a", "headline": "Le jour\u0020vient", "language": "fr",
                "body": [ { "paragraph": { "content": { "text": "Le pre\u00admier « lan\u00ADceur », 2000lorsque \"tout\"", "marks": [ { "start": 0, "end": 11, "type": "MARK_TYPE_STRONG" } ] } } } ] },
              { "articleId": "b", "headline": "Untouched", "language": "en" }
            ]
            """;
        await WriteAsync("stories.json", Json);

        var run = await RunAsync("check", "stories.json", "--fix", "--write", "--json");

        Assert.Equal(4, run.ExitCode);
        Assert.Contains(run.Lines, line => Text(line, "code") == "soft-hyphen" && Parse(line).GetProperty("line").GetInt32() == 3 && Parse(line).GetProperty("isMendable").GetBoolean());
        Assert.Equal(
            Json.Replace("pre\\u00admier", "premier", StringComparison.Ordinal).Replace("« lan", "«\\u00A0lan", StringComparison.Ordinal)
                .Replace("ceur »", "ceur\\u00A0»", StringComparison.Ordinal).Replace("2000lorsque", "2000 lorsque", StringComparison.Ordinal)
                .Replace("\"end\": 11", "\"end\": 10", StringComparison.Ordinal),
            await File.ReadAllTextAsync(PathOf("stories.json"), Token));
    }

    [Fact]
    public async Task A_control_character_of_a_wire_text_is_found_although_its_reader_drops_it()
    {
        await WriteAsync("story.txt", "The title\n\nThe may\u0007or left.\n");

        var run = await RunAsync("check", "story.txt", "--fix", "--write", "--language", "en", "--severity", "error");

        Assert.StartsWith("story.txt:3:8: error control-character: U+0007", run.Lines[0], StringComparison.Ordinal);
        Assert.Equal("The title\n\nThe mayor left.\n", await File.ReadAllTextAsync(PathOf("story.txt"), Token));
    }

    [Fact]
    public async Task What_is_in_order_or_less_bad_than_asked_for_gives_exit_code_0()
    {
        await WriteAsync("story.txt", "The title\n\nThe mayor left the the harbour.\n");
        await WriteAsync("bad.json", "{");

        Assert.Equal(0, (await RunAsync("check", "story.txt", "--fail-on", "error")).ExitCode);
        Assert.Equal(4, (await RunAsync("check", "story.txt")).ExitCode);
        Assert.Equal(4, (await RunAsync("check", "bad.json", "--fail-on", "error")).ExitCode);
        Assert.Equal(4, (await RunAsync("check", "missing.txt", "--fail-on", "error")).ExitCode);
        Assert.Equal(2, (await RunAsync("check")).ExitCode);
    }

    [Fact]
    public async Task Rules_are_listed_with_code_severity_and_example()
    {
        var run = await RunAsync("check", "--rules", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(run.Lines, line => Text(line, "code") == "missing-space-after-number" && Text(line, "severity") == "warning" && Text(line, "wrong")!.Contains("2000lorsqu", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Publishing_prints_the_findings_and_a_gate_refuses_with_them()
    {
        string[] article = ["--language", "en", "--headline", "The title", "--body", "He left the the harbour."];

        var published = await RunAsync(["publish", "--id", "a", .. article]);
        var validated = await RunAsync(["validate", .. article]);
        var refused = await RunAsync(["publish", .. article, "--refuse-from", "warning"]);

        Assert.Equal((0, 0, 1), (published.ExitCode, validated.ExitCode, refused.ExitCode));
        Assert.Contains("  body[0].paragraph.content.text:8: warning doubled-word: \"the\" stands here twice. [He left the the harbour.]", published.Lines);
        Assert.Contains("It can be published.", validated.Lines);
        Assert.Contains("reason FINDINGS_REFUSED (gate: request", refused.Error, StringComparison.Ordinal);
        Assert.Contains("doubled-word", refused.Error, StringComparison.Ordinal);
        Assert.Single((await Server.Articles.ListArticlesAsync(new(), cancellationToken: Token)).Articles);
    }
}
