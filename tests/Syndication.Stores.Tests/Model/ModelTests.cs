using System.Diagnostics;
using System.Globalization;
using Syndication.Stores.Tests.Fixtures;

namespace Syndication.Stores.Tests.Model;

/// <summary>
/// Random histories against the model. <c>SYNDICATION_MODEL_SECONDS</c> says for how long (default 5);
/// <c>SYNDICATION_MODEL_SEED</c> repeats one history. A seed that failed stays below.
/// </summary>
public abstract class ModelTests(Func<StoreFixture> create)
{
    private const int DefaultSeconds = 5;

    /// <summary>Seeds that failed, after one of each kind: even ones sweep, odd ones change their streams.</summary>
    public static TheoryData<int> Regressions => new() { 1, 2 };

    [Theory]
    [MemberData(nameof(Regressions))]
    public Task A_seed_of_the_list_keeps_every_promise(int seed) => RunAsync(seed);

    [Fact]
    public async Task Random_histories_keep_every_promise()
    {
        if (Environment.GetEnvironmentVariable("SYNDICATION_MODEL_SEED") is { Length: > 0 } wanted)
        {
            await RunAsync(int.Parse(wanted, CultureInfo.InvariantCulture));
            return;
        }

        var seconds = Environment.GetEnvironmentVariable("SYNDICATION_MODEL_SECONDS") is { Length: > 0 } text
            ? double.Parse(text, CultureInfo.InvariantCulture)
            : DefaultSeconds;
        var watch = Stopwatch.StartNew();
        var count = 0;
        do
        {
            await RunAsync(Random.Shared.Next());
            count++;
        }
        while (watch.Elapsed.TotalSeconds < seconds);

        TestContext.Current.TestOutputHelper?.WriteLine($"{count} histories in {watch.Elapsed}");
    }

    private async Task RunAsync(int seed)
    {
        await using var store = create();
        store.SkipUnlessThere();
        await using var scenario = new Scenario(store, seed);
        try
        {
            await scenario.RunAsync();
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(
                $"SYNDICATION_MODEL_SEED={seed}: {exception.Message}{Environment.NewLine}{scenario.History}", exception);
        }
    }
}

public sealed class SqliteModelTests() : ModelTests(() => new SqliteFixture());

public sealed class SqlServerModelTests() : ModelTests(() => new SqlServerFixture());
