using System.Net.Sockets;
using System.Text;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Syndication.Server.Errors;
using Syndication.Tests.Server;
using Syndication.V1;

namespace Syndication.Tests.Access;

/// <summary>Whatever comes in: the answer is a documented error, nothing is lost, and nobody else notices.</summary>
public sealed class HostileInputTests : IAsyncLifetime
{
    private static readonly string[] Nasty =
    [
        "' OR 1=1 --", "\"; DROP TABLE articles; --", "%", "_", "*", "a*b\"c", "NEAR(a b)", "headline:", "((((((", "\"", "{a b}: c", "-",
        "../../../etc/passwd", "..%2f..%2fadmin.key", "a/b", "\0", "a\0b", "\r\nauthorization: x", "\ud83d\ude00", "\u202eabc", "İ", "ß",
        new string('a', 100_000), new string('(', 5_000), string.Concat(Enumerable.Repeat("NOT ", 2_000)), "$(id)", "{{7*7}}", "<script>", "&amp;",
    ];

    private static IReadOnlyList<MethodDescriptor> Methods { get; } =
        [.. ContractTests.Services.SelectMany(service => service.Methods).Where(method => method.Name != "Subscribe")];

    private ServerFixture _server = null!;
    private Client _outlet = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerFixture.StartAsync();
        await _server.CreateStreamAsync("fr", "fr");
        _outlet = _server.As(await _server.CreatePartnerAsync("outlet", new Grant { Stream = "fr" }));
        await _server.PublishAsync(TestArticles.Make("Titre", "a", language: "fr"));
    }

    public async ValueTask DisposeAsync()
    {
        _outlet.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Any_bytes_get_a_documented_answer()
    {
        var calls = Gen.Select(Gen.Int[0, Methods.Count - 1].Select(i => Methods[i]), Gen.Byte.Array[0, 60], Gen.Bool);
        await calls.SampleAsync(
            async ((MethodDescriptor Method, byte[] Request, bool AsPartner) call) =>
                MustBeDocumented(call.Method, await RawCall.SendAsync(call.AsPartner ? _outlet.Calls : _server.Calls, call.Method, call.Request)),
            iter: 1500,
            threads: 1);
        await MustServeAsync();
    }

    [Fact]
    public async Task Any_text_in_any_field_gets_a_documented_answer()
    {
        foreach (var text in Nasty)
        {
            foreach (var method in Methods)
            {
                var request = (IMessage)Activator.CreateInstance(method.InputType.ClrType)!;
                Fill(request, text, depth: 3);
                MustBeDocumented(method, await RawCall.SendAsync(_server.Calls, method, request.ToByteArray()));
                MustBeDocumented(method, await RawCall.SendAsync(_outlet.Calls, method, request.ToByteArray()));
            }
        }

        await MustServeAsync();
    }

    [Fact]
    public async Task A_cursor_or_page_token_that_was_touched_is_refused_as_such()
    {
        for (var i = 0; i < 3; i++)
        {
            await _server.PublishAsync(TestArticles.Make($"Titre {i}", language: "fr"));
        }

        var cursor = (await _outlet.Subscriptions.PullUpdatesAsync(new() { Stream = "fr", MaxBatchUpdates = 1 })).Cursor;
        var page = (await _outlet.Articles.ListArticlesAsync(new() { PageSize = 1 })).NextPageToken;
        await Gen.Select(Gen.Bool, Gen.Int[0, 200], Gen.Char['!', '~']).SampleAsync(
            async ((bool IsCursor, int At, char Character) change) =>
            {
                var text = change.IsCursor ? cursor : page;
                var at = change.At % text.Length;
                var touched = text[..at] + change.Character + text[(at + 1)..];
                if (touched == text)
                {
                    return;
                }

                var error = await Assert.ThrowsAsync<RpcException>(() => change.IsCursor
                    ? _outlet.Subscriptions.PullUpdatesAsync(new() { Stream = "fr", Start = new() { Cursor = touched } }).ResponseAsync
                    : _outlet.Articles.ListArticlesAsync(new() { PageSize = 1, PageToken = touched }).ResponseAsync);
                Refusal.Of(error).MustBe(StatusCode.InvalidArgument, change.IsCursor ? ErrorReason.CursorInvalid : ErrorReason.PageTokenInvalid);
            },
            iter: 400,
            threads: 1);
    }

    [Fact]
    public async Task A_cursor_of_one_partner_gives_another_nothing_that_it_may_not_read()
    {
        await _server.CreateStreamAsync("de", "de");
        using var other = _server.As(await _server.CreatePartnerAsync("other", new Grant { Stream = "de" }));
        var cursor = (await _outlet.Subscriptions.PullUpdatesAsync(new() { Stream = "fr" })).Cursor;

        await Refusal.OfAsync(
            StatusCode.NotFound,
            ErrorReason.StreamNotFound,
            other.Subscriptions.PullUpdatesAsync(new() { Stream = "fr", Start = new() { Cursor = cursor } }).ResponseAsync);
        await Refusal.OfAsync(
            StatusCode.InvalidArgument,
            ErrorReason.CursorStreamMismatch,
            other.Subscriptions.PullUpdatesAsync(new() { Stream = "de", Start = new() { Cursor = cursor } }).ResponseAsync);
    }

    [Fact]
    public async Task Ten_thousand_failed_logins_keep_nobody_out()
    {
        using var open = _server.As(null);
        var server = new ServerService.ServerServiceClient(open.Calls);
        await Parallel.ForAsync(0, 10_000, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
        {
            var error = await Assert.ThrowsAsync<RpcException>(() =>
                server.GetCallerAsync(new(), new Metadata { { "authorization", $"Bearer syn_aaaaaaaaaaaa_{i:D43}" } }).ResponseAsync);
            Assert.Equal(StatusCode.Unauthenticated, error.StatusCode);
        });

        await MustServeAsync();
    }

    [Fact]
    public async Task Connections_that_say_nothing_or_nonsense_and_streams_that_are_reset_cost_nobody_else_anything()
    {
        var sockets = new List<TcpClient>();
        for (var i = 0; i < 200; i++)
        {
            var socket = new TcpClient();
            await socket.ConnectAsync(_server.GrpcAddress.Host, _server.GrpcAddress.Port, TestContext.Current.CancellationToken);
            if (i % 2 == 0)
            {
                await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\u0008nonsense"), TestContext.Current.CancellationToken);
            }

            sockets.Add(socket);
        }

        for (var i = 0; i < 3_000; i++)
        {
            using var cancelled = new CancellationTokenSource();
            using var call = _outlet.Subscriptions.Subscribe(new() { Stream = "fr" }, cancellationToken: cancelled.Token);
            await cancelled.CancelAsync();
        }

        await MustServeAsync();
        sockets.ForEach(socket => socket.Dispose());
    }

    /// <summary>The article is there, and what is published now reaches the partner.</summary>
    private async Task MustServeAsync()
    {
        using var reader = _outlet.Subscribe("fr", start: new() { Latest = new() });
        await reader.UntilAsync(SubscribeResponse.FrameOneofCase.CaughtUp);
        var published = await _server.PublishAsync(TestArticles.Make("Encore", language: "fr"));
        await reader.UpdatesAsync(1);
        Assert.Equal([published.UpdateId], reader.UpdateIds);
        Assert.Equal("Titre", (await _outlet.Articles.GetArticleAsync(new() { ArticleId = "a" })).Article.Headline);
    }

    private static void MustBeDocumented(MethodDescriptor method, RpcException? error)
    {
        if (error is null)
        {
            return;
        }

        var refusal = Refusal.Of(error);
        Assert.True(refusal.Domain == "syndication.v1", $"{method.FullName}: {refusal}");
        Assert.True(refusal.Reason != RpcErrors.NameOf(ErrorReason.Internal), $"{method.FullName}: {refusal}");
    }

    /// <summary>Sets every text of a message, and of the messages in it.</summary>
    private static void Fill(IMessage message, string text, int depth)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder().Where(field => !field.IsMap))
        {
            if (field.FieldType == FieldType.String)
            {
                if (field.IsRepeated)
                {
                    ((Google.Protobuf.Collections.RepeatedField<string>)field.Accessor.GetValue(message)).Add(text);
                }
                else
                {
                    field.Accessor.SetValue(message, text);
                }
            }
            else if (field.FieldType == FieldType.Message && depth > 0 && !field.IsRepeated && field.MessageType.File.Package == "syndication.v1")
            {
                var inner = (IMessage)Activator.CreateInstance(field.MessageType.ClrType)!;
                Fill(inner, text, depth - 1);
                field.Accessor.SetValue(message, inner);
            }
        }
    }
}
