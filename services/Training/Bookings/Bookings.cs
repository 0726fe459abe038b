using Qudao.Platform;

namespace Qudao.Training.Bookings;

/// <summary>Something that can be in one place at a time, and what it is called.</summary>
public sealed record Resource(string Key, string Zh, string En)
{
    public static Resource Lecturer(string id, string name) => new($"staff/{id}", $"讲师“{name}”", $"The lecturer {name}");

    public static Resource Room(string id, string name) => new($"room/{id}", $"教室“{name}”", $"The room {name}");

    public static Resource Place(string place) => new($"place/{place}", $"场地“{place}”", $"The place {place}");

    public static Resource Trainee(string id, string name) => new($"trainee/{id}", $"学员“{name}”", $"The trainee {name}");
}

/// <summary>Time that is taken.</summary>
public sealed class BusyRow
{
    public string ResourceKey { get; set; } = "";
    public string RequestId { get; set; } = "";
    public long StartUs { get; set; }
    public long EndUs { get; set; }
}

/// <summary>
/// Who takes whose time. The lock row of a resource is written before its bookings are read, so that whoever comes second
/// waits for the first one's commit and then sees it: nothing is ever booked twice, on either database. Several resources
/// are taken in the order of their keys, so that two who want the same ones do not wait for each other.
/// </summary>
public static class Booking
{
    private const string LockOne = "UPDATE booking_locks SET taken = taken + 1 WHERE resource_key = @key";
    private const string InsertLock = "INSERT INTO booking_locks (resource_key, taken) VALUES (@key, 1)";
    private const string CountOverlaps = """
        SELECT COUNT(*) FROM bookings WHERE resource_key = @key AND request_id <> @holder AND start_us < @end AND end_us > @start
        """;
    private const string Insert = "INSERT INTO bookings (resource_key, request_id, start_us, end_us) VALUES (@key, @holder, @start, @end)";
    private const string DeleteHolders = "DELETE FROM bookings WHERE request_id = @holder";
    private const string DeleteOne = "DELETE FROM bookings WHERE request_id = @holder AND resource_key = @key";
    private const string SelectBusy = """
        SELECT resource_key AS ResourceKey, request_id AS RequestId, start_us AS StartUs, end_us AS EndUs
        FROM bookings WHERE resource_key IN @keys AND start_us < @end AND end_us > @start
        """;
    private const string CountAhead = "SELECT COUNT(*) FROM bookings WHERE resource_key = @key AND end_us > @now";

    /// <summary>Holds a resource for this transaction: whoever wants it too waits for the commit.</summary>
    public static async Task LockAsync(Tx tx, string key)
    {
        if (await tx.ExecuteAsync(LockOne, new { key }) == 0)
            await tx.ExecuteAsync(InsertLock, new { key });
    }

    /// <summary>Takes the resource for the time, unless another holder has it then; false then, and nothing is taken.</summary>
    public static async Task<bool> TryTakeAsync(Tx tx, string key, string holder, long start, long end)
    {
        await LockAsync(tx, key);
        if (await tx.ScalarAsync<long>(CountOverlaps, new { key, holder, start, end }) > 0)
            return false;
        await tx.ExecuteAsync(Insert, new { key, holder, start, end });
        return true;
    }

    /// <summary>Takes all of them or none; refuses with DOUBLE_BOOKED, naming the first that is taken.</summary>
    public static async Task TakeAsync(Tx tx, string holder, long start, long end, IEnumerable<Resource> resources)
    {
        foreach (var resource in resources.OrderBy(r => r.Key, StringComparer.Ordinal))
            if (!await TryTakeAsync(tx, resource.Key, holder, start, end))
                throw Taken(resource);
    }

    public static Refusal Taken(Resource resource) =>
        Errors.Precondition("DOUBLE_BOOKED", $"{resource.Zh}在该时段已有安排。", $"{resource.En} is already booked at that time.");

    /// <summary>Gives back all that a holder took.</summary>
    public static Task FreeAsync(Tx tx, string holder) => tx.ExecuteAsync(DeleteHolders, new { holder });

    /// <summary>Gives back one of them.</summary>
    public static Task FreeAsync(Tx tx, string holder, string key) => tx.ExecuteAsync(DeleteOne, new { holder, key });

    /// <summary>What is taken of these resources within a span.</summary>
    public static async Task<List<BusyRow>> BusyAsync(Session s, IReadOnlyCollection<string> keys, long start, long end) =>
        keys.Count == 0 ? [] : await s.QueryAsync<BusyRow>(SelectBusy, new { keys, start, end });

    /// <summary>Whether anything is booked that has not ended.</summary>
    public static async Task<bool> IsBookedAheadAsync(Tx tx, string key) => await tx.ScalarAsync<long>(CountAhead, new { key, now = tx.NowMicros }) > 0;
}
