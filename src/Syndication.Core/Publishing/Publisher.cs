using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syndication.Articles;
using Syndication.Findings;
using Syndication.Findings.Gates;
using Syndication.Streams;
using Syndication.Subscriptions;
using Syndication.Tail;
using Syndication.V1;

namespace Syndication.Publishing;

/// <summary>What a desk does: publishes, withdraws, withholds and releases. Each answer is on disk.</summary>
public sealed class Publisher(LogAppender appender, LogTail tail, CursorService cursors, PublishingOptions options)
{
    private const int MaxText = 10_000;

    /// <summary>Publishes a new article or the next version of one.</summary>
    /// <inheritdoc cref="LogAppender.AppendAsync" path="/exception"/>
    public async Task<Outcome<PublishArticleResponse>> PublishAsync(
        string principal, PublishArticleRequest request, CancellationToken cancellationToken)
    {
        if (Check(request) is { } refused)
        {
            return refused;
        }

        var gates = CheckText(request);
        var outcome = await AppendAsync(
            CommandOf(principal, request, gates),
            PublishArticleResponse.Parser,
            static (response, entry) => (response.UpdateId, response.Cursor, response.CommitTime, response.LatestVersion) =
                (entry.UpdateId, entry.Cursor, entry.CommitTime, Math.Max(response.Version, entry.LatestVersion)),
            cancellationToken);
        if (outcome.Rejection is null && options.FindingsOnPublish && gates.Findings is { } found)
        {
            outcome.Value.Findings.AddRange(found.Findings);
            outcome.Value.OmittedFindings = found.Omitted;
        }

        return outcome;
    }

    /// <summary>Looks at the article once, before it waits for the writer.</summary>
    private ArticleGates CheckText(PublishArticleRequest request)
    {
        var gates = new ArticleGates(request.FindingsGate, options.FindingsGate);
        return options.FindingsOnPublish || gates.NeedFindings ? gates with { Findings = ArticleChecker.Check(request.Article) } : gates;
    }

