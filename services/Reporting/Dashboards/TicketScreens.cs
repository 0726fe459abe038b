using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.Tickets;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Dashboards;

/// <summary>The screen of tickets and their deadlines 工单时效看板.</summary>
public static class TicketScreens
{
    public static async Task<TicketScreen> OfAsync(Session session, Sight sight, (DateOnly From, DateOnly To) range)
    {
        var tickets = await TicketStore.OpenedAsync(session, sight, range.From, range.To);
        var (before, yearBefore) = (Days.Before(range), Days.YearBefore(range));
        var screen = new TicketScreen
        {
            From = $"{range.From:yyyy-MM-dd}",
            To = $"{range.To:yyyy-MM-dd}",
            Times = DashboardFigures.TicketTimes(tickets),
            Previous = DashboardFigures.Row("", await TicketStore.OpenedAsync(session, sight, before.From, before.To)),
            YearAgo = DashboardFigures.Row("", await TicketStore.OpenedAsync(session, sight, yearBefore.From, yearBefore.To)),
            Major = tickets.Count(ticket => ticket.Severity == "major"),
        };
        screen.Places.Add(PlacesOf(tickets));
        screen.Steps.Add(StepsOf(await HandOffStore.BetweenAsync(session, sight, range.From, range.To)));
        return screen;
    }

    /// <summary>Tickets by organisation.</summary>
    public static IEnumerable<TicketScreen.Types.Place> PlacesOf(IEnumerable<TicketRow> tickets) =>
        from ticket in tickets
        group ticket by ticket.OrganisationId into own
        orderby own.Count() descending, own.Key
        select new TicketScreen.Types.Place
        {
            Organisation = $"organisations/{own.Key}",
            OrganisationName = own.First().OrganisationName,
            Figures = DashboardFigures.Row("", [.. own]),
        };

    /// <summary>Hand-offs by the step they left.</summary>
    public static IEnumerable<TicketScreen.Types.Step> StepsOf(IEnumerable<HandOffRow> handOffs) =>
        from handOff in handOffs
        group handOff by handOff.FromStep into own
        orderby own.Sum(one => one.Minutes) descending, own.Key
        select StepOf(own);

    private static TicketScreen.Types.Step StepOf(IGrouping<string, HandOffRow> own)
    {
        var step = new TicketScreen.Types.Step { Step_ = own.Key, Minutes = DashboardFigures.Minutes(own.Select(one => (long?)one.Minutes)) };
        step.Ways.Add(own.GroupBy(one => one.ToStep).OrderByDescending(way => way.Count()).ThenBy(way => way.Key, StringComparer.Ordinal)
            .Select(way => new TicketScreen.Types.Way { ToStep = way.Key, Count = way.Count() }));
        return step;
    }
}
