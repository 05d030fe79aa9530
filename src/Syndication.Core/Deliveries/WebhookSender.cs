using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Syndication.V1;

namespace Syndication.Deliveries;

/// <summary>Posts a signed payload, once, and tells what came of it.</summary>
public sealed class WebhookSender : IDisposable
{
    /// <summary>How many characters of an answer its owner is shown.</summary>
    public const int MaxExcerpt = 200;

    /// <summary>How much of an answer is read: enough for the excerpt in any encoding.</summary>
    private const int MaxResponseBytes = 1024;

    /// <summary>Connections are made anew so often: an address that has moved, or is not to be posted to any more, is noticed.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    /// <summary>Connects where <paramref name="targets"/> allows it.</summary>
    public WebhookSender(WebhookTargets targets, WebhookOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _client = new HttpClient(new SocketsHttpHandler
        {
            // A redirect or a proxy would lead past the check of addresses.
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = targets.ConnectAsync,
            PooledConnectionLifetime = ConnectionLifetime,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = MaxResponseBytes,
        })
        {
            // Ours counts from the name's look-up to the last byte that is read.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Syndication-Webhooks", "1"));
    }

    /// <summary>The bytes of a payload, which are what is signed.</summary>
    public static byte[] Encode(WebhookPayload payload) => Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(payload));

    /// <summary>Posts.</summary>
    /// <param name="webhook">Where to, and signed with which keys.</param>
    /// <param name="deliveryId">The header <c>webhook-id</c>.</param>
    /// <param name="body">See <see cref="Encode"/>.</param>
    /// <exception cref="OperationCanceledException">Cancelled: whether the receiver has got it is not known.</exception>
    public async Task<WebhookAnswer> PostAsync(WebhookRecord webhook, string deliveryId, byte[] body, CancellationToken cancellationToken)
    {
        var (now, started) = (_time.GetUtcNow(), _time.GetTimestamp());
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Settings.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.Add("webhook-id", deliveryId);
        request.Headers.Add("webhook-timestamp", WebhookSignature.Timestamp(now));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(webhook.SecretsAt(now), deliveryId, now, body));
        using var limit = new CancellationTokenSource(_options.AttemptTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var excerpt = await ReadExcerptAsync(response.Content, either.Token);
            return new WebhookAnswer
            {
                Status = (int)response.StatusCode,
                Error = response.IsSuccessStatusCode ? "" : Describe(response.StatusCode),
                Excerpt = excerpt,
                RetryAfter = RetryAfter(response.Headers.RetryAfter),
                Duration = _time.GetElapsedTime(started),
            };
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && Describe(exception) is not null)
        {
            return new WebhookAnswer { Error = Describe(exception)!, Duration = _time.GetElapsedTime(started) };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>The beginning of an answer, in one line. A body that breaks off or does not end changes nothing of the status.</summary>
    private static async Task<string> ReadExcerptAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var bytes = new byte[MaxResponseBytes];
        var length = 0;
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancellationToken);
            length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            return "";
        }

        var text = new StringBuilder(MaxExcerpt);
        foreach (var rune in Encoding.UTF8.GetString(bytes.AsSpan(0, length)).EnumerateRunes())
        {
            if (text.Length + rune.Utf16SequenceLength > MaxExcerpt)
            {
                break;
            }

            text.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return text.ToString().Trim();
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } date && date > _time.GetUtcNow() ? date - _time.GetUtcNow() : null);

    private static string Describe(HttpStatusCode status) => (int)status is >= 300 and < 400
        ? string.Create(CultureInfo.InvariantCulture, $"answered {(int)status}: redirects are not followed")
        : string.Create(CultureInfo.InvariantCulture, $"answered {(int)status}");

    /// <summary>What went wrong, without addresses of ours; null for what is no fault of the receiver's.</summary>
    private string? Describe(Exception exception) => exception switch
    {
        OperationCanceledException => $"no answer within {_options.AttemptTimeout}",
        HttpRequestException { InnerException: TargetRefusedException } or TargetRefusedException =>
            "the host has no public address: this server does not post there",
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => "the connection was refused",
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } } =>
            "the host's name is unknown",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "the TLS connection failed: is the certificate valid?",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "the connection failed",
        HttpRequestException or IOException => "the connection broke off",
        _ => null,
    };
}

/// <summary>What came of an attempt.</summary>
public sealed record WebhookAnswer
{
    /// <summary>The HTTP status; 0 when there was no answer.</summary>
    public int Status { get; init; }

    /// <summary>What went wrong; empty when nothing did.</summary>
    public string Error { get; init; } = "";

    /// <summary>The beginning of the answer's body.</summary>
    public string Excerpt { get; init; } = "";

    /// <summary>How long the receiver wants to be left alone; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Whether the receiver has accepted the delivery.</summary>
    public bool IsAccepted => Error.Length == 0;

    /// <summary>Whether the receiver wants nothing any more.</summary>
    public bool IsGone => Status == (int)HttpStatusCode.Gone;
}
