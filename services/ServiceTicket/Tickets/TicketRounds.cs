using Qudao.Platform;
using Qudao.ServiceTicket.Flows;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Tickets;

/// <summary>A round that is over.</summary>
public sealed class RoundRow
{
    public string TicketId { get; set; } = "";
    public int Round { get; set; }
    public long FromUs { get; set; }
    public long? ResolvedUs { get; set; }
    public long? ClosedUs { get; set; }
    public long ResolutionMinutes { get; set; }
    public bool ResolutionBreached { get; set; }
    public string Result { get; set; } = "";
    public int? Satisfaction { get; set; }
}

/// <summary>How a settled ticket is taken up again 重新打开: the round that is over keeps its times, a new one begins.</summary>
internal static class TicketRounds
{
    private const string Insert = """
        INSERT INTO ticket_rounds (ticket_id, round, from_us, resolved_us, closed_us, resolution_minutes, resolution_breached, result, satisfaction)
        VALUES (@TicketId, @Round, @FromUs, @ResolvedUs, @ClosedUs, @ResolutionMinutes, @ResolutionBreached, @Result, @Satisfaction)
        """;
    private const string Select = """
        SELECT ticket_id AS TicketId, round AS Round, from_us AS FromUs, resolved_us AS ResolvedUs, closed_us AS ClosedUs,
               resolution_minutes AS ResolutionMinutes, resolution_breached AS ResolutionBreached, result AS Result, satisfaction AS Satisfaction
        FROM ticket_rounds WHERE ticket_id = @id AND round > @after ORDER BY round LIMIT @n
        """;

    public static Task<List<RoundRow>> ListAsync(Session session, string id, int after, int n) => session.QueryAsync<RoundRow>(Select, new { id, after, n });

    /// <summary>Begins a new round and writes it: the change's only entry. Its steps go on where somebody can do something about it.</summary>
    /// <param name="row">Resolved or closed, the state not yet moved.</param>
    public static async Task ReopenAsync(Tx tx, Caller caller, TicketRow row, string reason, TicketMove move = TicketMove.Unspecified)
    {
        TicketRules.RequireNotMerged(row);
        row.State = Words.Of(TicketRules.Next(Words.Parse<TicketState>(row.State), TicketAction.Reopen));
        var over = new RoundRow
        {
            TicketId = row.Id,
            Round = row.Round,
            FromUs = row.RoundFromUs,
            ResolvedUs = row.ResolvedUs,
            ClosedUs = row.ClosedUs,
            ResolutionMinutes = row.ResolutionMinutes ?? 0,
            ResolutionBreached = row.ResolutionBreached,
            Result = row.Result ?? "",
            Satisfaction = row.FollowUpUs > row.RoundFromUs ? row.Satisfaction : null,
        };
        await tx.ExecuteAsync(Insert, over);
        // Before the settled time becomes a pause: whoever had to ask whether the client is satisfied had it so long.
        await FlowWork.PassAsync(tx, caller, row, move, FlowRules.Again(Words.Parse<TicketKind>(row.Kind)), reason, "");
        // The new round may be settled straight away, as any that nobody has moved yet.
        row.HandOffs = 0;
        await TicketStore.InsertPauseAsync(tx, row.Id, new Pause(row.ResolvedUs!.Value, tx.NowMicros));
        Sla.Reopen(row, await TicketStore.PausesAsync(tx, row.Id), tx.NowMicros);
        (row.Result, row.FollowUpDue, row.FollowUpOwnerId) = (null, null, null);
        await TicketLedger.SaveAsync(tx, caller, row, TicketChange.Entry(TicketEntryType.Reopened, reason), new { row.Number, reason, row.Round, Over = over });
        if (TicketRules.IsToldAtOnce(row))
            await TicketLedger.EscalateAtOnceAsync(tx, row);
    }
}
