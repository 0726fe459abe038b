using Qudao.Platform;

namespace Qudao.Training.Calendars;

/// <summary>A feed; scope and assignee are the maker's, as they are now. TargetPath: the organisation's place.</summary>
public sealed class CalendarFeedRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string SecretHash { get; set; } = "";
    public string Title { get; set; } = "";
    public string? LecturerId { get; set; }
    public string? OrganisationId { get; set; }
    public string? TargetPath { get; set; }
    public string Maker { get; set; } = "";
    public string? MakerStaffId { get; set; }
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public long? ReadUs { get; set; }
    public long CreatedUs { get; set; }
}

/// <summary>A session as a calendar shows it.</summary>
public sealed class CalendarRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string CourseTitle { get; set; } = "";
    public string LecturerName { get; set; } = "";
    public string Place { get; set; } = "";
    public string? RoomName { get; set; }
    public string? RoomAddress { get; set; }
    public string Link { get; set; } = "";
    public string State { get; set; } = "";
    public long StartUs { get; set; }
    public long EndUs { get; set; }
    public long UpdatedUs { get; set; }
}

/// <summary>Every statement on feeds, and what they show.</summary>
public static class CalendarFeedStore
{
    private const string Columns = """
        id AS Id, version AS Version, secret_hash AS SecretHash, title AS Title, lecturer_id AS LecturerId, organisation_id AS OrganisationId, target_path AS TargetPath,
        maker AS Maker, maker_staff_id AS MakerStaffId, scope_path AS ScopePath, assignee_id AS AssigneeId, read_us AS ReadUs, created_us AS CreatedUs
        """;
    private const string Insert = """
        INSERT INTO calendar_feeds (id, version, secret_hash, title, lecturer_id, organisation_id, target_path, maker, maker_staff_id, scope_path, assignee_id, read_us, created_us)
        VALUES (@Id, @Version, @SecretHash, @Title, @LecturerId, @OrganisationId, @TargetPath, @Maker, @MakerStaffId, @ScopePath, @AssigneeId, NULL, @CreatedUs)
        """;
    private const string Rotate = "UPDATE calendar_feeds SET version = version + 1, secret_hash = @SecretHash WHERE id = @Id AND version = @Version";
    private const string Delete = "DELETE FROM calendar_feeds WHERE id = @Id";
    private const string DeleteOfStaff = "DELETE FROM calendar_feeds WHERE maker_staff_id = @staff";
    private const string FollowStaff = "UPDATE calendar_feeds SET scope_path = @path, assignee_id = @assignee WHERE maker_staff_id = @staff";
    private const string SelectOwn = $"SELECT {Columns} FROM calendar_feeds WHERE id = @id AND maker = @maker";
    private const string SelectPage = $"SELECT {Columns} FROM calendar_feeds WHERE maker = @maker AND id > @after ORDER BY id LIMIT @n";
    private const string SelectSecret = $"SELECT {Columns} FROM calendar_feeds WHERE secret_hash = @hash";
    private const string Touch = "UPDATE calendar_feeds SET read_us = @now WHERE id = @id AND (read_us IS NULL OR read_us < @before)";
    private const string CountOwn = "SELECT COUNT(*) FROM calendar_feeds WHERE maker = @maker";
    private const string SelectSessions = $"""
        SELECT id AS Id, version AS Version, COALESCE((SELECT courses.title FROM courses WHERE courses.id = training_sessions.course_id), '') AS CourseTitle,
            lecturer_name AS LecturerName, place AS Place, (SELECT rooms.name FROM rooms WHERE rooms.id = training_sessions.room_id) AS RoomName,
            (SELECT rooms.address FROM rooms WHERE rooms.id = training_sessions.room_id) AS RoomAddress, link AS Link, state AS State, start_us AS StartUs, end_us AS EndUs,
            updated_us AS UpdatedUs
        FROM training_sessions
        WHERE end_us > @from AND start_us < @until AND (@lecturer IS NULL OR lecturer_id = @lecturer) AND (@low IS NULL OR (scope_path >= @low AND scope_path < @high))
          AND {Sessions.SessionStore.Visible}
        ORDER BY start_us, id LIMIT @n
        """;

    public static Task InsertAsync(Tx tx, CalendarFeedRow row) => tx.ExecuteAsync(Insert, row);

    public static async Task RotateAsync(Tx tx, CalendarFeedRow row)
    {
        await tx.UpdateAsync(Rotate, row, $"calendarFeeds/{row.Id}");
        row.Version++;
    }

    public static Task DeleteAsync(Tx tx, CalendarFeedRow row) => tx.ExecuteAsync(Delete, row);

    /// <summary>The maker left, or may see no training any more.</summary>
    public static Task DeleteOfStaffAsync(Tx tx, string staff) => tx.ExecuteAsync(DeleteOfStaff, new { staff });

    /// <summary>The maker works elsewhere, or sees only what is his.</summary>
    public static Task FollowStaffAsync(Tx tx, string staff, string path, string? assignee) => tx.ExecuteAsync(FollowStaff, new { staff, path, assignee });

    public static Task<CalendarFeedRow?> OwnAsync(Session s, string id, string maker) => s.FirstOrDefaultAsync<CalendarFeedRow>(SelectOwn, new { id, maker });

    public static Task<List<CalendarFeedRow>> ListAsync(Session s, string maker, Page page) => s.QueryAsync<CalendarFeedRow>(SelectPage, new { maker, after = page.After, n = page.Fetch });

    public static Task<CalendarFeedRow?> OfSecretAsync(Session s, string hash) => s.FirstOrDefaultAsync<CalendarFeedRow>(SelectSecret, new { hash });

    public static Task<long> CountAsync(Session s, string maker) => s.ScalarAsync<long>(CountOwn, new { maker });

    /// <summary>Notes that a feed is in use; once an hour is enough.</summary>
    public static Task TouchAsync(Tx tx, string id) => tx.ExecuteAsync(Touch, new { id, now = tx.NowMicros, before = tx.Now.AddHours(-1).Micros() });

    public static Task<List<CalendarRow>> SessionsAsync(Session s, CalendarFeedRow feed, long from, long until, int n)
    {
        var scope = new Scope(feed.ScopePath, feed.AssigneeId);
        var target = feed.TargetPath is null ? null : new Scope(feed.TargetPath, null);
        return s.QueryAsync<CalendarRow>(SelectSessions, new
        {
            from,
            until,
            lecturer = feed.LecturerId,
            low = target?.ScopeLow,
            high = target?.ScopeHigh,
            scope.ScopeLow,
            scope.ScopeHigh,
            scope.Assignee,
            self = feed.MakerStaffId ?? "",
            n,
        });
    }
}
