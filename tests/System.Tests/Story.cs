using System.Text.Json;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Gateway.V1;
using Qudao.Reporting.V1;
using Qudao.ServiceTicket.V1;
using Qudao.TestKit;
using Qudao.Training.V1;

namespace Qudao.System.Tests;

/// <summary>
/// December 2026 in Jiangsu: the market is surveyed, an agent and two shops are won, one is trained, sells, complains, and
/// the reports are due. Each step asserts what the people in it would notice.
/// </summary>
public sealed class Story(House house)
{
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    private const string Month = "2026-12";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, (string Login, string Password, string Staff)> people = [];
    private readonly Dictionary<string, long> soldByShop = [];
    private List<Partner> targets = [];
    private Partner agent = new();
    private Agreement agentAgreement = new();
    private Ticket complaint = new();
    private List<Partner> shops = [];

    public async Task TellAsync()
    {
        house.MoveClock(Day.At(12, 1, 9));
        await People_sign_in();
        house.MoveClock(Day.At(12, 2, 9));
        await The_survey_is_imported();
        await Shops_become_targets_and_are_visited();
        house.MoveClock(Day.At(12, 3, 9));
        await A_visit_was_missed();
        await An_agent_and_two_shops_sign();
        await A_shop_is_trained();
        await A_complaint_is_late_escalates_and_is_rated();
        house.MoveClock(Day.At(12, 31, 10));
        await Sales_of_thirty_days_are_reported();
        await The_reports_are_right();
        await Nobody_else_sees_any_of_it();
    }

    // 1. HQ and the Jiangsu centre sign in.
    private async Task People_sign_in()
    {
        var admin = await house.AdministratorAsync();
        var organisations = admin.Ask<OrganisationService.OrganisationServiceClient>();
        await organisations.CreateOrganisationAsync(Centre("js", "江苏销售服务中心", "32"));
        await organisations.CreateOrganisationAsync(Centre("zj", "浙江销售服务中心", "33"));
        await HireAsync(admin, "hq.gm", "赵总", "hq", "hq-general-manager");
        await HireAsync(admin, "hq.marketing", "钱营销", "hq", "hq-marketing");
        await HireAsync(admin, "js.gm", "孙总经理", "js", "centre-general-manager");
        await HireAsync(admin, "js.manager", "李经理", "js", "sales-manager");
        await HireAsync(admin, "js.sales", "周销售", "js", "salesperson");
        await HireAsync(admin, "js.legal", "吴法务", "js", "legal");
        await HireAsync(admin, "js.trainer", "郑讲师", "js", "training-manager");
        await HireAsync(admin, "js.service", "王售后", "js", "after-sales-manager");
        await HireAsync(admin, "zj.sales", "冯销售", "zj", "salesperson");
        await HireAsync(admin, "zj.gm", "陈总经理", "zj", "centre-general-manager");
        foreach (var login in people.Keys)
            Assert.That((await AsAsync(login)).User.Login, Is.EqualTo(login));
    }

    // 2. The real survey, 484 shops: only the centre's own province enters, every other row is an error by row and column.
    private async Task The_survey_is_imported()
    {
        var sales = await AsAsync("js.sales");
        var first = await ImportAsync(sales, "market-survey.xlsx", Xlsx);
        Assert.That(first.Created, Is.GreaterThan(0));
        Assert.That(first.ErrorCount, Is.GreaterThan(0));
        Assert.That(first.Errors[0].Row, Is.GreaterThan(0));
        Assert.That(first.Errors[0].Column, Is.Not.Empty);
        var known = await PartnersAsync(sales);
        Assert.That(known, Has.Count.EqualTo(first.Created));
        Assert.That(known.All(p => p.CityCode.StartsWith("32", StringComparison.Ordinal)), "only Jiangsu entered");

        var again = await ImportAsync(sales, "market-survey.xlsx", Xlsx);
        Assert.That((again.Created, again.Updated, again.Unchanged), Is.EqualTo((0L, 0L, first.Created + first.Unchanged)));
        var csv = await ImportAsync(sales, "market-survey.gb18030.csv", "text/csv");
        Assert.That(csv.Created + csv.Updated + csv.Unchanged + csv.ErrorCount, Is.GreaterThan(0));
        Assert.That((await PartnersAsync(sales)).All(p => p.CityCode.StartsWith("32", StringComparison.Ordinal)));

        var all = await ImportAsync(await AsAsync("hq.marketing"), "market-survey.xlsx", Xlsx);
        Assert.That(all.Created, Is.GreaterThan(0), "HQ may import every province");
    }

