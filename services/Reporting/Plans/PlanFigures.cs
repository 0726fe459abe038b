using Google.Protobuf.WellKnownTypes;
using Qudao.Platform;
using Qudao.Reporting.Activity;
using Qudao.Reporting.Network;
using Qudao.Reporting.Sales;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Plans;

/// <summary>Plans beside what the organisation and all below it achieved.</summary>
public static class PlanFigures
{
    public static async Task<PlanProgress> ProgressAsync(Session session, PlanRow row)
    {
        // A plan is the organisation's: whoever may see it sees what the organisation achieved.
        var sight = Sight.Of(row.ScopePath);
        var first = Days.Parse($"{row.Month}-01")!.Value;
        var last = ChinaTime.EndOfMonth(first);
        var sold = await SalesStore.SumMonthsAsync(session, sight, new SalesFilter("", "", first, last), "");
        return new PlanProgress
        {
            Plan = ToMessage(row),
            Agents = PlanRules.Measure(row.Agents, await ActivityStore.CountFirstSignedAsync(session, sight, "city-agent", first, last)),
            Terminals = PlanRules.Measure(row.Terminals, await ActivityStore.CountFirstSignedAsync(session, sight, "terminal", first, last)),
            SalesQuantity = PlanRules.Measure(row.SalesQuantity, sold.Sum(figure => figure.Quantity)),
        };
    }

    public static Plan ToMessage(PlanRow row) => new()
    {
        Name = $"plans/{row.Id}",
        Month = row.Month,
        Organisation = $"organisations/{row.OrganisationId}",
        OrganisationName = row.OrganisationName,
        Agents = row.Agents,
        Terminals = row.Terminals,
        SalesQuantity = row.SalesQuantity,
        Note = row.Note,
        Etag = Etag.Of(row.Version),
        CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
        UpdateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.UpdatedUs)),
    };
}
