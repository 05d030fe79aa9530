using Google.Protobuf;
using Syndication.Articles;
using Syndication.V1;

namespace Syndication.Changes;

/// <summary>
/// Tells what changed between two versions of an article. The same two versions give the same answer, wherever the culture data
/// agree. Time grows with the length of the texts; that of hostile ones is bounded by <see cref="ChangeLimits.Steps"/>.
/// </summary>
public static class ArticleComparer
{
    /// <summary>Compares two versions, in the parts in which readers are given them.</summary>
    public static EncodedChanges Compare(EncodedArticle older, EncodedArticle newer, ChangeLimits limits)
    {
        var (before, after) = (older.Decode(), newer.Decode());
        var budget = new DiffBudget(limits.Steps);
        var texts = new TextComparer(before, after, budget);
        var fields = new FieldComparer(texts, limits);
        var head = new ArticleChanges { FromVersion = older.Version, ToVersion = newer.Version };
        head.FieldsTruncated = Fill(head.Fields, fields.Compare(before, after, IsOpen), limits.FieldBytes);
        var body = new ArticleChanges();
        body.BlocksTruncated = Fill(
            body.Blocks, new BlockComparer(before.Body, after.Body, texts, budget).Compare().Select(change => Shorten(change, limits)), limits.BlockBytes);
        var desk = new ArticleChanges();
        desk.FieldsTruncated = Fill(desk.Fields, fields.Compare(before, after, IsDesk), limits.FieldBytes);
        return new EncodedChanges(head.ToByteArray(), body.ToByteArray(), desk.ToByteArray());
    }

    private static bool IsDesk(int field) => EncodedArticle.PartOf(field) == EncodedArticle.Part.Desk;

    private static bool IsOpen(int field) => EncodedArticle.PartOf(field) == EncodedArticle.Part.Head;

    private static BlockChange Shorten(BlockChange change, ChangeLimits limits)
    {
        if (change.CalculateSize() > limits.BlockChangeBytes)
        {
            change.Text = "";
            change.Edits.Clear();
            change.Truncated = true;
        }

        return change;
    }

    /// <summary>Adds changes while they fit.</summary>
    /// <returns>Whether some did not.</returns>
    private static bool Fill<T>(ICollection<T> list, IEnumerable<T> changes, int maxBytes)
        where T : IMessage
    {
        var bytes = 0;
        foreach (var change in changes)
        {
            bytes += change.CalculateSize() + 4;
            if (bytes > maxBytes)
            {
                return true;
            }

            list.Add(change);
        }

        return false;
    }
}