    // 3. Ten shops of Nanjing and Suzhou become targets; visits are planned, reported, and one is forgotten.
    private async Task Shops_become_targets_and_are_visited()
    {
        var sales = await AsAsync("js.sales");
        var partners = sales.Ask<PartnerService.PartnerServiceClient>();
        var candidates = (await PartnersAsync(sales)).Where(p => p.CityCode is "3201" or "3205").Take(10).ToList();
        Assert.That(candidates, Has.Count.EqualTo(10));
        foreach (var shop in candidates)
            targets.Add(await partners.AdvancePartnerAsync(new AdvancePartnerRequest { Name = shop.Name, Stage = PartnerStage.Target }));
        Assert.That(targets.All(t => t.Stage == PartnerStage.Target));

        var visits = sales.Ask<VisitService.VisitServiceClient>();
        foreach (var shop in targets.Take(4))
        {
            var visit = await visits.PlanVisitAsync(new PlanVisitRequest
            {
                Visit = new Visit { Partner = shop.Name, Kind = VisitKind.ClientVisit, PlannedDate = "2026-12-02", Purpose = "介绍产品" },
            });
            if (shop == targets[3])
                continue;
            var reported = await visits.ReportVisitAsync(new ReportVisitRequest
            {
                Name = visit.Name,
                Report = new VisitReport
                {
                    Contact = "刘经理",
                    ContactTitle = "销售总监",
                    Phone = "13812345678",
                    Content = "有合作意向",
                    TalkTime = Timestamp.FromDateTimeOffset(Day.At(12, 2, 9)),
                    NextVisitDate = "2026-12-09",
                },
            });
            Assert.That(reported.State, Is.EqualTo(VisitState.Reported));
        }
    }

    private async Task A_visit_was_missed()
    {
        var visits = (await AsAsync("js.sales")).Ask<VisitService.VisitServiceClient>();
        await Eventually.Async(async () =>
            (await visits.ListVisitsAsync(new ListVisitsRequest { State = VisitState.Missed })).Visits.Count == 1, Soon, "the visit without a report is missed");
    }

