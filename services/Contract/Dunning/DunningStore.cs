using Qudao.Contract.Instalments;
using Qudao.Contract.Partners;
using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Dunning;

/// <summary>Something that was done about an overdue instalment.</summary>
public sealed class StepRow
{
    public string Id { get; set; } = "";
    public string InstalmentId { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public string Way { get; set; } = "";
    public string Note { get; set; } = "";
    public DateOnly? PromisedDate { get; set; }
    public long OpenFen { get; set; }
    public long DaysOverdue { get; set; }
    public string ActorId { get; set; } = "";
    public string ActorName { get; set; } = "";
    public long CreatedUs { get; set; }
}

/// <summary>How often somebody asked for an instalment, and the last time of it.</summary>
public sealed class StepsRow
{
    public string InstalmentId { get; set; } = "";
    public long StepCount { get; set; }
    public string LastId { get; set; } = "";
}

/// <summary>Overdue amounts of a group by age.</summary>
public sealed class AgeRow
{
    public string GroupId { get; set; } = "";
    public string DisplayName { get; set; } = "";
    public long UpTo30Fen { get; set; }
    public long UpTo60Fen { get; set; }
    public long UpTo90Fen { get; set; }
    public long Over90Fen { get; set; }
    public long TotalFen { get; set; }
    public long InstalmentCount { get; set; }
}

/// <summary>What is overdue of whom; empty means any.</summary>
public sealed record OverdueFilter(string PartnerId, string Salesperson, Scope Below, DateOnly From, DateOnly To);

/// <summary>What is overdue, and what was done about it, in the database.</summary>
public static class DunningStore
{
    private const string Overdue = $"""
        FROM instalments i INNER JOIN partners p ON p.id = i.partner_id
        WHERE i.open_fen > 0 AND i.due_date >= @from AND i.due_date <= @to
          AND (@partnerId = '' OR i.partner_id = @partnerId) AND (@salesperson = '' OR p.assignee_id = @salesperson)
          AND p.scope_path >= @belowLow AND p.scope_path < @belowHigh AND {PartnerSight.SqlFilter}
        """;
    private const string SelectPage = $"""
        SELECT {InstalmentStore.Columns} {Overdue} AND (i.due_date > @afterDay OR (i.due_date = @afterDay AND i.id > @afterId)) ORDER BY i.due_date, i.id LIMIT @n
        """;
    private const string Ages = """
        COALESCE(SUM(CASE WHEN i.due_date >= @day30 THEN i.open_fen ELSE 0 END), 0) AS UpTo30Fen,
        COALESCE(SUM(CASE WHEN i.due_date < @day30 AND i.due_date >= @day60 THEN i.open_fen ELSE 0 END), 0) AS UpTo60Fen,
        COALESCE(SUM(CASE WHEN i.due_date < @day60 AND i.due_date >= @day90 THEN i.open_fen ELSE 0 END), 0) AS UpTo90Fen,
        COALESCE(SUM(CASE WHEN i.due_date < @day90 THEN i.open_fen ELSE 0 END), 0) AS Over90Fen,
        COALESCE(SUM(i.open_fen), 0) AS TotalFen, COUNT(*) AS InstalmentCount
        """;
    private const string SelectByPartner = $"SELECT p.id AS GroupId, MAX(p.name) AS DisplayName, {Ages} {Overdue} GROUP BY p.id ORDER BY SUM(i.open_fen) DESC, p.id LIMIT @n";
    private const string SelectBySalesperson = $"""
        SELECT COALESCE(p.assignee_id, '') AS GroupId, '' AS DisplayName, {Ages} {Overdue} GROUP BY p.assignee_id ORDER BY SUM(i.open_fen) DESC, p.assignee_id LIMIT @n
        """;
    private const string SelectByOrganisation = $"""
        SELECT p.organisation_id AS GroupId, '' AS DisplayName, {Ages} {Overdue} GROUP BY p.organisation_id ORDER BY SUM(i.open_fen) DESC, p.organisation_id LIMIT @n
        """;
    private const string SelectTotal = $"SELECT '' AS GroupId, '' AS DisplayName, {Ages} {Overdue}";

