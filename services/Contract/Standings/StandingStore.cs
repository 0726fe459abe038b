using Qudao.Platform;

namespace Qudao.Contract.Standings;

/// <summary>The agreement in effect.</summary>
public sealed class StandingRow
{
    public string AgreementId { get; set; } = "";
    public string Number { get; set; } = "";
    public DateOnly EffectiveTo { get; set; }
}

/// <summary>Which agreement of a partner is in effect.</summary>
public static class StandingStore
{
    // A sales contract 销售合同 sells goods; it does not make a partner.
    private const string Select = $"""
        SELECT id AS AgreementId, number AS Number, effective_to AS EffectiveTo FROM agreements
        WHERE partner_id = @partnerId AND state IN ('active', 'expiring') AND kind IN ('city-agent', 'terminal')
          AND effective_from <= @today AND effective_to >= @today AND {Scope.SqlFilter}
        ORDER BY effective_to DESC, id LIMIT @n
        """;

    /// <summary>The one that lasts longest; null when none is in effect today.</summary>
    public static Task<StandingRow?> GetAsync(Session session, string partnerId, DateOnly today, Scope scope) =>
        session.FirstOrDefaultAsync<StandingRow>(Select, new { partnerId, today, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n = 1 });
}
