using Syndication.Tests.Access;
using Syndication.V1;

namespace Syndication.Tests.Cli;

public sealed class GrantTests : WireTests
{
    [Fact]
    public async Task What_is_not_named_stays_unless_the_grant_is_made_anew()
    {
        await Server.CreateStreamAsync("s", "en");
        await Server.CreatePartnerAsync("p");

        await AddAsync("--embargo", "--until", "2099-01-01T00:00:00Z", "--territory", "FR", "--territory", "BE");
        var kept = await AddAsync("--channel", "web");
        Assert.True(kept.EmbargoAccess);
        Assert.Equal(2099, kept.EndTime.ToDateTime().Year);
        Assert.Equal((2, "web"), (kept.Territories.Count, Assert.Single(kept.Channels)));

        var changed = await AddAsync("--embargo", "false", "--territory", "CH");
        Assert.False(changed.EmbargoAccess);
        Assert.Equal(["CH"], changed.Territories);
        Assert.Equal(2099, changed.EndTime.ToDateTime().Year);

        var anew = await AddAsync("--replace", "--embargo");
        Assert.True(anew.EmbargoAccess);
        Assert.Null(anew.EndTime);
        Assert.Empty(anew.Territories);
        Assert.Empty(anew.Channels);
    }

    [Fact]
    public async Task The_same_command_again_is_the_same_request()
    {
        await Server.CreateStreamAsync("s", "en");
        await Server.CreatePartnerAsync("p");

        var first = await AddAsync("--embargo", "--request-id", "r");
        var second = await AddAsync("--embargo", "--request-id", "r");

        Assert.Equal(first, second);
    }

    private async Task<Grant> AddAsync(params string[] flags)
    {
        var run = await RunAsync(["grants", "add", "p", "s", "--json", .. flags]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return Partner.Parser.ParseJson(Assert.Single(run.Lines)).Grants.Single();
    }
}
