using Qudao.Platform;
using Qudao.Training.Partners;

namespace Qudao.Training.Trainees;

/// <summary>Somebody as a roster names him: the employer is null for our own people, whose place is then the scope.</summary>
public sealed record Person(string Name, string Phone, string Position, PartnerRow? Partner, string ScopePath, string? AssigneeId)
{
    /// <summary>
    /// Name and telephone tell a person apart wherever he works – the telephone alone may be the shop's; without one only the
    /// name at one employer does.
    /// </summary>
    public string Key => PhoneKey ?? NameKey;

    public string? PhoneKey => string.Concat(Phone.Where(char.IsAsciiDigit)) is { Length: > 0 } digits ? $"tel:{digits}:{Name}" : null;

    public string NameKey => $"at:{Partner?.Id ?? ScopePath}:{Name}";
}

/// <summary>Finds and keeps growth files.</summary>
public static class TraineeWrites
{
    /// <summary>Who it is, if he is known: by the telephone, or as one of the same employer of whom no telephone was known.</summary>
    public static async Task<TraineeRow?> FindAsync(Session s, Person person)
    {
        if (await TraineeStore.ByKeyAsync(s, person.Key) is { } known)
            return known;
        return person.PhoneKey is null ? null : await TraineeStore.ByKeyAsync(s, person.NameKey);
    }

    /// <summary>The growth file, begun or brought up to date: a person at another employer takes the file along.</summary>
    public static async Task<TraineeRow> KeepAsync(Tx tx, TraineeRow? known, Person person)
    {
        var row = known ?? new TraineeRow { Id = tx.NewId(), Version = 1, CreatedUs = tx.NowMicros, UpdatedUs = tx.NowMicros };
        var moved = known is null || row.PartnerId != person.Partner?.Id;
        var changed = moved || row.IdentityKey != person.Key || (person.Position.Length > 0 && row.Position != person.Position);
        if (!changed)
            return row;
        (row.IdentityKey, row.DisplayName) = (person.Key, person.Name);
        row.Phone = person.Phone.Length > 0 ? person.Phone : row.Phone;
        row.Position = person.Position.Length > 0 ? person.Position : row.Position;
        (row.PartnerId, row.PartnerName, row.ScopePath, row.AssigneeId) = (person.Partner?.Id, person.Partner?.Name ?? "", person.ScopePath, person.AssigneeId);
        if (known is null)
            await TraineeStore.InsertAsync(tx, row);
        else
            await TraineeStore.UpdateAsync(tx, row);
        if (moved)
            await TraineeStore.EmployAsync(tx, row);
        return row;
    }
}
