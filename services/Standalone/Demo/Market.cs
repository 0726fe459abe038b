using Google.Api;
using Google.Protobuf;
using Qudao.Common.V1;
using Qudao.Dealer.V1;

namespace Qudao.Standalone.Demo;

/// <summary>The market: the survey of 484 shops, who looks after which, which of them are wanted, and who is visited.</summary>
internal sealed class Market(DemoRun run)
{
    private const string Survey = "market-survey.xlsx";
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>Spreads what befalls shops over the province: the survey goes city by city.</summary>
    private const int Stride = 7;

    private static readonly string[] Advantages = ["位于汽车城，客流量大", "集团店，可带动同城门店", "老板重视车联网增值业务", "售后产值高，装饰部成熟", "新车销量居全市前列"];

    private static readonly Call[] Calls =
    [
        new(Fate.Signed, VisitKind.ReturnVisit, 0, "回访装车情况", "近期装车顺利，客户希望增加一名安装技师的培训名额。"),
        new(Fate.Signed, VisitKind.Phone, 0, "确认补货数量", "客户确认下周补货，并询问新款终端的到货时间。"),
        new(Fate.Target, VisitKind.ClientVisit, 0, "介绍产品与合作政策", "总经理有合作意向，要求提供同城门店的销售数据作参考。"),
        new(Fate.Negotiating, VisitKind.ClientVisit, 0, "洽谈协议条款", ""),
        new(Fate.Target, VisitKind.ClientVisit, 1, "产品演示", ""),
        new(Fate.Negotiating, VisitKind.ClientVisit, 2, "洽谈协议条款", ""),
        new(Fate.Signed, VisitKind.ReturnVisit, 4, "了解销售话术使用情况", ""),
        new(Fate.Target, VisitKind.ClientVisit, 3, "首次拜访", "客户当日参加厂家会议，改期。"),
    ];

    private static readonly string[] Contacts = ["刘经理", "高经理", "林总", "马总监"];

    /// <summary>Headquarters imports the survey; each shop goes to the centre of its province.</summary>
    public async Task SurveyAsync()
    {
        var marketing = run.Cast["hq.marketing"];
        var operation = await marketing.As<SurveyService.SurveyServiceClient>().ImportSurveysAsync(new ImportSurveysRequest
        {
            RequestId = "demo-survey",
            Month = run.Month,
            File = new HttpBody { ContentType = Xlsx, Data = await ByteString.FromStreamAsync(typeof(Market).Assembly.GetManifestResourceStream(Survey)!, run.Cancel) },
        });
        var operations = marketing.As<Dealer.V1.OperationsService.OperationsServiceClient>();
        await run.UntilAsync(async () =>
        {
            operation = await operations.GetOperationAsync(new GetOperationRequest { Name = operation.Name });
            run.Show(operation.ProgressDone, operation.ProgressTotal);
            return operation.Done;
        }, "the survey is imported");
        if (operation.Error is not null)
            throw new InvalidOperationException($"The survey was not imported: {operation.Error.Message}");
        foreach (var centre in Company.Centres)
            await ReadShopsAsync(centre);
    }

    /// <summary>Every shop gets a salesperson, who makes targets of some and begins to negotiate with a few.</summary>
    public Task PursueAsync() => run.EachAsync(run.Shops, async shop =>
    {
        await run.Cast[shop.Centre.Manager].As<PartnerService.PartnerServiceClient>().AssignPartnerAsync(new AssignPartnerRequest
        {
            RequestId = $"demo-assign-{shop.Key}",
            Name = shop.Partner,
            Assignee = run.Cast[shop.Salesperson].Staff,
        });
        foreach (var (stage, reason) in Way(shop))
            await AdvanceAsync(shop.Salesperson, shop.Partner, stage, reason);
    });

    public async Task AdvanceAsync(string salesperson, string partner, PartnerStage stage, string reason) =>
        await run.Cast[salesperson].As<PartnerService.PartnerServiceClient>().AdvancePartnerAsync(new AdvancePartnerRequest
        {
            RequestId = $"demo-{stage}-{partner}",
            Name = partner,
            Stage = stage,
            Reason = reason,
        });

