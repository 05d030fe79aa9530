using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Syndication.Cli.Output;
using Syndication.V1;

namespace Syndication.Cli.Commands;

/// <summary>Outlets that subscribe, and what they may read and use: <c>partners …</c>, <c>grants …</c>, <c>quotas …</c>.</summary>
internal static class PartnerCommands
{
    private static readonly string[] PartnerColumns = ["Partner", "Name", "State", "Grants", "Streams", "Requests/s", "Bytes/day", "Revision"];
    private static readonly string[] GrantColumns = ["Partner", "Stream", "Embargo access", "From", "Until", "Territories", "Channels"];

    public static Command Partners(CliIo io) =>
        new Verb("partners", "Create and change partners, the outlets that subscribe. For administrators.", "partners list", "partners create --help")
        {
            CreatePartner(io),
            ListPartners(io),
            GetPartner(io),
            UpdatePartner(io),
            Disable(io, "disable", "Refuse all keys of a partner and end its calls; keys and grants are kept.", enable: false),
            Disable(io, "enable", "Let the keys of a disabled partner work again.", enable: true),
        };

    public static Command Grants(CliIo io) =>
        new Verb("grants", "Grant streams to partners and revoke them. For administrators; a partner sees its own with whoami.", "grants add lemonde world-fr", "grants list")
        {
            AddGrant(io),
            RevokeGrant(io),
            ListGrants(io),
        };

    public static Command Quotas(CliIo io) =>
        new Verb("quotas", "Set what a partner may use, and show what it has used.", "quotas set lemonde --streams 20", "quotas usage lemonde")
        {
            SetQuota(io),
            ShowUsage(io),
        };