    private static PublishCommand CommandOf(string principal, PublishArticleRequest request, ArticleGates gates)
    {
        // One encoding serves the fingerprint and the store, which copy out of it what they keep.
        var length = request.CalculateSize();
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var bytes = buffer.AsSpan(0, length);
            request.WriteTo(bytes);
            var (article, encoded) = Prepare(request.Article, bytes);
            return new PublishCommand(principal, request.RequestId)
            {
                // Looked at only where the request can be repeated.
                Fingerprint = request.RequestId.Length == 0
                    ? []
                    : LogCommand.FingerprintOf(PublishArticleRequest.Descriptor, bytes, PublishArticleRequest.RequestIdFieldNumber),
                Article = article,
                Encoded = encoded,
                ExpectedVersion = request.HasExpectedVersion ? request.ExpectedVersion : null,
                Change = request.Change,
                Gates = gates,
            };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The article with what a publisher may leave out, and without what only the server sets.</summary>
    /// <param name="sent">The article as sent.</param>
    /// <param name="request">The encoded request.</param>
    private static (Article Article, EncodedArticle Encoded) Prepare(Article sent, ReadOnlySpan<byte> request)
    {
        if (sent.ArticleId.Length > 0 && sent.ItemType != ItemType.Unspecified && !EncodedArticle.HasServerFields(sent))
        {
            var field = new WireFields(request);
            while (field.Number != PublishArticleRequest.ArticleFieldNumber)
            {
                field.MoveNext();
            }

            return (sent, EncodedArticle.Split(field.Content, 0, ChangeType.Unspecified));
        }

        var article = sent.Clone();
        EncodedArticle.ClearServerFields(article);
        if (article.ArticleId.Length == 0)
        {
            article.ArticleId = Guid.CreateVersion7().ToString();
        }

        if (article.ItemType == ItemType.Unspecified)
        {
            article.ItemType = ItemType.Text;
        }

        return (article, EncodedArticle.Encode(article, 0, ChangeType.Unspecified));
    }

    /// <summary>Checks an article as <see cref="PublishAsync"/> would, without publishing it. Gates of streams are not asked.</summary>
    /// <returns>A response without version.</returns>
    public Outcome<PublishArticleResponse> Validate(PublishArticleRequest request)
    {
        if ((Check(request) ?? CheckText(request).Refuse(request.Article, CompiledStreams.None)) is { } refused)
        {
            return refused;
        }

        var found = options.FindingsOnPublish ? ArticleChecker.Check(request.Article) : ArticleFindings.None;
        return new PublishArticleResponse { ArticleId = request.Article.ArticleId, Findings = { found.Findings }, OmittedFindings = found.Omitted };
    }

    /// <summary>All that is to be said of an article: the wrong fields are no refusal here.</summary>
    public Outcome<ValidateArticleResponse> Validate(ValidateArticleRequest request)
    {
        var refused = Check(new PublishArticleRequest { Article = request.Article, Change = request.Change });
        if (request.Article is not { } article || refused is { Fields.Count: 0 })
        {
            // There is nothing to look at, or too much of it.
            return refused!;
        }

        var found = ArticleChecker.Check(article);
        return new ValidateArticleResponse
        {
            FieldErrors = { (refused?.Fields ?? []).Select(field => new FieldError { Field = field.Field, Description = field.Description }) },
            Findings = { found.Findings },
            OmittedFindings = found.Omitted,
        };
    }

    /// <summary>Kills an article.</summary>
    /// <inheritdoc cref="LogAppender.AppendAsync" path="/exception"/>
    public async Task<Outcome<WithdrawArticleResponse>> WithdrawAsync(
        string principal, WithdrawArticleRequest request, CancellationToken cancellationToken)
    {
        var fields = CheckState(request.RequestId, request.ArticleId, request.HasExpectedVersion ? request.ExpectedVersion : null);
        CheckText(fields, "advisory", request.Advisory, required: true);
        CheckText(fields, "internal_reason", request.InternalReason, required: false);
        if (fields.Count > 0)
        {
            return Rejection.OfFields(fields);
        }

        return await AppendAsync(
            new WithdrawCommand(principal, request.RequestId)
            {
                Fingerprint = Fingerprint(request, static copy => copy.RequestId = ""),
                Id = request.ArticleId,
                ExpectedVersion = request.HasExpectedVersion ? request.ExpectedVersion : null,
                Advisory = request.Advisory,
                InternalReason = request.InternalReason,
            },
            WithdrawArticleResponse.Parser,
            static (response, entry) => (response.UpdateId, response.Cursor, response.CommitTime) = (entry.UpdateId, entry.Cursor, entry.CommitTime),
            cancellationToken);
    }

    /// <summary>Begins a hold.</summary>
    /// <inheritdoc cref="LogAppender.AppendAsync" path="/exception"/>
    public async Task<Outcome<WithholdArticleResponse>> WithholdAsync(
        string principal, WithholdArticleRequest request, CancellationToken cancellationToken)
    {
        var fields = CheckState(request.RequestId, request.ArticleId, request.HasExpectedVersion ? request.ExpectedVersion : null);
        CheckText(fields, "advisory", request.Advisory, required: false);
        CheckText(fields, "internal_reason", request.InternalReason, required: false);
        if (fields.Count > 0)
        {
            return Rejection.OfFields(fields);
        }

        return await AppendAsync(
            new WithholdCommand(principal, request.RequestId)
            {
                Fingerprint = Fingerprint(request, static copy => copy.RequestId = ""),
                Id = request.ArticleId,
                ExpectedVersion = request.HasExpectedVersion ? request.ExpectedVersion : null,
                Advisory = request.Advisory,
                InternalReason = request.InternalReason,
            },
            WithholdArticleResponse.Parser,
            static (response, entry) => (response.UpdateId, response.Cursor, response.CommitTime) = (entry.UpdateId, entry.Cursor, entry.CommitTime),
            cancellationToken);
    }

    /// <summary>Ends a hold and, where it is asked for, an embargo.</summary>
    /// <inheritdoc cref="LogAppender.AppendAsync" path="/exception"/>
    public async Task<Outcome<ReleaseArticleResponse>> ReleaseAsync(
        string principal, ReleaseArticleRequest request, CancellationToken cancellationToken)
    {
        var fields = CheckState(request.RequestId, request.ArticleId, request.HasExpectedVersion ? request.ExpectedVersion : null);
        if (fields.Count > 0)
        {
            return Rejection.OfFields(fields);
        }

        return await AppendAsync(
            new ReleaseCommand(principal, request.RequestId)
            {
                Fingerprint = Fingerprint(request, static copy => copy.RequestId = ""),
                Id = request.ArticleId,
                ExpectedVersion = request.HasExpectedVersion ? request.ExpectedVersion : null,
                LiftEmbargo = request.LiftEmbargo,
            },
            ReleaseArticleResponse.Parser,
            static (response, entry) => (response.UpdateId, response.Cursor, response.CommitTime) = (entry.UpdateId, entry.Cursor, entry.CommitTime),
            cancellationToken);
    }

    /// <summary>The fingerprint of a request, its id left out.</summary>
    public static byte[] Fingerprint<T>(T request, Action<T> clearId)
        where T : class, IMessage<T>
    {
        var copy = request.Clone();
        clearId(copy);
        return LogCommand.FingerprintOf(copy);
    }

    /// <summary>Checks a request id.</summary>
    public static void CheckRequestId(List<FieldViolation> fields, string requestId)
    {
        if (requestId.Length > 200)
        {
            fields.Add(new FieldViolation("request_id", $"has {requestId.Length} characters; at most 200"));
        }
    }

    private Rejection? Check(PublishArticleRequest request)
    {
        var fields = new List<FieldViolation>();
        CheckRequestId(fields, request.RequestId);
        if (request.HasExpectedVersion && request.ExpectedVersion < 0)
        {
            fields.Add(new FieldViolation("expected_version", "is negative"));
        }

        if (!System.Enum.IsDefined(request.Change))
        {
            fields.Add(new FieldViolation("change", $"{(int)request.Change} is no change type"));
        }

        if (request.Article is not { } article)
        {
            fields.Add(new FieldViolation("article", "is required"));
            return Rejection.OfFields(fields);
        }

        var size = article.CalculateSize();
        if (size > options.MaxArticleBytes)
        {
            return new Rejection(ErrorReason.ArticleTooLarge, $"The article takes {size} bytes; at most {options.MaxArticleBytes}.")
            {
                Metadata = new Dictionary<string, string> { ["size_bytes"] = $"{size}", ["max_bytes"] = $"{options.MaxArticleBytes}" },
            };
        }

        if (request.Change == ChangeType.Correction && string.IsNullOrWhiteSpace(article.Correction?.Note))
        {
            fields.Add(new FieldViolation("article.correction.note", "is required for a correction"));
        }

        if (request.FindingsGate is { } gate && FindingsGates.Validate(gate) is var (field, description))
        {
            fields.Add(new FieldViolation($"findings_gate.{field}", description));
        }

        fields.AddRange(ArticleValidator.Validate(article));
        return fields.Count == 0 ? null : Rejection.OfFields(fields);
    }

    private static List<FieldViolation> CheckState(string requestId, string articleId, int? expectedVersion)
    {
        var fields = new List<FieldViolation>();
        CheckRequestId(fields, requestId);
        if (articleId.Length == 0)
        {
            fields.Add(new FieldViolation("article_id", "is required"));
        }

        if (expectedVersion < 0)
        {
            fields.Add(new FieldViolation("expected_version", "is negative"));
        }

        return fields;
    }

    private static void CheckText(List<FieldViolation> fields, string field, string text, bool required)
    {
        if (required && string.IsNullOrWhiteSpace(text))
        {
            fields.Add(new FieldViolation(field, "is required"));
        }
        else if (text.Length > MaxText && text.EnumerateRunes().Count() > MaxText)
        {
            fields.Add(new FieldViolation(field, $"is longer than {MaxText} code points"));
        }
    }

    private async Task<Outcome<T>> AppendAsync<T>(
        LogCommand command,
        MessageParser<T> parser,
        Action<T, (string UpdateId, string Cursor, Timestamp CommitTime, int LatestVersion)> complete,
        CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        var appended = await appender.AppendAsync(command, cancellationToken);
        if (appended.Rejection is { } rejection)
        {
            return rejection;
        }

        var response = parser.ParseFrom(appended.Value.Response);
        var (position, updateId, commitTime) = appended.Value.Receipt;

        // Stamped with the incarnation that the commit was made in. What was answered before is older than any that is read now.
        var epoch = appended.Value.Epoch > 0 ? appended.Value.Epoch : (await tail.RefreshHeadAsync(cancellationToken)).Epoch;
        var cursor = cursors.Seal(new Tokens.Cursor(StreamDefinition.AllKey, epoch, position, 0, default, InSnapshot: false));
        complete(response, (updateId.ToString("N"), cursor, Timestamp.FromDateTimeOffset(commitTime), appended.Value.LatestVersion));
        return response;
    }
}

/// <summary>What a desk may publish.</summary>
public sealed class PublishingOptions
{
    /// <summary>The largest encoded article, in bytes. Default 2 MiB; at most 3 MiB, so that stock clients can receive it.</summary>
    public int MaxArticleBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Whether each published article is looked at, and what is found comes with the answer.</summary>
    public bool FindingsOnPublish { get; init; } = true;

    /// <summary>Which findings refuse any article; null: none.</summary>
    public FindingsGate? FindingsGate { get; init; }
}
