using Google.Protobuf.WellKnownTypes;
using Qudao.Contract.V1;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Contract.Instalments;

/// <summary>An instalment as callers and other services see it.</summary>
public static class InstalmentMessages
{
    public static Instalment ToMessage(InstalmentRow row, DateOnly today) => new()
    {
        Name = $"instalments/{row.Id}",
        Agreement = $"agreements/{row.AgreementId}",
        AgreementNumber = row.AgreementNumber,
        AgreementState = Codes.To<AgreementState>(row.AgreementState),
        AgreementTerminated = row.AgreementState == Codes.Of(AgreementState.Terminated),
        Partner = $"partners/{row.PartnerId}",
        PartnerName = row.PartnerName,
        Organisation = row.OrganisationId.Length == 0 ? "" : $"organisations/{row.OrganisationId}",
        Assignee = row.AssigneeId is null ? "" : $"staff/{row.AssigneeId}",
        Number = (int)row.Number,
        DueDate = $"{row.DueDate:yyyy-MM-dd}",
        Purpose = row.Purpose,
        AmountFen = row.AmountFen,
        PaidFen = row.PaidFen,
        WrittenOffFen = row.WrittenOffFen,
        OpenFen = row.OpenFen,
        RequestedFen = row.RequestedFen,
        InvoicedFen = row.InvoicedFen,
        InvoiceRequestedFen = row.InvoiceRequestedFen,
        State = row.State(today),
        Overdue = row.DaysOverdue(today) > 0,
        DaysOverdue = row.DaysOverdue(today),
        WriteOffReason = row.WriteOffReason,
        Etag = Etag.Of(row.Version),
        UpdateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.UpdatedUs)),
    };

    public static PlannedInstalment ToMessage(Planned one) => new() { Number = one.Number, DueDate = $"{one.DueDate:yyyy-MM-dd}", AmountFen = one.AmountFen, Purpose = one.Purpose };

    public static InstalmentChanged Changed(InstalmentRow row, DateOnly today) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        AgreementId = row.AgreementId,
        PartnerId = row.PartnerId,
        State = Codes.Of(row.State(today)),
        DueDate = row.DueDate,
        AmountFen = row.AmountFen,
        PaidFen = row.PaidFen,
        OpenFen = row.OpenFen,
    };

    public static InstalmentAlerted Alerted(InstalmentRow row, long offset, DateOnly today) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        AgreementId = row.AgreementId,
        AgreementNumber = row.AgreementNumber,
        PartnerId = row.PartnerId,
        PartnerName = row.PartnerName,
        OrganisationId = row.OrganisationId,
        DueDate = row.DueDate,
        OpenFen = row.OpenFen,
        Offset = (int)offset,
        DaysOverdue = today.DayNumber - row.DueDate.DayNumber,
    };
}
