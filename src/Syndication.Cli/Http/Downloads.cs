namespace Syndication.Cli.Http;

/// <summary>Reads what the server offers over HTTP.</summary>
internal static class Downloads
{
    /// <summary>The bytes under a path.</summary>
    /// <param name="client">Its base is the server.</param>
    /// <param name="path">The path.</param>
    /// <param name="maxBytes">More is an error: it is no file of ours.</param>
    /// <exception cref="HttpRequestException">The server was not reached, or has nothing there.</exception>
    /// <exception cref="InvalidDataException">It is more than was allowed.</exception>
    public static async Task<byte[]> ReadAsync(HttpClient client, string path, int maxBytes, CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await ReadAsync(content, path, maxBytes, cancellationToken);
    }

    /// <summary>All of a stream, likewise.</summary>
    public static async Task<byte[]> ReadAsync(Stream content, string name, int maxBytes, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (bytes.Length + read > maxBytes)
            {
                throw new InvalidDataException($"{name} is larger than {maxBytes:N0} bytes.");
            }

            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }
}
