namespace Syndication.Subscriptions;

/// <summary>Who reads, as far as it changes what is sent. Readers of one audience share the encoded bytes.</summary>
/// <param name="Held">May see articles under embargo.</param>
/// <param name="Desk">May see desk-only fields.</param>
/// <param name="Headlines">Wants no bodies.</param>
public readonly record struct Audience(bool Held, bool Desk, bool Headlines)
{
    /// <summary>How many audiences there are.</summary>
    public const int Count = 8;

    /// <summary>May see texts that are withheld or expired.</summary>
    public bool HeldTexts => Held && Desk;

    /// <summary>0 to <see cref="Count"/> - 1.</summary>
    public int Index => (Held ? 4 : 0) + (Desk ? 2 : 0) + (Headlines ? 1 : 0);
}
