using Qudao.Platform;

namespace Qudao.ServiceTicket.Tickets;

/// <summary>How a resolved ticket is closed; its follow-up visit 回访 is planned with it.</summary>
internal static class TicketClosing
{
    public static void Close(Tx tx, TicketRow row, TicketSettings settings)
    {
        row.ClosedUs = tx.NowMicros;
        if (settings.FollowUpDays == 0 || row.FollowUpUs > row.RoundFromUs)
            return;
        row.FollowUpDue = row.Timetable.AddWorkingDays(ChinaTime.DateOf(tx.Now), settings.FollowUpDays);
        // Who knows the client goes; else who dealt with it.
        row.FollowUpOwnerId = row.AssigneeId ?? row.HandlerId;
    }
}
