using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Reporting.Notifications;

// What the other services tell becomes news. A key is made of what happened, not of the event that told it: an event that comes twice,
// late or beside another that tells the same makes no second notification.

/// <summary>The partner that news is about, as it is called and as who it is kept now.</summary>
internal static class News
{
    private const string SelectName = "SELECT name FROM partners WHERE id = @id";

    public static async Task<(Place Place, string Partner)> OfAsync(Tx tx, Event happened, string? partnerId)
    {
        var id = partnerId is null ? null : (await Redirects.FindAsync(tx, partnerId))?.SurvivorId ?? partnerId;
        return (new Place(happened.ScopePath, happened.AssigneeId, id), id is null ? "" : await tx.FirstOrDefaultAsync<string>(SelectName, new { id }) ?? "");
    }

    public static List<ReceiverRow> Together(params List<ReceiverRow>[] receivers) => [.. receivers.SelectMany(some => some).DistinctBy(one => one.Id)];
}

public sealed class AgreementNotices : IHear<AgreementChanged>
{
    public async Task HearAsync(AgreementChanged happened, Tx tx)
    {
        var (place, partner) = await News.OfAsync(tx, happened, happened.PartnerId);
        var resource = $"agreements/{happened.AggregateId}";
        var called = $"{partner} {happened.Number}".Trim();
        foreach (var role in happened.AwaitsRoles)
            await Notices.TellAsync(tx, new Notice(Kinds.ApprovalWaiting, $"approval|{happened.AggregateId}|{role}|{happened.AwaitsSince?.Micros()}", resource, place,
                happened.AwaitsSince ?? happened.OccurTime, called, called, "协议待审批", "An agreement is to be reviewed"), await Receivers.OfRolesAsync(tx, place, role));
        if (Decided(happened.State) is var (zh, en))
            await Notices.TellAsync(tx, new Notice(Kinds.ApprovalDecided, $"decided|{happened.AggregateId}|{happened.State}|{ChinaTime.DateOf(happened.OccurTime):yyyy-MM-dd}", resource, place,
                happened.OccurTime, $"{called} {zh}", $"{called} {en}"), await Receivers.NamedAsync(tx, happened.DrafterId, happened.AssigneeId));
    }

    private static (string Zh, string En)? Decided(string state) => state switch
    {
        "returned" => ("已退回修改", "returned for changes"),
        "approved" => ("已批准", "approved"),
        "terminated" => ("已终止", "terminated"),
        _ => null,
    };
}

public sealed class ReviewNotices : IHear<ReviewEscalated>
{
    public async Task HearAsync(ReviewEscalated happened, Tx tx)
    {
        var place = new Place(happened.ScopePath, happened.AssigneeId, null);
        await Notices.TellAsync(tx, new Notice(Kinds.ApprovalEscalated, $"review|{happened.AggregateId}|{happened.Role}|{happened.Level}|{happened.SinceTime.Micros()}",
            $"agreements/{happened.AggregateId}", place, happened.OccurTime, "协议审批", "an agreement's review",
            $"自 {ChinaTime.DateOf(happened.SinceTime):yyyy-MM-dd} 起待审批，第 {happened.Level} 级", $"Waits since {ChinaTime.DateOf(happened.SinceTime):yyyy-MM-dd}, level {happened.Level}"),
            await Receivers.OfRolesAsync(tx, place, happened.ToRole));
    }
}

public sealed class ExpiringAgreementNotices : IHear<AgreementExpiring>
{
    public async Task HearAsync(AgreementExpiring happened, Tx tx)
    {
        var (place, _) = await News.OfAsync(tx, happened, happened.PartnerId);
        await Notices.TellAsync(tx, new Notice(Kinds.AgreementExpiring, $"expiring|{happened.AggregateId}|{happened.EffectiveTo:yyyy-MM-dd}|{happened.LeadDays}",
            $"agreements/{happened.AggregateId}", place, happened.OccurTime, $"{happened.PartnerName} {happened.Number}", $"{happened.PartnerName} {happened.Number}",
            $"{happened.EffectiveTo:yyyy-MM-dd} 到期，还有 {happened.DaysLeft} 天", $"Ends on {happened.EffectiveTo:yyyy-MM-dd}, {happened.DaysLeft} days left"),
            News.Together(await Receivers.NamedAsync(tx, happened.AssigneeId), await Receivers.OfRolesAsync(tx, place, "sales-manager"), await Receivers.OfPartnerAsync(tx, place.PartnerId)));
    }
}

