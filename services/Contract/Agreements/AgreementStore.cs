using Qudao.Contract.Approvals;
using Qudao.Contract.Delegations;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Contract.Agreements;

/// <summary>Agreements in the database.</summary>
public static class AgreementStore
{
    private const string Columns = """
        id AS Id, version AS Version, kind AS Kind, state AS State, awaits_role AS AwaitsRole, number AS Number, partner_id AS PartnerId,
        partner_version AS PartnerVersion, partner_name AS PartnerName, organisation_id AS OrganisationId, scope_path AS ScopePath,
        assignee_id AS AssigneeId, subject AS Subject, party_a AS PartyA, party_b AS PartyB, city_code AS CityCode, products_json AS ProductsJson,
        effective_from AS EffectiveFrom, effective_to AS EffectiveTo, terms AS Terms, deviations AS Deviations, amount_fen AS AmountFen,
        major AS Major, signed_date AS SignedDate, drafter_id AS DrafterId, drafter_name AS DrafterName, authors_json AS AuthorsJson,
        steps_json AS StepsJson, timeline_json AS TimelineJson, termination_reason AS TerminationReason,
        termination_evidence AS TerminationEvidence, policy_id AS PolicyId, policy_version AS PolicyVersion,
        partner_level AS PartnerLevel, reported_us AS ReportedUs, reporter_name AS ReporterName,
        filed_us AS FiledUs, archive_number AS ArchiveNumber, archive_box AS ArchiveBox, amends_id AS AmendsId, renews_id AS RenewsId,
        superseded_by AS SupersededBy, superseded_from AS SupersededFrom, renewed_by AS RenewedBy, alerted_lead AS AlertedLead, next_alert AS NextAlert,
        schedule_json AS ScheduleJson, schedule_reason AS ScheduleReason, created_us AS CreatedUs, updated_us AS UpdatedUs
        """;