    // 4. The Nanjing agent signs with HQ, two shops with the centre; a second Nanjing agent is a conflict.
    private async Task An_agent_and_two_shops_sign()
    {
        var marketing = (await AsAsync("hq.marketing")).Ask<NumberService.NumberServiceClient>();
        foreach (var (kind, prefix) in new[] { (AgreementKind.CityAgent, "QD-SD-2026-"), (AgreementKind.Terminal, "QD-4S-2026-") })
            await marketing.CreateNumberBlockAsync(new CreateNumberBlockRequest
            {
                NumberBlock = new NumberBlock { Organisation = "organisations/js", Kind = kind, Prefix = prefix, First = 1, Last = 50, Width = 4 },
            });

        agent = await NewAgentAsync("南京远通汽车用品有限公司");
        agentAgreement = await SignAsync(agent, AgreementKind.CityAgent, "hq.marketing");
        Assert.That(agentAgreement.Number, Is.EqualTo("QD-SD-2026-0001"));
        await StageBecomesAsync(agent, PartnerStage.Signed);

        var sales = await AsAsync("js.sales");
        foreach (var target in targets.Where(t => t.CityCode == "3201").Take(2))
        {
            var shop = await sales.Ask<PartnerService.PartnerServiceClient>().GetPartnerAsync(new GetPartnerRequest { Name = target.Name });
            shop.Parent = agent.Name;
            shop = await sales.Ask<PartnerService.PartnerServiceClient>().UpdatePartnerAsync(new UpdatePartnerRequest { Partner = shop, UpdateMask = new FieldMask { Paths = { "parent" } } });
            var signed = await SignAsync(shop, AgreementKind.Terminal, "js.gm");
            Assert.That(signed.Number, Is.EqualTo($"QD-4S-2026-000{shops.Count + 1}"));
            await StageBecomesAsync(shop, PartnerStage.Signed);
            shops.Add(shop);
        }

        var second = await NewAgentAsync("南京第二代理有限公司");
        var refused = Assert.ThrowsAsync<RpcException>(() => SignAsync(second, AgreementKind.CityAgent, "hq.marketing"))!;
        Assert.That(refused.StatusCode, Is.EqualTo(StatusCode.FailedPrecondition));
        Assert.That(ReasonOf(refused), Is.EqualTo("TERRITORY_CONFLICT"));
        var conflicts = await (await AsAsync("hq.marketing")).Ask<TerritoryService.TerritoryServiceClient>().ListTerritoryConflictsAsync(new ListTerritoryConflictsRequest());
        Assert.That(conflicts.TerritoryConflicts.Single().Claimant, Is.EqualTo(second.Name));
    }

    // 5. A signed shop is trained; an unsigned one is refused with the reason.
    private async Task A_shop_is_trained()
    {
        var trainer = await AsAsync("js.trainer");
        var course = await trainer.Ask<CourseService.CourseServiceClient>().CreateCourseAsync(new CreateCourseRequest { Course = new Course { Title = "车载终端安装与演示", Minutes = 120 } });
        var refused = Assert.ThrowsAsync<RpcException>(() => AskTrainingAsync(targets[^1].Name, course.Name))!;
        Assert.That(ReasonOf(refused), Is.EqualTo("PARTNER_NOT_SIGNED"));

        var request = await AskTrainingAsync(shops[0].Name, course.Name);
        var requests = trainer.Ask<TrainingRequestService.TrainingRequestServiceClient>();
        await requests.ScheduleTrainingAsync(new ScheduleTrainingRequest
        {
            Name = request.Name,
            Lecturer = people["js.trainer"].Staff,
            StartTime = Timestamp.FromDateTimeOffset(Day.At(12, 4, 9)),
            EndTime = Timestamp.FromDateTimeOffset(Day.At(12, 4, 11)),
        });
        house.MoveClock(Day.At(12, 4, 12));
        requests = (await AsAsync("js.trainer")).Ask<TrainingRequestService.TrainingRequestServiceClient>();
        await requests.HoldTrainingAsync(new HoldTrainingRequest
        {
            Name = request.Name,
            Trainees = { new Trainee { DisplayName = "李雷", Attended = true }, new Trainee { DisplayName = "韩梅梅", Attended = true } },
        });
        await requests.EvaluateTrainingAsync(new EvaluateTrainingRequest { Name = request.Name, Effect = 5, Feedback = "讲解清楚", Scores = { 90, 85 } });
        await StageBecomesAsync(shops[0], PartnerStage.Trained);
    }

