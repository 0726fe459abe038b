using Qudao.Platform;

namespace Qudao.Training.Sessions;

/// <summary>A session 培训场次, with its roster counted when it was read.</summary>
public sealed class SessionRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public string OrganisationId { get; set; } = "";
    public string CourseId { get; set; } = "";
    public string Way { get; set; } = "";
    public string? LecturerId { get; set; }
    public string LecturerName { get; set; } = "";
    public string Provider { get; set; } = "";
    public string? RoomId { get; set; }
    public string Place { get; set; } = "";
    public string Link { get; set; } = "";
    public long StartUs { get; set; }
    public long EndUs { get; set; }
    public int Capacity { get; set; }
    public string State { get; set; } = "";
    public string Reason { get; set; } = "";
    public int Effect { get; set; }
    public string Feedback { get; set; } = "";
    public string? PlanItemId { get; set; }
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
    public int Enrolled { get; set; }
    public int Attended { get; set; }
}

/// <summary>Which sessions; empty means any.</summary>
public sealed record SessionFilter(string State, string LecturerId, long FromUs, long UntilUs);

/// <summary>Every statement on sessions.</summary>
public static class SessionStore
{
    /// <summary>
    /// For training_sessions: in scope by itself, or with somebody of the scope on its roster, or given by the caller (@self).
    /// </summary>
    public const string Visible = $"""
        (({Scope.SqlFilter}) OR lecturer_id = @self
         OR EXISTS (SELECT 1 FROM enrolments WHERE enrolments.session_id = training_sessions.id AND enrolments.scope_path >= @ScopeLow AND enrolments.scope_path < @ScopeHigh
                    AND (@Assignee IS NULL OR enrolments.assignee_id = @Assignee)))
        """;

    private const string Columns = """
        id AS Id, version AS Version, scope_path AS ScopePath, assignee_id AS AssigneeId, organisation_id AS OrganisationId, course_id AS CourseId, way AS Way,
        lecturer_id AS LecturerId, lecturer_name AS LecturerName, provider AS Provider, room_id AS RoomId, place AS Place, link AS Link, start_us AS StartUs,
        end_us AS EndUs, capacity AS Capacity, state AS State, reason AS Reason, effect AS Effect, feedback AS Feedback, plan_item_id AS PlanItemId,
        created_us AS CreatedUs, updated_us AS UpdatedUs,
        (SELECT COUNT(*) FROM enrolments WHERE enrolments.session_id = training_sessions.id) AS Enrolled,
        (SELECT COUNT(*) FROM enrolments WHERE enrolments.session_id = training_sessions.id AND enrolments.attendance = 'attended') AS Attended
        """;
    private const string Insert = """
        INSERT INTO training_sessions (id, version, scope_path, assignee_id, organisation_id, course_id, way, lecturer_id, lecturer_name, provider, room_id, place,
            link, start_us, end_us, capacity, state, reason, effect, feedback, plan_item_id, created_us, updated_us)
        VALUES (@Id, @Version, @ScopePath, @AssigneeId, @OrganisationId, @CourseId, @Way, @LecturerId, @LecturerName, @Provider, @RoomId, @Place,
            @Link, @StartUs, @EndUs, @Capacity, @State, @Reason, @Effect, @Feedback, @PlanItemId, @CreatedUs, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE training_sessions SET version = version + 1, lecturer_id = @LecturerId, lecturer_name = @LecturerName, room_id = @RoomId, place = @Place,
            start_us = @StartUs, end_us = @EndUs, state = @State, reason = @Reason, effect = @Effect, feedback = @Feedback, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string SelectAny = $"SELECT {Columns} FROM training_sessions WHERE id = @id";
    private const string SelectOne = $"SELECT {Columns} FROM training_sessions WHERE id = @id AND {Visible}";
    private const string SelectInScope = $"SELECT {Columns} FROM training_sessions WHERE id = @id AND {Scope.SqlFilter}";
    private const string SelectPage = $"""
        SELECT {Columns} FROM training_sessions
        WHERE id > @after AND (@state = '' OR state = @state) AND (@lecturer = '' OR lecturer_id = @lecturer) AND end_us > @from AND start_us < @until AND {Visible}
        ORDER BY id LIMIT @n
        """;
    private const string SelectAheadOfLecturer = $"SELECT {Columns} FROM training_sessions WHERE lecturer_id = @lecturerId AND state = 'scheduled' AND start_us > @now ORDER BY id";

    public static Task InsertAsync(Tx tx, SessionRow row) => tx.ExecuteAsync(Insert, row);

    public static async Task UpdateAsync(Tx tx, SessionRow row)
    {
        row.UpdatedUs = tx.NowMicros;
        await tx.UpdateAsync(Update, row, $"trainingSessions/{row.Id}");
        row.Version++;
    }

    /// <summary>Whatever the scope: what a row in scope belongs to.</summary>
    public static Task<SessionRow?> AnyAsync(Session s, string id) => s.FirstOrDefaultAsync<SessionRow>(SelectAny, new { id });

    /// <summary>To look at.</summary>
    public static Task<SessionRow?> GetAsync(Session s, string id, Caller caller) =>
        s.FirstOrDefaultAsync<SessionRow>(SelectOne, new { id, caller.Scope.ScopeLow, caller.Scope.ScopeHigh, caller.Scope.Assignee, self = caller.StaffId ?? "" });

    /// <summary>To move: only within the scope itself.</summary>
    public static Task<SessionRow?> OwnAsync(Session s, string id, Scope scope) =>
        s.FirstOrDefaultAsync<SessionRow>(SelectInScope, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    public static Task<List<SessionRow>> ListAsync(Session s, Page page, SessionFilter filter, Caller caller) => s.QueryAsync<SessionRow>(SelectPage, new
    {
        after = page.After,
        state = filter.State,
        lecturer = filter.LecturerId,
        from = filter.FromUs,
        until = filter.UntilUs,
        caller.Scope.ScopeLow,
        caller.Scope.ScopeHigh,
        caller.Scope.Assignee,
        self = caller.StaffId ?? "",
        n = page.Fetch,
    });

    /// <summary>What is scheduled with a lecturer and has not begun, whatever the scope.</summary>
    public static Task<List<SessionRow>> AheadOfLecturerAsync(Tx tx, string lecturerId) =>
        tx.QueryAsync<SessionRow>(SelectAheadOfLecturer, new { lecturerId, now = tx.NowMicros });
}
