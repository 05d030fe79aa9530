using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Syndication.V1;

namespace Syndication.Articles;

/// <summary>
/// Checks an article against what the comments of <c>article.proto</c> and <c>body.proto</c> promise. Written by hand
/// rather than by reflection, because it runs on every publish; a test walks the descriptors, so that no field is forgotten.
/// </summary>
/// <remarks>
/// Fields that the server sets are ignored. Three rules need more than the article and are the caller's: its encoded size,
/// <c>expire_time</c> after now, and that a correction has a note. <c>Embed.html</c> is not checked, as promised.
/// </remarks>
public static partial class ArticleValidator
{
    private const int MaxNote = 10_000;

    /// <summary>Finds what is wrong with an article, in linear time.</summary>
    /// <param name="article">As a publisher sent it.</param>
    /// <param name="path">The path of the article in its request; empty when it is the request.</param>
    /// <returns>The first 100 violations in the order of the contract; empty when the article is good.</returns>
    public static IReadOnlyList<FieldViolation> Validate(Article article, string path = "article")
    {
        var violations = new Violations(path);
        CheckIdentity(violations, article);
        CheckText(violations, article);
        CheckBody(violations, article);
        CheckSubjects(violations, article);
        CheckHandling(violations, article);
        CheckProvenance(violations, article);
        CheckRights(violations, article.Rights);
        CheckTimes(violations, article);
        CheckRelations(violations, article);
        CheckMedia(violations, article);
        return violations.ToList();
    }

    private static void CheckIdentity(Violations violations, Article article)
    {
        if (article.ArticleId.Length > 0)
        {
            CheckIdentifier(violations, "article_id", article.ArticleId);
        }

        if (violations.Count("alternate_ids", article.AlternateIds.Count, 50))
        {
            var seen = new Distinct<(string, string)>(article.AlternateIds.Count);
            for (var i = 0; i < article.AlternateIds.Count; i++)
            {
                var id = article.AlternateIds[i];
                violations.Enter("alternate_ids", i);
                violations.Line("scheme", id.Scheme, required: true);
                violations.Line("value", id.Value, required: true, maxCodePoints: 1_000);
                if (!seen.Add((id.Scheme, id.Value)))
                {
                    violations.Add("value", $"must be there once, {Show(id.Value)} of {Show(id.Scheme)} is repeated");
                }

                violations.Leave();
            }
        }

        violations.Line("story_id", article.StoryId, maxCodePoints: 200);
        CheckKnown(violations, "item_type", article.ItemType);
    }

    private static void CheckText(Violations violations, Article article)
    {
        violations.Line("headline", article.Headline, required: true, maxCodePoints: 1_000);
        if (violations.Count("headline_variants", article.HeadlineVariants.Count, 20))
        {
            var seen = new Distinct<(string, string)>(article.HeadlineVariants.Count);
            for (var i = 0; i < article.HeadlineVariants.Count; i++)
            {
                var variant = article.HeadlineVariants[i];
                violations.Enter("headline_variants", i);
                violations.Line("purpose", variant.Purpose, required: true);
                violations.Line("text", variant.Text, required: true);
                if (variant.Language.Length > 0)
                {
                    CheckLanguage(violations, variant.Language);
                }

                // Empty means the article's language, and letter case does not tell tags apart.
                var language = variant.Language.Length > 0 ? variant.Language : article.Language;
                if (!seen.Add((variant.Purpose, language.ToLowerInvariant())))
                {
                    violations.Add("purpose", $"must be there once in a language, {Show(variant.Purpose)} is repeated");
                }

                violations.Leave();
            }
        }

        violations.Line("kicker", article.Kicker, maxCodePoints: 500);
        violations.Lines("standfirst", article.Standfirst, maxCodePoints: 10_000);
        if (article.Byline is { } byline)
        {
            violations.Enter("byline");
            violations.Line("text", byline.Text);
            if (violations.Count("contributors", byline.Contributors.Count, 50))
            {
                for (var i = 0; i < byline.Contributors.Count; i++)
                {
                    violations.Enter("contributors", i);
                    violations.Line("name", byline.Contributors[i].Name, required: true);
                    violations.Line("role", byline.Contributors[i].Role);
                    violations.Leave();
                }
            }

            violations.Leave();
        }

        if (article.Dateline is { } dateline)
        {
            violations.Enter("dateline");
            violations.Line("text", dateline.Text);
            violations.Line("place", dateline.Place);
            CheckTime(violations, "time", dateline.Time);
            violations.Leave();
        }

        violations.Line("slugline", article.Slugline, maxCodePoints: 200);
        if (article.Language.Length == 0)
        {
            violations.Add("language", "is required");
        }
        else
        {
            CheckLanguage(violations, article.Language);
        }
    }

