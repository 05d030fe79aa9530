using Microsoft.Extensions.Time.Testing;
using Syndication.Server.Hosting;

namespace Syndication.Tests.Server;

public sealed class BlockPoolTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Blocks_are_used_again_the_last_one_first()
    {
        using var pool = new BlockPool(_time);
        var (first, second) = (pool.Rent(), pool.Rent(pool.MaxBufferSize));
        Assert.All([first, second], block => Assert.Equal(pool.MaxBufferSize, block.Memory.Length));
        first.Dispose();
        second.Dispose();

        Assert.Same(second, pool.Rent());
        Assert.Same(first, pool.Rent());
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(pool.MaxBufferSize + 1));
    }

    [Fact]
    public void What_a_burst_needed_is_given_up_when_nobody_needs_it_any_more_and_the_rest_is_kept()
    {
        using var pool = new BlockPool(_time);
        Use(pool, 100);
        Assert.Equal(100, pool.FreeCount);

        // What was in use since the last look stays, all of it.
        foreach (var (used, left) in new[] { (100, 100), (30, 30), (40, 40), (0, 0) })
        {
            Use(pool, used);
            _time.Advance(TimeSpan.FromSeconds(10));
            Assert.Equal(left, pool.FreeCount);
        }
    }

    private static void Use(BlockPool pool, int count)
    {
        foreach (var block in Enumerable.Range(0, count).Select(_ => pool.Rent()).ToList())
        {
            block.Dispose();
        }
    }
}
