using System.CommandLine;
using System.Globalization;
using Syndication.Cli.Output;
using Syndication.V1;
using Stream = Syndication.V1.Stream;

namespace Syndication.Cli.Commands;

/// <summary>Named filters: <c>streams create|list|get|update|delete|preview</c>.</summary>
internal static class StreamCommands
{
    private const int PreviewSamples = 10;

    private static readonly string[] Columns = ["Stream", "Revision", "Name", "Filter", "Searched"];

    public static Command Create(CliIo io) =>
        new Verb("streams", "Create and change streams, the filters that subscribers follow.", "streams list", "streams create --help")
        {
            CreateStream(io),
            ListStreams(io),
            GetStream(io),
            UpdateStream(io),
            DeleteStream(io),
            Preview(io),
        };

    private static Verb CreateStream(CliIo io)
    {
        var verb = new Verb(
            "create",
            "Create a stream. Without a filter it holds every article.",
            "streams create world-fr --language fr --subject medtop:20000587",
            "streams create korea --any-place \"Corée du Nord\" --any-keyword Pyongyang --none-genre opinion",
            "streams create urgent --filter '{\"allOf\":[{\"urgency\":{\"min\":1,\"max\":3}}]}'");
        var name = verb.AddArgument<string>("STREAM", "Its name: lower-case letters, digits, '.', '_' and '-'.");
        var displayName = verb.AddOption<string?>("--display-name", "What people call it.", "TEXT");
        var description = verb.AddOption<string?>("--description", "What it is for.", "TEXT");
        var filter = new FilterOptions(verb);
        var gate = new GateOptions(verb, "Refuse an article that the filter matches, for all streams,");
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var stream = new Stream
            {
                StreamId = run.Get(name),
                DisplayName = run.Get(displayName) ?? "",
                Description = run.Get(description) ?? "",
                Filter = await filter.GetAsync(run),
                FindingsGate = gate.Get(run),
            };
            var response = await run.Client.Streams.CreateStreamAsync(
                new() { RequestId = run.UseRequestId(run.Get(requestId)), Stream = stream }, cancellationToken: run.Token);
            Write(run, response.Stream);
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb ListStreams(CliIo io)
    {
        var verb = new Verb("list", "List all streams, by name.", "streams list --json");
        verb.Run(io, async run =>
        {
            await Paged.WriteAsync<Stream>(run, int.MaxValue, Columns, (_, stream) => Cells(stream), async (size, token) =>
            {
                var page = await run.Client.Streams.ListStreamsAsync(
                    new() { PageSize = size, PageToken = token }, cancellationToken: run.Token);
                return (page.Streams, page.NextPageToken);
            });
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb GetStream(CliIo io)
    {
        var verb = new Verb("get", "Show a stream.", "streams get world-fr");
        var name = verb.AddArgument<string>("STREAM", "The stream.");
        verb.Run(io, async run =>
        {
            var response = await run.Client.Streams.GetStreamAsync(
                new() { Stream = run.Get(name) }, cancellationToken: run.Token);
            Write(run, response.Stream);
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb UpdateStream(CliIo io)
    {
        var verb = new Verb(
            "update",
            "Change what is named of a stream. A changed filter sends its subscribers back to a snapshot.",
            "streams update world-fr --display-name \"Monde\"",
            "streams update world-fr --revision 3 --language fr --subject medtop:20000587 --none-genre opinion");
        var name = verb.AddArgument<string>("STREAM", "The stream.");
        var revision = verb.AddOption<int?>("--revision", "Refuse unless the stream is at this revision; otherwise the one it is at now.", "N");
        var displayName = verb.AddOption<string?>("--display-name", "What people call it.", "TEXT");
        var description = verb.AddOption<string?>("--description", "What it is for.", "TEXT");
        var filter = new FilterOptions(verb);
        var gate = new GateOptions(verb, "Refuse an article that the filter matches, for all streams,");
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var request = new UpdateStreamRequest
            {
                Stream = new() { StreamId = run.Get(name) },
                UpdateMask = new(),
            };
            if (run.Get(displayName) is { } newName)
            {
                request.Stream.DisplayName = newName;
                request.UpdateMask.Paths.Add("display_name");
            }

            if (run.Get(description) is { } newDescription)
            {
                request.Stream.Description = newDescription;
                request.UpdateMask.Paths.Add("description");
            }

            if (filter.AnyGiven(run))
            {
                request.Stream.Filter = await filter.GetAsync(run);
                request.UpdateMask.Paths.Add("filter");
            }

            if (gate.Get(run) is { } newGate)
            {
                request.Stream.FindingsGate = newGate;
                request.UpdateMask.Paths.Add("findings_gate");
            }

            // An empty mask would mean all fields, and so erase them.
            if (request.UpdateMask.Paths.Count == 0)
            {
                throw new CliUsageException("Nothing is changed: give --display-name, --description, a filter, or --refuse-from.");
            }

            request.Revision = run.Get(revision)
                ?? (await run.Client.Streams.GetStreamAsync(
                    new() { Stream = request.Stream.StreamId }, cancellationToken: run.Token)).Stream.Revision;
            request.RequestId = run.UseRequestId(run.Get(requestId));
            var response = await run.Client.Streams.UpdateStreamAsync(request, cancellationToken: run.Token);
            Write(run, response.Stream);
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb DeleteStream(CliIo io)
    {
        var verb = new Verb("delete", "Delete a stream, not its articles. Its subscriptions end.", "streams delete world-fr --revision 3");
        var name = verb.AddArgument<string>("STREAM", "The stream.");
        var revision = verb.AddOption<int>("--revision", "Refuse unless the stream is at this revision; otherwise whichever.", "N");
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var response = await run.Client.Streams.DeleteStreamAsync(
                new() { RequestId = run.UseRequestId(run.Get(requestId)), Stream = run.Get(name), Revision = run.Get(revision) },
                cancellationToken: run.Token);
            if (run.Json)
            {
                run.WriteJson(response);
            }
            else
            {
                io.Out.WriteLine($"Deleted {run.Get(name)}.");
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Preview(CliIo io)
    {
        var verb = new Verb(
            "preview",
            "Try a filter on the archive before it is saved: how many articles match, how many each clause matches by itself, and the newest of them. With --json one PreviewStreamResponse for the whole archive.",
            "streams preview --language fr --subject medtop:20000587",
            "streams preview --any-keyword grève --any-keyword strike --none-genre opinion --limit 3");
        var filter = new FilterOptions(verb);
        var limit = verb.AddOption<int>("--limit", $"How many matches are shown: {PreviewSamples} by default.", "N");
        limit.DefaultValueFactory = _ => PreviewSamples;
        verb.Run(io, async run =>
        {
            var samples = run.Get(limit) >= 0 ? run.Get(limit) : throw new CliUsageException("--limit is 0 or more.");
            var request = new PreviewStreamRequest { Filter = await filter.GetAsync(run) };
            var all = new PreviewStreamResponse();
            do
            {
                // No page is empty: 0 would mean the default.
                request.PageSize = Math.Max(1, samples - all.Matches.Count);
                var page = await run.Client.Streams.PreviewStreamAsync(request, cancellationToken: run.Token);
                request.PageToken = page.NextPageToken;
                all.ScannedArticles += page.ScannedArticles;
                all.MatchedArticles += page.MatchedArticles;
                all.Matches.Add(page.Matches.Take(samples - all.Matches.Count));
                if (all.ClauseCounts.Count == 0)
                {
                    all.ClauseCounts.Add(page.ClauseCounts);
                    continue;
                }

                for (var i = 0; i < page.ClauseCounts.Count; i++)
                {
                    all.ClauseCounts[i].Articles += page.ClauseCounts[i].Articles;
                }
            }
            while (request.PageToken.Length > 0);

            if (run.Json)
            {
                run.WriteJson(all);
            }
            else
            {
                await WriteAsync(run, request.Filter, all);
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static async Task WriteAsync(Invocation run, ArticleFilter filter, PreviewStreamResponse all)
    {
        run.Io.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{all.MatchedArticles:N0} of {all.ScannedArticles:N0} articles match."));
        if (all.ClauseCounts.Count > 0)
        {
            var clauses = Terminal.NewTable(run.Io, "Clause", "Articles", "Condition", "Concept");
            var labels = new ConceptLabels(run.Client);
            foreach (var count in all.ClauseCounts)
            {
                var clause = ClauseAt(filter, count.Clause);
                clauses.Add(
                    count.Clause,
                    count.Articles.ToString("N0", CultureInfo.InvariantCulture),
                    clause is null ? "" : JsonLines.Format(clause),
                    await labels.OfAsync(clause?.Concept, run.Token));
            }

            run.Console.Write(clauses);
        }

        if (all.Matches.Count > 0)
        {
            var matches = Terminal.NewTable(run.Io, ["Matches by", .. ArticleTable.Columns]);
            foreach (var match in all.Matches)
            {
                matches.Add([string.Join(", ", match.MatchedClauses), .. ArticleTable.Cells(run.Io.TimeProvider, match.Article)]);
            }

            run.Console.Write(matches);
        }
    }

    private static ArticleClause? ClauseAt(ArticleFilter filter, string path)
    {
        var clauses = new[] { ("all_of", filter.AllOf), ("any_of", filter.AnyOf), ("none_of", filter.NoneOf) }
            .SelectMany(group => group.Item2.Select((clause, index) => (Path: $"{group.Item1}[{index}]", Clause: clause)));
        return clauses.FirstOrDefault(named => named.Path == path).Clause;
    }

    private static void Write(Invocation run, Stream stream)
    {
        if (run.Json)
        {
            run.WriteJson(stream);
            return;
        }

        var table = Terminal.NewTable(run.Io, Columns);
        table.Add(Cells(stream));
        run.Console.Write(table);
    }

    private static string[] Cells(Stream stream) =>
    [
        stream.StreamId,
        stream.Revision.ToString(CultureInfo.InvariantCulture),
        stream.DisplayName,
        FilterText(stream.Filter),
        stream.Backfill is { Complete: false } backfill ? $"{backfill.Percent} %" : "all",
    ];

    private static string FilterText(ArticleFilter? filter)
    {
        if (filter is null || filter.CalculateSize() == 0)
        {
            return "";
        }

        // The contract's JSON is what --filter takes back, so without what the server has added.
        var written = filter.Clone();
        foreach (var concept in written.AllOf.Concat(written.AnyOf).Concat(written.NoneOf).Select(clause => clause.Concept).OfType<ConceptMatch>())
        {
            concept.Narrower.Clear();
        }

        return JsonLines.Format(written);
    }
}