    private static void CheckSubjects(Violations violations, Article article)
    {
        CheckConcepts(violations, "subjects", article.Subjects);
        CheckConcepts(violations, "genres", article.Genres);
        CheckConcepts(violations, "people", article.People);
        CheckConcepts(violations, "organisations", article.Organisations);
        CheckConcepts(violations, "places", article.Places);
        CheckConcepts(violations, "events", article.Events);
    }

    private static void CheckConcepts(Violations violations, string field, RepeatedField<Concept> concepts)
    {
        var seen = new Distinct<(string, string)>(concepts.Count);
        for (var i = 0; i < concepts.Count && !violations.IsFull; i++)
        {
            var concept = concepts[i];
            violations.Enter(field, i);
            violations.Line("scheme", concept.Scheme);
            violations.Line("code", concept.Code);
            violations.Line("name", concept.Name, required: concept.Code.Length == 0);
            if (concept.Code.Length == 0 && concept.Scheme.Length > 0)
            {
                violations.Add("scheme", $"must be empty where there is no code, is {Show(concept.Scheme)}");
            }

            if (concept.Code.Length > 0 && !seen.Add((concept.Scheme, concept.Code)))
            {
                violations.Add("code", $"must be there once, {Show(concept.Code)} of {Show(concept.Scheme)} is repeated");
            }

            if (concept.HasRelevance)
            {
                violations.Range("relevance", concept.Relevance, 0, 100);
            }

            CheckKnown(violations, "origin", concept.Origin);
            violations.Leave();
        }
    }

    private static void CheckHandling(Violations violations, Article article)
    {
        violations.Range("urgency", article.Urgency, 0, 9);
        violations.Lines("editorial_note", article.EditorialNote, maxCodePoints: MaxNote);
        violations.Lines("public_note", article.PublicNote, maxCodePoints: MaxNote);
        violations.Line("profile", article.Profile, maxCodePoints: 200);
    }

    private static void CheckProvenance(Violations violations, Article article)
    {
        if (article.Provider is { } provider)
        {
            violations.Enter("provider");
            violations.Line("name", provider.Name);
            violations.Line("code", provider.Code);
            violations.Leave();
        }

        if (violations.Count("info_sources", article.InfoSources.Count, 100))
        {
            for (var i = 0; i < article.InfoSources.Count; i++)
            {
                violations.Enter("info_sources", i);
                violations.Line("name", article.InfoSources[i].Name, required: true);
                violations.Line("code", article.InfoSources[i].Code);
                violations.Line("role", article.InfoSources[i].Role);
                violations.Leave();
            }
        }

        CheckDigitalSourceType(violations, article.DigitalSourceType);
        if (article.SourceDocument is { } source)
        {
            violations.Enter("source_document");
            violations.Line("name", source.Name);
            CheckMediaType(violations, source.MediaType);
            violations.Range("size_bytes", source.SizeBytes, 0, long.MaxValue);
            CheckSha256(violations, source.Sha256.Length);
            violations.Range("version", source.Version, 0, long.MaxValue);
            CheckTime(violations, "version_time", source.VersionTime);
            violations.Leave();
        }
    }

