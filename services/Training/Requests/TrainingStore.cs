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
    public string? SessionId { get; set; }
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

/// <summary>A request and the session that answers it.</summary>
public sealed class AnsweredRow
{
    public string Id { get; set; } = "";
    public string SessionId { get; set; } = "";
}

/// <summary>Every statement on training requests.</summary>
public static class TrainingStore
{
    private const string Columns = """
        id AS Id, version AS Version, scope_path AS ScopePath, assignee_id AS AssigneeId, partner_id AS PartnerId, partner_name AS PartnerName,
        partner_version AS PartnerVersion, course_id AS CourseId, expected AS Expected, wish_us AS WishUs, place AS Place, contact AS Contact,
        phone AS Phone, way AS Way, state AS State, session_id AS SessionId, lecturer_id AS LecturerId, start_us AS StartUs, end_us AS EndUs, effect AS Effect,
        feedback AS Feedback, reason AS Reason, requester AS Requester, created_us AS CreatedUs, updated_us AS UpdatedUs
        """;
    private const string Insert = """
        INSERT INTO training_requests (id, version, scope_path, assignee_id, partner_id, partner_name, partner_version, course_id, expected, wish_us,
            place, contact, phone, way, state, requester, created_us, updated_us)
        VALUES (@Id, @Version, @ScopePath, @AssigneeId, @PartnerId, @PartnerName, @PartnerVersion, @CourseId, @Expected, @WishUs,
            @Place, @Contact, @Phone, @Way, @State, @Requester, @CreatedUs, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE training_requests SET version = version + 1, place = @Place, state = @State, session_id = @SessionId, lecturer_id = @LecturerId, start_us = @StartUs,
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
    private const string SelectScheduledIn = $"SELECT {Columns} FROM training_requests WHERE session_id = @session AND state = 'scheduled' ORDER BY id";
    private const string SelectHeldIn = $"SELECT {Columns} FROM training_requests WHERE session_id = @session AND state = 'held' ORDER BY id";
    private const string SelectOfSessions = "SELECT id AS Id, session_id AS SessionId FROM training_requests WHERE session_id IN @sessions ORDER BY id";
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

    /// <summary>The requests that a session answers and that are not held yet, whatever the scope.</summary>
    public static Task<List<TrainingRow>> ScheduledInAsync(Tx tx, string session) => tx.QueryAsync<TrainingRow>(SelectScheduledIn, new { session });

    /// <summary>The requests that a session answered and that are not evaluated yet, whatever the scope.</summary>
    public static Task<List<TrainingRow>> HeldInAsync(Tx tx, string session) => tx.QueryAsync<TrainingRow>(SelectHeldIn, new { session });

    /// <summary>Which requests each session answers.</summary>
    public static async Task<ILookup<string, AnsweredRow>> OfSessionsAsync(Session s, IReadOnlyCollection<string> sessions) =>
        (sessions.Count == 0 ? [] : await s.QueryAsync<AnsweredRow>(SelectOfSessions, new { sessions })).ToLookup(row => row.SessionId);

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
