namespace Syndication.V1;

public sealed partial class ArticleClause
{
    /// <summary>The concept that is asked for, as whatever it is; null in clauses that ask for something else.</summary>
    public ConceptMatch? Concept => ConditionCase switch
    {
        ConditionOneofCase.Subject => Subject,
        ConditionOneofCase.Genre => Genre,
        ConditionOneofCase.Place => Place,
        ConditionOneofCase.Person => Person,
        ConditionOneofCase.Organisation => Organisation,
        _ => null,
    };
}