    // 7. A complaint waits too long for its first response, escalates, is resolved, followed up and rated.
    private async Task A_complaint_is_late_escalates_and_is_rated()
    {
        house.MoveClock(Day.At(12, 7, 9));
        var tickets = (await AsAsync("js.service")).Ask<TicketService.TicketServiceClient>();
        complaint = await tickets.CreateTicketAsync(new CreateTicketRequest
        {
            Ticket = new Ticket
            {
                Kind = TicketKind.Complaint,
                Channel = TicketChannel.Phone,
                Severity = TicketSeverity.Normal,
                Partner = shops[0].Name,
                Reporter = "李雷",
                ReporterPhone = "13912345678",
                Subject = "终端经常离线",
                Content = "安装后三天内离线五次。",
            },
        });
        house.MoveClock(Day.At(12, 9, 16));
        tickets = (await AsAsync("js.service")).Ask<TicketService.TicketServiceClient>();
        await Eventually.Async(async () =>
        {
            complaint = await tickets.GetTicketAsync(new GetTicketRequest { Name = complaint.Name });
            return complaint is { FirstResponseBreached: true, EscalationLevel: > 0 };
        }, Soon, "the complaint is late and escalated");
        await tickets.RespondToTicketAsync(new RespondToTicketRequest { Name = complaint.Name, Text = "非常抱歉，工程师今天上门检查。" });
        await tickets.ResolveTicketAsync(new ResolveTicketRequest { Name = complaint.Name, Result = "更换天线，已稳定在线。" });
        await tickets.CloseTicketAsync(new CloseTicketRequest { Name = complaint.Name });
        complaint = await tickets.FollowUpTicketAsync(new FollowUpTicketRequest { Name = complaint.Name, Usage = "使用正常", Satisfaction = 4 });
        Assert.That(complaint.FollowUp.Satisfaction, Is.EqualTo(4));
    }

    // 6. Thirty days of sales, one figure corrected.
    private async Task Sales_of_thirty_days_are_reported()
    {
        var sales = (await AsAsync("js.sales")).Ask<DailySalesService.DailySalesServiceClient>();
        DailySales? first = null;
        foreach (var (shop, s) in shops.Select((shop, s) => (shop, s)))
        {
            var request = new ReportDailySalesRequest { RequestId = $"sales-{s}" };
            for (var day = 1; day <= 30; day++)
                request.Lines.Add(new DailySalesLine { Partner = shop.Name, Day = $"2026-12-{day:00}", ProductCode = "GPS-100", Quantity = day % 5 + s });
            var reply = await sales.ReportDailySalesAsync(request);
            Assert.That(reply.Created, Is.EqualTo(30));
            soldByShop[shop.Name] = request.Lines.Sum(line => line.Quantity);
            first ??= reply.DailySales[0];
        }
        await sales.CorrectDailySalesAsync(new CorrectDailySalesRequest { Name = first!.Name, Quantity = first.Quantity + 7, Reason = "漏报七台" });
        soldByShop[shops[0].Name] += 7;
    }

    // 8. Each figure of Reporting against the raw facts.
    private async Task The_reports_are_right()
    {
        var manager = await AsAsync("js.manager");
        var dashboards = (await AsAsync("js.gm")).Ask<DashboardService.DashboardServiceClient>();
        var partners = await PartnersAsync(await AsAsync("js.gm"));
        await Eventually.Async(async () =>
        {
            var funnel = await dashboards.GetFunnelAsync(new GetFunnelRequest());
            return funnel.Total == partners.Count
                && funnel.Stages.Where(s => s.Count > 0).ToDictionary(s => s.Stage_, s => s.Count).OrderBy(p => p.Key)
                    .SequenceEqual(partners.GroupBy(p => StageWord(p.Stage)).ToDictionary(g => g.Key, g => (long)g.Count()).OrderBy(p => p.Key));
        }, Soon, "the funnel equals the partners");

        var plans = (await AsAsync("js.gm")).Ask<PlanService.PlanServiceClient>();
        var plan = await plans.CreatePlanAsync(new CreatePlanRequest
        {
            Plan = new Plan { Month = Month, Organisation = "organisations/js", Agents = 2, Terminals = 2, SalesQuantity = 200 },
        });
        var progress = await plans.GetPlanProgressAsync(new GetPlanProgressRequest { Name = plan.Name });
        var sold = soldByShop.Values.Sum();
        Assert.That((progress.Agents.Actual, progress.Terminals.Actual, progress.SalesQuantity.Actual), Is.EqualTo((1L, 2L, sold)));

        var summary = await manager.Ask<DailySalesService.DailySalesServiceClient>().GetSalesSummaryAsync(
            new GetSalesSummaryRequest { Grain = SalesGrain.Month, GroupBy = SalesGroup.Partner, From = "2026-12-01", To = "2026-12-31" });
        Assert.That(summary.Quantity, Is.EqualTo(sold));
        Assert.That(summary.Totals.ToDictionary(row => row.DisplayName, row => row.Quantity), Is.EqualTo(shops.ToDictionary(shop => shop.DisplayName, shop => soldByShop[shop.Name])));

        await Eventually.Async(async () =>
        {
            var times = (await dashboards.GetTicketTimesAsync(new GetTicketTimesRequest { From = "2026-12-01", To = "2026-12-31" })).All;
            return times is { Count: 1, FirstResponseBreaches: 1, Escalated: 1, Rated: 1, Satisfaction: 4 };
        }, Soon, "the ticket's times and rating are there");

        await ObligationIsAsync(manager, "market-survey", ObligationState.OnTime);
        await ObligationIsAsync(manager, "agreement-statistics", ObligationState.Missing);
        await The_forms_open_in_a_spreadsheet();
    }

