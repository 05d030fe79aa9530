namespace Syndication.Cli.Import;

/// <summary>What the files of an import hold.</summary>
internal enum InputFormat
{
    /// <summary>By the file's name (<c>.json</c>, <c>.ndjson</c> and <c>.jsonl</c> are JSON, others text), standard input by its first character.</summary>
    ByName,

    /// <summary>Wire text.</summary>
    Text,

    /// <summary>An article, or what <c>export</c> wrote, on each line.</summary>
    Ndjson,

    /// <summary>One such object, over any number of lines, or an array of them.</summary>
    Json,
}
