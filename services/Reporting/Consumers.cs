using Qudao.Events;
using Qudao.Platform;
using Qudao.Reporting.Activity;
using Qudao.Reporting.Network;
using Qudao.Reporting.Obligations;
using Qudao.Reporting.Sales;
using Qudao.Reporting.Tickets;

namespace Qudao.Reporting;

// What Reporting hears. Each consumer only stores the newest it was told; nothing depends on the order in which events of
// different resources come, so figures are right as soon as the last of them has.

public sealed class OrganisationConsumer : IHear<OrganisationChanged>
{
    public Task HearAsync(OrganisationChanged happened, Tx tx) => NetworkStore.SaveOrganisationAsync(tx, new OrganisationRow
    {
        Id = happened.AggregateId,
        Name = happened.Name,
        Kind = happened.Kind,
        ParentId = happened.ParentId,
        ProvinceCode = happened.ProvinceCode,
        ScopePath = happened.ScopePath,
        Closed = happened.Closed,
        Version = happened.Version,
        CreatedDate = ChinaTime.DateOf(happened.OccurTime),
        MaterialiseFrom = ChinaTime.DateOf(happened.OccurTime),
    });
}

public sealed class StaffConsumer : IHear<StaffChanged>
{
    public Task HearAsync(StaffChanged happened, Tx tx) => NetworkStore.SaveStaffAsync(tx, new StaffRow
    {
        Id = happened.AggregateId,
        Name = happened.Name,
        OrganisationId = happened.OrganisationId,
        Roles = string.Join(',', happened.Roles),
        Active = happened.Active,
        PartnerId = happened.PartnerId,
        Email = happened.Email,
        ScopePath = happened.ScopePath,
        Version = happened.Version,
        CreatedDate = ChinaTime.DateOf(happened.OccurTime),
        MaterialiseFrom = ChinaTime.DateOf(happened.OccurTime),
    });
}

public sealed class PartnerConsumer : IHear<PartnerChanged>
{
    public async Task HearAsync(PartnerChanged happened, Tx tx)
    {
        // What was told before the merge and is heard after it brings no partner back.
        if (await Redirects.FindAsync(tx, happened.AggregateId) is not null)
            return;
        var before = await NetworkStore.PartnersOrganisationAsync(tx, happened.AggregateId);
        await NetworkStore.SavePartnerAsync(tx, new PartnerRow
        {
            Id = happened.AggregateId,
            Name = happened.Name,
            Kind = happened.Kind,
            Stage = happened.Stage,
            ProvinceCode = happened.ProvinceCode,
            CityCode = happened.CityCode,
            OrganisationId = happened.OrganisationId,
            ParentPartnerId = happened.ParentPartnerId,
            ScopePath = happened.ScopePath,
            AssigneeId = happened.AssigneeId,
            Version = happened.Version,
        });
        await OrganisationDays.MoveAsync(tx, happened.AggregateId, before, await NetworkStore.PartnersOrganisationAsync(tx, happened.AggregateId));
        if (happened.Stage != happened.PreviousStage)
            await NetworkStore.SaveStageAsync(tx, new StageRow
            {
                PartnerId = happened.AggregateId,
                Version = happened.Version,
                Stage = happened.Stage,
                AtUs = happened.OccurTime.Micros(),
            });
        await Redirects.FollowAsync(tx, happened);
    }
}

/// <summary>A partner was merged into another: what is counted for it counts for the survivor.</summary>
public sealed class MergedPartnerConsumer : IHear<PartnerMerged>
{
    public Task HearAsync(PartnerMerged happened, Tx tx) => Redirects.HearAsync(tx, happened, MergedPartners.MoveAsync);
}

public sealed class TerritoryConsumer : IHear<TerritoryChanged>
{
    public Task HearAsync(TerritoryChanged happened, Tx tx) => NetworkStore.SaveTerritoryAsync(tx, new TerritoryRow
    {
        Id = happened.AggregateId,
        CityCode = happened.CityCode,
        PartnerId = happened.PartnerId,
        State = happened.State,
        Version = happened.Version,
    });
}

