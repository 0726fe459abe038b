using Qudao.Contract.Agreements;
using Qudao.Platform;

namespace Qudao.Contract.Approvals;

/// <summary>Something that waits for a role, with what its reviewer wants to see of the agreement.</summary>
public sealed class ReviewRow
{
    public string Id { get; set; } = "";
    public string AgreementId { get; set; } = "";
    public long Step { get; set; }
    public string Role { get; set; } = "";
    public string Awaits { get; set; } = "";
    public long SinceUs { get; set; }
    public long? DueUs { get; set; }
    public string Kind { get; set; } = "";
    public string Subject { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public string PartnerName { get; set; } = "";
    public long? AmountFen { get; set; }
    public bool Major { get; set; }
    public string Deviations { get; set; } = "";
    public string DrafterName { get; set; } = "";
    public string AuthorsJson { get; set; } = "";

    /// <summary>It has escalated.</summary>
    public bool Overdue { get; set; }

    /// <summary>Where it stands in the inbox: longest waiting first.</summary>
    public string Key => $"{SinceUs:D19}|{Id}";
}

/// <summary>What waits for whom; follows from the agreements' chains and is written with them.</summary>
public static class ReviewStore
{
    private const string Delete = "DELETE FROM review_tasks WHERE agreement_id = @agreementId";
    private const string Insert = """
        INSERT INTO review_tasks (id, agreement_id, step, role, awaits, since_us, due_us) VALUES (@Id, @AgreementId, @Step, @Role, @Awaits, @SinceUs, @DueUs)
        """;
    private const string SelectPage = $"""
        SELECT t.id AS Id, t.agreement_id AS AgreementId, t.step AS Step, t.role AS Role, t.awaits AS Awaits, t.since_us AS SinceUs, t.due_us AS DueUs,
            a.kind AS Kind, a.subject AS Subject, a.partner_id AS PartnerId, a.partner_name AS PartnerName, a.amount_fen AS AmountFen, a.major AS Major,
            a.deviations AS Deviations, a.drafter_name AS DrafterName, a.authors_json AS AuthorsJson,
            CASE WHEN EXISTS (SELECT 1 FROM review_tasks u WHERE u.agreement_id = t.agreement_id AND u.role = t.role AND u.awaits <> u.role) THEN 1 ELSE 0 END AS Overdue
        FROM review_tasks t JOIN agreements a ON a.id = t.agreement_id
        WHERE t.awaits = @awaits AND (t.since_us > @sinceUs OR (t.since_us = @sinceUs AND t.id > @afterId)) AND {Scope.SqlFilter}
        ORDER BY t.since_us, t.id LIMIT @n
        """;
    private const string SelectDue = "SELECT agreement_id FROM review_tasks WHERE due_us <= @now GROUP BY agreement_id ORDER BY MIN(due_us) LIMIT @n";

    /// <summary>Writes what waits as the agreement's chain has it now.</summary>
    public static async Task FollowAsync(Tx tx, AgreementRow row)
    {
        await tx.ExecuteAsync(Delete, new { agreementId = row.Id });
        var open = row.State == AgreementRules.InReview ? ReviewRules.Open(row.Steps) : [];
        foreach (var step in open)
            foreach (var awaits in ReviewRules.Awaits(step))
                await tx.ExecuteAsync(Insert, new
                {
                    Id = $"{row.Id}-{step.No}-{step.Role}-{awaits}",
                    AgreementId = row.Id,
                    Step = step.No,
                    step.Role,
                    Awaits = awaits,
                    step.SinceUs,
                    step.DueUs,
                });
    }

    /// <summary>What waits for a role within a scope, longest first, after one that waits since then.</summary>
    public static Task<List<ReviewRow>> PageAsync(Session session, string awaits, Scope scope, (long SinceUs, string Id) after, int n)
    {
        var (sinceUs, afterId) = after;
        return session.QueryAsync<ReviewRow>(SelectPage, new { awaits, sinceUs, afterId, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n });
    }

    /// <summary>Agreements whose reviewers have let them wait too long, at most n.</summary>
    public static Task<List<string>> DueAsync(Session session, long now, int n) => session.QueryAsync<string>(SelectDue, new { now, n });
}
