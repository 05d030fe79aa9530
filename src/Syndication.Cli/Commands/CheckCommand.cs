using System.CommandLine;
using System.Globalization;
using Syndication.Cli.Check;
using Syndication.Cli.Import;
using Syndication.Cli.Output;
using Syndication.Findings.Rules;
using Syndication.Formats.WireText;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>Looks for faults in files, like a compiler: <c>check</c>.</summary>
internal static class CheckCommand
{
    public static Command Create(CliIo io)
    {
        var verb = new Verb(
            "check",
            """
            Look for faults in the articles of files, without a server: missing spaces, mixed quotation marks, two spellings of one name, mojibake and the like. Never inside what somebody says. Reads wire texts, JSON of the contract, and the other formats of newsrooms, such as NewsML-G2, ninjs, RSS and HTML pages.
            Each finding is a line 'file:line:column: severity code: message'. Exit code 4 where there is one of --fail-on or worse, or what cannot be read.
            --fix shows as a diff what can be mended unseen in texts and JSON of the contract; --write also writes it, in the file's own encoding and with its own line ends.
            With --json a line per finding: file, line, column, severity, code, field, start, end (code points in the field), message, snippet, isMendable.
            """,
            "check wire/*.txt",
            "check archive/ --severity warning --fail-on error",
            "check story.txt --fix",
            "check story.txt --fix --write",
            "check --rules");
        var files = verb.AddArgument<string[]>("FILE", "Files, folders, or '-'.", ArgumentArity.ZeroOrMore);
        var rules = verb.AddOption<bool>("--rules", "List what is looked for, with an example of each.");
        var severity = AddSeverity(verb, "--severity", "Leave out what is less bad: info, warning or error; info by default.");
        var failOn = AddSeverity(verb, "--fail-on", "Exit code 4 from this severity on; warning by default.");
        var fix = verb.AddOption<bool>("--fix", "Show as a diff what can be mended unseen.");
        var write = verb.AddOption<bool>("--write", "With --fix: write it into the files.");
        var language = verb.AddOption<string?>("--language", "The language of texts, such as fr; otherwise it is recognised.", "TAG");
        var charset = verb.AddOption<string?>("--charset", "How texts are encoded; otherwise it is recognised.", "NAME");
        charset.AcceptOnlyFromAmong("utf-8", "utf-16le", "utf-16be", "windows-1252", "iso-8859-1");
        verb.Run(io, async run =>
        {
            if (run.Get(rules))
            {
                WriteRules(run);
                return ExitCode.Ok;
            }

            if (run.Get(files) is not { Length: > 0 } paths)
            {
                throw new CliUsageException("There is nothing to check: name a FILE, or --rules.");
            }

            if (run.Get(write) && (!run.Get(fix) || paths.Contains("-")))
            {
                throw new CliUsageException("--write goes with --fix, and with files only.");
            }

            var reader = new CheckReader(new WireTextOptions { Language = run.Get(language), Charset = run.Get(charset) });
            var report = new CheckReport(run, SeverityOf(run.Get(severity), FindingSeverity.Info), SeverityOf(run.Get(failOn), FindingSeverity.Warning));
            // Archives that lie in a folder are passed over.
            foreach (var found in ImportFiles.Find(paths, io.FullPath).Where(found => found.IsNamed || !found.Path.EndsWith(ImportFiles.Archive, StringComparison.OrdinalIgnoreCase)))
            {
                var path = found.Path;
                if (await ReadAsync(run, reader, found) is not { } file)
                {
                    report.WriteUnreadable(path);
                    continue;
                }

                report.Write(file);
                if (run.Get(fix))
                {
                    var (mended, count) = new FileFixer(reader).Fix(file);
                    report.WriteMended(file, mended, count);
                    if (run.Get(write) && count > 0)
                    {
                        await File.WriteAllBytesAsync(io.FullPath(path), mended.Encoding.GetBytes(mended.Text), run.Token);
                    }
                }
            }

            report.WriteSummary(run.Get(write));
            return report.HasFailed ? ExitCode.SomeFailed : ExitCode.Ok;
        });
        return verb;
    }

    /// <summary>A severity as people type it.</summary>
    public static string Name(FindingSeverity severity) => severity.ToString().ToLowerInvariant();

    private static Option<string?> AddSeverity(Verb verb, string name, string description)
    {
        var option = verb.AddOption<string?>(name, description, "SEVERITY");
        option.AcceptOnlyFromAmong("info", "warning", "error");
        return option;
    }

    private static FindingSeverity SeverityOf(string? name, FindingSeverity otherwise) =>
        name is null ? otherwise : System.Enum.Parse<FindingSeverity>(name, ignoreCase: true);

    private static async Task<CheckedFile?> ReadAsync(Invocation run, CheckReader reader, ImportFile file)
    {
        try
        {
            if (file.Path != "-")
            {
                var fullPath = run.FullPath(file.Path);
                return reader.Read(file.Path, file.IsEmpty(fullPath) ? [] : await File.ReadAllBytesAsync(fullPath, run.Token));
            }

            using var input = new MemoryStream();
            await run.Io.In.CopyToAsync(input, run.Token);
            return reader.Read(file.Path, input.ToArray());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void WriteRules(Invocation run)
    {
        if (run.Json)
        {
            foreach (var rule in RuleCatalog.Rules)
            {
                run.Io.Out.WriteLine(JsonLines.Format(new RuleLine(rule.Code, Name(rule.Severity), rule.Summary, rule.Example.Language, rule.Example.Wrong, rule.Example.Right)));
            }

            return;
        }

        var width = RuleCatalog.Rules.Max(rule => rule.Code.Length);
        foreach (var rule in RuleCatalog.Rules)
        {
            run.Io.Out.WriteLine($"{rule.Code.PadRight(width)}  {Name(rule.Severity),-7}  {rule.Summary}");
            if (rule.Example.Wrong.Length > 0)
            {
                run.Io.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"",-2}{rule.Example.Language}: {Terminal.Clean(rule.Example.Wrong)}"));
            }
        }
    }
}