    private static Verb CreatePartner(CliIo io)
    {
        var verb = new Verb(
            "create",
            "Create a partner, without keys and grants.",
            "partners create lemonde --display-name \"Le Monde\" --contact \"desk +33 1 23 45 67 89\"");
        var name = verb.AddArgument<string>("PARTNER", "Its name, for good: lower-case letters, digits, '.', '_' and '-'.");
        var displayName = verb.AddOption<string?>("--display-name", "What people call it.", "TEXT");
        var contact = verb.AddOption<string?>("--contact", "Whom to call when a kill is not confirmed. For the desk alone.", "TEXT");
        var quota = new QuotaOptions(verb);
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var response = await run.Client.Partners.CreatePartnerAsync(
                new()
                {
                    RequestId = run.UseRequestId(run.Get(requestId)),
                    Partner = new()
                    {
                        PartnerId = run.Get(name),
                        DisplayName = run.Get(displayName) ?? "",
                        Contact = run.Get(contact) ?? "",
                        Quota = quota.Apply(run, new Quota()),
                    },
                },
                cancellationToken: run.Token);
            Write(run, response.Partner);
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb ListPartners(CliIo io)
    {
        var verb = new Verb("list", "List all partners, by name.", "partners list --json");
        verb.Run(io, async run =>
        {
            await Paged.WriteAsync<Partner>(run, int.MaxValue, PartnerColumns, (_, partner) => Cells(partner), async (size, token) =>
            {
                var page = await run.Client.Partners.ListPartnersAsync(new() { PageSize = size, PageToken = token }, cancellationToken: run.Token);
                return (page.Partners, page.NextPageToken);
            });
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb GetPartner(CliIo io)
    {
        var verb = new Verb("get", "Show a partner with its grants.", "partners get lemonde");
        var name = verb.AddArgument<string>("PARTNER", "The partner.");
        verb.Run(io, async run =>
        {
            var partner = (await run.Client.Partners.GetPartnerAsync(new() { Partner = run.Get(name) }, cancellationToken: run.Token)).Partner;
            Write(run, partner);
            if (!run.Json)
            {
                if (partner.Contact.Length > 0)
                {
                    io.Out.WriteLine($"Contact: {Terminal.Clean(partner.Contact)}");
                }

                WriteGrants(run, partner.Grants.Select(grant => (partner.PartnerId, grant)));
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb UpdatePartner(CliIo io)
    {
        var verb = new Verb("update", "Change what is named of a partner.", "partners update lemonde --contact \"desk +33 1 23 45 67 90\"");
        var name = verb.AddArgument<string>("PARTNER", "The partner.");
        var displayName = verb.AddOption<string?>("--display-name", "What people call it.", "TEXT");
        var contact = verb.AddOption<string?>("--contact", "Whom to call when a kill is not confirmed.", "TEXT");
        var revision = verb.AddOption<int?>("--revision", "Refuse unless the partner is at this revision; otherwise the one it is at now.", "N");
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var request = new UpdatePartnerRequest { Partner = new() { PartnerId = run.Get(name) }, UpdateMask = new() };
            if (run.Get(displayName) is { } newName)
            {
                request.Partner.DisplayName = newName;
                request.UpdateMask.Paths.Add("display_name");
            }

            if (run.Get(contact) is { } newContact)
            {
                request.Partner.Contact = newContact;
                request.UpdateMask.Paths.Add("contact");
            }

            // An empty mask would mean all fields, and so erase them.
            if (request.UpdateMask.Paths.Count == 0)
            {
                throw new CliUsageException("Nothing is changed: give --display-name or --contact; 'wire quotas set' changes the quota.");
            }

            await SendAsync(run, request, run.Get(revision), run.Get(requestId));
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb Disable(CliIo io, string verbName, string description, bool enable)
    {
        var verb = new Verb(verbName, description, $"partners {verbName} lemonde --reason \"contract ended\"");
        var name = verb.AddArgument<string>("PARTNER", "The partner.");
        var reason = verb.AddOption<string?>("--reason", "Why, for the audit.", "TEXT");
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var response = await run.Client.Partners.DisablePartnerAsync(
                new() { RequestId = run.UseRequestId(run.Get(requestId)), Partner = run.Get(name), Enable = enable, Reason = run.Get(reason) ?? "" },
                cancellationToken: run.Token);
            Write(run, response.Partner);
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb AddGrant(CliIo io)
    {
        var verb = new Verb(
            "add",
            "Grant a stream to a partner, or change the grant that it has: what is not named stays as it is.",
            "grants add lemonde world-fr",
            "grants add lemonde world-fr --embargo false",
            "grants add lemonde world-fr --embargo --until 2027-01-01T00:00:00Z --territory FR --territory BE --channel web");
        var partner = verb.AddArgument<string>("PARTNER", "The partner.");
        var stream = verb.AddArgument<string>("STREAM", "The stream.");
        var embargo = verb.AddOption<bool>("--embargo", "Let the partner have articles under embargo early, marked; with 'false' not any more.");
        var from = verb.AddTimeOption("--from", "From when on; otherwise at once.");
        var until = verb.AddTimeOption("--until", "Until when; otherwise until revoked.");
        var territories = verb.AddOption<string[]>("--territory", "Where the articles may be used: an ISO 3166-1 code such as FR. May be repeated; none: everywhere.", "CODE");
        var channels = verb.AddOption<string[]>("--channel", "In which media, such as web or print. May be repeated; none: all.", "NAME");
        var replace = verb.AddOption<bool>("--replace", "Make the grant anew: what is not named is as in a new one, without limits and without embargo access.");
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var grant = new Grant { Stream = run.Get(stream) };
            if (!run.Get(replace))
            {
                var known = (await run.Client.Partners.GetPartnerAsync(new() { Partner = run.Get(partner) }, cancellationToken: run.Token)).Partner;
                grant = known.Grants.FirstOrDefault(held => held.Stream == grant.Stream) ?? grant;
            }

            // The server's own: with it, the same command would be another request.
            grant.CreateTime = null;
            grant.EmbargoAccess = run.Has(embargo) ? run.Get(embargo) : grant.EmbargoAccess;
            grant.StartTime = run.Get(from) is { } start ? Timestamp.FromDateTimeOffset(start) : grant.StartTime;
            grant.EndTime = run.Get(until) is { } end ? Timestamp.FromDateTimeOffset(end) : grant.EndTime;
            Replace(grant.Territories, run.Get(territories));
            Replace(grant.Channels, run.Get(channels));
            var response = await run.Client.Partners.GrantStreamAsync(
                new() { RequestId = run.UseRequestId(run.Get(requestId)), Partner = run.Get(partner), Grant = grant },
                cancellationToken: run.Token);
            WriteGranted(run, response.Partner);
            return ExitCode.Ok;
        });
        return verb;
    }

    private static void Replace(Google.Protobuf.Collections.RepeatedField<string> values, string[]? given)
    {
        if (given is { Length: > 0 })
        {
            values.Clear();
            values.Add(given);
        }
    }

    private static Verb RevokeGrant(CliIo io)
    {
        var verb = new Verb("revoke", "End a grant, and the calls that rest on it.", "grants revoke lemonde world-fr");
        var partner = verb.AddArgument<string>("PARTNER", "The partner.");
        var stream = verb.AddArgument<string>("STREAM", "The stream.");
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var response = await run.Client.Partners.RevokeStreamAsync(
                new() { RequestId = run.UseRequestId(run.Get(requestId)), Partner = run.Get(partner), Stream = run.Get(stream) },
                cancellationToken: run.Token);
            WriteGranted(run, response.Partner);
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb ListGrants(CliIo io)
    {
        var verb = new Verb("list", "List the grants of one partner, or of all.", "grants list", "grants list lemonde --json");
        var partner = verb.AddArgument<string?>("PARTNER", "The partner; otherwise all.");
        partner.Arity = ArgumentArity.ZeroOrOne;
        verb.Run(io, async run =>
        {
            var partners = new List<Partner>();
            if (run.Get(partner) is { } name)
            {
                partners.Add((await run.Client.Partners.GetPartnerAsync(new() { Partner = name }, cancellationToken: run.Token)).Partner);
            }
            else
            {
                ListPartnersResponse page;
                var token = "";
                do
                {
                    page = await run.Client.Partners.ListPartnersAsync(new() { PageToken = token }, cancellationToken: run.Token);
                    partners.AddRange(page.Partners);
                    token = page.NextPageToken;
                }
                while (token.Length > 0);
            }

            if (run.Json)
            {
                foreach (var grant in partners.SelectMany(listed => listed.Grants))
                {
                    run.WriteJson(grant);
                }
            }
            else
            {
                WriteGrants(run, partners.SelectMany(listed => listed.Grants.Select(grant => (listed.PartnerId, grant))));
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb SetQuota(CliIo io)
    {
        var verb = new Verb(
            "set", "Change what a partner may use; what is not named stays. 0 lifts a limit.", "quotas set lemonde --streams 20 --requests 50 --bytes-per-day 10000000000");
        var partner = verb.AddArgument<string>("PARTNER", "The partner.");
        var quota = new QuotaOptions(verb);
        var requestId = verb.AddOption<string?>("--request-id", PublishCommands.RequestIdHelp, "ID");
        verb.Run(io, async run =>
        {
            var known = (await run.Client.Partners.GetPartnerAsync(new() { Partner = run.Get(partner) }, cancellationToken: run.Token)).Partner;
            if (!quota.AnyGiven(run))
            {
                throw new CliUsageException("Nothing is changed: give --streams, --requests or --bytes-per-day.");
            }

            var request = new UpdatePartnerRequest
            {
                Partner = new() { PartnerId = known.PartnerId, Quota = quota.Apply(run, known.Quota ?? new Quota()) },
                UpdateMask = new() { Paths = { "quota" } },
            };
            await SendAsync(run, request, known.Revision, run.Get(requestId));
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Verb ShowUsage(CliIo io)
    {
        var verb = new Verb("usage", "Show what a partner has used, a day a line. A partner sees its own.", "quotas usage lemonde --days 30", "quotas usage");
        var partner = verb.AddArgument<string?>("PARTNER", "The partner; otherwise the caller.");
        partner.Arity = ArgumentArity.ZeroOrOne;
        var days = verb.AddOption<int>("--days", "How many days, today among them: 7 by default, 366 at most.", "N");
        verb.Run(io, async run =>
        {
            var response = await run.Client.Partners.GetUsageAsync(
                new() { Partner = run.Get(partner) ?? "", Days = run.Get(days) }, cancellationToken: run.Token);
            if (run.Json)
            {
                run.WriteJson(response);
                return ExitCode.Ok;
            }

            var table = Terminal.NewTable(io, "Day", "Requests", "Bytes");
            foreach (var day in response.Days)
            {
                table.Add(day.Day, $"{day.Requests:N0}", $"{day.Bytes:N0}");
            }

            run.Console.Write(table);
            io.Out.WriteLine(Describe(response.Quota ?? new Quota()));
            return ExitCode.Ok;
        });
        return verb;
    }

    /// <summary>What a quota allows, in a sentence.</summary>
    internal static string Describe(Quota quota) =>
        $"Quota: {Limit(quota.MaxConcurrentStreams)} streams at once, {Limit(quota.MaxRequestsPerSecond)} requests a second, {Limit(quota.MaxBytesPerDay)} bytes a day.";

    /// <summary>A grant as people read it.</summary>
    internal static string[] Cells(TimeProvider time, Grant grant) =>
    [
        grant.Stream,
        grant.EmbargoAccess ? "yes" : "no",
        grant.StartTime is null ? "" : time.Local(grant.StartTime),
        grant.EndTime is null ? "" : time.Local(grant.EndTime),
        string.Join(' ', grant.Territories),
        string.Join(' ', grant.Channels),
    ];

    private static async Task SendAsync(Invocation run, UpdatePartnerRequest request, int? revision, string? requestId)
    {
        request.Revision = revision
            ?? (await run.Client.Partners.GetPartnerAsync(new() { Partner = request.Partner.PartnerId }, cancellationToken: run.Token)).Partner.Revision;
        request.RequestId = run.UseRequestId(requestId);
        Write(run, (await run.Client.Partners.UpdatePartnerAsync(request, cancellationToken: run.Token)).Partner);
    }

    private static void WriteGranted(Invocation run, Partner partner)
    {
        if (run.Json)
        {
            run.WriteJson(partner);
        }
        else
        {
            WriteGrants(run, partner.Grants.Select(grant => (partner.PartnerId, grant)));
        }
    }

    private static void WriteGrants(Invocation run, IEnumerable<(string PartnerId, Grant Grant)> grants)
    {
        var table = Terminal.NewTable(run.Io, GrantColumns);
        foreach (var (partnerId, grant) in grants)
        {
            table.Add([partnerId, .. Cells(run.Io.TimeProvider, grant)]);
        }

        if (table.Rows.Count == 0)
        {
            run.Io.Error.WriteLine("No grants.");
            return;
        }

        run.Console.Write(table);
    }

    private static void Write(Invocation run, Partner partner)
    {
        if (run.Json)
        {
            run.WriteJson(partner);
            return;
        }

        var table = Terminal.NewTable(run.Io, PartnerColumns);
        table.Add(Cells(partner));
        run.Console.Write(table);
    }

    private static string[] Cells(Partner partner)
    {
        var quota = partner.Quota ?? new Quota();
        return
        [
            partner.PartnerId,
            partner.DisplayName,
            partner.Disabled ? "disabled" : "active",
            string.Join(' ', partner.Grants.Select(grant => grant.Stream)),
            Limit(quota.MaxConcurrentStreams),
            Limit(quota.MaxRequestsPerSecond),
            Limit(quota.MaxBytesPerDay),
            partner.Revision.ToString(CultureInfo.InvariantCulture),
        ];
    }

    private static string Limit(long limit) => limit == 0 ? "any" : limit.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The options that make up a quota.</summary>
    private sealed class QuotaOptions(Verb verb)
    {
        private readonly Option<int?> _streams = verb.AddOption<int?>("--streams", "How many streams at once on each server node.", "N");
        private readonly Option<int?> _requests = verb.AddOption<int?>("--requests", "How many requests a second on each server node, averaged over ten seconds: a burst may take ten times that at once.", "N");
        private readonly Option<long?> _bytes = verb.AddOption<long?>("--bytes-per-day", "How many bytes a day, UTC.", "N");

        public bool AnyGiven(Invocation run) => run.Has(_streams) || run.Has(_requests) || run.Has(_bytes);

        public Quota Apply(Invocation run, Quota quota) => new()
        {
            MaxConcurrentStreams = run.Get(_streams) ?? quota.MaxConcurrentStreams,
            MaxRequestsPerSecond = run.Get(_requests) ?? quota.MaxRequestsPerSecond,
            MaxBytesPerDay = run.Get(_bytes) ?? quota.MaxBytesPerDay,
        };
    }
}
