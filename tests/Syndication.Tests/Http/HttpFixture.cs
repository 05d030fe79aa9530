using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Syndication.Tests.Server;
using Syndication.V1;
using RpcStatus = Google.Rpc.Status;

namespace Syndication.Tests.Http;

/// <summary>The server as clients see it that speak HTTP alone.</summary>
internal static class HttpFixture
{
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithTypeRegistry(TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor)));

    /// <summary>A client with a key.</summary>
    /// <param name="key">Null for none.</param>
    public static HttpClient OverHttp(this ServerFixture server, string? key = TestKeys.Admin) => Connect(server.HttpAddress, key);

    /// <summary>A client of some address with a key.</summary>
    public static HttpClient Connect(Uri address, string? key = TestKeys.Admin)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address, Timeout = FrameReader.Patience };
        client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>Sends a body of JSON.</summary>
    public static Task<HttpResponseMessage> PostJsonAsync(this HttpClient client, string path, string json) =>
        client.PostAsync(new Uri(path, UriKind.Relative), new StringContent(json, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

    /// <summary>Gets a path.</summary>
    public static Task<HttpResponseMessage> SendAsync(this HttpClient client, string path, HttpMethod? method = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>An answer's message, in the contract's JSON.</summary>
    public static async Task<T> MessageAsync<T>(this Task<HttpResponseMessage> sending)
        where T : IMessage, new()
    {
        using var response = await sending;
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return Parser.Parse<T>(text);
    }

    /// <summary>An answer that must be an error: with the code, and a <c>google.rpc.Status</c> that says why.</summary>
    public static async Task<RpcStatus> RefusalAsync(this Task<HttpResponseMessage> sending, HttpStatusCode code, ErrorReason reason)
    {
        using var response = await sending;
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == code, $"{response.StatusCode}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var status = ParseStatus(text);
        status.MustBe(reason);
        Assert.Equal(status.GetDetail<RetryInfo>() is not null, response.Headers.RetryAfter is not null);
        return status;
    }

    /// <summary>Checks an error's reason and domain.</summary>
    public static void MustBe(this RpcStatus status, ErrorReason reason)
    {
        var info = status.GetDetail<ErrorInfo>();
        Assert.True(info is not null, $"{status}");
        Assert.Equal(reason.ToString(), info.Reason.Replace("_", ""), ignoreCase: true);
        Assert.Equal("syndication.v1", info.Domain);
    }

    /// <summary>An error as JSON has it.</summary>
    public static RpcStatus ParseStatus(string json) => Parser.Parse<RpcStatus>(json);
}