    private const string StepColumns = """
        d.id AS Id, d.instalment_id AS InstalmentId, i.partner_id AS PartnerId, d.way AS Way, d.note AS Note, d.promised_date AS PromisedDate, d.open_fen AS OpenFen,
        d.days_overdue AS DaysOverdue, d.actor_id AS ActorId, d.actor_name AS ActorName, d.created_us AS CreatedUs
        """;
    private const string StepFrom = "FROM dunning_steps d INNER JOIN instalments i ON i.id = d.instalment_id INNER JOIN partners p ON p.id = i.partner_id";
    private const string SelectSteps = $"""
        SELECT {StepColumns} {StepFrom} WHERE d.id > @after AND (@partnerId = '' OR i.partner_id = @partnerId) AND {PartnerSight.SqlFilter} ORDER BY d.id LIMIT @n
        """;
    private const string SelectStepsOf = $"""
        SELECT {StepColumns} {StepFrom}
        WHERE d.instalment_id = @instalmentId AND d.id > @after AND (@partnerId = '' OR i.partner_id = @partnerId) AND {PartnerSight.SqlFilter}
        ORDER BY d.id LIMIT @n
        """;
    private const string SelectLast = $"SELECT {StepColumns} {StepFrom} WHERE d.id IN @ids";
    private const string SelectCounts = "SELECT instalment_id AS InstalmentId, COUNT(*) AS StepCount, MAX(id) AS LastId FROM dunning_steps WHERE instalment_id IN @ids GROUP BY instalment_id";
    private const string InsertStep = """
        INSERT INTO dunning_steps (id, instalment_id, way, note, promised_date, open_fen, days_overdue, actor_id, actor_name, created_us)
        VALUES (@Id, @InstalmentId, @Way, @Note, @PromisedDate, @OpenFen, @DaysOverdue, @ActorId, @ActorName, @CreatedUs)
        """;

    /// <summary>What is overdue, longest first, after a key.</summary>
    public static Task<List<InstalmentRow>> OverdueAsync(Session session, OverdueFilter filter, PartnerSight sight, DayKey after, int n) =>
        session.QueryAsync<InstalmentRow>(SelectPage, new
        {
            from = filter.From > after.Day ? filter.From : after.Day,
            to = filter.To,
            partnerId = filter.PartnerId,
            salesperson = filter.Salesperson,
            belowLow = filter.Below.ScopeLow,
            belowHigh = filter.Below.ScopeHigh,
            sight.Own,
            sight.ScopeLow,
            sight.ScopeHigh,
            sight.Assignee,
            afterDay = after.Day,
            afterId = after.Id,
            n,
        });

    /// <summary>The groups by amount, at most n.</summary>
    public static Task<List<AgeRow>> AgesAsync(Session session, AgingGroup by, Scope below, DateOnly today, PartnerSight sight, int n)
    {
        var values = Values(below, today, sight, n);
        return by switch
        {
            AgingGroup.Salesperson => session.QueryAsync<AgeRow>(SelectBySalesperson, values),
            AgingGroup.Organisation => session.QueryAsync<AgeRow>(SelectByOrganisation, values),
            _ => session.QueryAsync<AgeRow>(SelectByPartner, values),
        };
    }

    public static async Task<AgeRow> TotalAsync(Session session, Scope below, DateOnly today, PartnerSight sight) =>
        await session.FirstOrDefaultAsync<AgeRow>(SelectTotal, Values(below, today, sight, 1)) ?? new AgeRow();

    /// <summary>What was done, oldest first.</summary>
    public static Task<List<StepRow>> StepsAsync(Session session, string instalmentId, string partnerId, PartnerSight sight, Page page) =>
        instalmentId.Length == 0
            ? session.QueryAsync<StepRow>(SelectSteps, new { partnerId, sight.Own, sight.ScopeLow, sight.ScopeHigh, sight.Assignee, after = page.After, n = page.Fetch })
            : session.QueryAsync<StepRow>(SelectStepsOf, new { instalmentId, partnerId, sight.Own, sight.ScopeLow, sight.ScopeHigh, sight.Assignee, after = page.After, n = page.Fetch });

    /// <summary>Of each of these instalments that somebody asked for: how often, and what was done last.</summary>
    public static async Task<Dictionary<string, (long Count, StepRow Last)>> LastAsync(Session session, IReadOnlyList<InstalmentRow> rows)
    {
        if (rows.Count == 0)
            return [];
        var counts = await session.QueryAsync<StepsRow>(SelectCounts, new { ids = rows.Select(row => row.Id).ToArray() });
        if (counts.Count == 0)
            return [];
        var last = (await session.QueryAsync<StepRow>(SelectLast, new { ids = counts.Select(count => count.LastId).ToArray() })).ToDictionary(step => step.Id);
        return counts.ToDictionary(count => count.InstalmentId, count => (count.StepCount, last[count.LastId]));
    }

    public static Task InsertAsync(Tx tx, StepRow row) => tx.ExecuteAsync(InsertStep, row);

    private static object Values(Scope below, DateOnly today, PartnerSight sight, int n) => new
    {
        from = DateOnly.MinValue,
        to = today.AddDays(-1),
        partnerId = "",
        salesperson = "",
        belowLow = below.ScopeLow,
        belowHigh = below.ScopeHigh,
        sight.Own,
        sight.ScopeLow,
        sight.ScopeHigh,
        sight.Assignee,
        day30 = today.AddDays(-30),
        day60 = today.AddDays(-60),
        day90 = today.AddDays(-90),
        n,
    };
}
