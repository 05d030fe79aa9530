using System.Buffers;
using Syndication.Findings.Languages;

namespace Syndication.Findings.Texts;

/// <summary>Finds what stands between quotation marks.</summary>
/// <remarks>
/// Marks nest up to eight deep; what is deeper belongs to the eighth. A closing mark closes the nearest quotation of its
/// style, and those inside it stay broken. Single quotation marks count in languages that quote with them, and an
/// apostrophe is none: <c>’</c> closes only a <c>‘</c>, and not before a letter.
/// </remarks>
internal ref struct QuotationReader
{
    private const int MaxDepth = 8;

    private static readonly SearchValues<char> Marks = SearchValues.Create("\"«»“”„‘’");

    private readonly string _text;
    private readonly NewsLanguage _language;
    private readonly PooledList<Quotation> _quotations;
    private readonly Span<int> _open;
    private int _depth;
    private int _outermost = -1;

    private QuotationReader(string text, NewsLanguage language, PooledList<Quotation> quotations, Span<int> open)
    {
        _text = text;
        _language = language;
        _quotations = quotations;
        _open = open;
    }

    /// <summary>Finds the quotations of a text, in the order of their first marks.</summary>
    /// <param name="text">The text.</param>
    /// <param name="language">Its language.</param>
    /// <param name="quotations">Where they are added.</param>
    public static void Collect(string text, NewsLanguage language, PooledList<Quotation> quotations)
    {
        var at = text.AsSpan().IndexOfAny(Marks);
        if (at < 0)
        {
            return;
        }

        var reader = new QuotationReader(text, language, quotations, stackalloc int[MaxDepth]);
        while (at < text.Length)
        {
            reader.Read(at);
            var next = text.AsSpan(at + 1).IndexOfAny(Marks);
            at = next < 0 ? text.Length : at + 1 + next;
        }
    }

    private void Read(int at)
    {
        switch (_text[at])
        {
            // Five inches, not five quotations.
            case '"' when !Close(QuoteStyle.Straight, at) && !(at > 0 && char.IsAsciiDigit(_text[at - 1])):
                Open(QuoteStyle.Straight, at);
                break;

            case '«' when !Close(QuoteStyle.InwardGuillemets, at):
                Open(QuoteStyle.Guillemets, at);
                break;

            case '»' when !Close(QuoteStyle.Guillemets, at):
                OpenOrStray(QuoteStyle.InwardGuillemets, QuoteStyle.Guillemets, at);
                break;

            case '“' when !Close(QuoteStyle.LowHigh, at):
                Open(QuoteStyle.Curly, at);
                break;

            // Swedish and Finnish open with it.
            case '”' when !Close(QuoteStyle.Curly, at) && !Close(QuoteStyle.LowHigh, at):
                OpenOrStray(QuoteStyle.Curly, QuoteStyle.Curly, at);
                break;

            case '„':
                Open(QuoteStyle.LowHigh, at);
                break;

            case '‘' when _language.QuotesWithSingleMarks && OpensHere(at):
                Open(QuoteStyle.SingleCurly, at);
                break;

            case '’' when at + 1 == _text.Length || !char.IsLetterOrDigit(_text[at + 1]):
                Close(QuoteStyle.SingleCurly, at);
                break;
        }
    }

    private readonly bool OpensHere(int at) =>
        (at == 0 || !char.IsLetterOrDigit(_text[at - 1])) && at + 1 < _text.Length && char.IsLetterOrDigit(_text[at + 1]);

    private void OpenOrStray(QuoteStyle opening, QuoteStyle closing, int at)
    {
        // One that begins a text repeats the mark of a quotation that began in the text before.
        if (at > 0 && OpensHere(at))
        {
            Open(opening, at);
        }
        else if (at > 0)
        {
            _quotations.Add(new(-1, at, closing, _depth, _outermost));
        }
    }

    private void Open(QuoteStyle style, int at)
    {
        if (_depth < MaxDepth)
        {
            _outermost = _depth == 0 ? _quotations.Count : _outermost;
            _open[_depth] = _quotations.Count;
            _quotations.Add(new(at, -1, style, _depth, _outermost));
            _depth++;
        }
    }

    private bool Close(QuoteStyle style, int at)
    {
        for (var i = _depth - 1; i >= 0; i--)
        {
            ref var quotation = ref _quotations[_open[i]];
            if (quotation.Style == style)
            {
                quotation = quotation with { Close = at };
                _depth = i;
                return true;
            }
        }

        return false;
    }
}
