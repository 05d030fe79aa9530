using Syndication.V1;

namespace Syndication.Audit;

/// <summary>
/// Counts refused logins until they are written. Bounded, and so is what it makes in a second: a guesser gets a few rows,
/// however fast it is and however many keys and addresses it makes up.
/// </summary>
public sealed class RefusedLogins
{
    /// <summary>How many addresses are told apart; the others are counted together.</summary>
    public const int MaxAddresses = 32;

    /// <summary>How many keys of one address are told apart; the others are counted together.</summary>
    public const int MaxKeys = 4;

    private readonly Lock _gate = new();
    private Dictionary<(string Address, string KeyId, ErrorReason Reason), (DateTimeOffset Time, int Count)> _counts = [];
    private Dictionary<string, HashSet<string>> _keys = [];

    /// <summary>Counts one.</summary>
    public void Add(string address, string keyId, ErrorReason reason, DateTimeOffset time)
    {
        lock (_gate)
        {
            Add(address, keyId, reason, time, 1);
        }
    }

    /// <summary>What was counted since the last time, as events.</summary>
    public IReadOnlyCollection<AuditRecord> Take()
    {
        Dictionary<(string Address, string KeyId, ErrorReason Reason), (DateTimeOffset Time, int Count)> counts;
        lock (_gate)
        {
            if (_counts.Count == 0)
            {
                return [];
            }

            (counts, _counts, _keys) = (_counts, [], []);
        }

        return
        [
            .. counts.Select(pair => new AuditRecord
            {
                Time = Log.LogTime.Floor(pair.Value.Time),
                Action = AuditAction.RefuseLogin,
                KeyId = pair.Key.KeyId,
                Subject = pair.Key.KeyId,
                Detail = pair.Key.Reason.ToString(),
                Address = pair.Key.Address,
                Count = pair.Value.Count,
            }),
        ];
    }

    /// <summary>Counts what could not be written together with what has come since.</summary>
    public void PutBack(IReadOnlyCollection<AuditRecord> taken)
    {
        lock (_gate)
        {
            foreach (var record in taken)
            {
                Add(record.Address, record.KeyId, Enum.Parse<ErrorReason>(record.Detail), record.Time, record.Count);
            }
        }
    }

    private void Add(string address, string keyId, ErrorReason reason, DateTimeOffset time, int count)
    {
        if (!_keys.TryGetValue(address, out var keys))
        {
            if (_keys.Count >= MaxAddresses)
            {
                // An empty address stands for several.
                (address, keyId) = ("", "");
                keys = _keys.GetValueOrDefault("");
            }

            keys ??= _keys[address] = [];
        }

        if (keyId.Length > 0 && !keys.Contains(keyId))
        {
            if (keys.Count >= MaxKeys)
            {
                keyId = "";
            }
            else
            {
                keys.Add(keyId);
            }
        }

        var key = (address, keyId, reason);
        var known = _counts.GetValueOrDefault(key, (time, 0));
        _counts[key] = (known.Item1, (int)Math.Min((long)known.Item2 + count, int.MaxValue));
    }
}