    // People outside (@outside = 1) see what was signed.
    private const string Select = $"""
        SELECT {Columns} FROM agreements WHERE id = @id AND (@outside = 0 OR signed_date IS NOT NULL) AND {Scope.SqlFilter}
        """;
    private const string SelectPage = $"""
        SELECT {Columns} FROM agreements
        WHERE id > @after AND (@state = '' OR state = @state) AND (@kind = '' OR kind = @kind) AND (@partnerId = '' OR partner_id = @partnerId)
          AND (@awaitsRole = '' OR EXISTS (SELECT 1 FROM review_tasks t WHERE t.agreement_id = agreements.id AND t.awaits = @awaitsRole)) AND (@outside = 0 OR signed_date IS NOT NULL) AND {Scope.SqlFilter}
        ORDER BY id LIMIT @n
        """;
    private const string SelectEnded = """
        SELECT id FROM agreements WHERE state IN ('active', 'expiring') AND effective_to < @today ORDER BY effective_to LIMIT @n
        """;
    private const string SelectSuperseded = """
        SELECT id FROM agreements WHERE state IN ('active', 'expiring') AND superseded_from IS NOT NULL AND superseded_from <= @today
        ORDER BY superseded_from LIMIT @n
        """;
    private const string SelectAlerts = """
        SELECT id FROM agreements WHERE state IN ('active', 'expiring') AND next_alert <= @today ORDER BY next_alert LIMIT @n
        """;
    private const string SelectFollowing = """
        SELECT COUNT(*) FROM agreements WHERE (amends_id = @id OR renews_id = @id) AND state IN ('draft', 'in-review', 'returned', 'approved')
        """;
    private const string SelectExpiring = $"""
        SELECT id AS Id, number AS Number, kind AS Kind, partner_id AS PartnerId, partner_name AS PartnerName, organisation_id AS OrganisationId,
            assignee_id AS AssigneeId, effective_to AS EffectiveTo, alerted_lead AS AlertedLead,
            (SELECT MAX(r.id) FROM agreements r WHERE r.renews_id = agreements.id AND r.state <> 'withdrawn') AS RenewalId,
            (SELECT MAX(r.state) FROM agreements r WHERE r.renews_id = agreements.id AND r.state <> 'withdrawn') AS RenewalState
        FROM agreements
        WHERE state IN ('active', 'expiring') AND renewed_by IS NULL AND superseded_by IS NULL AND effective_to >= @today AND effective_to <= @horizon
          AND (effective_to > @afterDay OR (effective_to = @afterDay AND id > @afterId)) AND (@kind = '' OR kind = @kind) AND {Scope.SqlFilter}
        ORDER BY effective_to, id LIMIT @n
        """;
    private const string Insert = """
        INSERT INTO agreements (id, version, kind, state, awaits_role, number, partner_id, partner_version, partner_name, organisation_id, scope_path,
            assignee_id, subject, party_a, party_b, city_code, products_json, effective_from, effective_to, terms, deviations, amount_fen, major,
            signed_date, drafter_id, drafter_name, authors_json, steps_json, timeline_json, termination_reason, termination_evidence,
            partner_level, amends_id, renews_id, next_alert, schedule_json, schedule_reason, created_us, updated_us)
        VALUES (@Id, @Version, @Kind, @State, @AwaitsRole, @Number, @PartnerId, @PartnerVersion, @PartnerName, @OrganisationId, @ScopePath,
            @AssigneeId, @Subject, @PartyA, @PartyB, @CityCode, @ProductsJson, @EffectiveFrom, @EffectiveTo, @Terms, @Deviations, @AmountFen, @Major,
            @SignedDate, @DrafterId, @DrafterName, @AuthorsJson, @StepsJson, @TimelineJson, @TerminationReason, @TerminationEvidence,
            @PartnerLevel, @AmendsId, @RenewsId, @NextAlert, @ScheduleJson, @ScheduleReason, @CreatedUs, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE agreements SET version = version + 1, state = @State, awaits_role = @AwaitsRole, number = @Number, subject = @Subject, party_a = @PartyA,
            party_b = @PartyB, city_code = @CityCode, products_json = @ProductsJson, effective_from = @EffectiveFrom, effective_to = @EffectiveTo,
            terms = @Terms, deviations = @Deviations, amount_fen = @AmountFen, major = @Major, signed_date = @SignedDate, authors_json = @AuthorsJson,
            steps_json = @StepsJson, timeline_json = @TimelineJson, termination_reason = @TerminationReason,
            termination_evidence = @TerminationEvidence, policy_id = @PolicyId, policy_version = @PolicyVersion, reported_us = @ReportedUs,
            reporter_name = @ReporterName, filed_us = @FiledUs, archive_number = @ArchiveNumber, archive_box = @ArchiveBox, superseded_by = @SupersededBy,
            superseded_from = @SupersededFrom, renewed_by = @RenewedBy, alerted_lead = @AlertedLead, next_alert = @NextAlert,
            schedule_json = @ScheduleJson, schedule_reason = @ScheduleReason, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string Move = """
        UPDATE agreements SET partner_version = @Version, partner_name = @Name, scope_path = @ScopePath, assignee_id = @AssigneeId
        WHERE partner_id = @AggregateId AND partner_version < @Version
        """;

    private const string MoveMerged = """
        UPDATE agreements SET partner_id = @SurvivorId, partner_version = @SurvivorVersion, partner_name = @SurvivorName, scope_path = @ScopePath, assignee_id = @AssigneeId
        WHERE partner_id = @MergedId
        """;

    private static readonly Scope Everywhere = new("/", null);

    /// <summary>Null when there is none within the caller's scope; people outside see signed ones only.</summary>
    public static Task<AgreementRow?> GetAsync(Session session, string id, Caller caller) => GetAsync(session, id, caller.Scope, caller.PartnerId is not null);

    /// <summary>For the timer, which sees all.</summary>
    public static Task<AgreementRow?> GetAsync(Session session, string id) => GetAsync(session, id, Everywhere, outside: false);

    public static Task<List<AgreementRow>> ListAsync(Session session, AgreementFilter filter, Caller caller, Page page) =>
        session.QueryAsync<AgreementRow>(SelectPage, new
        {
            state = filter.State,
            kind = filter.Kind,
            partnerId = filter.PartnerId,
            awaitsRole = filter.AwaitsRole,
            outside = caller.PartnerId is null ? 0 : 1,
            caller.Scope.ScopeLow,
            caller.Scope.ScopeHigh,
            caller.Scope.Assignee,
            after = page.After,
            n = page.Fetch,
        });

    /// <summary>Agreements in effect whose last day is before today, at most n.</summary>
    public static Task<List<string>> EndedAsync(Session session, DateOnly today, int n) => session.QueryAsync<string>(SelectEnded, new { today, n });

    /// <summary>Agreements whose amendment holds from today or before, at most n.</summary>
    public static Task<List<string>> SupersededAsync(Session session, DateOnly today, int n) => session.QueryAsync<string>(SelectSuperseded, new { today, n });

    /// <summary>Agreements in effect that the clock is to look at today, at most n.</summary>
    public static Task<List<string>> AlertsAsync(Session session, DateOnly today, int n) => session.QueryAsync<string>(SelectAlerts, new { today, n });

    /// <summary>Whether an amendment or renewal of it is in the making.</summary>
    public static async Task<bool> IsFollowedAsync(Session session, string id) => await session.ScalarAsync<long>(SelectFollowing, new { id }) > 0;

    /// <summary>What ends between two days and is not renewed, soonest first.</summary>
    public static Task<List<ExpiringRow>> ExpiringAsync(Session session, DateOnly today, DateOnly horizon, string kind, Scope scope, Page page)
    {
        var (afterDay, afterId) = page.Key(Page.DayAndId) ?? (DateOnly.MinValue, "");
        return session.QueryAsync<ExpiringRow>(SelectExpiring, new
        {
            today,
            horizon,
            kind,
            afterDay,
            afterId,
            scope.ScopeLow,
            scope.ScopeHigh,
            scope.Assignee,
            n = page.Fetch,
        });
    }

    public static Task InsertAsync(Tx tx, AgreementRow row) => tx.ExecuteAsync(Insert, row);

    /// <summary>Writes a changed agreement and what waits for its reviewers; its version moves on. ABORTED when somebody was faster.</summary>
    public static async Task UpdateAsync(Tx tx, AgreementRow row)
    {
        row.AwaitsRole = row.State == AgreementRules.InReview ? ReviewRules.Open(row.Steps)[0].Role : "";
        await tx.UpdateAsync(Update, row, $"agreements/{row.Id}");
        row.Version++;
        await ReviewStore.FollowAsync(tx, row);
    }

    /// <summary>The agreement where the caller sees it himself, or, while it is in review, for somebody who delegated to him.</summary>
    public static async Task<AgreementRow?> SeenAsync(Session session, string id, Caller caller, DateOnly today)
    {
        if (await GetAsync(session, id, caller) is { } own)
            return own;
        foreach (var acting in (await DelegationStore.ActingsAsync(session, caller, today)).Where(acting => acting.Delegated))
            if (await GetAsync(session, id, acting.Scope, outside: false) is { State: AgreementRules.InReview } row)
                return row;
        return null;
    }

    /// <summary>The partner's name, place and salesperson of today; what the parties signed stays as it is written.</summary>
    public static Task MoveAsync(Tx tx, PartnerChanged partner) => tx.ExecuteAsync(Move, partner);

    /// <summary>The agreements of a merged partner are the survivor's.</summary>
    public static Task MoveAsync(Tx tx, RedirectRow merged) => tx.ExecuteAsync(MoveMerged, merged);

    private static Task<AgreementRow?> GetAsync(Session session, string id, Scope scope, bool outside) =>
        session.FirstOrDefaultAsync<AgreementRow>(Select, new { id, outside = outside ? 1 : 0, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });
}

/// <summary>Which agreements; empty means any.</summary>
public sealed record AgreementFilter(string State, string Kind, string PartnerId, string AwaitsRole);

/// <summary>An agreement that ends soon, with its renewal if one is in the making.</summary>
public sealed class ExpiringRow
{
    public string Id { get; set; } = "";
    public string Number { get; set; } = "";
    public string Kind { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public string PartnerName { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string? AssigneeId { get; set; }
    public DateOnly EffectiveTo { get; set; }
    public long? AlertedLead { get; set; }
    public string? RenewalId { get; set; }
    public string? RenewalState { get; set; }

    /// <summary>Where it stands on the board: soonest first.</summary>
    public string Key => $"{EffectiveTo:yyyy-MM-dd}|{Id}";
}