    /// <summary>
    /// Visits of the day and of the next days. None lies in the past, because a visit is registered before leaving; what of
    /// today stays without a report is missed by tomorrow.
    /// </summary>
    public Task VisitAsync() => run.EachAsync(Company.Centres.SelectMany(centre => centre.Salespeople), async login =>
    {
        var visits = run.Cast[login].As<VisitService.VisitServiceClient>();
        var clients = run.Shops.Where(shop => shop.Salesperson == login).GroupBy(shop => shop.Fate).ToDictionary(shops => shops.Key, shops => new Queue<Shop>(shops));
        foreach (var call in Calls)
            await VisitAsync(visits, clients[call.Client].Dequeue(), call);
    });

    private async Task VisitAsync(VisitService.VisitServiceClient visits, Shop shop, Call call)
    {
        // One that was planned by a load of yesterday stays as it is.
        var visit = (await visits.ListVisitsAsync(new ListVisitsRequest { Partner = shop.Partner })).Visits.FirstOrDefault()
            ?? await visits.PlanVisitAsync(new PlanVisitRequest
            {
                RequestId = $"demo-visit-{shop.Key}-{run.Today:yyyyMMdd}",
                Visit = new Visit { Partner = shop.Partner, Kind = call.Kind, PlannedDate = $"{run.Today.AddDays(call.Ahead):yyyy-MM-dd}", Purpose = call.Purpose },
            });
        if (visit.State != VisitState.Planned || call.Outcome.Length == 0)
            return;
        if (call.Ahead > 0)
            await visits.CancelVisitAsync(new CancelVisitRequest { RequestId = $"demo-cancel-{shop.Key}", Name = visit.Name, Reason = call.Outcome });
        else
            await visits.ReportVisitAsync(new ReportVisitRequest
            {
                RequestId = $"demo-report-{shop.Key}",
                Name = visit.Name,
                Report = new VisitReport
                {
                    Contact = Contacts[shop.Place % Contacts.Length],
                    ContactTitle = "销售经理",
                    TalkTime = visit.CreateTime,
                    Content = call.Outcome,
                    NextVisitDate = $"{DateOnly.Parse(visit.PlannedDate).AddDays(7):yyyy-MM-dd}",
                },
            });
    }

    private async Task ReadShopsAsync(Centre centre)
    {
        var page = await run.Cast[centre.Manager].As<SurveyService.SurveyServiceClient>().ListSurveysAsync(
            new ListSurveysRequest { Month = run.Month, Organisation = centre.Resource, PageSize = 1000 });
        var inOrder = page.Surveys.Select((survey, i) => (survey, i)).OrderBy(row => row.i * Stride % page.Surveys.Count).ThenBy(row => row.i);
        run.Shops.AddRange(inOrder.Select((row, place) =>
            new Shop(row.survey.Partner, row.survey.DisplayName, row.survey.CityCode, row.survey.Address, centre, place, centre.Salespeople[place % 2])));
    }

    private static IEnumerable<(PartnerStage Stage, string Reason)> Way(Shop shop) => shop.Fate switch
    {
        Fate.Signed or Fate.Negotiating => [Wanted(shop), (PartnerStage.Negotiating, "")],
        Fate.Target => [Wanted(shop)],
        Fate.Lost => [Wanted(shop), (PartnerStage.Lost, "已与竞争品牌签订三年独家协议")],
        _ => [],
    };

    private static (PartnerStage, string) Wanted(Shop shop) => (PartnerStage.Target, Advantages[shop.Place % Advantages.Length]);

    /// <summary>A visit that every salesperson makes.</summary>
    /// <param name="Client">To whom.</param>
    /// <param name="Ahead">Days from today.</param>
    /// <param name="Outcome">What is reported of it, or why it is called off when it lies ahead; empty: it stays planned.</param>
    private sealed record Call(Fate Client, VisitKind Kind, int Ahead, string Purpose, string Outcome);
}
