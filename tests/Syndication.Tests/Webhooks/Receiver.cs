using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Webhooks;

/// <summary>An outlet's receiver: Kestrel on loopback, which keeps what is posted and answers as the test says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Posted> _posted = new();
    private int _concurrent;

    private Receiver(WebApplication app)
    {
        _app = app;
        app.Run(ReceiveAsync);
    }

    /// <summary>What is answered; by default 200.</summary>
    public Func<HttpContext, Posted, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Everything that was posted, in order, accepted or not.</summary>
    public IReadOnlyList<Posted> Posted => [.. _posted];

    /// <summary>What was accepted, in order.</summary>
    public IReadOnlyList<Posted> Accepted => [.. _posted.Where(posted => posted.Status == 200)];

    /// <summary>The updates that were accepted, repeats dropped by the id of their delivery.</summary>
    public IReadOnlyList<Update> Updates => [.. Accepted.DistinctBy(posted => posted.Id).SelectMany(posted => posted.Payload.Updates)];

    /// <summary>How many requests were open at a time, at most.</summary>
    public int MostConcurrent { get; private set; }

    public string Url => $"{_app.Urls.First()}/hook";

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>Answers a status.</summary>
    public void AnswerWith(int status) => Answer = (context, _) =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    /// <summary>Answers 200 again.</summary>
    public void Accept() => AnswerWith(200);

    /// <summary>Waits until so many updates have been accepted.</summary>
    public async Task<IReadOnlyList<Update>> UntilAsync(int updates)
    {
        await Eventually.TrueAsync(() => Updates.Count >= updates);
        return Updates;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        lock (_posted)
        {
            MostConcurrent = Math.Max(MostConcurrent, ++_concurrent);
        }

        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var posted = new Posted(
                context.Request.Headers["webhook-id"].ToString(),
                context.Request.Headers["webhook-timestamp"].ToString(),
                context.Request.Headers["webhook-signature"].ToString(),
                body.ToArray());
            await Answer(context, posted);
            posted.Status = context.Response.StatusCode;
            _posted.Enqueue(posted);
        }
        finally
        {
            lock (_posted)
            {
                _concurrent--;
            }
        }
    }
}

/// <summary>What was posted.</summary>
internal sealed record Posted(string Id, string Timestamp, string Signature, byte[] Body)
{
    /// <summary>What was answered.</summary>
    public int Status { get; set; }

    public string Text => Encoding.UTF8.GetString(Body);

    public WebhookPayload Payload => JsonParser.Default.Parse<WebhookPayload>(Text);

    /// <summary>Verifies as the Standard Webhooks specification says, without any code of the server's.</summary>
    public bool IsSignedWith(string secret)
    {
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        var age = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(Timestamp, CultureInfo.InvariantCulture);
        Assert.InRange(age, -60, 300);
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Convert.FromBase64String(secret["whsec_".Length..]));
        hash.AppendData(Encoding.ASCII.GetBytes(Id));
        hash.AppendData("."u8);
        hash.AppendData(Encoding.ASCII.GetBytes(Timestamp));
        hash.AppendData("."u8);
        hash.AppendData(Body);
        var expected = hash.GetHashAndReset();
        return Signature.Split(' ')
            .Where(part => part.StartsWith("v1,", StringComparison.Ordinal))
            .Any(part => CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(part["v1,".Length..]), expected));
    }
}
