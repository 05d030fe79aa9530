using Syndication.Client;

namespace Syndication.Tests.Client;

public sealed class CheckpointStoreTests : IDisposable
{
    private static readonly CheckpointKey Key = new(new("https://wire.example"), "world-fr", "cms");

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("places-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FileCheckpointStore Files => new(_directory.FullName);

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_last_place_is_kept_for_each_server_stream_and_consumer(bool inFiles)
    {
        ICheckpointStore store = inFiles ? Files : new InMemoryCheckpointStore();
        CheckpointKey[] keys =
        [
            Key,
            Key with { Server = new("https://wire.example:444") },
            Key with { Stream = "World-fr" },
            Key with { Stream = "world/../fr" },
            Key with { Consumer = "cms:2" },
            Key with { Consumer = new string('c', 200) },
            Key with { Stream = "world-fr.cms", Consumer = "x" },
        ];
        foreach (var key in keys)
        {
            Assert.Null(await store.LoadAsync(key, Token));
            await store.SaveAsync(key, new("before", "snapshot"), Token);
            await store.SaveAsync(key, new("at " + key), Token);
        }

        foreach (var key in keys)
        {
            Assert.Equal(new("at " + key), await store.LoadAsync(key, Token));
        }

        if (inFiles)
        {
            Assert.Equal(new("at " + Key), await Files.LoadAsync(Key, Token));
            Assert.Equal(keys.Length, _directory.GetFiles().Length);
        }
    }

    [Fact]
    public async Task The_snapshot_is_kept_with_the_place()
    {
        await Files.SaveAsync(Key, new("c", "s"), Token);

        Assert.Equal(new("c", "s"), await Files.LoadAsync(Key, Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"cursor\":\"forged\"}")]
    public async Task A_damaged_file_is_an_error_that_names_it_and_never_a_start_from_nothing(string content)
    {
        await Files.SaveAsync(Key, new("c"), Token);
        await File.WriteAllTextAsync(Files.PathOf(Key), content, Token);

        await MustBeCorruptAsync();
    }

    [Fact]
    public async Task Every_byte_of_a_file_counts()
    {
        await Files.SaveAsync(Key, new("cursor-of-some-length", "snapshot"), Token);
        var good = await File.ReadAllBytesAsync(Files.PathOf(Key), Token);
        for (var i = 0; i < good.Length; i++)
        {
            await File.WriteAllBytesAsync(Files.PathOf(Key), good[..i], Token);
            await MustBeCorruptAsync();
            var flipped = (byte[])good.Clone();
            flipped[i] ^= 1;
            await File.WriteAllBytesAsync(Files.PathOf(Key), flipped, Token);
            await MustBeCorruptAsync();
        }
    }

    [Fact]
    public async Task Anothers_file_is_not_taken_for_ours()
    {
        var other = Key with { Consumer = "other" };
        await Files.SaveAsync(other, new("c"), Token);
        File.Move(Files.PathOf(other), Files.PathOf(Key));

        await MustBeCorruptAsync();
    }

    [Fact]
    public async Task A_save_that_is_broken_off_leaves_the_place_before()
    {
        await Files.SaveAsync(Key, new("before"), Token);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Files.SaveAsync(Key, new("after"), cancelled.Token));
        Assert.Equal(new("before"), await Files.LoadAsync(Key, Token));

        // As a crash in the midst leaves it.
        await File.WriteAllTextAsync(Files.PathOf(Key) + ".tmp", "{\"server\":", Token);
        Assert.Equal(new("before"), await Files.LoadAsync(Key, Token));
        await Files.SaveAsync(Key, new("after"), Token);
        Assert.Equal(new("after"), await Files.LoadAsync(Key, Token));
    }

    private async Task MustBeCorruptAsync()
    {
        var error = await Assert.ThrowsAsync<CheckpointCorruptException>(async () => await Files.LoadAsync(Key, Token));
        Assert.Equal(Files.PathOf(Key), error.Path);
        Assert.Contains(error.Path, error.Message, StringComparison.Ordinal);
    }
}
