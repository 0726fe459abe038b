namespace Qudao.ServiceTicket.Tickets;

/// <summary>What the manuals leave to be set about tickets.</summary>
/// <param name="ReplyGrace">ServiceTicket:ReplyGraceHours: how long after closing a client's reply belongs to the old ticket; 72 hours unless set.</param>
/// <param name="FollowUpDays">ServiceTicket:FollowUpWorkingDays: working days from closing to the follow-up visit; 3 unless set, none are planned when 0.</param>
/// <param name="WarrantyMonths">ServiceTicket:WarrantyMonths: how long after the purchase a device is covered; 12 unless set.</param>
/// <param name="BadRating">ServiceTicket:BadRating: a rating of so much or less takes the ticket up again; 2 unless set, none does when 0.</param>
/// <param name="StatisticsDays">ServiceTicket:StatisticsDays: how many days figures go back where nobody says from when; 30 unless set.</param>
public sealed record TicketSettings(TimeSpan ReplyGrace, int FollowUpDays, int WarrantyMonths, int BadRating, int StatisticsDays)
{
    public static TicketSettings From(IConfiguration configuration) => new(
        TimeSpan.FromHours(configuration.GetValue("ServiceTicket:ReplyGraceHours", 72)),
        configuration.GetValue("ServiceTicket:FollowUpWorkingDays", 3),
        configuration.GetValue("ServiceTicket:WarrantyMonths", 12),
        configuration.GetValue("ServiceTicket:BadRating", 2),
        configuration.GetValue("ServiceTicket:StatisticsDays", 30));

    /// <summary>Whether a closed ticket is past its grace period 宽限期.</summary>
    public bool IsPast(TicketRow row, long now) => row.ClosedUs is { } closed && now - closed > (long)ReplyGrace.TotalMicroseconds;
}
