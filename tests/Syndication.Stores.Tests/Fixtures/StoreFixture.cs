using Syndication.Access;
using Syndication.Articles;
using Syndication.Audit;
using Syndication.Deliveries;
using Syndication.Log;
using Syndication.Receipts;
using Syndication.Search;

namespace Syndication.Stores.Tests.Fixtures;

/// <summary>A database of its own for one test, whichever kind of store it is.</summary>
public abstract class StoreFixture : IAsyncDisposable
{
    /// <summary>Skips the test, with the reason, where there is no server for this kind of store. <see cref="CreateAsync"/> does so, too.</summary>
    public virtual void SkipUnlessThere()
    {
    }

    /// <summary>Creates the database, empty and migrated.</summary>
    public abstract Task CreateAsync();

    /// <summary>Connects to the database as another process would.</summary>
    public abstract StoreHandle Open();

    /// <summary>Copies the database as it is now.</summary>
    /// <returns>Names the copy.</returns>
    public abstract Task<string> BackupAsync();

    /// <summary>Puts a copy in the database's place. All handles must be closed.</summary>
    public abstract Task RestoreAsync(string backup);

    /// <summary>Puts a copy in the database's place while nodes are running on it.</summary>
    public virtual Task RestoreUnderNodesAsync(string backup) => throw Xunit.Sdk.SkipException.ForSkip("This store cannot be restored under running nodes.");

    /// <summary>Holds the write lock, as another process in the middle of a transaction does, until disposed.</summary>
    public abstract IDisposable LockForWriting();

    public abstract ValueTask DisposeAsync();
}

/// <summary>One process' connections to the database.</summary>
public sealed class StoreHandle(
    ILogStore log,
    IArticleStore articles,
    IAccessStore access,
    IDeliveryStore deliveries,
    IAuditStore audit,
    IWebhookStore webhooks,
    ITextIndex text,
    IDisposable? connections) : IDisposable
{
    public ILogStore Log { get; } = log;

    public IArticleStore Articles { get; } = articles;

    public IAccessStore Access { get; } = access;

    public IDeliveryStore Deliveries { get; } = deliveries;

    public IAuditStore Audit { get; } = audit;

    public IWebhookStore Webhooks { get; } = webhooks;

    public ITextIndex Text { get; } = text;

    public void Dispose() => connections?.Dispose();
}
