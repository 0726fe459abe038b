using Qudao.Platform;

namespace Qudao.Training.Requests;

public sealed class TrainingRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }
    public string PartnerId { get; set; } = "";
    public string PartnerName { get; set; } = "";
    public long PartnerVersion { get; set; }
    public string CourseId { get; set; } = "";
    public int Expected { get; set; }
    public long WishUs { get; set; }
    public string Place { get; set; } = "";
    public string Contact { get; set; } = "";
    public string Phone { get; set; } = "";
    public string Way { get; set; } = "";
    public string State { get; set; } = "";
    public string? LecturerId { get; set; }
    public long? StartUs { get; set; }
    public long? EndUs { get; set; }
    public int Effect { get; set; }
    public string Feedback { get; set; } = "";
    public string Reason { get; set; } = "";
    public string Requester { get; set; } = "";
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }
}

public sealed class TraineeRow
{
    public string RequestId { get; set; } = "";
    public int Ordinal { get; set; }
    public string Name { get; set; } = "";
    public string Position { get; set; } = "";
    public bool Attended { get; set; }
    public int? Score { get; set; }
}

/// <summary>Every statement on training requests, their trainees and their bookings.</summary>
public static class TrainingStore
{
    private const string Columns = """
        id AS Id, version AS Version, scope_path AS ScopePath, assignee_id AS AssigneeId, partner_id AS PartnerId, partner_name AS PartnerName,
        partner_version AS PartnerVersion, course_id AS CourseId, expected AS Expected, wish_us AS WishUs, place AS Place, contact AS Contact,
        phone AS Phone, way AS Way, state AS State, lecturer_id AS LecturerId, start_us AS StartUs, end_us AS EndUs, effect AS Effect,
        feedback AS Feedback, reason AS Reason, requester AS Requester, created_us AS CreatedUs, updated_us AS UpdatedUs
        """;
    private const string Insert = """
        INSERT INTO training_requests (id, version, scope_path, assignee_id, partner_id, partner_name, partner_version, course_id, expected, wish_us,
            place, contact, phone, way, state, requester, created_us, updated_us)
        VALUES (@Id, @Version, @ScopePath, @AssigneeId, @PartnerId, @PartnerName, @PartnerVersion, @CourseId, @Expected, @WishUs,
            @Place, @Contact, @Phone, @Way, @State, @Requester, @CreatedUs, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE training_requests SET version = version + 1, place = @Place, state = @State, lecturer_id = @LecturerId, start_us = @StartUs,
            end_us = @EndUs, effect = @Effect, feedback = @Feedback, reason = @Reason, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string SelectOne = $"SELECT {Columns} FROM training_requests WHERE id = @id AND {Scope.SqlFilter}";
    private const string SelectPage = $"""
        SELECT {Columns} FROM training_requests
        WHERE id > @after AND (@state = '' OR state = @state) AND (@partner = '' OR partner_id = @partner) AND {Scope.SqlFilter}
        ORDER BY id LIMIT @n
        """;
    private const string SelectOpenOfPartner = $"SELECT {Columns} FROM training_requests WHERE partner_id = @partnerId AND state IN ('requested', 'scheduled') ORDER BY id";
    private const string SelectAheadOfLecturer = $"""
        SELECT {Columns} FROM training_requests WHERE lecturer_id = @lecturerId AND state = 'scheduled' AND start_us > @now ORDER BY id
        """;
    private const string SelectTrainees = """
        SELECT request_id AS RequestId, ordinal AS Ordinal, name AS Name, position AS Position, attended AS Attended, score AS Score
        FROM trainees WHERE request_id = @id ORDER BY ordinal
        """;
    private const string SelectTraineesOfMany = """
        SELECT request_id AS RequestId, ordinal AS Ordinal, name AS Name, position AS Position, attended AS Attended, score AS Score
        FROM trainees WHERE request_id IN @ids ORDER BY request_id, ordinal
        """;
    private const string InsertTrainee = """
        INSERT INTO trainees (request_id, ordinal, name, position, attended, score) VALUES (@RequestId, @Ordinal, @Name, @Position, @Attended, @Score)
        """;
    private const string UpdateScore = "UPDATE trainees SET score = @Score WHERE request_id = @RequestId AND ordinal = @Ordinal";
    private const string Lock = "UPDATE booking_locks SET taken = taken + 1 WHERE resource_key = @key";
    private const string InsertLock = "INSERT INTO booking_locks (resource_key, taken) VALUES (@key, 1)";
    private const string CountOverlaps = """
        SELECT COUNT(*) FROM bookings WHERE resource_key = @key AND request_id <> @id AND start_us < @end AND end_us > @start
        """;
    private const string InsertBooking = "INSERT INTO bookings (resource_key, request_id, start_us, end_us) VALUES (@key, @id, @start, @end)";
    private const string DeleteBookings = "DELETE FROM bookings WHERE request_id = @id";
    private const string MoveMerged = """
        UPDATE training_requests SET partner_id = @SurvivorId, partner_version = @SurvivorVersion, partner_name = @SurvivorName, scope_path = @ScopePath, assignee_id = @AssigneeId
        WHERE partner_id = @MergedId
        """;
    private const string UpdatePartner = """
        UPDATE training_requests SET partner_name = @Name, scope_path = @ScopePath, assignee_id = @AssigneeId, partner_version = @Version
        WHERE partner_id = @AggregateId AND partner_version < @Version
        """;

    /// <summary>The requests of a merged partner are the survivor's.</summary>
    public static Task MoveAsync(Tx tx, RedirectRow merged) => tx.ExecuteAsync(MoveMerged, merged);

    public static Task InsertAsync(Tx tx, TrainingRow row) => tx.ExecuteAsync(Insert, row);

    /// <summary>Writes the row under its version and counts the version up.</summary>
    public static async Task UpdateAsync(Tx tx, TrainingRow row)
    {
        row.UpdatedUs = tx.NowMicros;
        await tx.UpdateAsync(Update, row, $"trainingRequests/{row.Id}");
        row.Version++;
    }

    public static Task<TrainingRow?> GetAsync(Session s, string id, Scope scope) =>
        s.FirstOrDefaultAsync<TrainingRow>(SelectOne, new { id, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });

    public static Task<List<TrainingRow>> ListAsync(Session s, Page page, string state, string partner, Scope scope) =>
        s.QueryAsync<TrainingRow>(SelectPage, new { after = page.After, state, partner, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n = page.Fetch });

    /// <summary>What is scheduled with a lecturer and has not begun, whatever the scope.</summary>
    public static Task<List<TrainingRow>> AheadOfLecturerAsync(Tx tx, string lecturerId) =>
        tx.QueryAsync<TrainingRow>(SelectAheadOfLecturer, new { lecturerId, now = tx.NowMicros });

    public static Task<List<TraineeRow>> TraineesAsync(Session s, string id) => s.QueryAsync<TraineeRow>(SelectTrainees, new { id });

    public static async Task<ILookup<string, TraineeRow>> TraineesAsync(Session s, IReadOnlyCollection<string> ids) =>
        (ids.Count == 0 ? [] : await s.QueryAsync<TraineeRow>(SelectTraineesOfMany, new { ids })).ToLookup(t => t.RequestId);

    public static Task InsertTraineeAsync(Tx tx, TraineeRow row) => tx.ExecuteAsync(InsertTrainee, row);

    public static Task UpdateScoreAsync(Tx tx, TraineeRow row) => tx.ExecuteAsync(UpdateScore, row);

    /// <summary>Takes the resource for the time, unless it is taken by another request; false then, and nothing is written for it.</summary>
    public static async Task<bool> TryBookAsync(Tx tx, string key, string id, long start, long end)
    {
        if (await tx.ExecuteAsync(Lock, new { key }) == 0)
            await tx.ExecuteAsync(InsertLock, new { key });
        if (await tx.ScalarAsync<long>(CountOverlaps, new { key, id, start, end }) > 0)
            return false;
        await tx.ExecuteAsync(InsertBooking, new { key, id, start, end });
        return true;
    }

    public static Task FreeAsync(Tx tx, string id) => tx.ExecuteAsync(DeleteBookings, new { id });

    /// <summary>The partner's requests that are not held yet.</summary>
    public static Task<List<TrainingRow>> OpenOfPartnerAsync(Tx tx, string partnerId) => tx.QueryAsync<TrainingRow>(SelectOpenOfPartner, new { partnerId });

    public static Task FollowPartnerAsync(Tx tx, Events.PartnerChanged happened) => tx.ExecuteAsync(UpdatePartner, new
    {
        happened.Name,
        happened.ScopePath,
        happened.AssigneeId,
        happened.Version,
        happened.AggregateId,
    });
}
