using Grpc.Core;
using Syndication.V1;

namespace Syndication.Tests.Server;

/// <summary>The server on SQL Server, end to end. The whole suite runs on it with <c>SYNDICATION_TEST_STORE=sqlserver</c>.</summary>
public sealed class SqlServerStoreTests
{
    [Fact]
    public async Task A_server_publishes_streams_and_starts_again_on_the_same_database()
    {
        using var data = new DataDirectory();
        var settings = await data.UseSqlServerAsync();
        await using (var server = await ServerFixture.StartAsync(settings))
        {
            using var reader = server.Subscribe();
            var published = await server.PublishAsync(TestArticles.Make("L'arrivée du bac"), "r1");

            Assert.Equal("sqlserver", (await server.Server.GetServerInfoAsync(new())).Store);
            Assert.Equal(published.UpdateId, (await reader.UpdatesAsync(1)).Single().UpdateId);
        }

        await using var again = await ServerFixture.StartAsync(settings);
        Assert.Equal(1, (await again.PublishAsync(TestArticles.Make("L'arrivée du bac"), "r1")).Version);
    }

    [Fact]
    public async Task A_search_finds_or_says_that_the_database_cannot()
    {
        using var data = new DataDirectory();
        await using var server = await ServerFixture.StartAsync(await data.UseSqlServerAsync());
        await server.PublishAsync(TestArticles.Make("Le bac devient gratuit"));
        var request = new SearchArticlesRequest { Query = "gratuit" };
        if ((await server.Server.GetServerInfoAsync(new())).Features.Contains("full-text-search"))
        {
            Assert.Equal(1, (await server.Articles.SearchArticlesAsync(request)).TotalMatches);
            return;
        }

        await Refusal.OfAsync(StatusCode.FailedPrecondition, ErrorReason.SearchUnavailable, server.Articles.SearchArticlesAsync(request).ResponseAsync);
    }
}