public sealed class ConflictConsumer : IHear<TerritoryConflictOpened>
{
    public Task HearAsync(TerritoryConflictOpened happened, Tx tx) => NetworkStore.SaveConflictAsync(tx, new ConflictRow
    {
        Id = happened.AggregateId,
        CityCode = happened.CityCode,
        HolderId = happened.HolderPartnerId,
        ClaimantId = happened.ClaimantPartnerId,
        OpenedUs = happened.OccurTime.Micros(),
    });
}

public sealed class VisitConsumer : IHear<VisitChanged>
{
    public Task HearAsync(VisitChanged happened, Tx tx) => ActivityStore.SaveVisitAsync(tx, new VisitRow
    {
        Id = happened.AggregateId,
        PartnerId = happened.PartnerId,
        StaffId = happened.StaffId,
        State = happened.State,
        Kind = happened.Kind,
        PlannedDate = happened.PlannedDate,
        Version = happened.Version,
    });
}

public sealed class AgreementConsumer : IHear<AgreementChanged>
{
    public Task HearAsync(AgreementChanged happened, Tx tx) => ActivityStore.SaveAgreementStateAsync(tx, new AgreementRow
    {
        Id = happened.AggregateId,
        PartnerId = happened.PartnerId,
        Kind = happened.Kind,
        State = happened.State,
        Version = happened.Version,
    });
}

public sealed class AgreementSignedConsumer : IHear<AgreementSigned>
{
    public async Task HearAsync(AgreementSigned happened, Tx tx)
    {
        await ActivityStore.SaveAgreementSignedAsync(tx, new AgreementRow
        {
            Id = happened.AggregateId,
            PartnerId = happened.PartnerId,
            Kind = happened.Kind,
            Number = happened.Number,
            OrganisationId = happened.OrganisationId,
            SignedDate = happened.SignedDate,
            EffectiveFrom = happened.EffectiveFrom,
            EffectiveTo = happened.EffectiveTo,
            CityCode = happened.CityCode,
            SignedVersion = happened.Version,
        });
        // The event is the entry: it happens when the signed agreement is entered, which may be days after its date.
        await ObligationEngine.FulfilAsync(tx, Fulfilments.AgreementSigned, happened.OrganisationId, happened.Number, happened.OccurTime, null, happened.SignedDate, $"agreements/{happened.AggregateId}");
        if (happened.ReportTime is { } reported)
            await ObligationEngine.FulfilAsync(tx, Fulfilments.AgreementReported, happened.OrganisationId, happened.Number, reported, null, happened.SignedDate, $"agreements/{happened.AggregateId}");
    }
}

public sealed class AgreementFiledConsumer : IHear<AgreementFiled>
{
    public Task HearAsync(AgreementFiled happened, Tx tx) => ObligationEngine.FulfilAsync(tx, Fulfilments.AgreementFiled, happened.OrganisationId,
        happened.Number, happened.OccurTime, happened.StaffId, happened.SignedDate, $"agreements/{happened.AggregateId}");
}

public sealed class TrainingRequestConsumer : IHear<TrainingRequestChanged>
{
    public Task HearAsync(TrainingRequestChanged happened, Tx tx) => ActivityStore.SaveTrainingRequestAsync(tx, new TrainingRequestRow
    {
        Id = happened.AggregateId,
        PartnerId = happened.PartnerId,
        CourseId = happened.CourseId,
        State = happened.State,
        StartUs = happened.StartTime?.Micros(),
        Version = happened.Version,
    });
}

public sealed class TrainingConsumer : IHear<TrainingCompleted>
{
    public Task HearAsync(TrainingCompleted happened, Tx tx) => ActivityStore.SaveTrainingAsync(tx, new TrainingRow
    {
        Id = happened.AggregateId,
        PartnerId = happened.PartnerId,
        CourseId = happened.CourseId,
        Attended = happened.Attended,
        Effect = happened.Effect,
        HeldDate = happened.HeldDate,
        Version = happened.Version,
    });
}

public sealed class TrainingSessionConsumer : IHear<TrainingSessionChanged>
{
    public Task HearAsync(TrainingSessionChanged happened, Tx tx) => TrainingStore.SaveSessionAsync(tx, new SessionRow
    {
        Id = happened.AggregateId,
        OrganisationId = happened.OrganisationId,
        CourseId = happened.CourseId,
        Way = happened.Way,
        State = happened.State,
        LecturerId = happened.LecturerId,
        StartUs = happened.StartTime.Micros(),
        Enrolled = happened.Enrolled,
        Attended = happened.Attended,
        ScopePath = happened.ScopePath,
        AssigneeId = happened.AssigneeId,
        Version = happened.Version,
    });
}

