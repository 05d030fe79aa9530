using System.Net;
using System.Text.Json;
using Syndication.Tests.Server;
using Syndication.V1;
using Kind = Syndication.V1.SubscribeResponse.FrameOneofCase;
using RpcStatus = Google.Rpc.Status;

namespace Syndication.Tests.Http;

/// <summary>A stream over HTTP as a test reads it, in either of its forms. Reads only what it is asked for.</summary>
internal sealed class UpdatesReader : IDisposable
{
    public const string Lines = "application/x-ndjson";
    public const string Events = "text/event-stream";

    private readonly HttpResponseMessage _response;
    private readonly StreamReader _body;
    private readonly bool _isEvents;

    private UpdatesReader(HttpResponseMessage response, StreamReader body)
    {
        (_response, _body) = (response, body);
        _isEvents = response.Content.Headers.ContentType?.MediaType == Events;
    }

    public HttpResponseMessage Response => _response;

    public List<SubscribeResponse> Frames { get; } = [];

    public IEnumerable<Update> Updates => Frames.SelectMany(frame => frame.Updates?.Updates ?? []);

    /// <summary>The id of the last event, as a browser keeps it; of JSON lines the last cursor.</summary>
    public string LastEventId { get; private set; } = "";

    /// <summary>Why the stream has ended; null as long as it has not, or where it did not say.</summary>
    public RpcStatus? End { get; private set; }

    public static async Task<UpdatesReader> OpenAsync(HttpClient client, string path, string accept, string lastEventId = "")
    {
        (string, string)[] headers = lastEventId.Length > 0 ? [("Accept", accept), ("Last-Event-ID", lastEventId)] : [("Accept", accept)];
        var response = await client.SendAsync(path, headers: headers);
        Assert.True(
            response.StatusCode == HttpStatusCode.OK,
            response.StatusCode == HttpStatusCode.OK ? "" : await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(accept, response.Content.Headers.ContentType?.MediaType);
        return new(response, new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
    }

    /// <summary>Reads up to the next frame of a kind.</summary>
    public async Task<SubscribeResponse> UntilAsync(Kind kind)
    {
        while (await NextAsync() is { } frame)
        {
            if (frame.FrameCase == kind)
            {
                return frame;
            }
        }

        throw new InvalidOperationException($"The stream ended: {End}");
    }

    /// <summary>Reads until so many updates have been read since the stream was opened.</summary>
    public async Task UpdatesAsync(int count)
    {
        while (Updates.Count() < count)
        {
            Assert.True(await NextAsync() is not null, $"The stream ended: {End}");
        }
    }

    /// <summary>Reads to the end, which must say why.</summary>
    public async Task<RpcStatus> EndAsync()
    {
        while (await NextAsync() is not null)
        {
        }

        return End ?? throw new InvalidOperationException("The stream ended without a word.");
    }

    public void Dispose()
    {
        _body.Dispose();
        _response.Dispose();
    }

    /// <returns>Null at the end.</returns>
    private async Task<SubscribeResponse?> NextAsync()
    {
        var frame = _isEvents ? await NextEventAsync() : await NextLineAsync();
        if (frame is not null)
        {
            Frames.Add(frame);
            Assert.NotEmpty(frame.Cursor);
            Assert.NotNull(frame.ServerTime);
        }

        return frame;
    }

    private async Task<SubscribeResponse?> NextLineAsync()
    {
        if (await LineAsync() is not { } line)
        {
            return null;
        }

        using var json = JsonDocument.Parse(line);
        if (json.RootElement.TryGetProperty("error", out var error))
        {
            End = HttpFixture.ParseStatus(error.GetRawText());
            Assert.Null(await LineAsync());
            return null;
        }

        var frame = SubscribeResponse.Parser.ParseJson(line);
        LastEventId = frame.Cursor;
        return frame;
    }

    private async Task<SubscribeResponse?> NextEventAsync()
    {
        var (id, name, data) = ("", "", "");
        while (await LineAsync() is { } line)
        {
            switch (line.Split(": ", 2))
            {
                case ["id", var value]:
                    id = value;
                    break;
                case ["event", var value]:
                    name = value;
                    break;
                case ["data", var value]:
                    data += value;
                    break;
                case [""] when data.Length > 0 && name == "error":
                    End = HttpFixture.ParseStatus(data);
                    Assert.Equal("", id);
                    Assert.Null(await LineAsync());
                    return null;
                case [""] when data.Length > 0:
                    var frame = SubscribeResponse.Parser.ParseJson(data);
                    Assert.Equal(frame.Cursor, id);
                    Assert.Equal(frame.FrameCase.ToString(), name.Replace("_", ""), ignoreCase: true);
                    LastEventId = id;
                    return frame;
            }
        }

        return null;
    }

    private Task<string?> LineAsync() => _body.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(FrameReader.Patience);
}
