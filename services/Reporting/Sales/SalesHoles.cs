using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Sales;

/// <summary>Where a hole stands in a list; as text "01k…/2026-11-25".</summary>
public readonly record struct HoleKey(string PartnerId, DateOnly Day)
{
    /// <summary>Before every hole.</summary>
    public static readonly HoleKey First = new("", DateOnly.MinValue);

    public static HoleKey? Read(string text) => text.Split('/') is [var partner, var day] && ServiceRules.Day(day) is { } date ? new(partner, date) : null;

    public static string Of(SalesHole hole) => $"{Ids.Of(hole.Partner, "partners")}/{hole.Day}";
}

/// <summary>Holes 漏报: which signed, active partner reported nothing on which working day.</summary>
public static class SalesHoles
{
    /// <summary>Most days of a range.</summary>
    public const int MaxDays = 92;

    private const int PartnersAtOnce = 200;

    private static readonly string[] Reporting = ["signed", "trained", "operating"];

    private const string SelectPartners = $"""
        SELECT id AS Id, name AS Name, assignee_id AS AssigneeId FROM partners
        WHERE (id > @After OR id = @Again) AND (@PartnerId = '' OR id = @PartnerId) AND stage IN ('signed', 'trained', 'operating')
          AND {Scope.SqlFilter} AND scope_path >= @BelowLow AND scope_path < @BelowHigh
        ORDER BY id LIMIT @n
        """;
    private const string SelectStages = """
        SELECT partner_id AS PartnerId, version AS Version, stage AS Stage, at_us AS AtUs FROM partner_stages
        WHERE partner_id >= @first AND partner_id <= @last ORDER BY partner_id, version
        """;
    private const string SelectReported = """
        SELECT DISTINCT partner_id AS PartnerId, day AS Day FROM daily_sales
        WHERE partner_id >= @first AND partner_id <= @last AND day >= @from AND day <= @to
        """;

    /// <summary>The working days of a range that are over.</summary>
    public static List<DateOnly> Days(DateOnly from, DateOnly to, DateOnly today, WorkingCalendar calendar)
    {
        var days = new List<DateOnly>();
        for (var day = from; day <= to && day < today; day = day.AddDays(1))
            if (calendar.IsWorkingDay(day))
                days.Add(day);
        return days;
    }

    /// <summary>Whether a partner of these stages, in order, was signed and active at the end of a day.</summary>
    public static bool OwesOn(IEnumerable<StageRow> stages, DateOnly day) =>
        stages.LastOrDefault(stage => stage.AtUs < ChinaTime.EndOfDay(day).Micros()) is { } last && Reporting.Contains(last.Stage);

    /// <summary>Holes after a key, n at most: a few partners at a time, so that the whole network is never in memory.</summary>
    public static async Task<List<SalesHole>> ListAsync(Session session, Sight sight, string partnerId, List<DateOnly> days, HoleKey after, int n)
    {
        var holes = new List<SalesHole>();
        var (last, again) = (after.PartnerId, after.PartnerId);
        while (days.Count > 0 && holes.Count < n)
        {
            var partners = await session.QueryAsync<PartnerRow>(SelectPartners, sight.With(new { After = last, Again = again, PartnerId = partnerId, n = PartnersAtOnce }));
            if (partners.Count == 0)
                break;
            holes.AddRange((await OfAsync(session, partners, days)).Where(hole => hole.Partner != $"partners/{after.PartnerId}" || string.CompareOrdinal(hole.Day, $"{after.Day:yyyy-MM-dd}") > 0));
            (last, again) = (partners[^1].Id, "");
        }
        if (holes.Count > n)
            holes.RemoveRange(n, holes.Count - n);
        return holes;
    }

    private static async Task<IEnumerable<SalesHole>> OfAsync(Session session, List<PartnerRow> partners, List<DateOnly> days)
    {
        var range = new { first = partners[0].Id, last = partners[^1].Id, from = days[0], to = days[^1] };
        var stages = (await session.QueryAsync<StageRow>(SelectStages, new { range.first, range.last })).ToLookup(stage => stage.PartnerId);
        var reported = (await session.QueryAsync<SalesRow>(SelectReported, range)).Select(row => (row.PartnerId, row.Day)).ToHashSet();
        return from partner in partners
               from day in days
               where !reported.Contains((partner.Id, day)) && OwesOn(stages[partner.Id], day)
               select new SalesHole
               {
                   Partner = $"partners/{partner.Id}",
                   PartnerName = partner.Name,
                   Assignee = partner.AssigneeId is null ? "" : $"staff/{partner.AssigneeId}",
                   Day = $"{day:yyyy-MM-dd}",
               };
    }
}
