using Syndication.Log;
using Syndication.Tokens;

namespace Syndication.Stores.Tests.Model;

/// <summary>One entry as the model expects it. <paramref name="Id"/> is null in internal entries.</summary>
public sealed record ModelEntry(long Number, EntryKind Kind, string? Id, int Version, int PublicVersion, bool IsPublic)
{
    /// <summary>What the store gave it.</summary>
    public Guid UpdateId { get; set; }

    public DateTimeOffset CommitTime { get; set; }

    public bool Carries => LogEntry.Carries(Kind);
}

/// <summary>What a reader is to be told of one entry.</summary>
public sealed record Told(ModelEntry Entry, bool Removed, int Version)
{
    public string Line => $"#{Entry.Number} {(Removed ? "Removed" : Entry.Kind)} {Entry.Id}/{Version}";
}

/// <summary>An article in the model: the promises of DESIGN.md section 4 in as few lines as possible.</summary>
public sealed class ModelArticle
{
    public List<(string Language, string Text)> Versions { get; } = [];

    public int Lifted { get; set; }

    public int Public { get; set; }

    public bool Withheld { get; set; }

    public bool Withdrawn { get; set; }

    public bool Expired { get; set; }

    public DateTimeOffset? Embargo { get; set; }

    public DateTimeOffset? Expire { get; set; }

    public DateTimeOffset? HeldExpire { get; set; }

    public bool IsEmbargoed => Versions.Count > Lifted;

    public bool BlankedFor(bool held) => Withdrawn || (!held && (Withheld || Expired));

    public void Lift() => (Lifted, Embargo, Expire, HeldExpire, Expired) = (Versions.Count, null, HeldExpire, null, false);
}

/// <summary>The whole log in the model: what each command adds to it, and what each reader is to be told.</summary>
public sealed class ModelLog
{
    public Dictionary<string, ModelArticle> Articles { get; } = [];

    public List<ModelEntry> Entries { get; } = [];

    /// <summary>Numbers that retention has dropped, and how often it had dropped something then.</summary>
    public Dictionary<long, long> Dropped { get; } = [];

    public bool Publish(string id, string language, string text, DateTimeOffset now, DateTimeOffset? embargo, DateTimeOffset? expire)
    {
        var article = Articles.GetValueOrDefault(id) ?? new ModelArticle();
        if (article.Withdrawn || (article.IsEmbargoed && embargo is not null && embargo != article.Embargo))
        {
            return false;
        }

        embargo = article.IsEmbargoed ? article.Embargo : embargo > now ? embargo : null;
        Articles[id] = article;
        article.Versions.Add((language, text));
        if (embargo is not null)
        {
            (article.Embargo, article.HeldExpire) = (embargo, expire);
        }
        else
        {
            (article.Lifted, article.Expire, article.Expired) = (article.Versions.Count, expire, false);
            article.Public = article.Withheld ? article.Public : article.Lifted;
        }

        return Add(article.Versions.Count == 1 ? EntryKind.Published : EntryKind.Updated, id, embargo is null && !article.Withheld);
    }

    public bool Hold(string id)
    {
        if (Articles.GetValueOrDefault(id) is not { Withdrawn: false, Withheld: false } article)
        {
            return false;
        }

        article.Withheld = true;
        return Add(EntryKind.Withheld, id, article.Public > 0);
    }

    public bool Release(string id, bool lift)
    {
        if (Articles.GetValueOrDefault(id) is not { Withdrawn: false } article || (!article.Withheld && !(lift && article.IsEmbargoed)))
        {
            return false;
        }

        if (lift && article.IsEmbargoed)
        {
            article.Lift();
        }

        (article.Withheld, article.Public) = (false, article.Lifted);
        Add(EntryKind.Released, id, article.Public > 0);
        return !article.Expired || Add(EntryKind.Expired, id, article.Public > 0);
    }

    public bool Kill(string id)
    {
        if (Articles.GetValueOrDefault(id) is not { Withdrawn: false } article)
        {
            return false;
        }

        (article.Withdrawn, article.Embargo, article.Expire, article.HeldExpire) = (true, null, null, null);
        return Add(EntryKind.Withdrawn, id, article.Public > 0);
    }

    /// <summary>Takes over what the clock of a node did; false when it was not due.</summary>
    public bool Tick(EntryKind kind, string id, DateTimeOffset now)
    {
        var article = Articles[id];
        if (kind == EntryKind.Released && article.Embargo <= now)
        {
            article.Lift();
            article.Public = article.Withheld ? article.Public : article.Lifted;
            return Add(kind, id, !article.Withheld);
        }

        if (kind == EntryKind.Expired && article.Expire <= now)
        {
            (article.Expired, article.Expire) = (true, null);
            return Add(kind, id, article.Public > 0 && !article.Withheld);
        }

        return false;
    }

    public bool IsDue(DateTimeOffset now) => Articles.Values.Any(article => article.Embargo <= now || article.Expire <= now);

    public bool AddInternal()
    {
        Entries.Add(new ModelEntry(Entries.Count + 1, EntryKind.StreamChanged, null, 0, 0, IsPublic: false));
        return true;
    }

    /// <summary>What the readers of a stream are told, in order, entry by entry.</summary>
    /// <param name="language">The stream's filter; null for <c>all</c>.</param>
    /// <param name="held">Whether they may see held articles.</param>
    public IReadOnlyList<Told> ToldTo(string? language, bool held)
    {
        var told = new List<Told>();
        var members = new Dictionary<string, (bool In, bool Ever)>();
        foreach (var entry in Entries.Where(entry => entry.Id is not null && (held || entry.IsPublic)))
        {
            var version = held ? entry.Version : entry.PublicVersion;
            var (isIn, ever) = members.GetValueOrDefault(entry.Id!);
            var matches = language is null || (version > 0 && Articles[entry.Id!].Versions[version - 1].Language == language);
            if (language is null || (entry.Kind == EntryKind.Withdrawn ? ever : entry.Carries ? matches : isIn))
            {
                told.Add(new Told(entry, Removed: false, version));
            }
            else if (entry.Carries && isIn)
            {
                told.Add(new Told(entry, Removed: true, version));
            }

            if (entry.Carries)
            {
                members[entry.Id!] = (matches, ever || matches);
            }
        }

        return told;
    }

    /// <summary>What a reader who starts at a place is told.</summary>
    public IReadOnlyList<Told> ToldAfter(Cursor start, string? language, bool held)
    {
        var told = ToldTo(language, held);
        if (!start.InSnapshot)
        {
            return [.. told.Where(one => one.Entry.Number > start.Position.Number)];
        }

        var point = start.SnapshotPoint.Number;
        var compacted = told.Where(one => one.Entry.Number <= point).GroupBy(one => one.Entry.Id).Select(group => group.Last())
            .Where(one => !one.Removed && one.Entry.Number > start.Position.Number).OrderBy(one => one.Entry.Number);
        return [.. compacted, .. told.Where(one => one.Entry.Number > point)];
    }

    private bool Add(EntryKind kind, string id, bool isPublic)
    {
        var article = Articles[id];

        // What expires is the version in force, not one that waits under embargo on top of it.
        var version = kind == EntryKind.Expired ? article.Lifted : article.Versions.Count;
        Entries.Add(new ModelEntry(Entries.Count + 1, kind, id, version, article.Public, isPublic));
        return true;
    }
}