public sealed class TrainingEvaluationConsumer : IHear<TrainingEvaluationChanged>
{
    public Task HearAsync(TrainingEvaluationChanged happened, Tx tx) => TrainingStore.SaveEvaluationAsync(tx, new SessionEvaluationRow
    {
        Id = happened.AggregateId,
        SessionId = happened.SessionId,
        Round = happened.Round,
        State = happened.State,
        Content = happened.Content,
        Lecturer = happened.Lecturer,
        Usefulness = happened.Usefulness,
        Version = happened.Version,
    });
}

public sealed class CertificateConsumer : IHear<CertificateChanged>
{
    public Task HearAsync(CertificateChanged happened, Tx tx) => TrainingStore.SaveCertificateAsync(tx, new CertificateRow
    {
        Id = happened.AggregateId,
        Number = happened.Number,
        State = happened.State,
        TraineeId = happened.TraineeId,
        PartnerId = happened.PartnerId,
        CourseId = happened.CourseId,
        IssueDate = happened.IssueDate,
        ExpiryDate = happened.ExpiryDate,
        ScopePath = happened.ScopePath,
        AssigneeId = happened.AssigneeId,
        Version = happened.Version,
    });
}

public sealed class TicketConsumer : IHear<TicketChanged>
{
    public Task HearAsync(TicketChanged happened, Tx tx) => TicketStore.SaveAsync(tx, new TicketRow
    {
        Id = happened.AggregateId,
        PartnerId = happened.PartnerId,
        Kind = happened.Kind,
        Severity = happened.Severity,
        State = happened.State,
        HandlerId = happened.HandlerId,
        OpenedUs = happened.OpenTime.Micros(),
        FirstResponseMinutes = happened.FirstResponseMinutes,
        ResolutionMinutes = happened.ResolutionMinutes,
        FirstResponseBreached = happened.FirstResponseBreached,
        ResolutionBreached = happened.ResolutionBreached,
        EscalationLevel = happened.EscalationLevel,
        Satisfaction = happened.Satisfaction,
        Version = happened.Version,
    });
}

public sealed class HandOffConsumer : IHear<TicketHandedOff>
{
    public Task HearAsync(TicketHandedOff happened, Tx tx) => HandOffStore.SaveAsync(tx, new HandOffRow
    {
        TicketId = happened.AggregateId,
        Version = happened.Version,
        FromStep = happened.FromStep,
        Move = happened.Move,
        ToStep = happened.ToStep,
        Minutes = happened.Minutes,
        AtUs = happened.OccurTime.Micros(),
    });
}

public sealed class SurveyConsumer : IHear<SurveySubmitted>
{
    public Task HearAsync(SurveySubmitted happened, Tx tx) =>
        ObligationEngine.FulfilAsync(tx, Fulfilments.SurveySubmitted, happened.OrganisationId, happened.Month, happened.OccurTime, happened.StaffId,
            ChinaTime.DateOf(happened.OccurTime), $"surveyMonths/{happened.OrganisationId}/{happened.Month}");
}

public sealed class StatisticsConsumer : IHear<StatisticsSubmitted>
{
    public Task HearAsync(StatisticsSubmitted happened, Tx tx) =>
        ObligationEngine.FulfilAsync(tx, Fulfilments.StatisticsSubmitted, happened.OrganisationId, $"{happened.ReportDay:yyyy-MM}", happened.OccurTime,
            happened.StaffId, ChinaTime.DateOf(happened.OccurTime), $"agreementStatistics/{happened.OrganisationId}/{happened.ReportDay:yyyy-MM}");
}

public sealed class ReconciliationConsumer : IHear<AccountsReconciled>
{
    public Task HearAsync(AccountsReconciled happened, Tx tx) =>
        ObligationEngine.FulfilAsync(tx, Fulfilments.AccountsReconciled, happened.OrganisationId, happened.Period, happened.OccurTime, happened.StaffId,
            ChinaTime.DateOf(happened.OccurTime), $"reconciliations/{happened.AggregateId}");
}