public sealed class ExpiredAgreementNotices : IHear<AgreementExpired>
{
    public async Task HearAsync(AgreementExpired happened, Tx tx)
    {
        var (place, partner) = await News.OfAsync(tx, happened, happened.PartnerId);
        await Notices.TellAsync(tx, new Notice(Kinds.AgreementExpiring, $"expired|{happened.AggregateId}|{happened.EffectiveTo:yyyy-MM-dd}", $"agreements/{happened.AggregateId}", place,
            happened.OccurTime, $"{partner} {happened.Number} 已到期未续", $"{partner} {happened.Number} has ended"),
            News.Together(await Receivers.NamedAsync(tx, happened.AssigneeId), await Receivers.OfRolesAsync(tx, place, "sales-manager"), await Receivers.OfPartnerAsync(tx, place.PartnerId)));
    }
}

public sealed class InstalmentNotices : IHear<InstalmentAlerted>
{
    public async Task HearAsync(InstalmentAlerted happened, Tx tx)
    {
        var (place, _) = await News.OfAsync(tx, happened, happened.PartnerId);
        var late = happened.Offset > 0 ? await Receivers.OfRolesAsync(tx, place, "finance", "sales-manager") : [];
        await Notices.TellAsync(tx, new Notice(Kinds.InstalmentDue, $"instalment|{happened.AggregateId}|{happened.DueDate:yyyy-MM-dd}|{happened.Offset}", $"instalments/{happened.AggregateId}", place,
            happened.OccurTime, $"{happened.PartnerName} {happened.AgreementNumber}", $"{happened.PartnerName} {happened.AgreementNumber}",
            $"应付日期 {happened.DueDate:yyyy-MM-dd}{(happened.DaysOverdue > 0 ? $"，逾期 {happened.DaysOverdue} 天" : "")}",
            $"Due on {happened.DueDate:yyyy-MM-dd}{(happened.DaysOverdue > 0 ? $", {happened.DaysOverdue} days overdue" : "")}"),
            News.Together(await Receivers.NamedAsync(tx, happened.AssigneeId), late, await Receivers.OfPartnerAsync(tx, place.PartnerId)));
    }
}

public sealed class PaymentNotices : IHear<PaymentRequestChanged>
{
    public async Task HearAsync(PaymentRequestChanged happened, Tx tx)
    {
        var (place, partner) = await News.OfAsync(tx, happened, happened.PartnerId);
        var (kind, zh, en, role) = happened.State switch
        {
            "awaiting-manager" => (Kinds.ApprovalWaiting, "待主管确认", "waits for the manager", "sales-manager"),
            "awaiting-purchasing" => (Kinds.ApprovalWaiting, "待采购核对", "waits for purchasing", "purchasing"),
            "awaiting-finance" => (Kinds.ApprovalWaiting, "待财务办理", "waits for finance", "finance"),
            "awaiting-signature" => (Kinds.ApprovalWaiting, "待客户签收", "waits for the client's signature", ""),
            "closed" => (Kinds.ApprovalDecided, "已办结", "is done", ""),
            "returned" => (Kinds.ApprovalDecided, "已退回", "was returned", ""),
            _ => (null, "", "", ""),
        };
        if (kind is null)
            return;
        var receivers = role.Length > 0 ? await Receivers.OfRolesAsync(tx, place, role) : await Receivers.NamedAsync(tx, happened.AssigneeId);
        if (happened.State is "awaiting-signature" or "closed")
            receivers = News.Together(receivers, await Receivers.OfPartnerAsync(tx, place.PartnerId));
        var (form, formEn) = happened.Kind == "invoice" ? ("开票申请单", "Invoice request") : ("收款申请单", "Receipt request");
        await Notices.TellAsync(tx, new Notice(kind, $"payment|{happened.AggregateId}|{happened.Version}", $"paymentRequests/{happened.AggregateId}", place, happened.OccurTime,
            $"{partner} {form}{zh}", $"{formEn} of {partner} {en}"), receivers);
    }
}

