using Qudao.Platform;
using Qudao.ServiceTicket.Flows;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Tickets;

/// <summary>How two tickets of one matter become one 合并.</summary>
internal static class TicketLinks
{
    /// <summary>Closes the one, which counts as neither answered nor resolved by it; the other takes over its devices.</summary>
    public static async Task MergeAsync(Tx tx, Caller caller, TicketRow row, TicketRow into, string reason)
    {
        await TicketLedger.SettleAsync(tx, into);
        into.State = Words.Of(TicketRules.Next(Words.Parse<TicketState>(into.State), TicketAction.Absorb));
        await EndAsync(tx, caller, row, into, reason);
        await AbsorbAsync(tx, caller, row, into, reason);
    }

    private static async Task EndAsync(Tx tx, Caller caller, TicketRow row, TicketRow into, string reason)
    {
        var state = TicketRules.Next(Words.Parse<TicketState>(row.State), TicketAction.Merge);
        if (row.WaitingSinceUs is not null)
            await TicketChange.EndPauseAsync(tx, row);
        await FlowWork.PassAsync(tx, caller, row, TicketMove.Unspecified, TicketStep.Done, reason, "");
        row.State = Words.Of(state);
        (row.ClosedUs, row.MergedInto, row.NextEscalationUs) = (tx.NowMicros, into.Id, null);
        await TicketLedger.SaveAsync(tx, caller, row, TicketChange.Entry(TicketEntryType.Merged, $"合并到 {into.Number}"), new { row.Number, Into = into.Number, reason });
    }

    private static async Task AbsorbAsync(Tx tx, Caller caller, TicketRow row, TicketRow into, string reason)
    {
        var serials = TicketMessages.SerialsOf(into).Union(TicketMessages.SerialsOf(row)).ToList();
        foreach (var serial in serials)
            await FlowStore.InsertDeviceAsync(tx, serial, into.Id);
        into.SerialNumbers = string.Join('\n', serials);
        var replacements = TicketMessages.ReplacementsOf(into).Union(TicketMessages.ReplacementsOf(row)).ToList();
        foreach (var serial in replacements)
            await FlowStore.InsertDeviceAsync(tx, serial, into.Id);
        into.ReplacementSerials = string.Join('\n', replacements);
        await TicketLedger.SaveAsync(tx, caller, into, TicketChange.Entry(TicketEntryType.Merged, $"{row.Number} 并入：{row.Subject}"), new { into.Number, From = row.Number, reason });
    }
}
