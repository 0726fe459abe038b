using Qudao.Contract.Approvals;
using Qudao.Contract.People;
using Qudao.Platform;

namespace Qudao.Contract.Delegations;

/// <summary>A delegation as it stands in the table; AssigneeId is who delegates.</summary>
public sealed class DelegationRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string AssigneeId { get; set; } = "";
    public string DelegatorName { get; set; } = "";
    public string DelegateId { get; set; } = "";
    public string DelegateName { get; set; } = "";
    public DateOnly FromDate { get; set; }
    public DateOnly ToDate { get; set; }
    public string Reason { get; set; } = "";
    public bool Revoked { get; set; }
    public string ScopePath { get; set; } = "";
    public long CreatedUs { get; set; }
}

/// <summary>Delegations in the database.</summary>
public static class DelegationStore
{
    private const string Columns = """
        id AS Id, version AS Version, assignee_id AS AssigneeId, delegator_name AS DelegatorName, delegate_id AS DelegateId, delegate_name AS DelegateName,
        from_date AS FromDate, to_date AS ToDate, reason AS Reason, revoked AS Revoked, scope_path AS ScopePath, created_us AS CreatedUs
        """;
    private const string Concerns = $"(delegate_id = @me OR assignee_id = @me OR ({Scope.SqlFilter}))";
    private const string Select = $"SELECT {Columns} FROM delegations WHERE id = @id AND {Concerns}";
    private const string SelectPage = $"SELECT {Columns} FROM delegations WHERE id > @after AND {Concerns} ORDER BY id LIMIT @n";
    private const string SelectTo = $"SELECT {Columns} FROM delegations WHERE delegate_id = @me AND from_date <= @today AND to_date >= @today AND revoked = 0 ORDER BY id";
    private const string SelectFrom = $"SELECT {Columns} FROM delegations WHERE assignee_id = @me AND from_date <= @today AND to_date >= @today AND revoked = 0 ORDER BY id";
    private const string Insert = """
        INSERT INTO delegations (id, version, assignee_id, delegator_name, delegate_id, delegate_name, from_date, to_date, reason, revoked, scope_path, created_us)
        VALUES (@Id, @Version, @AssigneeId, @DelegatorName, @DelegateId, @DelegateName, @FromDate, @ToDate, @Reason, @Revoked, @ScopePath, @CreatedUs)
        """;
    private const string Update = "UPDATE delegations SET version = version + 1, revoked = @Revoked WHERE id = @Id AND version = @Version";

    /// <summary>Null when it neither concerns the caller nor lies within his scope.</summary>
    public static Task<DelegationRow?> GetAsync(Session session, string id, Caller caller) =>
        session.FirstOrDefaultAsync<DelegationRow>(Select, new { id, me = caller.StaffId ?? "", caller.Scope.ScopeLow, caller.Scope.ScopeHigh, caller.Scope.Assignee });

    public static Task<List<DelegationRow>> ListAsync(Session session, Caller caller, Page page) => session.QueryAsync<DelegationRow>(SelectPage, new
    {
        me = caller.StaffId ?? "",
        caller.Scope.ScopeLow,
        caller.Scope.ScopeHigh,
        caller.Scope.Assignee,
        after = page.After,
        n = page.Fetch,
    });

    /// <summary>Who delegated by this person holds today.</summary>
    public static Task<List<DelegationRow>> FromAsync(Session session, string staffId, DateOnly today) =>
        session.QueryAsync<DelegationRow>(SelectFrom, new { me = staffId, today });

    public static Task InsertAsync(Tx tx, DelegationRow row) => tx.ExecuteAsync(Insert, row);

    /// <summary>Writes a changed delegation; its version moves on.</summary>
    public static async Task UpdateAsync(Tx tx, DelegationRow row)
    {
        await tx.UpdateAsync(Update, row, $"delegations/{row.Id}");
        row.Version++;
    }

    /// <summary>
    /// As whom the caller may act on a day: himself, and each colleague who delegated to him, with that colleague's roles and
    /// place as they are now – who has left lends nothing.
    /// </summary>
    public static async Task<List<Acting>> ActingsAsync(Session session, Caller caller, DateOnly today)
    {
        var all = new List<Acting> { Acting.Self(caller) };
        if (caller.StaffId is not { } me)
            return all;
        var held = await session.QueryAsync<DelegationRow>(SelectTo, new { me, today });
        foreach (var delegatorId in held.Select(row => row.AssigneeId).Distinct())
            if (await StaffStore.GetAsync(session, delegatorId) is { Active: true } delegator)
                all.Add(delegator.Acting(delegated: true));
        return all;
    }
}