    private async Task The_forms_open_in_a_spreadsheet()
    {
        var gm = await AsAsync("js.gm");
        var survey = await DownloadAsync(gm.Ask<SurveyService.SurveyServiceClient>().ExportSurveys(new ExportSurveysRequest { Month = Month, Organisation = "organisations/js" }));
        var rows = Workbook.Read(survey);
        Assert.That(rows[0][0], Does.Contain("市场及客户信息调研表"));
        Assert.That(rows.Any(row => row.Contains("主营车型") && row.Contains("拓展优势")), "the manual's columns");
        Assert.That(rows.Any(row => row.Contains(shops[0].DisplayName)));

        var statistics = await DownloadAsync(gm.Ask<AgreementStatisticsService.AgreementStatisticsServiceClient>().ExportAgreementStatistics(
            new ExportAgreementStatisticsRequest { Organisation = "organisations/js", ReportDay = "2026-12-25" }));
        rows = Workbook.Read(statistics);
        Assert.That(rows[0][0], Does.Contain("协议签订统计表"));
        Assert.That(rows.Count(row => row.Contains(agent.DisplayName) || shops.Any(shop => row.Contains(shop.DisplayName))), Is.EqualTo(3));
    }

    // 9. Another centre sees none of it, on any path; without sign-in nothing answers.
    private async Task Nobody_else_sees_any_of_it()
    {
        var foreign = await AsAsync("zj.sales");
        var partners = foreign.Ask<PartnerService.PartnerServiceClient>();
        Assert.That(await PartnersAsync(foreign), Is.Empty);
        await RefusedAsync(StatusCode.NotFound, () => partners.GetPartnerAsync(new GetPartnerRequest { Name = shops[0].Name }).ResponseAsync);
        await RefusedAsync(StatusCode.NotFound, () => foreign.Ask<AgreementService.AgreementServiceClient>().GetAgreementAsync(new GetAgreementRequest { Name = agentAgreement.Name }).ResponseAsync);
        await RefusedAsync(StatusCode.NotFound, () => foreign.Ask<TicketService.TicketServiceClient>().GetTicketAsync(new GetTicketRequest { Name = complaint.Name }).ResponseAsync);
        Assert.That((await foreign.Ask<VisitService.VisitServiceClient>().ListVisitsAsync(new ListVisitsRequest())).Visits, Is.Empty);
        Assert.That((await foreign.Ask<TrainingRequestService.TrainingRequestServiceClient>().ListTrainingRequestsAsync(new ListTrainingRequestsRequest())).TrainingRequests, Is.Empty);
        Assert.That((await foreign.Ask<DailySalesService.DailySalesServiceClient>().ListDailySalesAsync(new ListDailySalesRequest())).DailySales, Is.Empty);
        Assert.That((await foreign.Ask<DashboardService.DashboardServiceClient>().GetFunnelAsync(new GetFunnelRequest())).Total, Is.Zero);

        var gm = await AsAsync("zj.gm");
        var feed = await gm.Ask<Dealer.V1.OperationsService.OperationsServiceClient>().ListEventsAsync(new Common.V1.ListEventsRequest { PageSize = 1000 });
        Assert.That(feed.Events.Where(e => e.DataJson.Contains("/hq/js/")), Is.Empty);
        await RefusedAsync(StatusCode.NotFound, async () =>
            await DownloadAsync(gm.Ask<SurveyService.SurveyServiceClient>().ExportSurveys(new ExportSurveysRequest { Month = Month, Organisation = "organisations/js" })));

        var nobody = house.Nobody();
        await RefusedAsync(StatusCode.Unauthenticated, () => nobody.Ask<PartnerService.PartnerServiceClient>().ListPartnersAsync(new ListPartnersRequest()).ResponseAsync);
        await RefusedAsync(StatusCode.Unauthenticated, () => nobody.Ask<DashboardService.DashboardServiceClient>().GetFunnelAsync(new GetFunnelRequest()).ResponseAsync);
        using var http = new HttpClient { BaseAddress = house.Http };
        Assert.That((int)(await http.GetAsync("/livez")).StatusCode, Is.EqualTo(200));
        Assert.That((int)(await http.GetAsync("/openapi.json")).StatusCode, Is.EqualTo(200));
    }