    private static void CheckRights(Violations violations, Rights? rights)
    {
        if (rights is null)
        {
            return;
        }

        violations.Enter("rights");
        violations.Line("copyright_holder", rights.CopyrightHolder);
        violations.Lines("copyright_notice", rights.CopyrightNotice);
        violations.Lines("usage_terms", rights.UsageTerms);
        for (var i = 0; i < rights.Territories.Count && !violations.IsFull; i++)
        {
            if (!LanguageTag.IsTerritory(rights.Territories[i]))
            {
                violations.Add("territories", $"must be an ISO 3166-1 alpha-2 code such as FR, is {Show(rights.Territories[i])}", i);
            }
        }

        for (var i = 0; i < rights.Channels.Count && !violations.IsFull; i++)
        {
            violations.Line("channels", rights.Channels[i], required: true, index: i);
        }

        violations.Leave();
    }

    private static void CheckTimes(Violations violations, Article article)
    {
        CheckTime(violations, "created_time", article.CreatedTime);
        CheckTime(violations, "embargo_time", article.EmbargoTime);
        CheckTime(violations, "expire_time", article.ExpireTime);
        if (article.ExpireTime is { } expire && article.EmbargoTime is { } embargo
            && (expire.Seconds, expire.Nanos).CompareTo((embargo.Seconds, embargo.Nanos)) <= 0)
        {
            violations.Add("expire_time", "must be later than embargo_time");
        }
    }

    private static void CheckRelations(Violations violations, Article article)
    {
        if (violations.Count("links", article.Links.Count, 200))
        {
            for (var i = 0; i < article.Links.Count; i++)
            {
                var link = article.Links[i];
                violations.Enter("links", i);
                CheckGiven(violations, "relation", link.Relation);
                if (link.ArticleId.Length > 0)
                {
                    CheckIdentifier(violations, "article_id", link.ArticleId);
                }

                violations.Line("headline", link.Headline);
                violations.Lines("raw_text", link.RawText);
                violations.Line("uri", link.Uri);
                violations.Leave();
            }
        }
    }

    private static void CheckMedia(Violations violations, Article article)
    {
        if (violations.Count("media", article.Media.Count, 200))
        {
            var seen = new Distinct<string>(article.Media.Count);
            for (var i = 0; i < article.Media.Count; i++)
            {
                var medium = article.Media[i];
                violations.Enter("media", i);
                CheckIdentifier(violations, "media_id", medium.MediaId);
                if (!seen.Add(medium.MediaId))
                {
                    violations.Add("media_id", $"must be there once, {Show(medium.MediaId)} is repeated");
                }

                CheckGiven(violations, "item_type", medium.ItemType);
                violations.Lines("caption", medium.Caption);
                violations.Lines("alt_text", medium.AltText);
                violations.Line("credit", medium.Credit);
                CheckRights(violations, medium.Rights);
                CheckDigitalSourceType(violations, medium.DigitalSourceType);
                if (violations.Count("renditions", medium.Renditions.Count, 50))
                {
                    CheckRenditions(violations, medium.Renditions);
                }

                violations.Leave();
            }
        }

        if (article.Correction is { } correction)
        {
            violations.Enter("correction");
            violations.Lines("note", correction.Note, required: true, maxCodePoints: MaxNote);
            violations.Lines("wrong_text", correction.WrongText);
            violations.Lines("right_text", correction.RightText);
            violations.Leave();
        }

        if (violations.Count("extensions", article.Extensions.Count, 100))
        {
            for (var i = 0; i < article.Extensions.Count; i++)
            {
                violations.Enter("extensions", i);
                violations.Line("namespace", article.Extensions[i].Namespace, required: true);
                if (article.Extensions[i].Namespace is { Length: > 0 } name && !AsciiText.IsAbsoluteUri(name))
                {
                    violations.Add("namespace", $"must be a URI, is {Show(name)}");
                }

                CheckMediaType(violations, article.Extensions[i].MediaType, required: true);
                violations.Leave();
            }
        }
    }

