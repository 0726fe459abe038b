using Qudao.Contract.Approvals;
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
        termination_evidence AS TerminationEvidence, policy_id AS PolicyId, policy_version AS PolicyVersion, created_us AS CreatedUs, updated_us AS UpdatedUs
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
    private const string SelectEnded = $"""
        SELECT {Columns} FROM agreements WHERE state = 'active' AND effective_to < @today ORDER BY effective_to LIMIT @n
        """;
    private const string Insert = """
        INSERT INTO agreements (id, version, kind, state, awaits_role, number, partner_id, partner_version, partner_name, organisation_id, scope_path,
            assignee_id, subject, party_a, party_b, city_code, products_json, effective_from, effective_to, terms, deviations, amount_fen, major,
            signed_date, drafter_id, drafter_name, authors_json, steps_json, timeline_json, termination_reason, termination_evidence,
            created_us, updated_us)
        VALUES (@Id, @Version, @Kind, @State, @AwaitsRole, @Number, @PartnerId, @PartnerVersion, @PartnerName, @OrganisationId, @ScopePath,
            @AssigneeId, @Subject, @PartyA, @PartyB, @CityCode, @ProductsJson, @EffectiveFrom, @EffectiveTo, @Terms, @Deviations, @AmountFen, @Major,
            @SignedDate, @DrafterId, @DrafterName, @AuthorsJson, @StepsJson, @TimelineJson, @TerminationReason, @TerminationEvidence,
            @CreatedUs, @UpdatedUs)
        """;
    private const string Update = """
        UPDATE agreements SET version = version + 1, state = @State, awaits_role = @AwaitsRole, number = @Number, subject = @Subject, party_a = @PartyA,
            party_b = @PartyB, city_code = @CityCode, products_json = @ProductsJson, effective_from = @EffectiveFrom, effective_to = @EffectiveTo,
            terms = @Terms, deviations = @Deviations, amount_fen = @AmountFen, major = @Major, signed_date = @SignedDate, authors_json = @AuthorsJson,
            steps_json = @StepsJson, timeline_json = @TimelineJson, termination_reason = @TerminationReason,
            termination_evidence = @TerminationEvidence, policy_id = @PolicyId, policy_version = @PolicyVersion, updated_us = @UpdatedUs
        WHERE id = @Id AND version = @Version
        """;
    private const string Move = """
        UPDATE agreements SET partner_version = @Version, partner_name = @Name, scope_path = @ScopePath, assignee_id = @AssigneeId
        WHERE partner_id = @AggregateId AND partner_version < @Version
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

    /// <summary>Active agreements whose last day is before today, at most n.</summary>
    public static Task<List<AgreementRow>> EndedAsync(Session session, DateOnly today, int n) =>
        session.QueryAsync<AgreementRow>(SelectEnded, new { today, n });

    public static Task InsertAsync(Tx tx, AgreementRow row) => tx.ExecuteAsync(Insert, row);

    /// <summary>Writes a changed agreement and what waits for its reviewers; its version moves on. ABORTED when somebody was faster.</summary>
    public static async Task UpdateAsync(Tx tx, AgreementRow row)
    {
        row.AwaitsRole = row.State == AgreementRules.InReview ? ReviewRules.Open(row.Steps)[0].Role : "";
        await tx.UpdateAsync(Update, row, $"agreements/{row.Id}");
        row.Version++;
        await ReviewStore.FollowAsync(tx, row);
    }

    /// <summary>Null when there is none where this person may see it.</summary>
    public static Task<AgreementRow?> GetAsync(Session session, string id, Scope scope) => GetAsync(session, id, scope, outside: false);

    /// <summary>The partner's name, place and salesperson of today; what the parties signed stays as it is written.</summary>
    public static Task MoveAsync(Tx tx, PartnerChanged partner) => tx.ExecuteAsync(Move, partner);

    private static Task<AgreementRow?> GetAsync(Session session, string id, Scope scope, bool outside) =>
        session.FirstOrDefaultAsync<AgreementRow>(Select, new { id, outside = outside ? 1 : 0, scope.ScopeLow, scope.ScopeHigh, scope.Assignee });
}

/// <summary>Which agreements; empty means any.</summary>
public sealed record AgreementFilter(string State, string Kind, string PartnerId, string AwaitsRole);