    private async Task<Person> AsAsync(string login) => await house.SignInAsync(login, people[login].Password);

    private static CreateOrganisationRequest Centre(string id, string name, string province) => new()
    {
        OrganisationId = id,
        Organisation = new Organisation { DisplayName = name, Kind = OrganisationKind.Centre, Parent = "organisations/hq", ProvinceCode = province },
    };

    private async Task HireAsync(Person admin, string login, string name, string organisation, string role)
    {
        var (staff, password) = await admin.HireAsync(login, name, organisation, role);
        people[login] = (login, password, staff);
    }

    private static async Task<SurveyImportResult> ImportAsync(Person person, string file, string type)
    {
        var content = await File.ReadAllBytesAsync(Path.Combine(TestContext.CurrentContext.TestDirectory, "Data", file));
        var operation = await person.Ask<SurveyService.SurveyServiceClient>().ImportSurveysAsync(
            new ImportSurveysRequest { File = new HttpBody { ContentType = type, Data = ByteString.CopyFrom(content) }, Month = Month });
        var operations = person.Ask<Dealer.V1.OperationsService.OperationsServiceClient>();
        await Eventually.Async(async () =>
        {
            operation = await operations.GetOperationAsync(new Common.V1.GetOperationRequest { Name = operation.Name });
            return operation.Done;
        }, Soon, $"the import of {file} is done");
        Assert.That(operation.Error, Is.Null);
        return SurveyImportResult.Parser.ParseJson(operation.ResultJson);
    }

