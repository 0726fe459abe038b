using Google.Protobuf.WellKnownTypes;
using Qudao.Contract.Approvals;
using Qudao.Contract.Instalments;
using Qudao.Contract.V1;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Contract.Agreements;

/// <summary>An agreement as callers and other services see it.</summary>
public static class AgreementMessages
{
    /// <summary>With its timeline.</summary>
    public static Agreement Whole(AgreementRow row, Caller caller)
    {
        var message = InList(row, caller);
        if (caller.PartnerId is null)
            message.Timeline.AddRange(row.Timeline.Select(ToMessage));
        return message;
    }

    /// <summary>Without its timeline. How we came to approve it is not for people outside.</summary>
    public static Agreement InList(AgreementRow row, Caller caller)
    {
        var message = ToMessage(row);
        if (caller.PartnerId is null)
            message.Steps.AddRange(row.Steps.Select(ToMessage));
        return message;
    }

    public static AgreementChanged Changed(AgreementRow row) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        State = row.State,
        Kind = row.Kind,
        PartnerId = row.PartnerId,
        Number = row.Number,
        AwaitsRoles = row.State == AgreementRules.InReview ? [.. ReviewRules.Open(row.Steps).SelectMany(ReviewRules.Awaits).Distinct()] : [],
        AwaitsSince = row.State == AgreementRules.InReview && ReviewRules.Open(row.Steps).Max(step => step.SinceUs) is > 0 and var since ? Clock.FromMicros(since) : null,
        DrafterId = row.DrafterId.StartsWith("staff/", StringComparison.Ordinal) ? Ids.Of(row.DrafterId, "staff") : null,
    };

    public static AgreementSigned Signed(AgreementRow row) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        Number = row.Number!,
        Kind = row.Kind,
        PartnerId = row.PartnerId,
        OrganisationId = row.OrganisationId,
        PartyA = row.PartyA,
        PartyB = row.PartyB,
        SignedDate = row.SignedDate!.Value,
        EffectiveFrom = row.EffectiveFrom,
        EffectiveTo = row.EffectiveTo,
        CityCode = row.CityCode.Length == 0 ? null : row.CityCode,
        ReportTime = row.ReportedUs is { } reported ? Clock.FromMicros(reported) : null,
        RenewsId = row.RenewsId,
        AmendsId = row.AmendsId,
    };

    public static AgreementFiled Filed(AgreementRow row, string? staffId) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        Number = row.Number!,
        Kind = row.Kind,
        PartnerId = row.PartnerId,
        OrganisationId = row.OrganisationId,
        SignedDate = row.SignedDate!.Value,
        ArchiveNumber = row.ArchiveNumber!,
        ArchiveBox = row.ArchiveBox,
        StaffId = staffId,
        Departments = AgreementRules.ToldOfFiling,
    };

    public static AgreementExpiring Expiring(AgreementRow row, long leadDays, DateOnly today) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        Number = row.Number!,
        Kind = row.Kind,
        PartnerId = row.PartnerId,
        PartnerName = row.PartnerName,
        OrganisationId = row.OrganisationId,
        EffectiveTo = row.EffectiveTo,
        LeadDays = (int)leadDays,
        DaysLeft = row.EffectiveTo.DayNumber - today.DayNumber,
    };

    public static AgreementTerminated Terminated(AgreementRow row) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        Number = row.Number!,
        Kind = row.Kind,
        PartnerId = row.PartnerId,
        OrganisationId = row.OrganisationId,
        Reason = row.TerminationReason,
    };

    public static AgreementExpired Expired(AgreementRow row) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        Number = row.Number!,
        Kind = row.Kind,
        PartnerId = row.PartnerId,
        OrganisationId = row.OrganisationId,
        EffectiveTo = row.EffectiveTo,
    };

    /// <summary>On the board of what ends soon.</summary>
    public static ExpiringAgreement OnBoard(ExpiringRow row, DateOnly today)
    {
        var message = new ExpiringAgreement
        {
            Agreement = $"agreements/{row.Id}",
            Number = row.Number,
            Kind = Codes.To<AgreementKind>(row.Kind),
            Partner = $"partners/{row.PartnerId}",
            PartnerName = row.PartnerName,
            Organisation = $"organisations/{row.OrganisationId}",
            Assignee = row.AssigneeId is null ? "" : $"staff/{row.AssigneeId}",
            EffectiveTo = $"{row.EffectiveTo:yyyy-MM-dd}",
            DaysLeft = row.EffectiveTo.DayNumber - today.DayNumber,
            Renewal = Name(row.RenewalId),
            RenewalState = Codes.To<AgreementState>(row.RenewalState ?? ""),
        };
        if (row.AlertedLead is { } lead)
            message.AlertedLeadDays = (int)lead;
        return message;
    }

    public static ReviewEscalated Escalated(AgreementRow row, Step step) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        OrganisationId = row.OrganisationId,
        Role = step.Role,
        ToRole = step.Escalated[^1],
        Level = step.Escalated.Count,
        SinceTime = Clock.FromMicros(step.SinceUs),
    };

    private static Agreement ToMessage(AgreementRow row)
    {
        var message = new Agreement
        {
            Name = $"agreements/{row.Id}",
            Kind = Codes.To<AgreementKind>(row.Kind),
            Partner = $"partners/{row.PartnerId}",
            PartnerName = row.PartnerName,
            State = Codes.To<AgreementState>(row.State),
            Number = row.Number ?? "",
            Subject = row.Subject,
            PartyA = row.PartyA,
            PartyB = row.PartyB,
            CityCode = row.CityCode,
            City = Divisions.ByCode(row.CityCode)?.Name ?? "",
            Products = { row.Products },
            EffectiveFrom = $"{row.EffectiveFrom:yyyy-MM-dd}",
            EffectiveTo = $"{row.EffectiveTo:yyyy-MM-dd}",
            Terms = row.Terms,
            Deviations = row.Deviations,
            Major = row.Major,
            SignedDate = $"{row.SignedDate:yyyy-MM-dd}",
            Organisation = $"organisations/{row.OrganisationId}",
            Drafter = row.DrafterId,
            DrafterName = row.DrafterName,
            TerminationReason = row.TerminationReason,
            TerminationEvidence = row.TerminationEvidence,
            Etag = Etag.Of(row.Version),
            CreateTime = Time(row.CreatedUs),
            UpdateTime = Time(row.UpdatedUs),
            ScopePath = row.ScopePath,
            Assignee = row.AssigneeId is null ? "" : $"staff/{row.AssigneeId}",
            ApprovalPolicy = row.PolicyId.Length == 0 ? "" : $"approvalPolicies/{row.PolicyId}",
            ApprovalPolicyVersion = row.PolicyVersion,
            ReportTime = row.ReportedUs is { } reported ? Time(reported) : null,
            ReporterName = row.ReporterName,
            FileTime = row.FiledUs is { } filed ? Time(filed) : null,
            ArchiveNumber = row.ArchiveNumber ?? "",
            ArchiveBox = row.ArchiveBox,
            Amends = Name(row.AmendsId),
            Renews = Name(row.RenewsId),
            SupersededBy = Name(row.SupersededBy),
            SupersededFrom = $"{row.SupersededFrom:yyyy-MM-dd}",
            RenewedBy = Name(row.RenewedBy),
            Instalments = { row.Schedule.Select(InstalmentMessages.ToMessage) },
            InstalmentReason = row.ScheduleReason,
        };
        if (row.AmountFen is { } amount)
            message.AmountFen = amount;
        return message;
    }

    public static ApprovalStep ToMessage(Step step) => new()
    {
        Role = step.Role,
        State = Codes.To<ApprovalState>(step.State),
        Reviewer = step.Reviewer,
        ReviewerName = step.ReviewerName,
        Comment = step.Comment,
        ReviewTime = step.AtUs == 0 ? null : Time(step.AtUs),
        Step = step.No,
        Mode = Codes.To<ApprovalMode>(step.Mode),
        OnBehalfOf = step.For,
        OnBehalfOfName = step.ForName,
        SinceTime = step.SinceUs == 0 ? null : Time(step.SinceUs),
        DueTime = step.DueUs is { } due ? Time(due) : null,
        EscalatedTo = { step.Escalated },
        Remarks = { step.Remarks.Select(remark => new ReviewRemark { Field = remark.Field, Comment = remark.Comment }) },
    };

    private static AgreementEntry ToMessage(Entry entry) => new()
    {
        Time = Time(entry.AtUs),
        Action = entry.Action,
        Actor = entry.Actor == Caller.System.Subject ? "" : entry.Actor,
        ActorName = entry.ActorName,
        Comment = entry.Comment,
        OnBehalfOf = entry.For,
        OnBehalfOfName = entry.ForName,
    };

    private static string Name(string? id) => id is null ? "" : $"agreements/{id}";

    private static Timestamp Time(long micros) => Timestamp.FromDateTimeOffset(Clock.FromMicros(micros));
}
