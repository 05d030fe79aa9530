using System.CommandLine;
using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>Flags that set fields of an article.</summary>
internal sealed partial class ArticleOptions
{
    private readonly Option<string?> _headline;
    private readonly Option<string?> _language;
    private readonly Option<string?> _body;
    private readonly Option<string?> _kicker;
    private readonly Option<string?> _standfirst;
    private readonly Option<string?> _byline;
    private readonly Option<string?> _dateline;
    private readonly Option<string?> _slugline;
    private readonly Option<string?> _story;
    private readonly Option<string[]> _subjects;
    private readonly Option<int?> _urgency;
    private readonly Option<string?> _editorialNote;
    private readonly Option<string?> _publicNote;
    private readonly Option<DateTimeOffset?> _embargo;
    private readonly Option<DateTimeOffset?> _expire;

    public ArticleOptions(Verb verb)
    {
        File = verb.AddOption<string?>("--file", "The whole article as JSON of the contract; '-' reads standard input. Other flags change it.", "FILE");
        _headline = verb.AddOption<string?>("--headline", "The headline.", "TEXT");
        _language = verb.AddOption<string?>("--language", "The text's language, such as fr or fr-CA.", "TAG");
        _body = verb.AddOption<string?>("--body", "The text; empty lines part paragraphs. '-' reads standard input.", "TEXT");
        _kicker = verb.AddOption<string?>("--kicker", "The line above the headline.", "TEXT");
        _standfirst = verb.AddOption<string?>("--standfirst", "The summary below the headline.", "TEXT");
        _byline = verb.AddOption<string?>("--byline", "Who signs it, as it is to be printed.", "TEXT");
        _dateline = verb.AddOption<string?>("--dateline", "Where and when it was written, as it is to be printed.", "TEXT");
        _slugline = verb.AddOption<string?>("--slugline", "The working title.", "TEXT");
        _story = verb.AddOption<string?>("--story", "The running story it belongs to.", "ID");
        _subjects = verb.AddOption<string[]>("--subject", "What it is about, such as medtop:20000587, or a name. Repeatable.", "SCHEME:CODE");
        _urgency = verb.AddOption<int?>("--urgency", "1 (flash) to 9.", "1-9");
        _editorialNote = verb.AddOption<string?>("--editorial-note", "A note for desks alone.", "TEXT");
        _publicNote = verb.AddOption<string?>("--public-note", "A note for readers.", "TEXT");
        _embargo = verb.AddTimeOption("--embargo", "The server holds it until then.");
        _expire = verb.AddTimeOption("--expire", "It must not be used after this.");
    }

    public Option<string?> File { get; }

    /// <summary>Whether any field was named on the command line.</summary>
    public bool AnyGiven(Invocation run) => new System.CommandLine.Option[]
    {
        _headline, _language, _body, _kicker, _standfirst, _byline, _dateline, _slugline, _story, _subjects, _urgency,
        _editorialNote, _publicNote, _embargo, _expire,
    }.Any(run.Has);

    /// <summary>The article of a file, of standard input or of flags alone, with what flags set.</summary>
    /// <param name="run">The run.</param>
    /// <param name="argument">The file that is named without a flag.</param>
    /// <param name="done">What is to be done with it.</param>
    /// <exception cref="CliUsageException">Neither a file nor a flag was given.</exception>
    public async Task<Article> ReadAsync(Invocation run, string? argument, string done)
    {
        var source = argument ?? run.Get(File);
        if (source is null && !AnyGiven(run))
        {
            throw new CliUsageException($"There is nothing to {done}: name a FILE, or give --headline, --language and --body.");
        }

        var content = source is null ? new() : await run.ReadJsonAsync<Article>(source);
        await ApplyAsync(run, content);
        return content;
    }

    /// <summary>Sets what was given; the rest stays as it is.</summary>
    public async Task ApplyAsync(Invocation run, Article article)
    {
        article.Headline = run.Get(_headline) ?? article.Headline;
        article.Language = run.Get(_language) ?? article.Language;
        article.Kicker = run.Get(_kicker) ?? article.Kicker;
        article.Standfirst = run.Get(_standfirst) ?? article.Standfirst;
        article.Slugline = run.Get(_slugline) ?? article.Slugline;
        article.StoryId = run.Get(_story) ?? article.StoryId;
        article.EditorialNote = run.Get(_editorialNote) ?? article.EditorialNote;
        article.PublicNote = run.Get(_publicNote) ?? article.PublicNote;
        article.Urgency = run.Get(_urgency) ?? article.Urgency;
        if (run.Get(_byline) is { } byline)
        {
            article.Byline = new() { Text = byline };
        }

        if (run.Get(_dateline) is { } dateline)
        {
            article.Dateline = new() { Text = dateline };
        }

        if (run.Get(_subjects) is { Length: > 0 } subjects)
        {
            article.Subjects.Clear();
            article.Subjects.AddRange(subjects.Select(ToConcept));
        }

        if (run.Get(_embargo) is { } embargo)
        {
            article.EmbargoTime = Timestamp.FromDateTimeOffset(embargo);
        }

        if (run.Get(_expire) is { } expire)
        {
            article.ExpireTime = Timestamp.FromDateTimeOffset(expire);
        }

        if (run.Get(_body) is { } body)
        {
            article.Body.Clear();
            article.Body.AddRange(Paragraphs(body == "-" ? await run.ReadTextAsync(body) : body));
        }
    }

    private static Concept ToConcept(string text)
    {
        var (scheme, code, name) = ConceptText.Parse(text);
        return new() { Scheme = scheme, Code = code, Name = name, Origin = ConceptOrigin.Editor };
    }

    private static IEnumerable<Block> Paragraphs(string text) =>
        from paragraph in EmptyLines().Split(text.ReplaceLineEndings("\n"))
        let trimmed = paragraph.Trim()
        where trimmed.Length > 0
        select new Block { Paragraph = new() { Content = new() { Text = trimmed } } };

    [GeneratedRegex(@"\n[ \t]*\n")]
    private static partial Regex EmptyLines();
}
