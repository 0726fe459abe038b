using Qudao.Platform;
using Qudao.Reporting.Network;

namespace Qudao.Reporting.Activity;

/// <summary>A visit 拜访 as Dealer told of it.</summary>
public sealed class VisitRow
{
    public string Id { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public string StaffId { get; set; } = "";
    public string State { get; set; } = "";
    public string Kind { get; set; } = "";
    public DateOnly PlannedDate { get; set; }
    public long Version { get; set; }
}

/// <summary>An agreement 协议: where it stands, from AgreementChanged, and what was signed, from AgreementSigned.</summary>
public sealed class AgreementRow
{
    public string Id { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public string Kind { get; set; } = "";
    public string State { get; set; } = "";
    public string Number { get; set; } = "";
    public long Version { get; set; }
    public string OrganisationId { get; set; } = "";
    public DateOnly? SignedDate { get; set; }
    public DateOnly? EffectiveFrom { get; set; }
    public DateOnly? EffectiveTo { get; set; }
    public string? CityCode { get; set; }
    public long SignedVersion { get; set; }
}

/// <summary>A training request 培训申请 as Training told of it.</summary>
public sealed class TrainingRequestRow
{
    public string Id { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public string CourseId { get; set; } = "";
    public string State { get; set; } = "";
    public long? StartUs { get; set; }
    public long Version { get; set; }
}

/// <summary>A training 培训 that was held for a partner.</summary>
public sealed class TrainingRow
{
    public string Id { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public string CourseId { get; set; } = "";
    public long Attended { get; set; }
    public long Effect { get; set; }
    public DateOnly HeldDate { get; set; }
    public long Version { get; set; }
}

/// <summary>Counts over a range of days.</summary>
public sealed class ActivityCounts
{
    public long Visits { get; set; }
    public long VisitsReported { get; set; }
    public long VisitsMissed { get; set; }
    public long TrainingsHeld { get; set; }
    public long TrainedPeople { get; set; }
    public long AgreementsSigned { get; set; }
}

/// <summary>Visits, agreements and trainings: what people did with partners.</summary>
public static class ActivityStore
{
    private const string UpdateVisit = """
        UPDATE visits SET partner_id = @PartnerId, staff_id = @StaffId, state = @State, kind = @Kind, planned_date = @PlannedDate, version = @Version
        WHERE id = @Id AND version <= @Version
        """;
    private const string InsertVisit = """
        INSERT INTO visits (id, partner_id, staff_id, state, kind, planned_date, version)
        SELECT @Id, @PartnerId, @StaffId, @State, @Kind, @PlannedDate, @Version WHERE NOT EXISTS (SELECT 1 FROM visits WHERE id = @Id)
        """;
    private const string UpdateAgreementState = """
        UPDATE agreements SET state = @State, version = @Version WHERE id = @Id AND version <= @Version
        """;
    private const string UpdateAgreementSigned = """
        UPDATE agreements SET number = @Number, organisation_id = @OrganisationId, signed_date = @SignedDate, effective_from = @EffectiveFrom,
               effective_to = @EffectiveTo, city_code = @CityCode, signed_version = @SignedVersion
        WHERE id = @Id AND signed_version <= @SignedVersion
        """;
    private const string InsertAgreement = """
        INSERT INTO agreements (id, partner_id, kind, state, number, version, organisation_id, signed_date, effective_from, effective_to, city_code, signed_version)
        SELECT @Id, @PartnerId, @Kind, @State, @Number, @Version, @OrganisationId, @SignedDate, @EffectiveFrom, @EffectiveTo, @CityCode, @SignedVersion
        WHERE NOT EXISTS (SELECT 1 FROM agreements WHERE id = @Id)
        """;
    private const string UpdateTrainingRequest = """
        UPDATE training_requests SET partner_id = @PartnerId, course_id = @CourseId, state = @State, start_us = @StartUs, version = @Version
        WHERE id = @Id AND version <= @Version
        """;
    private const string InsertTrainingRequest = """
        INSERT INTO training_requests (id, partner_id, course_id, state, start_us, version)
        SELECT @Id, @PartnerId, @CourseId, @State, @StartUs, @Version WHERE NOT EXISTS (SELECT 1 FROM training_requests WHERE id = @Id)
        """;
    private const string UpdateTraining = """
        UPDATE trainings SET course_id = @CourseId, attended = @Attended, effect = @Effect, held_date = @HeldDate, version = @Version
        WHERE id = @Id AND partner_id = @PartnerId AND version <= @Version
        """;
    private const string InsertTraining = """
        INSERT INTO trainings (id, partner_id, course_id, attended, effect, held_date, version)
        SELECT @Id, @PartnerId, @CourseId, @Attended, @Effect, @HeldDate, @Version
        WHERE NOT EXISTS (SELECT 1 FROM trainings WHERE id = @Id AND partner_id = @PartnerId)
        """;
    private const string CountActivity = $"""
        SELECT
            (SELECT COUNT(*) FROM visits v JOIN {NetworkStore.VisiblePartners} p ON p.id = v.partner_id
             WHERE v.planned_date BETWEEN @From AND @To AND v.state <> 'cancelled') AS Visits,
            (SELECT COUNT(*) FROM visits v JOIN {NetworkStore.VisiblePartners} p ON p.id = v.partner_id
             WHERE v.planned_date BETWEEN @From AND @To AND v.state = 'reported') AS VisitsReported,
            (SELECT COUNT(*) FROM visits v JOIN {NetworkStore.VisiblePartners} p ON p.id = v.partner_id
             WHERE v.planned_date BETWEEN @From AND @To AND v.state = 'missed') AS VisitsMissed,
            (SELECT COUNT(*) FROM trainings t JOIN {NetworkStore.VisiblePartners} p ON p.id = t.partner_id
             WHERE t.held_date BETWEEN @From AND @To) AS TrainingsHeld,
            (SELECT COALESCE(SUM(t.attended), 0) FROM trainings t JOIN {NetworkStore.VisiblePartners} p ON p.id = t.partner_id
             WHERE t.held_date BETWEEN @From AND @To) AS TrainedPeople,
            (SELECT COUNT(*) FROM agreements a JOIN {NetworkStore.VisiblePartners} p ON p.id = a.partner_id
             WHERE a.signed_date BETWEEN @From AND @To) AS AgreementsSigned
        """;
    private const string CountFirstSigned = $"""
        SELECT COUNT(DISTINCT a.partner_id) FROM agreements a JOIN {NetworkStore.VisiblePartners} p ON p.id = a.partner_id
        WHERE a.kind = @Kind AND a.signed_date BETWEEN @From AND @To
          AND NOT EXISTS (SELECT 1 FROM agreements e WHERE e.partner_id = a.partner_id AND e.kind = a.kind AND e.signed_date < @From)
        """;
    private const string SelectSignedSince = """
        SELECT id AS Id, partner_id AS PartnerId, kind AS Kind, state AS State, number AS Number, version AS Version, organisation_id AS OrganisationId,
               signed_date AS SignedDate, effective_from AS EffectiveFrom, effective_to AS EffectiveTo, city_code AS CityCode, signed_version AS SignedVersion
        FROM agreements WHERE organisation_id = @organisationId AND signed_date >= @since
        """;

