using System.Runtime.CompilerServices;
using Grpc.Core;
using Syndication.V1;

namespace Syndication.Client;

public sealed partial class SyndicationClient
{
    /// <summary>
    /// Publishes any number of articles over one call, and gives what became of each, in their order. A refused article stops
    /// nothing. Where the call breaks, it is made again, and what had no answer yet is sent again: the <c>request_id</c>s see to
    /// it that nothing is published twice.
    /// </summary>
    /// <param name="articles">
    /// What to publish. Read as far ahead of the results as the server allows (some 256 articles or 16 MiB), so that memory
    /// does not grow with their number. An article without <c>request_id</c> is given one.
    /// </param>
    /// <param name="onRetry">Told why the call broke, and how long the wait for the next one is.</param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>One for each article. Articles are sent as fast as these are asked for.</returns>
    /// <remarks>
    /// The database may go away in the midst: an article that was refused with UNAVAILABLE is sent again with all after it.
    /// One after it that took effect nevertheless then has its version before it.
    /// </remarks>
    /// <exception cref="SyndicationException">
    /// The server refused the call, or <see cref="SyndicationClientOptions.MaxReconnectAttempts"/> was reached; an answer starts
    /// that count again. What <paramref name="articles"/> throws comes through, once all before it are answered.
    /// </exception>
    public async IAsyncEnumerable<ImportedArticle> ImportAsync(
        IAsyncEnumerable<ImportArticlesRequest> articles,
        Action<SyndicationException, TimeSpan>? onRetry = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(articles);

        await using var window = ImportWindow.Start(articles, cancellationToken);
        var attempts = 0;
        while (true)
        {
            SyndicationException? broken = null;
            await using (var call = new ImportCall(Publishing.ImportArticles(cancellationToken: cancellationToken), window, cancellationToken))
            {
                while (true)
                {
                    ImportArticlesResponse? response;
                    try
                    {
                        response = await call.NextAsync();
                    }
                    catch (SyndicationException exception) when (exception.MayComeBack)
                    {
                        broken = exception;
                        break;
                    }

                    if (response is null)
                    {
                        break;
                    }

                    var refused = response.Error is { } status ? SyndicationException.FromStatus(status) : null;
                    if (refused?.StatusCode == StatusCode.Unavailable)
                    {
                        broken = refused;
                        break;
                    }

                    attempts = 0;
                    yield return new(window.Answered(), response.Published, refused);
                }
            }

            if (broken is null && window.IsDone)
            {
                await window.ThrowIfFailedAsync();
                yield break;
            }

            broken ??= new(StatusCode.Unavailable, "The server ended the import before its end.");
            if (attempts >= _options.MaxReconnectAttempts)
            {
                throw broken;
            }

            var delay = ReconnectDelay(attempts++, broken.RetryDelay);
            onRetry?.Invoke(broken, delay);
            await Task.Delay(delay, _options.TimeProvider, cancellationToken);
        }
    }
}
