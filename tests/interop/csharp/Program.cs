// Follows a stream over a line that breaks, with the SDK, and writes what it processed: the client of shared/cuts.py.
using Syndication.Client;
using Syndication.V1;

static string Setting(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");

await using var client = new SyndicationClient(new()
{
    Address = new Uri("http://" + Setting("SYNDICATION_LINE")),
    ApiKey = Setting("SYNDICATION_KEY"),
    ReconnectBaseDelay = TimeSpan.FromMilliseconds(10),
    ReconnectMaxDelay = TimeSpan.FromMilliseconds(50),
});
var request = new SubscribeRequest { Stream = Setting("SYNDICATION_STREAM"), MaxBatchUpdates = 4 };
var kinds = UpdateReflection.Descriptor.EnumTypes.Single(type => type.Name == nameof(UpdateKind));
await foreach (var update in client.FollowAsync(request))
{
    Console.WriteLine($"update {update.UpdateId} {update.ArticleId} {update.Version} {kinds.FindValueByNumber((int)update.Kind).Name}");
}
