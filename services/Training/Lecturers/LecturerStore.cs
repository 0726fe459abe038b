using Qudao.Platform;

namespace Qudao.Training.Lecturers;

/// <summary>A lecturer; the id is that of the member of staff. Courses and windows as text, see LecturerRules.</summary>
public sealed class LecturerRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string DisplayName { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string Courses { get; set; } = "";
    public string Windows { get; set; } = "";
    public string Introduction { get; set; } = "";
    public bool Retired { get; set; }
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
}

public sealed class AbsenceRow
{
    public string Id { get; set; } = "";
    public string LecturerId { get; set; } = "";
    public long StartUs { get; set; }
    public long EndUs { get; set; }
    public string Reason { get; set; } = "";
}

/// <summary>Every statement on lecturers and their absences.</summary>
public static class LecturerStore
{
    private const string Columns = """
        id AS Id, version AS Version, display_name AS DisplayName, scope_path AS ScopePath, courses AS Courses, windows AS Windows,
        introduction AS Introduction, retired AS Retired, created_us AS CreatedUs, updated_us AS UpdatedUs
        """;
    private const string Insert = """
        INSERT INTO lecturers (id, version, display_name, scope_path, courses, windows, introduction, retired, created_us, updated_us)
        VALUES (@Id, @Version, @DisplayName, @ScopePath, @Courses, @Windows, @Introduction, @Retired, @CreatedUs, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE lecturers SET version = version + 1, courses = @Courses, windows = @Windows, introduction = @Introduction, retired = @Retired, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string SelectAny = $"SELECT {Columns} FROM lecturers WHERE id = @id";
    private const string SelectOne = $"SELECT {Columns} FROM lecturers WHERE id = @id AND {Scope.SqlFilter}";
    private const string SelectPage = $"SELECT {Columns} FROM lecturers WHERE id > @after AND {Scope.SqlFilter} ORDER BY id LIMIT @n";
    private const string SelectAvailable = $"SELECT {Columns} FROM lecturers WHERE retired = 0 AND {Scope.SqlFilter} ORDER BY id LIMIT @n";
    private const string Follow = "UPDATE lecturers SET display_name = @Name, scope_path = @ScopePath, retired = CASE WHEN @active = 0 THEN 1 ELSE retired END WHERE id = @AggregateId";
    private const string AbsenceColumns = "id AS Id, lecturer_id AS LecturerId, start_us AS StartUs, end_us AS EndUs, reason AS Reason";
    private const string InsertAbsence = "INSERT INTO absences (id, lecturer_id, start_us, end_us, reason) VALUES (@Id, @LecturerId, @StartUs, @EndUs, @Reason)";
    private const string SelectAbsences = $"SELECT {AbsenceColumns} FROM absences WHERE lecturer_id = @id AND end_us > @now ORDER BY start_us, id LIMIT @n";
    private const string DeleteAbsence = "DELETE FROM absences WHERE id = @id AND lecturer_id = @lecturer";

    public static Task InsertAsync(Tx tx, LecturerRow row) => tx.ExecuteAsync(Insert, row);

    public static async Task UpdateAsync(Tx tx, LecturerRow row)
    {
        row.UpdatedUs = tx.NowMicros;
        await tx.UpdateAsync(Update, row, $"lecturers/{row.Id}");
        row.Version++;
    }

    /// <summary>Whatever the scope: who may name the person has seen to that.</summary>
    public static Task<LecturerRow?> AnyAsync(Session s, string id) => s.FirstOrDefaultAsync<LecturerRow>(SelectAny, new { id });

    public static Task<LecturerRow?> GetAsync(Session s, string id, Scope scope) =>
        s.FirstOrDefaultAsync<LecturerRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    public static Task<List<LecturerRow>> ListAsync(Session s, Page page, Scope scope) =>
        s.QueryAsync<LecturerRow>(SelectPage, new { after = page.After, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n = page.Fetch });

    public static Task<List<LecturerRow>> AvailableAsync(Session s, Scope scope, int n) =>
        s.QueryAsync<LecturerRow>(SelectAvailable, new { scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n });

    /// <summary>Renamed, moved or gone; who is gone is not booked any more.</summary>
    public static Task FollowAsync(Tx tx, Events.StaffChanged happened) =>
        tx.ExecuteAsync(Follow, new { happened.Name, happened.ScopePath, active = happened.Active ? 1 : 0, happened.AggregateId });

    public static Task InsertAbsenceAsync(Tx tx, AbsenceRow row) => tx.ExecuteAsync(InsertAbsence, row);

    public static Task<List<AbsenceRow>> AbsencesAsync(Session s, string id, long now, int n) => s.QueryAsync<AbsenceRow>(SelectAbsences, new { id, now, n });

    public static async Task<bool> DeleteAbsenceAsync(Tx tx, string id, string lecturer) => await tx.ExecuteAsync(DeleteAbsence, new { id, lecturer }) > 0;
}
