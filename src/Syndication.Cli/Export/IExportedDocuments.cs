using Syndication.V1;

namespace Syndication.Cli.Export;

/// <summary>What a stream holds, as documents.</summary>
internal interface IExportedDocuments
{
    /// <summary>From where to go on; null where nothing is there.</summary>
    string? Cursor { get; }

    /// <summary>Whether an article was left out because the format cannot say that it must not be used now.</summary>
    bool AnyLeftOut { get; }

    /// <summary>Takes updates in their order.</summary>
    /// <param name="updates">The updates.</param>
    /// <param name="cursor">The place after them; null while a snapshot is not whole.</param>
    void Add(IReadOnlyList<Update> updates, string? cursor);

    /// <summary>What was not named so far is not in the stream.</summary>
    /// <param name="cursor">The place after the snapshot.</param>
    void CompleteSnapshot(string cursor);

    /// <summary>There is no more for now.</summary>
    void End();
}