public sealed class ExpiringCertificateNotices : IHear<CertificateExpiring>
{
    public async Task HearAsync(CertificateExpiring happened, Tx tx)
    {
        var (place, partner) = await News.OfAsync(tx, happened, happened.PartnerId);
        await Notices.TellAsync(tx, new Notice(Kinds.CertificateExpiring, $"certificate|{happened.AggregateId}|{happened.ExpiryDate:yyyy-MM-dd}|{happened.DaysLeft}",
            $"certificates/{happened.AggregateId}", place, happened.OccurTime, $"{partner} {happened.Number}".Trim(), $"{partner} {happened.Number}".Trim(),
            $"{happened.ExpiryDate:yyyy-MM-dd} 到期，还有 {happened.DaysLeft} 天", $"Ends on {happened.ExpiryDate:yyyy-MM-dd}, {happened.DaysLeft} days left"),
            News.Together(await Receivers.NamedAsync(tx, happened.AssigneeId), await Receivers.OfRolesAsync(tx, place, "training-manager"), await Receivers.OfPartnerAsync(tx, place.PartnerId)));
    }
}

public sealed class TicketNotices : IHear<TicketChanged>
{
    public async Task HearAsync(TicketChanged happened, Tx tx)
    {
        var isOpen = happened.State is not ("resolved" or "closed");
        var isMajor = isOpen && happened is { Kind: "complaint", Severity: "major" };
        var isAnswered = happened.State == "resolved";
        if (!(isOpen && happened.HandlerId is not null) && !isMajor && !isAnswered && happened.EscalationRole.Length == 0 && happened.Mentions.Count == 0)
            return;
        var (place, partner) = await News.OfAsync(tx, happened, happened.PartnerId);
        Task TellAsync(Kind kind, string key, List<ReceiverRow> receivers) => Notices.TellAsync(tx,
            new Notice(kind, $"{key}|{happened.AggregateId}", $"tickets/{happened.AggregateId}", place, happened.OccurTime, $"{happened.Number} {partner}".Trim(), $"{happened.Number} {partner}".Trim()), receivers);
        if (isOpen && happened.HandlerId is { } handler)
            await TellAsync(Kinds.TicketAssigned, $"assigned|{handler}|{happened.Round}", await Receivers.NamedAsync(tx, handler));
        if (isAnswered)
            await TellAsync(Kinds.TicketAnswered, $"answered|{happened.Round}", await Receivers.OfPartnerAsync(tx, place.PartnerId));
        if (isMajor)
            await TellAsync(Kinds.MajorComplaint, "major", await Receivers.OfRolesAsync(tx, place, "centre-general-manager", "after-sales-manager", "sales-manager"));
        if (happened.EscalationRole.Length > 0)
            await TellAsync(Kinds.TicketEscalated, $"escalated|{happened.Round}|{happened.EscalationLevel}", await Receivers.OfRolesAsync(tx, place, happened.EscalationRole));
        if (happened.Mentions.Count > 0)
            await TellAsync(Kinds.Mentioned, $"mention|{happened.Version}", await Receivers.MentionedAsync(tx, place, happened.Mentions));
    }
}

public sealed class HandOffNotices : IHear<TicketHandedOff>
{
    public async Task HearAsync(TicketHandedOff happened, Tx tx)
    {
        if (happened.ToRoles.Count == 0)
            return;
        var (place, partner) = await News.OfAsync(tx, happened, happened.PartnerId);
        await Notices.TellAsync(tx, new Notice(Kinds.TicketHandedOff, $"hand-off|{happened.AggregateId}|{happened.Version}", $"tickets/{happened.AggregateId}", place, happened.OccurTime,
            $"{happened.Number} {partner}".Trim(), $"{happened.Number} {partner}".Trim()), await Receivers.OfRolesAsync(tx, place, [.. happened.ToRoles]));
    }
}

