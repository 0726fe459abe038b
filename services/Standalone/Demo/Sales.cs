using Qudao.Reporting.V1;

namespace Qudao.Standalone.Demo;

/// <summary>What the signed shops sold over the last sixty days, and what was planned for this month and the last.</summary>
internal sealed class Sales(DemoRun run, Agreements agreements)
{
    private const int Days = 60;

    /// <summary>Cars are bought at the weekend; from Sunday to Saturday.</summary>
    private static readonly double[] OfWeekday = [1.7, 0.7, 0.75, 0.8, 0.9, 1.1, 1.8];

    public async Task ReportAsync()
    {
        await CaughtUpAsync();
        await run.EachAsync(run.Shops.Where(shop => shop.Fate == Fate.Signed), ReportAsync);
        await run.EachAsync(Company.Centres, PlanAsync);
    }

    /// <summary>Reporting hears of partners by events: until it knows them all, and whose they are, it refuses their sales.</summary>
    private Task CaughtUpAsync() => run.UntilAsync(async () =>
    {
        foreach (var login in Company.Centres.SelectMany(centre => centre.Salespeople))
        {
            var mine = run.Shops.Where(shop => shop.Salesperson == login).ToList();
            var funnel = await run.Cast[login].As<DashboardService.DashboardServiceClient>().GetFunnelAsync(new GetFunnelRequest());
            if (funnel.Total < mine.Count || funnel.Stages.Single(stage => stage.Stage_ == "signed").Reached < mine.Count(shop => shop.Fate == Fate.Signed))
                return false;
        }
        return true;
    }, "the reports know every shop");

    private async Task ReportAsync(Shop shop)
    {
        var sales = run.Cast[shop.Salesperson].As<DailySalesService.DailySalesServiceClient>();
        var request = new ReportDailySalesRequest { RequestId = $"demo-{shop.Key}" };
        request.Lines.Add(Lines(shop));
        var reported = await sales.ReportDailySalesAsync(request);
        if (shop.Place % Shop.SignedCount == 2)
            await sales.CorrectDailySalesAsync(new CorrectDailySalesRequest
            {
                RequestId = $"demo-{shop.Key}",
                Name = reported.DailySales[0].Name,
                Quantity = reported.DailySales[0].Quantity + 2,
                Reason = "漏报两台",
            });
    }

    /// <summary>
    /// Two products a day since the signing, up to yesterday; the first salesperson of a centre has reported today too. The
    /// same figures in every run: they come from the shop's place and the day.
    /// </summary>
    private IEnumerable<DailySalesLine> Lines(Shop shop)
    {
        var random = new Random(1000 * Array.IndexOf(Company.Centres, shop.Centre) + shop.Place);
        var usual = 1.5 + 3 * random.NextDouble();
        var until = shop.Salesperson == shop.Centre.Salespeople[0] ? run.Day : run.Day.AddDays(-1);
        for (var day = run.Day.AddDays(-Days); day <= until; day = day.AddDays(1))
            foreach (var (product, share) in new[] { (Agreements.Products[0], 1.0), (Agreements.Products[1 + shop.Place % 2], 0.5) })
            {
                var growth = 1 + 0.5 * (Days - (run.Day.DayNumber - day.DayNumber)) / Days;
                var quantity = (long)Math.Round(usual * share * growth * OfWeekday[(int)day.DayOfWeek] * (0.6 + 0.8 * random.NextDouble()));
                if (day > agreements.SignedDay(shop))
                    yield return new DailySalesLine { Partner = shop.Partner, Day = $"{day:yyyy-MM-dd}", ProductCode = product, Quantity = quantity };
            }
    }

    private async Task PlanAsync(Centre centre)
    {
        var plans = run.Cast["hq.sales"].As<PlanService.PlanServiceClient>();
        foreach (var month in new[] { run.Day.AddMonths(-1), run.Day })
            await plans.CreatePlanAsync(new CreatePlanRequest
            {
                RequestId = $"demo-{centre.Id}-{month:yyyy-MM}",
                Plan = new Plan { Month = $"{month:yyyy-MM}", Organisation = centre.Resource, Agents = 1, Terminals = 2, SalesQuantity = centre.SalesPlan },
            });
    }
}
