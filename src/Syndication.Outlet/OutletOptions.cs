using System.ComponentModel.DataAnnotations;

namespace Syndication.Outlet;

/// <summary>What the outlet follows, and where it keeps it: <c>Outlet:…</c>.</summary>
internal sealed class OutletOptions
{
    /// <summary>The stream.</summary>
    [Required]
    public string Stream { get; set; } = "";

    /// <summary>Which of the partner's systems this is.</summary>
    [Required]
    public string Consumer { get; set; } = "outlet";

    /// <summary>The SQLite file. It belongs to this stream and consumer. Default <c>outlet.db</c>, in the working directory.</summary>
    [Required]
    public string Database { get; set; } = "outlet.db";
}