    private static async Task<List<Partner>> PartnersAsync(Person person)
    {
        var client = person.Ask<PartnerService.PartnerServiceClient>();
        var all = new List<Partner>();
        var request = new ListPartnersRequest { PageSize = 100 };
        do
        {
            var page = await client.ListPartnersAsync(request);
            all.AddRange(page.Partners);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return all;
    }

    private async Task<Partner> NewAgentAsync(string name)
    {
        var partners = (await AsAsync("js.sales")).Ask<PartnerService.PartnerServiceClient>();
        return await partners.CreatePartnerAsync(new CreatePartnerRequest
        {
            RequestId = name,
            Partner = new Partner { DisplayName = name, Kind = PartnerKind.CityAgent, CityCode = "3201", Contact = "朱总", Phone = "025-84512345" },
        });
    }

    private async Task<Agreement> SignAsync(Partner partner, AgreementKind kind, string signer)
    {
        var sales = (await AsAsync("js.sales")).Ask<AgreementService.AgreementServiceClient>();
        var draft = new Agreement
        {
            Kind = kind,
            Partner = partner.Name,
            PartyA = kind == AgreementKind.CityAgent ? "渠道科技总部" : "江苏销售服务中心",
            PartyB = partner.DisplayName,
            EffectiveFrom = "2026-12-03",
            EffectiveTo = "2027-12-02",
            Products = { "GPS-100" },
        };
        if (kind == AgreementKind.CityAgent)
            draft.CityCode = "3201";
        var agreement = await sales.CreateAgreementAsync(new CreateAgreementRequest { Agreement = draft });
        agreement = await sales.SubmitAgreementAsync(new SubmitAgreementRequest { Name = agreement.Name });
        foreach (var reviewer in new[] { "js.manager", "js.legal" })
            agreement = await (await AsAsync(reviewer)).Ask<AgreementService.AgreementServiceClient>().ReviewAgreementAsync(
                new ReviewAgreementRequest { Name = agreement.Name, Decision = ReviewDecision.Approve, Comment = "同意" });
        Assert.That(agreement.State, Is.EqualTo(AgreementState.Approved));
        return await (await AsAsync(signer)).Ask<AgreementService.AgreementServiceClient>().SignAgreementAsync(
            new SignAgreementRequest { Name = agreement.Name, RequestId = $"sign-{agreement.Name}" });
    }

    private async Task StageBecomesAsync(Partner partner, PartnerStage stage)
    {
        var partners = (await AsAsync("js.gm")).Ask<PartnerService.PartnerServiceClient>();
        await Eventually.Async(async () =>
            (await partners.GetPartnerAsync(new GetPartnerRequest { Name = partner.Name })).Stage == stage, Soon, $"{partner.DisplayName} is {stage}");
    }

    private async Task<TrainingRequest> AskTrainingAsync(string partner, string course) =>
        await (await AsAsync("js.sales")).Ask<TrainingRequestService.TrainingRequestServiceClient>().CreateTrainingRequestAsync(new CreateTrainingRequestRequest
        {
            TrainingRequest = new TrainingRequest
            {
                Partner = partner,
                Course = course,
                ExpectedTrainees = 2,
                WishTime = Timestamp.FromDateTimeOffset(Day.At(12, 4, 9)),
                Place = "南京市江宁区天元东路1号",
                Contact = "李雷",
                Phone = "025-52123456",
                Way = TrainingWay.Practice,
            },
        });

    private static Task ObligationIsAsync(Person person, string rule, ObligationState state) => Eventually.Async(async () =>
    {
        var list = await person.Ask<ObligationService.ObligationServiceClient>().ListObligationsAsync(
            new ListObligationsRequest { Rule = $"obligationRules/{rule}", Period = Month, Organisation = "organisations/js" });
        return list.Obligations.Count == 1 && list.Obligations[0].State == state;
    }, Soon, $"{rule} of {Month} is {state}");

    private static async Task<byte[]> DownloadAsync(AsyncServerStreamingCall<HttpBody> call)
    {
        using var whole = new MemoryStream();
        await foreach (var part in call.ResponseStream.ReadAllAsync())
            part.Data.WriteTo(whole);
        return whole.ToArray();
    }

    private static async Task RefusedAsync(StatusCode code, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (RpcException refused)
        {
            Assert.That(refused.StatusCode, Is.EqualTo(code), refused.Status.Detail);
            return;
        }
        Assert.Fail($"Expected {code}, but it was answered.");
    }

    /// <summary>The stable reason of a refusal: ErrorInfo over gRPC, "reason" of the problem over REST.</summary>
    private static string ReasonOf(RpcException refused) =>
        refused.GetRpcStatus()?.GetDetail<Google.Rpc.ErrorInfo>()?.Reason
        ?? JsonDocument.Parse(refused.Status.Detail).RootElement.GetProperty("reason").GetString()!;

    /// <summary>The stage as events and Reporting write it: "surveyed".</summary>
    private static string StageWord(PartnerStage stage) => stage.ToString().ToLowerInvariant();
}
