using Google.Protobuf.Collections;
using Syndication.Articles;
using Syndication.V1;

namespace Syndication.Streams;

/// <summary>One condition of a <see cref="StreamFilter"/>.</summary>
internal abstract class Clause
{
    public virtual bool NeedsBody => false;

    public static Clause Compile(ArticleClause clause) => clause.ConditionCase switch
    {
        ArticleClause.ConditionOneofCase.Language => new LanguageClause(clause.Language),
        ArticleClause.ConditionOneofCase.Subject => new ConceptClause(clause.Subject, article => article.Subjects),
        ArticleClause.ConditionOneofCase.Genre => new ConceptClause(clause.Genre, article => article.Genres),
        ArticleClause.ConditionOneofCase.Place => new ConceptClause(clause.Place, article => article.Places),
        ArticleClause.ConditionOneofCase.Person => new ConceptClause(clause.Person, article => article.People),
        ArticleClause.ConditionOneofCase.Organisation => new ConceptClause(clause.Organisation, article => article.Organisations),
        ArticleClause.ConditionOneofCase.Provider => new ProviderClause(clause.Provider),
        ArticleClause.ConditionOneofCase.Urgency => new UrgencyClause(clause.Urgency),
        ArticleClause.ConditionOneofCase.ItemType => new ItemTypeClause(clause.ItemType),
        ArticleClause.ConditionOneofCase.Keyword => new KeywordClause(clause.Keyword),
        ArticleClause.ConditionOneofCase.StoryId => new StoryClause(clause.StoryId),

        // Not "matches nothing": inside `none_of` that would let everything through.
        _ => throw new ArgumentException("A clause has no condition that this version knows.", nameof(clause)),
    };

    public abstract bool Matches(ref MatchedArticle reader);
}

internal sealed class LanguageClause(string range) : Clause
{
    public override bool Matches(ref MatchedArticle reader) => LanguageTag.Matches(range, reader.Article.Language);
}

internal sealed class ConceptClause : Clause
{
    private readonly Func<Article, RepeatedField<Concept>> _list;
    private readonly string _scheme;
    private readonly string _code;
    private readonly string _name;
    private readonly bool _isPrefix;
    private readonly bool _isExact;
    private readonly (HashSet<string> Schemes, HashSet<string> Codes)[] _narrower;

    public ConceptClause(ConceptMatch match, Func<Article, RepeatedField<Concept>> list)
    {
        _list = list;
        _scheme = match.Scheme;
        _isPrefix = match.Code.EndsWith('*');
        _code = _isPrefix ? match.Code[..^1] : match.Code;
        _name = match.Name;
        _isExact = match.Exact;
        _narrower = [.. match.Narrower.Select(group => (group.Schemes.ToHashSet(), group.Codes.ToHashSet()))];
    }

    public override bool Matches(ref MatchedArticle reader)
    {
        // By index: the enumerator of a repeated field is on the heap.
        var concepts = _list(reader.Article);
        for (var i = 0; i < concepts.Count; i++)
        {
            if (((_scheme.Length == 0 || concepts[i].Scheme == _scheme) && Matches(concepts[i])) || IsNarrower(concepts[i]))
            {
                return true;
            }
        }

        return false;
    }

    private bool Matches(Concept concept)
    {
        if (_code.Length == 0 && !_isPrefix)
        {
            return _name.Length > 0 && concept.Name.Equals(_name, StringComparison.OrdinalIgnoreCase);
        }

        return concept.Code.Length > 0
            && concept.Code.StartsWith(_code, StringComparison.Ordinal)
            && (_isPrefix || concept.Code.Length == _code.Length || (!_isExact && concept.Code[_code.Length] == '/'));
    }

    private bool IsNarrower(Concept concept)
    {
        foreach (var (schemes, codes) in _narrower)
        {
            if (codes.Contains(concept.Code) && (schemes.Count == 0 || schemes.Contains(concept.Scheme)))
            {
                return true;
            }
        }

        return false;
    }
}

internal sealed class ProviderClause(string provider) : Clause
{
    public override bool Matches(ref MatchedArticle reader) =>
        provider.Length > 0
        && reader.Article.Provider is { } party
        && (party.Code.Equals(provider, StringComparison.OrdinalIgnoreCase) || party.Name.Equals(provider, StringComparison.OrdinalIgnoreCase));
}

internal sealed class UrgencyClause(UrgencyRange range) : Clause
{
    private readonly int _min = Math.Max(range.Min, 1);
    private readonly int _max = range.Max == 0 ? 9 : range.Max;

    public override bool Matches(ref MatchedArticle reader) => reader.Article.Urgency >= _min && reader.Article.Urgency <= _max;
}

internal sealed class ItemTypeClause(ItemType itemType) : Clause
{
    public override bool Matches(ref MatchedArticle reader) =>
        (reader.Article.ItemType == ItemType.Unspecified ? ItemType.Text : reader.Article.ItemType) == itemType;
}

internal sealed class StoryClause(string storyId) : Clause
{
    public override bool Matches(ref MatchedArticle reader) => storyId.Length > 0 && reader.Article.StoryId == storyId;
}

internal sealed class KeywordClause(KeywordMatch match) : Clause
{
    private readonly string _phrase = FoldedText.ToPhrase(match.Text);

    public override bool NeedsBody => !match.HeadlineOnly;

    public override bool Matches(ref MatchedArticle reader) => _phrase.Length > 0 && reader.Contains(_phrase, match.HeadlineOnly);
}
