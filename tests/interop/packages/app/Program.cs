using Syndication.Client;

var files = new FileCheckpointStore("places");
await using var client = new SyndicationClient(new()
{
    Address = new(args[0]),
    ApiKey = Environment.GetEnvironmentVariable("SYNDICATION_KEY"),
    HeartbeatInterval = TimeSpan.FromSeconds(1),
});
if (await files.LoadAsync(new(new(args[0]), args[1], "default"), CancellationToken.None) is { } place)
{
    Console.WriteLine($"from {place.Cursor}");
}

var isCaughtUp = false;
await foreach (var batch in client.ConsumeAsync(new() { Stream = args[1], Checkpoints = files }))
{
    // With the batch after it, the one before is processed and its place saved.
    if (isCaughtUp)
    {
        break;
    }

    foreach (var update in batch.Updates)
    {
        Console.WriteLine($"{update.Effect()} {update.ArticleId} {update.Article?.Headline}");
    }

    isCaughtUp = batch.IsCaughtUp;
}
