using System.Globalization;
using System.Text;
using Syndication.Cli.Output;
using Syndication.Formats;
using Syndication.V1;

namespace Syndication.Cli.Export;

/// <summary>
/// A folder with a file for each article of a stream, in its latest version. The place in the stream is kept in a file beside them, written after what it
/// covers: an export that was broken off writes some files once more. Each file is whole or as it was before. One writer at a time.
/// </summary>
internal sealed class ExportedFolder : IExportedDocuments
{
    private const string CursorFile = ".wire-cursor";

    private readonly Invocation _run;
    private readonly IArticleFormat _format;
    private readonly string _folder;
    private readonly HashSet<string> _named = [];
    private long _written;
    private long _removed;

    private ExportedFolder(Invocation run, IArticleFormat format, string folder, string? cursor) =>
        (_run, _format, _folder, Cursor) = (run, format, folder, cursor);

    public string? Cursor { get; }

    public bool AnyLeftOut { get; private set; }

    /// <summary>Opens or creates a folder.</summary>
    /// <exception cref="CliUsageException">It holds files of other origin, or of another format.</exception>
    public static ExportedFolder Open(Invocation run, IArticleFormat format, string folder)
    {
        if (File.Exists(folder))
        {
            throw new CliUsageException($"{folder} is a file: with --format, --out is a folder.");
        }

        Directory.CreateDirectory(folder);
        var place = Path.Combine(folder, CursorFile);
        if (!File.Exists(place))
        {
            return Directory.EnumerateFileSystemEntries(folder).Any()
                ? throw new CliUsageException($"{folder} is not empty, and 'export' did not write it.")
                : new(run, format, folder, cursor: null);
        }

        return File.ReadAllText(place).Split('\n') is [var name, { Length: > 0 } cursor, ..] && name == format.Name
            ? new(run, format, folder, cursor)
            : throw new CliUsageException($"{folder} holds documents of another format.");
    }

    public void Add(IReadOnlyList<Update> updates, string? cursor)
    {
        foreach (var update in updates)
        {
            var file = Path.Combine(_folder, NameOf(update.ArticleId));
            _named.Add(file);
            if (update.Article is { } article && ArticleDocument.Make(_run, article, _format) is { } bytes)
            {
                Replace(file, bytes);
                _written++;
                continue;
            }

            AnyLeftOut |= update.Article is not null;
            if (File.Exists(file))
            {
                File.Delete(file);
                _removed++;
            }
        }

        if (cursor is not null)
        {
            Keep(cursor);
        }
    }

    public void CompleteSnapshot(string cursor)
    {
        foreach (var file in Directory.EnumerateFiles(_folder, "*" + _format.Extension).Where(file => !_named.Contains(file)).ToList())
        {
            File.Delete(file);
            _removed++;
        }

        Keep(cursor);
    }

    public void End()
    {
        if (!_run.Json)
        {
            _run.Io.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_written:N0} documents written, {_removed:N0} removed."));
        }
    }

    // Colons are not allowed in the names of some systems, and a dot in front hides a file or leads upwards. No id has a slash, but who knows the server.
    private string NameOf(string articleId) => (articleId[0] == '.' ? "%2E" + Uri.EscapeDataString(articleId[1..]) : Uri.EscapeDataString(articleId)) + _format.Extension;

    private void Keep(string cursor) => Replace(Path.Combine(_folder, CursorFile), Encoding.UTF8.GetBytes($"{_format.Name}\n{cursor}\n"));

    private static void Replace(string file, byte[] bytes)
    {
        var partial = file + ".part";
        File.WriteAllBytes(partial, bytes);
        File.Move(partial, file, overwrite: true);
    }
}
