using Syndication.V1;

namespace Syndication.Streams;

/// <summary>An article while a filter looks at it: its text is folded once, when the first keyword asks. Dispose it.</summary>
internal ref struct MatchedArticle(Article article)
{
    private FoldedText _text;
    private int _headlineLength;
    private bool _hasHeadline;
    private bool _hasText;

    public Article Article { get; } = article;

    /// <summary>Whether a phrase of <see cref="FoldedText.ToPhrase"/> is in the headline, or in headline, standfirst or body.</summary>
    public bool Contains(string phrase, bool headlineOnly)
    {
        ReadHeadline();
        if (_text.Words[.._headlineLength].IndexOf(phrase) >= 0)
        {
            return true;
        }

        if (headlineOnly)
        {
            return false;
        }

        ReadText();
        return _text.Contains(phrase);
    }

    public void Dispose()
    {
        if (_hasHeadline)
        {
            _text.Dispose();
        }
    }

    private void ReadHeadline()
    {
        if (!_hasHeadline)
        {
            _hasHeadline = true;
            _text = new FoldedText(4_096);
            _text.Append(Article.Headline);
            _headlineLength = _text.Words.Length;
        }
    }

    private void ReadText()
    {
        if (_hasText)
        {
            return;
        }

        _hasText = true;
        _text.Append(Article.Standfirst);
        for (var i = 0; i < Article.Body.Count; i++)
        {
            Read(Article.Body[i]);
        }
    }

    private void Read(Block block)
    {
        switch (block.KindCase)
        {
            case Block.KindOneofCase.Paragraph:
                Read(block.Paragraph.Content);
                break;

            case Block.KindOneofCase.Heading:
                Read(block.Heading.Content);
                break;

            case Block.KindOneofCase.Quote:
                Read(block.Quote.Content);
                _text.Append(block.Quote.Attribution);
                break;

            case Block.KindOneofCase.List:
                foreach (var item in block.List.Items)
                {
                    Read(item);
                }

                break;

            case Block.KindOneofCase.Table:
                _text.Append(block.Table.Caption);
                foreach (var row in block.Table.Rows)
                {
                    foreach (var cell in row.Cells)
                    {
                        Read(cell);
                    }
                }

                break;

            case Block.KindOneofCase.Embed:
                _text.Append(block.Embed.FallbackText);
                break;
        }
    }

    private void Read(RichText? content)
    {
        if (content is not null)
        {
            _text.Append(content.Text);
        }
    }
}