public sealed class TrainingNotices : IHear<TrainingRequestChanged>
{
    public async Task HearAsync(TrainingRequestChanged happened, Tx tx)
    {
        var (kind, zh, en) = happened.State switch
        {
            "requested" => (Kinds.TrainingRequested, "", ""),
            "scheduled" => (Kinds.TrainingDecided, " 已安排", " was scheduled"),
            "rejected" => (Kinds.TrainingDecided, " 未受理", " was rejected"),
            "cancelled" => (Kinds.TrainingDecided, " 已取消", " was cancelled"),
            _ => (null, "", ""),
        };
        if (kind is null)
            return;
        var (place, partner) = await News.OfAsync(tx, happened, happened.PartnerId);
        var receivers = kind == Kinds.TrainingRequested ? await Receivers.OfRolesAsync(tx, place, [.. happened.ToldRoles]) : News.Together(await Receivers.NamedAsync(tx, happened.AssigneeId), await Receivers.OfPartnerAsync(tx, place.PartnerId));
        await Notices.TellAsync(tx, new Notice(kind, $"training|{happened.AggregateId}|{happened.State}", $"trainingRequests/{happened.AggregateId}", place, happened.OccurTime,
            $"{partner}{zh}", $"{partner}{en}"), receivers);
    }
}

public sealed class TrainingPlanNotices : IHear<TrainingPlanChanged>
{
    public async Task HearAsync(TrainingPlanChanged happened, Tx tx)
    {
        var place = new Place(happened.ScopePath, null, null);
        Task TellAsync(Kind kind, string zh, string en, string text, List<ReceiverRow> receivers) => Notices.TellAsync(tx,
            new Notice(kind, $"training-plan|{happened.AggregateId}|{happened.Version}", $"trainingPlans/{happened.AggregateId}", place, happened.OccurTime,
                $"{happened.Year} 年度培训计划{zh}", $"annual training plan {happened.Year}{en}", text, text), receivers);
        switch (happened.State)
        {
            // Nobody approves a plan he handed in himself.
            case "submitted":
                var approvers = await Receivers.OfRolesAsync(tx, place, "centre-general-manager", "hq-training");
                await TellAsync(Kinds.ApprovalWaiting, "", "", "", [.. approvers.Where(one => one.Id != happened.SubmitterId)]);
                break;
            case "approved":
                await TellAsync(Kinds.ApprovalDecided, "已批准", " approved", "", await Receivers.NamedAsync(tx, happened.SubmitterId));
                break;
            case "returned":
                await TellAsync(Kinds.ApprovalDecided, "已退回", " returned", happened.Reason, await Receivers.NamedAsync(tx, happened.SubmitterId));
                break;
        }
    }
}

public sealed class VisitNotices : IHear<VisitChanged>
{
    public async Task HearAsync(VisitChanged happened, Tx tx)
    {
        if (happened.State != "missed")
            return;
        var (place, partner) = await News.OfAsync(tx, happened, happened.PartnerId);
        await Notices.TellAsync(tx, new Notice(Kinds.VisitMissed, $"missed|{happened.AggregateId}", $"visits/{happened.AggregateId}", place, happened.OccurTime, partner, partner,
            $"计划日期 {happened.PlannedDate:yyyy-MM-dd}", $"Planned for {happened.PlannedDate:yyyy-MM-dd}"), await Receivers.NamedAsync(tx, happened.StaffId));
    }
}

public sealed class VisitReminderNotices : IHear<VisitReminderDue>
{
    public async Task HearAsync(VisitReminderDue happened, Tx tx)
    {
        var (place, _) = await News.OfAsync(tx, happened, happened.PartnerId);
        await Notices.TellAsync(tx, new Notice(Kinds.VisitDue, $"visit-due|{happened.VisitId}|{happened.DueDate:yyyy-MM-dd}", $"visits/{happened.VisitId}", place, happened.OccurTime,
            happened.PartnerName, happened.PartnerName, $"约定日期 {happened.DueDate:yyyy-MM-dd}", $"Promised for {happened.DueDate:yyyy-MM-dd}"), await Receivers.NamedAsync(tx, happened.AssigneeId));
    }
}
