using Syndication.Findings.Languages;
using Syndication.Findings.Rules;
using Syndication.V1;

namespace Syndication.Findings.Texts;

/// <summary>
/// One article while the rules look at it: its texts, their words and quotations, read once, and what has been found. Reused
/// from article to article, so that an article without findings costs no allocation.
/// </summary>
internal sealed class ArticleScan
{
    private const int MaxReplacement = 500;

    [ThreadStatic]
    private static ArticleScan? _spare;

    private readonly PooledList<TextPart> _parts = new();
    private readonly PooledList<Word> _words = new();
    private readonly PooledList<Quotation> _quotations = new();
    private readonly int[] _counts = new int[RuleCatalog.Rules.Count];
    private int _perRule;
    private List<Finding>? _found;
    private int _omitted;
    private CodePoints _codePoints;

    /// <summary>The article.</summary>
    public Article Article { get; private set; } = new();

    /// <summary>Its language.</summary>
    public NewsLanguage Language { get; private set; } = NewsLanguage.Of("");

    /// <summary>Its texts.</summary>
    public ReadOnlySpan<TextPart> Parts => _parts.Items;

    /// <summary>All its words.</summary>
    public ReadOnlySpan<Word> Words => _words.Items;

    /// <summary>Room for a rule to work in.</summary>
    public PooledList<int> Buckets { get; } = new();

    /// <summary>Room for <see cref="NameVariantRule"/> to work in.</summary>
    public PooledList<NameEntry> Names { get; } = new();

    /// <summary>Runs the rules over an article.</summary>
    public static ArticleFindings Run(Article article, int perRule)
    {
        var scan = _spare ?? new ArticleScan();
        _spare = null;
        try
        {
            scan.Read(article, perRule);
            foreach (var rule in RuleCatalog.All)
            {
                rule.Check(scan);
            }

            return scan._found is null ? ArticleFindings.None : new ArticleFindings(scan._found, scan._omitted);
        }
        finally
        {
            scan.Clear();
            _spare = scan;
        }
    }

    /// <summary>The words of a text.</summary>
    public ReadOnlySpan<Word> WordsOf(in TextPart part) => _words.Items[part.Words];

    /// <summary>The quotations of a text.</summary>
    public ReadOnlySpan<Quotation> QuotationsOf(in TextPart part) => _quotations.Items[part.Quotations];

    /// <summary>Whether a place is among words that somebody said.</summary>
    public bool IsSpoken(in TextPart part, int start, int end)
    {
        if (part.IsSpoken)
        {
            return true;
        }

        // The last quotation that begins before the end; a search by halves, for a text may have many.
        var quotations = QuotationsOf(part);
        var (low, high) = (0, quotations.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = quotations[middle].First < Math.Max(end, start + 1) ? (middle + 1, high) : (low, middle);
        }

        if (low == 0 || quotations[low - 1].Outermost is not (>= 0 and var outermost))
        {
            return false;
        }

        var words = _quotations[outermost].Words(part.Text);
        return start < words.End && (end > words.Start || (start == end && start > words.Start));
    }

    /// <summary>Reports something in a text, unless somebody said it.</summary>
    /// <param name="rule">The rule that found it.</param>
    /// <param name="part">The text.</param>
    /// <param name="start">Where, in UTF-16 units.</param>
    /// <param name="end">Up to where.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="edits">How to mend it; none where only a person can tell.</param>
    /// <param name="isSafe">Whether that can be done unseen.</param>
    public void Report(Rule rule, in TextPart part, int start, int end, string message, ReadOnlySpan<Edit> edits = default, bool isSafe = false)
    {
        if (IsSpoken(part, start, end) || !Count(rule))
        {
            return;
        }

        _codePoints.Use(part.Text);
        var finding = New(rule, part.Path, message);
        finding.Start = _codePoints.At(start);
        finding.End = _codePoints.At(end);
        finding.Snippet = Snippet.Of(part.Text, start, end);
        if (part.Block >= 0)
        {
            finding.Block = part.Block;
        }

        if (!edits.IsEmpty && !IsLong(edits))
        {
            finding.Fix = new FindingFix { Safe = isSafe };
            foreach (var edit in edits)
            {
                finding.Fix.Replacements.Add(new TextReplacement { Start = _codePoints.At(edit.Start), End = _codePoints.At(edit.End), Text = edit.Text });
            }
        }

        (_found ??= []).Add(finding);
    }

    /// <summary>Reports something about a field that is no running text.</summary>
    public void Report(Rule rule, string field, string message, string text = "")
    {
        if (Count(rule))
        {
            var finding = New(rule, field, message);
            _codePoints.Use(text);
            finding.End = _codePoints.At(text.Length);
            finding.Snippet = Snippet.Of(text, 0, text.Length);
            (_found ??= []).Add(finding);
        }
    }

    private static Finding New(Rule rule, string field, string message) => new()
    {
        Code = rule.Code,
        Severity = rule.Severity,
        Field = field,
        Message = Snippet.Shorten(message),
    };

    /// <summary>Whether replacements are longer than anybody would read: a word of a megabyte is not sent back ten times.</summary>
    private static bool IsLong(ReadOnlySpan<Edit> edits)
    {
        var length = 0;
        foreach (var edit in edits)
        {
            length += edit.Text.Length;
        }

        return length > MaxReplacement;
    }

    /// <returns>Whether there is room for one more.</returns>
    private bool Count(Rule rule)
    {
        if (_counts[rule.Index]++ < _perRule)
        {
            return true;
        }

        _omitted++;
        return false;
    }

    private void Read(Article article, int perRule)
    {
        Article = article;
        Language = NewsLanguage.Of(article.Language);
        _perRule = perRule;
        TextPart.Collect(article, _parts);
        for (var i = 0; i < _parts.Count; i++)
        {
            ref var part = ref _parts[i];
            var (words, quotations) = (_words.Count, _quotations.Count);
            Word.Collect(part.Text, _words);
            QuotationReader.Collect(part.Text, Language, _quotations);
            part = part with { Words = words.._words.Count, Quotations = quotations.._quotations.Count };
        }
    }

    private void Clear()
    {
        Article = Nothing;
        _parts.Clear();
        _words.Clear();
        _quotations.Clear();
        Buckets.Clear();
        Names.Clear();
        Array.Clear(_counts);
        _found = null;
        _omitted = 0;
        _codePoints = default;
    }

    private static readonly Article Nothing = new();
}
