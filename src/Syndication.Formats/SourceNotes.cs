namespace Syndication.Formats;

/// <summary>Collects what a reader has to say about a source. The first hundred are kept: a hostile source has a note for every byte.</summary>
internal sealed class SourceNotes
{
    private const int Max = 100;

    private readonly List<FormatNote> _notes = [];

    public IReadOnlyList<FormatNote> List => _notes;

    public void Kept(string path) => Add(new(path, "kept in the extensions", Kept: true));

    public void LeftOut(string path, string why) => Add(new(path, why, Kept: false));

    private void Add(FormatNote note)
    {
        if (_notes.Count < Max && !_notes.Contains(note))
        {
            _notes.Add(note);
        }
    }
}
