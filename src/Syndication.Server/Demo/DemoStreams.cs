using Syndication.V1;

namespace Syndication.Server.Demo;

/// <summary>The streams that the demo creates: one of each kind of filter.</summary>
public static class DemoStreams
{
    /// <summary>The requests; each can be repeated without effect.</summary>
    public static IReadOnlyList<CreateStreamRequest> Requests { get; } =
    [
        Create("world-fr", "Monde", "Politics and conflicts, in French.", new ArticleFilter
        {
            AllOf = { Language("fr") },
            AnyOf = { Subject("11000000"), Subject("16000000") },
        }),
        Create("sport-en", "Sport", "Sport, in English.", new ArticleFilter { AllOf = { Language("en"), Subject("15000000") } }),
        Create("science", "Science", "Science and technology, in all languages.", new ArticleFilter { AnyOf = { Subject("13000000"), Subject("07000000") } }),
        Create("climate-de", "Klima und Wetter", "Environment and weather, in German.", new ArticleFilter
        {
            AllOf = { Language("de") },
            AnyOf = { Subject("06000000"), Subject("17000000"), new ArticleClause { Keyword = new KeywordMatch { Text = "Klima" } } },
        }),
        Create("culture", "Culture", "Arts and culture, in all languages, without sport.", new ArticleFilter
        {
            AllOf = { Subject("01000000") },
            NoneOf = { Subject("15000000") },
        }),
        Create("urgent", "Urgent", "Urgency 1 to 3, whatever it is about.", new ArticleFilter
        {
            AllOf = { new ArticleClause { Urgency = new UrgencyRange { Min = 1, Max = 3 } } },
        }),
    ];

    private static CreateStreamRequest Create(string streamId, string displayName, string description, ArticleFilter filter) => new()
    {
        RequestId = $"demo-stream-{streamId}",
        Stream = new V1.Stream { StreamId = streamId, DisplayName = displayName, Description = description, Filter = filter },
    };

    private static ArticleClause Language(string range) => new() { Language = range };

    private static ArticleClause Subject(string code) => new() { Subject = new ConceptMatch { Scheme = "medtop", Code = code } };
}
