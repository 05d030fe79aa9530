using Syndication.V1;

namespace Syndication.Client;

/// <summary>Reads updates.</summary>
public static class UpdateExtensions
{
    /// <summary>What the update asks of whoever keeps a copy of the stream's articles. Also right for kinds that this client does not know.</summary>
    public static UpdateEffect Effect(this Update update)
    {
        ArgumentNullException.ThrowIfNull(update);

        return update switch
        {
            { Article: not null } => UpdateEffect.Store,
            { Kind: UpdateKind.Withheld or UpdateKind.Withdrawn or UpdateKind.Expired or UpdateKind.Removed } => UpdateEffect.TakeDown,
            _ => UpdateEffect.None,
        };
    }
}
