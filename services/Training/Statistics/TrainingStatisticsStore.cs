using Qudao.Platform;

namespace Qudao.Training.Statistics;

/// <summary>What training came to for one partner.</summary>
public sealed class PartnerTrainingRow
{
    public string PartnerId { get; set; } = "";
    public string PartnerName { get; set; } = "";
    public long Sessions { get; set; }
    public long Enrolled { get; set; }
    public long Attended { get; set; }
    public long People { get; set; }
    public long Scores { get; set; }
    public long ScoreSum { get; set; }
    public long Effects { get; set; }
    public long EffectSum { get; set; }
    public long LastUs { get; set; }
}

/// <summary>Certificates that hold.</summary>
public sealed class PartnerCertificatesRow
{
    public string PartnerId { get; set; } = "";
    public long Held { get; set; }
}

/// <summary>Counts over rosters and certificates.</summary>
public static class TrainingStatisticsStore
{
    // Effects are those of sessions, each counted once for each of the partner's people who attended.
    private const string SelectPartners = $"""
        SELECT e.partner_id AS PartnerId, MAX(e.partner_name) AS PartnerName, COUNT(DISTINCT e.session_id) AS Sessions, COUNT(*) AS Enrolled,
            SUM(CASE WHEN e.attendance = 'attended' THEN 1 ELSE 0 END) AS Attended,
            COUNT(DISTINCT CASE WHEN e.attendance = 'attended' THEN e.trainee_id ELSE NULL END) AS People,
            COUNT(e.score) AS Scores, COALESCE(SUM(e.score), 0) AS ScoreSum,
            SUM(CASE WHEN e.attendance = 'attended' AND s.effect > 0 THEN 1 ELSE 0 END) AS Effects,
            SUM(CASE WHEN e.attendance = 'attended' THEN s.effect ELSE 0 END) AS EffectSum,
            MAX(CASE WHEN e.attendance = 'attended' THEN s.start_us ELSE 0 END) AS LastUs
        FROM enrolments e JOIN training_sessions s ON s.id = e.session_id
        WHERE e.partner_id IS NOT NULL AND s.state IN ('held', 'closed') AND s.start_us >= @from AND s.start_us < @until AND (@partner = '' OR e.partner_id = @partner)
          AND e.scope_path >= @ScopeLow AND e.scope_path < @ScopeHigh AND (@Assignee IS NULL OR e.assignee_id = @Assignee)
        GROUP BY e.partner_id ORDER BY SUM(CASE WHEN e.attendance = 'attended' THEN 1 ELSE 0 END) DESC, e.partner_id LIMIT @n
        """;
    private const string SelectCertificates = """
        SELECT t.partner_id AS PartnerId, COUNT(*) AS Held
        FROM certificates z JOIN trainee_files t ON t.id = z.trainee_id
        WHERE t.partner_id IN @partners AND z.state = 'valid' AND z.renewed_by IS NULL AND (z.expiry_date IS NULL OR z.expiry_date >= @today)
        GROUP BY t.partner_id
        """;

    public static Task<List<PartnerTrainingRow>> PartnersAsync(Session s, long from, long until, string partner, Scope scope, int n) =>
        s.QueryAsync<PartnerTrainingRow>(SelectPartners, new { from, until, partner, scope.ScopeLow, scope.ScopeHigh, scope.Assignee, n });

    /// <summary>How many certificates the present people of these partners have.</summary>
    public static async Task<Dictionary<string, long>> CertificatesAsync(Session s, IReadOnlyCollection<string> partners, DateOnly today) =>
        partners.Count == 0 ? [] : (await s.QueryAsync<PartnerCertificatesRow>(SelectCertificates, new { partners, today })).ToDictionary(row => row.PartnerId, row => row.Held);
}