    public static async Task SaveVisitAsync(Tx tx, VisitRow row)
    {
        if (await tx.ExecuteAsync(UpdateVisit, row) == 0)
            await tx.ExecuteAsync(InsertVisit, row);
    }

    /// <summary>Where an agreement stands; what was signed stays.</summary>
    public static async Task SaveAgreementStateAsync(Tx tx, AgreementRow row)
    {
        if (await tx.ExecuteAsync(UpdateAgreementState, row) == 0)
            await tx.ExecuteAsync(InsertAgreement, row);
    }

    /// <summary>What was signed; where the agreement stands stays.</summary>
    public static async Task SaveAgreementSignedAsync(Tx tx, AgreementRow row)
    {
        if (await tx.ExecuteAsync(UpdateAgreementSigned, row) == 0)
            await tx.ExecuteAsync(InsertAgreement, row);
    }

    public static async Task SaveTrainingRequestAsync(Tx tx, TrainingRequestRow row)
    {
        if (await tx.ExecuteAsync(UpdateTrainingRequest, row) == 0)
            await tx.ExecuteAsync(InsertTrainingRequest, row);
    }

    public static async Task SaveTrainingAsync(Tx tx, TrainingRow row)
    {
        if (await tx.ExecuteAsync(UpdateTraining, row) == 0)
            await tx.ExecuteAsync(InsertTraining, row);
    }

    public static async Task<ActivityCounts> CountAsync(Session session, Sight sight, DateOnly from, DateOnly to) =>
        (await session.FirstOrDefaultAsync<ActivityCounts>(CountActivity, sight.With(new { From = from, To = to })))!;

    /// <summary>Partners whose first agreement of this kind was signed from one day to another; a renewal does not count again.</summary>
    public static Task<long> CountFirstSignedAsync(Session session, Sight sight, string kind, DateOnly from, DateOnly to) =>
        session.ScalarAsync<long>(CountFirstSigned, sight.With(new { Kind = kind, From = from, To = to }));

    public static Task<List<AgreementRow>> SignedSinceAsync(Session session, string organisationId, DateOnly since) =>
        session.QueryAsync<AgreementRow>(SelectSignedSince, new { organisationId, since });
}