    private static void CheckRenditions(Violations violations, RepeatedField<Rendition> renditions)
    {
        var seen = new Distinct<string>(renditions.Count);
        for (var i = 0; i < renditions.Count; i++)
        {
            var rendition = renditions[i];
            violations.Enter("renditions", i);
            violations.Line("name", rendition.Name);
            if (!seen.Add(rendition.Name))
            {
                violations.Add("name", $"must be there once in a medium, {Show(rendition.Name)} is repeated");
            }

            CheckWebAddress(violations, rendition.Uri, required: true);
            CheckMediaType(violations, rendition.MediaType);
            violations.Range("width_pixels", rendition.WidthPixels, 0, int.MaxValue);
            violations.Range("height_pixels", rendition.HeightPixels, 0, int.MaxValue);
            violations.Range("size_bytes", rendition.SizeBytes, 0, long.MaxValue);
            violations.Range("duration_millis", rendition.DurationMillis, 0, long.MaxValue);
            CheckSha256(violations, rendition.Sha256.Length);
            violations.Leave();
        }
    }

    private static void CheckIdentifier(Violations violations, string field, string identifier)
    {
        if (!AsciiText.IsIdentifier(identifier))
        {
            violations.Add(field, identifier.Length == 0 ? "is required" : $"must be [A-Za-z0-9._~:-]{{1,200}}, is {Show(identifier)}");
        }
    }

    private static void CheckLanguage(Violations violations, string language)
    {
        if (LanguageTag.FindProblem(language) is { } problem)
        {
            violations.Add("language", $"{Show(language)} {problem}");
        }
    }

    private static void CheckMediaType(Violations violations, string mediaType, bool required = false)
    {
        violations.Line("media_type", mediaType, required);
        if (mediaType.Length > 0 && !AsciiText.IsMediaType(mediaType))
        {
            violations.Add("media_type", $"must be a media type such as text/plain, is {Show(mediaType)}");
        }
    }

    private static void CheckDigitalSourceType(Violations violations, string code)
    {
        // The form alone: the vocabulary grows by itself. https://cv.iptc.org/newscodes/digitalsourcetype
        if (code.AsSpan().ContainsAnyExcept(AsciiText.LettersAndDigits))
        {
            violations.Add("digital_source_type", $"must be a code such as trainedAlgorithmicMedia, is {Show(code)}");
        }
    }

    private static void CheckWebAddress(Violations violations, string uri, bool required)
    {
        violations.Line("uri", uri, required);
        if (uri.Length > 0 && !AsciiText.IsWebAddress(uri))
        {
            violations.Add("uri", $"must be an absolute http or https address, is {Show(uri)}");
        }
    }

    private static void CheckSha256(Violations violations, int length)
    {
        if (length is not (0 or 32))
        {
            violations.Add("sha256", $"must have 32 bytes, has {length}");
        }
    }

    // The range of google.protobuf.Timestamp: 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z.
    private static void CheckTime(Violations violations, string field, Timestamp? time)
    {
        if (time is not null && (time.Seconds is < -62_135_596_800 or > 253_402_300_799 || time.Nanos is < 0 or > 999_999_999))
        {
            violations.Add(field, $"must be of the years 1 to 9999, is {time.Seconds} s and {time.Nanos} ns");
        }
    }

    private static void CheckGiven<TEnum>(Violations violations, string field, TEnum value)
        where TEnum : struct, System.Enum
    {
        if (EqualityComparer<TEnum>.Default.Equals(value, default))
        {
            violations.Add(field, "is required");
        }
        else
        {
            CheckKnown(violations, field, value);
        }
    }

    private static void CheckKnown<TEnum>(Violations violations, string field, TEnum value)
        where TEnum : struct, System.Enum
    {
        if (!System.Enum.IsDefined(value))
        {
            violations.Add(field, $"is not a known value: {value}");
        }
    }

    // Offending values are named, but they are the sender's and may be megabytes long.
    private static string Show(string text)
    {
        var shown = text.Length <= 60 ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[59]) ? 59 : 60), "…");
        return $"'{string.Concat(shown.Select(c => char.IsControl(c) ? '\uFFFD' : c))}'";
    }

    /// <summary>Finds repetitions without a set for the few items that nearly every list has.</summary>
    private struct Distinct<T>(int capacity)
        where T : notnull
    {
        private HashSet<T>? _seen;

        public bool Add(T item) => capacity < 2 || (_seen ??= new HashSet<T>(capacity)).Add(item);
    }
}
