using Google.Protobuf.WellKnownTypes;
using Qudao.Contract.V1;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Contract.Payments;

/// <summary>A request as callers and other services see it.</summary>
public static class PaymentMessages
{
    /// <summary>How we came to confirm it is not for people outside.</summary>
    public static PaymentRequest ToMessage(PaymentRow row, Caller caller)
    {
        var inside = caller.PartnerId is null;
        var message = new PaymentRequest
        {
            Name = $"paymentRequests/{row.Id}",
            Kind = Codes.To<PaymentKind>(row.Kind),
            Partner = $"partners/{row.PartnerId}",
            PartnerName = row.PartnerName,
            Lines = { row.Lines.Select(ToMessage) },
            AmountFen = row.AmountFen,
            Note = inside ? row.Note : "",
            State = Codes.To<PaymentState>(row.State),
            SinceTime = Time(row.SinceUs),
            SettledFen = row.SettledFen,
            SettledDate = $"{row.SettledDate:yyyy-MM-dd}",
            Allocations = { row.Allocations.Select(ToMessage) },
            DocumentNumber = row.DocumentNumber ?? "",
            SignerName = row.SignerName,
            SignedDate = $"{row.SignedDate:yyyy-MM-dd}",
            Attachment = inside ? row.Attachment : "",
            Drafter = row.DrafterId,
            DrafterName = row.DrafterName,
            Etag = Etag.Of(row.Version),
            CreateTime = Time(row.CreatedUs),
            UpdateTime = Time(row.UpdatedUs),
        };
        if (inside)
            message.Steps.AddRange(row.Steps.Select(ToMessage));
        return message;
    }

    public static PaymentRequestChanged Changed(PaymentRow row) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        Kind = row.Kind,
        State = row.State,
        PartnerId = row.PartnerId,
        OrganisationId = row.OrganisationId,
        AmountFen = row.AmountFen,
        SettledFen = row.SettledFen,
        DocumentNumber = row.DocumentNumber,
    };

    private static PaymentLine ToMessage(Line line) => new() { Instalment = $"instalments/{line.InstalmentId}", AmountFen = line.AmountFen };

    private static PaymentStep ToMessage(PaymentHandOff step) => new()
    {
        Action = step.Action,
        Actor = step.Actor,
        ActorName = step.ActorName,
        Comment = step.Comment,
        SinceTime = Time(step.SinceUs),
        Time = Time(step.AtUs),
        State = Codes.To<PaymentState>(step.State),
    };

    private static Timestamp Time(long micros) => Timestamp.FromDateTimeOffset(Clock.FromMicros(micros));
}
