using Qudao.Events;
using Qudao.Platform;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Flows;

/// <summary>Passes a ticket from one step to another and notes how long it lay; the caller then writes the ticket.</summary>
internal static class FlowWork
{
    public static async Task PassAsync(Tx tx, Caller caller, TicketRow row, TicketMove move, TicketStep next, string note, string reference)
    {
        var step = Words.Parse<TicketStep>(row.Step);
        // Where all steps were done, nobody had it.
        if (step is not (TicketStep.Done or TicketStep.Unspecified) && step != next)
            await NoteAsync(tx, caller, row, move, next, note, reference);
        (row.Step, row.StepSinceUs) = (Words.Of(next), tx.NowMicros);
    }

    private static async Task NoteAsync(Tx tx, Caller caller, TicketRow row, TicketMove move, TicketStep next, string note, string reference)
    {
        var handOff = new HandOffRow
        {
            TicketId = row.Id,
            Version = row.Version + 1,
            FromStep = row.Step,
            Move = Words.Of(move),
            ToStep = Words.Of(next),
            FromUs = row.StepSinceUs ?? row.OpenedUs,
            UntilUs = tx.NowMicros,
            Minutes = Sla.StepMinutes(row, await TicketStore.PausesAsync(tx, row.Id), tx.NowMicros),
            ActorName = caller.Name,
            Note = note,
            Reference = reference,
        };
        await FlowStore.InsertAsync(tx, handOff);
        row.HandOffs++;
        await tx.PublishAsync(new TicketHandedOff
        {
            AggregateId = row.Id,
            Version = handOff.Version,
            ScopePath = row.ScopePath,
            AssigneeId = row.AssigneeId,
            Kind = row.Kind,
            PartnerId = row.PartnerId,
            FromStep = handOff.FromStep,
            Move = handOff.Move,
            ToStep = handOff.ToStep,
            Minutes = handOff.Minutes,
            Number = row.Number,
            ToRoles = FlowRules.OwnersOf(next),
        });
    }
}
