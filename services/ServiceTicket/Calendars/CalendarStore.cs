using System.Collections.Concurrent;
using System.Text.Json;
using Qudao.Platform;
using Qudao.ServiceTicket.Policies;

namespace Qudao.ServiceTicket.Calendars;

/// <summary>What holds from a day on.</summary>
public sealed record Revision(DateOnly From, IReadOnlyList<string> Windows, IReadOnlyList<int> Weekend, bool PublicHolidays, IReadOnlyList<RevisionDay> Days);

/// <summary>A day that differs from its weekday; windows of its own are a make-up day's only, and null in rows of before there were any.</summary>
public sealed record RevisionDay(DateOnly Date, bool Working, string Name, IReadOnlyList<string>? Windows = null);

/// <summary>A calendar as it stands in the table; its id is the organisation's code.</summary>
public sealed class CalendarRow : IPlaced
{
    public string Id { get; set; } = "";
    public string ScopePath { get; set; } = "";

    /// <summary>JSON.</summary>
    public string Revisions { get; set; } = "[]";

    public string Reason { get; set; } = "";
    public long Version { get; set; }
    public long UpdatedUs { get; set; }

    /// <summary>What a ticket notes of the calendar it was counted by.</summary>
    public string Key => $"{Id}@{Version}";

    public IReadOnlyList<Revision> ReadRevisions() => JsonSerializer.Deserialize<Revision[]>(Revisions, EventJson.Options)!;

    public void WriteRevisions(IEnumerable<Revision> revisions) => Revisions = JsonSerializer.Serialize(revisions, EventJson.Options);
}

/// <summary>A calendar whose tickets are being counted anew.</summary>
public sealed class RecountRow
{
    public string Id { get; set; } = "";
    public string CalendarId { get; set; } = "";
    public string AfterId { get; set; } = "";
}

/// <summary>Working calendars.</summary>
public static class CalendarStore
{
    private const int Remembered = 256;
    private const string Columns = "id AS Id, scope_path AS ScopePath, revisions AS Revisions, reason AS Reason, version AS Version, updated_us AS UpdatedUs";
    // HQ's is everybody's to read.
    private const string Visible = "(id = 'hq' OR (scope_path >= @ScopeLow AND scope_path < @ScopeHigh))";
    private const string Select = $"SELECT {Columns} FROM service_calendars WHERE id = @Id AND {Visible}";
    private const string SelectAll = $"SELECT {Columns} FROM service_calendars";
    private const string SelectPage = $"SELECT {Columns} FROM service_calendars WHERE id > @After AND {Visible} ORDER BY id LIMIT @n";
    private const string Insert = """
        INSERT INTO service_calendars (id, scope_path, revisions, reason, version, updated_us) VALUES (@Id, @ScopePath, @Revisions, @Reason, @Version, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE service_calendars SET version = version + 1, revisions = @Revisions, reason = @Reason, updated_us = @UpdatedUs WHERE id = @Id AND version = @Version
        """;
    private const string InsertRecount = "INSERT INTO calendar_recounts (id, calendar_id, after_id) VALUES (@Id, @CalendarId, '')";
    private const string SelectRecount = "SELECT id AS Id, calendar_id AS CalendarId, after_id AS AfterId FROM calendar_recounts ORDER BY id LIMIT @n";
    private const string MoveRecount = "UPDATE calendar_recounts SET after_id = @Last WHERE id = @Id AND after_id = @AfterId";
    private const string DeleteRecount = "DELETE FROM calendar_recounts WHERE id = @Id";

    // A calendar is read with every change of a ticket, and seldom changed.
    private static readonly ConcurrentDictionary<string, Timetable> Read = new();

    public static Task<CalendarRow?> GetAsync(Session session, string id, Scope scope) =>
        session.FirstOrDefaultAsync<CalendarRow>(Select, new { Id = id, scope.ScopeLow, scope.ScopeHigh });

    public static Task<List<CalendarRow>> ListAsync(Session session, Scope scope, string after, int n) =>
        session.QueryAsync<CalendarRow>(SelectPage, new { scope.ScopeLow, scope.ScopeHigh, After = after, n });

    /// <summary>The nearest organisation's above a place in the tree.</summary>
    public static async Task<CalendarRow> AboveAsync(Session session, string scopePath) =>
        PolicyRules.Choose(await session.QueryAsync<CalendarRow>(SelectAll), scopePath) ?? new CalendarRow();

    public static Timetable TimetableOf(CalendarRow row)
    {
        if (Read.Count > Remembered)
            Read.Clear();
        return Read.GetOrAdd(row.Revisions, _ => CalendarRules.ToTimetable(row.ReadRevisions()));
    }

    /// <summary>Inserts a row of version 0, updates any other; refuses (ABORTED) when somebody was faster. Its tickets are counted anew.</summary>
    public static async Task SaveAsync(Tx tx, CalendarRow row)
    {
        await PolicyStore.SaveAsync(tx, Insert, Update, row, row.Version, version => row.Version = version, $"serviceCalendars/{row.Id}");
        await tx.ExecuteAsync(InsertRecount, new { Id = tx.NewId(), CalendarId = row.Id });
    }

    /// <summary>The change whose tickets are to be counted next; null when there is none.</summary>
    public static Task<RecountRow?> RecountAsync(Session session) => session.FirstOrDefaultAsync<RecountRow>(SelectRecount, new { n = 1 });

    public static Task MoveAsync(Tx tx, RecountRow recount, string last) => tx.ExecuteAsync(MoveRecount, new { recount.Id, recount.AfterId, Last = last });

    public static Task EndAsync(Tx tx, RecountRow recount) => tx.ExecuteAsync(DeleteRecount, new { recount.Id });
}
