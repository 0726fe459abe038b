using System.Globalization;
using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.Evaluations;
using Qudao.Reporting.V1;
using Qudao.TestKit;

namespace Qudao.Reporting.Tests;

[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class EvaluationTests(DatabaseUnderTest database)
{
    private ReportingHouse house = null!;

    [SetUp]
    public async Task StartAsync() => house = await ReportingHouse.StartAsync(database);

    [TearDown]
    public async Task StopAsync()
    {
        if (house is not null)
            await house.DisposeAsync();
    }

    private string Gm => house.Service.TokenFor("centre-general-manager", "/hq/js/", "g1");

    [Test]
    public async Task Figures_are_counted_and_every_one_has_its_facts()
    {
        await house.Service.HearAsync(Heard.Signed("g1", "a1", new(2026, 11, 2), "city-agent"));
        await house.Service.HearAsync(Heard.Signed("g2", "p1", new(2026, 11, 3)));
        await house.Service.HearAsync(Heard.Signed("g3", "p1", new(2026, 11, 9)));
        await house.Service.HearAsync(Heard.Signed("g4", "p2", new(2026, 11, 3)));
        await house.Service.HearAsync(Heard.Visit("v1", "p1", new(2026, 11, 3), "reported"));
        await house.Service.HearAsync(Heard.Visit("v2", "p1", new(2026, 11, 4), "missed"));
        await house.Service.HearAsync(Heard.Ticket("t1", "p1", ChinaTime.At(new(2026, 11, 5), new TimeOnly(9, 0)), satisfaction: 4));
        await house.Service.HearAsync(Heard.Ticket("t2", "a1", ChinaTime.At(new(2026, 11, 6), new TimeOnly(9, 0)), state: "open"));
        await house.ReportAsync(house.Manager, ("p1", "2026-11-03", "GT-100", 30), ("a1", "2026-11-04", "GT-100", 15), ("p1", "2026-10-31", "GT-100", 30), ("p2", "2026-11-03", "GT-100", 500));

        var evaluation = await BeginAsync();

        var figures = evaluation.Figures.ToDictionary(figure => figure.Name, figure => figure.Value);
        Assert.That(figures.Keys, Is.EquivalentTo(EvaluationFigures.Names));
        Assert.That((figures["agents_recruited"], figures["terminals_recruited"], figures["contracts"], figures["visits"], figures["visits_missed"]), Is.EqualTo((1.0, 1.0, 3.0, 1.0, 1.0)));
        Assert.That((figures["sales"], figures["sales_before"], figures["growth"]), Is.EqualTo((45.0, 30.0, 0.5)));
        Assert.That((figures["satisfaction"], figures["complaints"], figures["complaint_resolution"]), Is.EqualTo((4.0, 2.0, 0.5)));
        foreach (var figure in new[] { "agents_recruited", "terminals_recruited", "contracts", "visits", "visits_missed", "sales", "sales_before", "complaints" })
            Assert.That((await FactsAsync(evaluation.Name, figure)).Sum(fact => fact.Value), Is.EqualTo((long)figures[figure]), figure);
        Assert.That((await FactsAsync(evaluation.Name, "sales")).Select(fact => $"{fact.DisplayName} {fact.Day} {fact.Value} {fact.Note}"), Is.EqualTo(new[] { "机构p1 2026-11-03 30 GT-100", "机构a1 2026-11-04 15 GT-100" }));
        Assert.That((await FactsAsync(evaluation.Name, "complaint_resolution")).Select(fact => $"{fact.Resource} {fact.Day}"), Is.EqualTo(new[] { "tickets/t1 2026-11-05" }));
        var made = await ReportingHouse.RefusalOfAsync(Client(house.Manager).GetEvaluationFactsAsync(new GetEvaluationFactsRequest { Name = evaluation.Name, Figure = "growth" }));
        Assert.That(made.Fields, Is.EqualTo(new[] { "figure UNKNOWN_FIGURE" }));
        Assert.That(evaluation.Indicators.Select(one => $"{one.DisplayName} {one.Score}"), Is.EqualTo(new[] { "计划达成率 0", "产品销量增长 100", "拜访 50", "客户满意度 80", "报送及时率 100" }));
        Assert.That(evaluation.Total, Is.EqualTo(49.5), "20 + 7.5 + 12 + 10: nobody else has scored yet");
    }

    [Test]
    public async Task A_department_is_evaluated_at_the_months_end_and_its_counterpart_at_headquarters_answers()
    {
        var (head, hq) = (house.Service.TokenFor("training-manager", "/hq/js/", "tm"), house.Service.TokenFor("hq-training", "/hq/", "h2"));
        await house.Service.HearAsync(Heard.Staff("tm", "js", "/hq/js/", "training-manager"));
        await house.Service.HearAsync(Heard.Staff("g1", "js", "/hq/js/", "centre-general-manager"));
        await house.Service.HearAsync(Heard.Trained("t1", "p1", new(2026, 11, 5), 6));
        await house.Service.HearAsync(Heard.Trained("t1", "p2", new(2026, 11, 5), 4));
        await house.Service.HearAsync(Heard.Trained("t2", "p1", new(2026, 11, 6), 3));
        await house.Service.HearAsync(Heard.Trained("t9", "p9", new(2026, 11, 6), 50));
        var begun = await Client(Gm).CreateEvaluationAsync(new CreateEvaluationRequest
        { Evaluation = new Evaluation { Template = "evaluationTemplates/department-training-monthly", Subject = "staff/tm", Day = "2026-11-18" } });
        var early = await ReportingHouse.RefusalOfAsync(Client(Gm).PublishEvaluationAsync(new PublishEvaluationRequest { Name = begun.Name }));
        await ScoreAsync(Gm, begun.Name, ScoreKind.Superior, 80);
        await ScoreAsync(head, begun.Name, ScoreKind.Self, 90);
        var unseen = await ReportingHouse.CodeOfAsync(Client(hq).GetEvaluationAsync(new GetEvaluationRequest { Name = begun.Name }));
        // The last working day of November.
        await house.Service.MoveClockAsync(ChinaTime.At(new(2026, 11, 30), new TimeOnly(9, 0)));
        var premature = await ReportingHouse.RefusalOfAsync(Client(house.Hq).GiveEvaluationFeedbackAsync(new GiveEvaluationFeedbackRequest { Name = begun.Name, Feedback = "早" }));
        var published = await Client(Gm).PublishEvaluationAsync(new PublishEvaluationRequest { Name = begun.Name });

        Assert.That(Figures(published, "trainings_held", "trained_people", "training_effect"), Is.EqualTo(new[] { 2.0, 13.0, 4.0 }));
        Assert.That((await FactsAsync(begun.Name, "trainings_held", Gm)).Select(fact => $"{fact.Resource} {fact.Day} {fact.Value}"), Is.EqualTo(new[] { "trainingRequests/t1 2026-11-05 1", "trainingRequests/t2 2026-11-06 1" }));
        // 50 × 30 + 65 × 20 + 80 × 50 of a hundred make 68 computed; 68 × 70 + 90 × 5 + 80 × 25.
        Assert.That((published.Total, published.Department), Is.EqualTo((72.1, EvaluationDepartment.Training)));
        Assert.That((early.Reason, unseen, premature.Reason), Is.EqualTo(("PERIOD_NOT_OVER", StatusCode.NotFound, "NOT_COUNTERPART")), "HQ sales is not the counterpart of training");
        await DutyIsAsync("department-evaluation", "2026-11", "", ObligationState.OnTime);
        var answered = await Client(hq).GiveEvaluationFeedbackAsync(new GiveEvaluationFeedbackRequest { Name = begun.Name, Feedback = "多做实操", RequestId = "f1" });
        Assert.That((answered.Feedback, answered.FeedbackName), Is.EqualTo(("多做实操", "h2")));
        Assert.That((await Client(head).GetEvaluationAsync(new GetEvaluationRequest { Name = begun.Name })).Feedback, Is.EqualTo("多做实操"), "its head reads it");
        Assert.That((await Client(hq).ListEvaluationsAsync(new ListEvaluationsRequest { Period = "2026-11" })).Evaluations.Select(one => one.Name), Is.EqualTo(new[] { begun.Name }), "and of no person");
        var twice = await ReportingHouse.CodeOfAsync(Client(Gm).CreateEvaluationAsync(new CreateEvaluationRequest
        { Evaluation = new Evaluation { Template = "evaluationTemplates/department-training-monthly", Subject = "staff/tm", Day = "2026-11-01" } }));
        Assert.That(twice, Is.EqualTo(StatusCode.AlreadyExists));
    }

    [Test]
    public async Task Who_handles_tickets_and_who_leads_a_team_have_figures_of_their_own()
    {
        var day = new DateOnly(2026, 11, 5);
        await house.Service.HearAsync(Heard.Staff("as", "js", "/hq/js/", "after-sales"));
        await house.Service.HearAsync(Heard.Ticket("k1", "p1", ChinaTime.At(day, new TimeOnly(9, 0)), satisfaction: 5) with { HandlerId = "as" });
        await house.Service.HearAsync(Heard.Ticket("k2", "p9", ChinaTime.At(day, new TimeOnly(9, 0)), kind: "repair", breached: true) with { HandlerId = "as", ResolutionBreached = true });
        await house.Service.HearAsync(Heard.Ticket("k3", "p2", ChinaTime.At(day, new TimeOnly(9, 0)), kind: "repair", satisfaction: 2) with { HandlerId = "other" });
        await house.Service.HearAsync(Heard.Signed("g1", "a1", day, "city-agent"));
        await house.Service.HearAsync(Heard.Signed("g2", "p2", day));
        await house.Service.HearAsync(Heard.Signed("g9", "p9", day));
        await house.ReportAsync(house.Manager, ("p1", "2026-11-03", "GT-100", 30), ("p2", "2026-11-03", "GT-100", 20), ("p2", "2026-10-03", "GT-100", 25));
        var after = await Client(Gm).CreateEvaluationAsync(new CreateEvaluationRequest { Evaluation = new Evaluation { Template = "evaluationTemplates/after-sales-monthly", Subject = "staff/as", Day = "2026-11-18" } });
        var manager = await Client(Gm).CreateEvaluationAsync(new CreateEvaluationRequest { Evaluation = new Evaluation { Template = "evaluationTemplates/sales-manager-monthly", Subject = "staff/m1", Day = "2026-11-18" } });

        Assert.That(Figures(after, "tickets_handled", "tickets_on_time", "responses_on_time", "handled_satisfaction"), Is.EqualTo(new[] { 2, 0.5, 0.5, 5 }));
        Assert.That(Figures(manager, "team_agents", "team_terminals", "team_sales", "team_sales_before", "team_growth", "team_tickets", "team_satisfaction"), Is.EqualTo(new[] { 1, 1, 50, 25, 1, 2, 3.5 }));
        foreach (var figure in new[] { "tickets_handled", "team_agents", "team_sales", "team_tickets" })
            Assert.That((await FactsAsync((figure.StartsWith("team", StringComparison.Ordinal) ? manager : after).Name, figure, Gm)).Sum(fact => fact.Value),
                Is.EqualTo((long)Figures(figure.StartsWith("team", StringComparison.Ordinal) ? manager : after, figure)[0]), figure);
    }

    [Test]
    public async Task What_is_behind_a_published_total_stays_as_it_was()
    {
        await house.ReportAsync(house.S1, ("p1", "2026-11-03", "GT-100", 30));
        var begun = await BeginAsync();
        await house.Service.MoveClockAsync(ChinaTime.At(new(2026, 12, 3), new TimeOnly(9, 0)));
        await ScoreAsync(house.Manager, begun.Name, ScoreKind.Superior, 80);
        await Client(house.Manager).PublishEvaluationAsync(new PublishEvaluationRequest { Name = begun.Name });
        var before = await FactsAsync(begun.Name, "sales");
        await house.ReportAsync(house.S1, ("a1", "2026-11-04", "GT-100", 5));
        await house.Service.HearAsync(Heard.Signed("late", "p1", new(2026, 11, 9)));

        Assert.That(await FactsAsync(begun.Name, "sales"), Is.EqualTo(before));
        Assert.That(before.Sum(fact => fact.Value), Is.EqualTo(30));
        Assert.That(await FactsAsync(begun.Name, "contracts"), Is.Empty);
    }

    private static double[] Figures(Evaluation one, params string[] names) => [.. names.Select(name => one.Figures.Single(figure => figure.Name == name).Value)];

    [Test]
    public async Task Scores_make_a_result_that_is_published_appealed_against_decided_and_ranked()
    {
        var template = await TemplateAsync("50");
        var one = await BeginAsync("s1", template.Name);
        var two = await BeginAsync("s2", template.Name);
        var early = await ReportingHouse.RefusalOfAsync(Client(house.Manager).PublishEvaluationAsync(new PublishEvaluationRequest { Name = one.Name }));
        await ScoreAsync(house.S1, one.Name, ScoreKind.Self, 90);
        await DutyIsAsync("self-appraisal", "2026-11", "staff/s1", ObligationState.OnTime);
        await house.Service.MoveClockAsync(ChinaTime.At(new(2026, 12, 3), new TimeOnly(9, 0)));
        var unscored = await ReportingHouse.RefusalOfAsync(Client(house.Manager).PublishEvaluationAsync(new PublishEvaluationRequest { Name = one.Name }));
        await ScoreAsync(house.S2, one.Name, ScoreKind.Peer, 10);
        await ScoreAsync(house.S2, one.Name, ScoreKind.Peer, 70);
        await ScoreAsync(house.Manager, one.Name, ScoreKind.Superior, 80);
        await ScoreAsync(house.Manager, one.Name, ScoreKind.Client, 100, "张经理");
        await ScoreAsync(house.Manager, two.Name, ScoreKind.Superior, 82);
        await Client(house.Manager).CalibrateEvaluationAsync(new CalibrateEvaluationRequest { Name = one.Name, Calibration = 2, Reason = "难度大" });
        var hidden = await Client(house.S1).GetEvaluationAsync(new GetEvaluationRequest { Name = one.Name });

        var published = await Client(house.Manager).PublishEvaluationAsync(new PublishEvaluationRequest { Name = one.Name });
        // 50 computed × 40 + 90 self × 10 + 80 superior × 30 + 70 peer × 10 + 100 client × 10, and 2 points.
        Assert.That(published.Total, Is.EqualTo(72));
        Assert.That((early.Reason, unscored.Reason), Is.EqualTo(("PERIOD_NOT_OVER", "NO_SUPERIOR_SCORE")));
        Assert.That((hidden.Total, hidden.Calibration, hidden.Shares.Count, hidden.Scores.Single().Kind), Is.EqualTo((0.0, 0, 0, ScoreKind.Self)));
        var seen = await Client(house.S1).GetEvaluationAsync(new GetEvaluationRequest { Name = one.Name });
        Assert.That((seen.Total, string.Join(',', seen.Scores.Select(score => score.ScorerName).Order(StringComparer.Ordinal))), Is.EqualTo((72.0, ",m1,s1,张经理")), "not which peer");
        await NotDoneAsync("staff-evaluation", "2026-11");
        await Client(house.Manager).PublishEvaluationAsync(new PublishEvaluationRequest { Name = two.Name });
        await DutyIsAsync("staff-evaluation", "2026-11", "", ObligationState.OnTime);

        var late = await ReportingHouse.RefusalOfAsync(Client(house.S1).ScoreEvaluationAsync(new ScoreEvaluationRequest { Name = one.Name, Kind = ScoreKind.Self, Score = 100 }));
        var foreign = await ReportingHouse.RefusalOfAsync(Client(house.Manager).AppealEvaluationAsync(new AppealEvaluationRequest { Name = one.Name, Reason = "x" }));
        var appealed = await Client(house.S1).AppealEvaluationAsync(new AppealEvaluationRequest { Name = one.Name, Reason = "漏计一家代理" });
        var own = await ReportingHouse.RefusalOfAsync(Client(house.Manager).DecideEvaluationAppealAsync(new DecideEvaluationAppealRequest { Name = one.Name, Decision = "x" }));
        var decided = await Client(Gm).DecideEvaluationAppealAsync(new DecideEvaluationAppealRequest { Name = one.Name, Decision = "属实，加五分", Calibration = 7 });
        var again = await ReportingHouse.RefusalOfAsync(Client(house.S1).AppealEvaluationAsync(new AppealEvaluationRequest { Name = one.Name, Reason = "再次" }));
        var awarded = await Client(Gm).AwardEvaluationAsync(new AwardEvaluationRequest { Name = one.Name, Award = "销售冠军" });

        Assert.That((late.Reason, foreign.Reason, own.Reason, again.Reason), Is.EqualTo(("WRONG_STATE", "NOT_YOURS", "OWN_RESULT", "WRONG_STATE")));
        Assert.That((appealed.State, decided.State, decided.Total, decided.CalibrationReason, awarded.Award), Is.EqualTo((EvaluationState.Appealed, EvaluationState.Decided, 77.0, "属实，加五分", "销售冠军")));
        var ranking = (await Client(Gm).GetEvaluationRankingAsync(new GetEvaluationRankingRequest { Template = template.Name, Period = "2026-11" })).Ranked;
        Assert.That(ranking.Select(place => $"{place.Rank} {place.Evaluation.SubjectName} {place.Evaluation.Total} {place.Evaluation.Award}"), Is.EqualTo(new[] { "1 员工s1 77 销售冠军", "2 员工s2 63.72 " }));
        Assert.That((await Client(house.S2).GetEvaluationRankingAsync(new GetEvaluationRankingRequest { Template = template.Name, Period = "2026-11" })).Ranked.Select(place => place.Evaluation.SubjectName), Is.EqualTo(new[] { "员工s2" }), "his own only");
    }

    [Test]
    public async Task What_is_published_stays_and_a_template_changes_only_what_is_begun_afterwards()
    {
        var template = await TemplateAsync("visits * 10");
        await house.Service.HearAsync(Heard.Visit("v1", "p1", new(2026, 11, 3), "reported"));
        var one = await BeginAsync("s1", template.Name);
        var changed = await Templates(house.Hq).UpdateEvaluationTemplateAsync(new UpdateEvaluationTemplateRequest
        {
            EvaluationTemplate = new EvaluationTemplate { Name = template.Name, DisplayName = template.DisplayName, Indicators = { new Indicator { DisplayName = "新", Weight = 100, Formula = "7" } }, Etag = template.Etag },
            UpdateMask = new() { Paths = { "indicators" } },
        });
        var two = await BeginAsync("s2", template.Name);
        await house.Service.MoveClockAsync(ChinaTime.At(new(2026, 12, 3), new TimeOnly(9, 0)));
        await ScoreAsync(house.Manager, one.Name, ScoreKind.Superior, 80);
        var published = await Client(house.Manager).PublishEvaluationAsync(new PublishEvaluationRequest { Name = one.Name });
        await house.Service.HearAsync(Heard.Visit("v2", "p1", new(2026, 11, 4), "reported"));

        Assert.That((changed.Version, changed.Weights.Count, one.TemplateVersion, two.TemplateVersion), Is.EqualTo((2L, 5, 1L, 2L)));
        Assert.That(two.Indicators.Single().Score, Is.EqualTo(7));
        Assert.That(published.Indicators.Single().Score, Is.EqualTo(10));
        Assert.That(await Client(house.Manager).GetEvaluationAsync(new GetEvaluationRequest { Name = one.Name }), Is.EqualTo(published));
    }

    [Test]
    public async Task Who_is_not_concerned_sees_scores_and_changes_nothing()
    {
        var one = await BeginAsync();
        foreach (var token in new[] { house.S2, house.S9, house.Stranger, house.Service.TokenFor("training-manager", "/hq/js/", "t1"), house.Service.TokenFor("auditor", "/hq/", "u1") })
        {
            Assert.That((await ReportingHouse.RefusalOfAsync(Client(token).GetEvaluationAsync(new GetEvaluationRequest { Name = one.Name }))).Code, Is.EqualTo(StatusCode.NotFound));
            Assert.That((await Client(token).ListEvaluationsAsync(new ListEvaluationsRequest())).Evaluations, Is.Empty);
        }
        foreach (var token in new[] { house.S1, house.Manager, Gm, house.Hq })
            Assert.That((await Client(token).ListEvaluationsAsync(new ListEvaluationsRequest { Period = "2026-11", State = EvaluationState.Open })).Evaluations.Single().Name, Is.EqualTo(one.Name));
        var outside = await ReportingHouse.RefusalOfAsync(Client(house.S9).ScoreEvaluationAsync(new ScoreEvaluationRequest { Name = one.Name, Kind = ScoreKind.Peer, Score = 1 }));
        var upward = await ReportingHouse.RefusalOfAsync(Client(house.S2).ScoreEvaluationAsync(new ScoreEvaluationRequest { Name = one.Name, Kind = ScoreKind.Superior, Score = 1 }));
        var self = await ReportingHouse.RefusalOfAsync(Client(house.S1).ScoreEvaluationAsync(new ScoreEvaluationRequest { Name = one.Name, Kind = ScoreKind.Peer, Score = 1 }));
        var computed = await ReportingHouse.RefusalOfAsync(Client(house.Manager).ScoreEvaluationAsync(new ScoreEvaluationRequest { Name = one.Name, Kind = ScoreKind.Computed, Score = 101 }));
        var beside = await ReportingHouse.RefusalOfAsync(Client(house.Manager).CreateEvaluationAsync(new CreateEvaluationRequest
        { Evaluation = new Evaluation { Template = "evaluationTemplates/sales-monthly", Subject = "staff/m1", Day = "2026-11-18" } }));
        var foreign = await ReportingHouse.RefusalOfAsync(Client(house.Stranger).CreateEvaluationAsync(new CreateEvaluationRequest
        { Evaluation = new Evaluation { Template = "evaluationTemplates/none", Subject = "staff/s1", Day = "2026-11-18" } }));
        var twice = await ReportingHouse.RefusalOfAsync(Client(house.Manager).CreateEvaluationAsync(new CreateEvaluationRequest
        { Evaluation = new Evaluation { Template = "evaluationTemplates/sales-monthly", Subject = "staff/s1", Day = "2026-11-01" } }));

        Assert.That(outside.Code, Is.EqualTo(StatusCode.NotFound));
        Assert.That((upward.Reason, self.Reason), Is.EqualTo(("NOT_YOUR_SCORE", "NOT_YOUR_SCORE")));
        Assert.That(computed.Fields, Is.EquivalentTo(new[] { "kind COMPUTED", "score OUT_OF_RANGE" }));
        Assert.That(beside.Fields, Is.EqualTo(new[] { "evaluation.subject WRONG_ROLE" }));
        Assert.That(foreign.Fields, Is.EquivalentTo(new[] { "evaluation.template NOT_FOUND", "evaluation.subject NOT_FOUND" }));
        Assert.That(twice.Reason, Is.EqualTo("EVALUATION_EXISTS"));
    }

    [Test]
    public async Task A_template_is_checked_when_it_is_saved_and_kept_by_headquarters()
    {
        var bad = await ReportingHouse.RefusalOfAsync(Templates(house.Hq).CreateEvaluationTemplateAsync(new CreateEvaluationTemplateRequest
        {
            EvaluationTemplate = new EvaluationTemplate
            {
                DisplayName = "x",
                Role = "king",
                Indicators = { new Indicator { DisplayName = "a", Weight = 50, Formula = "visits +" }, new Indicator { DisplayName = "b", Weight = 40, Formula = "System.IO" } },
                Weights = { new ScoreWeight { Kind = ScoreKind.Self, Weight = 50 }, new ScoreWeight { Kind = ScoreKind.Self, Weight = 50 } },
            },
        }));
        var powerless = await ReportingHouse.RefusalOfAsync(Templates(Gm).CreateEvaluationTemplateAsync(new CreateEvaluationTemplateRequest { EvaluationTemplate = Template("1") }));

        Assert.That(bad.Fields, Is.EquivalentTo(new[]
        {
            "evaluation_template.cycle REQUIRED", "evaluation_template.role UNKNOWN_ROLE", "evaluation_template.indicators WEIGHTS", "evaluation_template.weights[1].kind DUPLICATE",
            "evaluation_template.indicators[0].formula BAD_FORMULA", "evaluation_template.indicators[1].formula BAD_FORMULA",
        }));
        Assert.That(powerless.Reason, Is.EqualTo("HQ_ONLY"));
        Assert.That((await Templates(house.S1).ListEvaluationTemplatesAsync(new ListEvaluationTemplatesRequest())).EvaluationTemplates.Select(one => one.DisplayName), Has.Member("销售人员月度考评").And.Member("培训部季度考评"));
    }

    [Test]
    public async Task The_form_shows_every_cell()
    {
        var template = await TemplateAsync("50");
        var one = await BeginAsync("s1", template.Name);
        await ScoreAsync(house.Manager, one.Name, ScoreKind.Superior, 80);
        using var file = new MemoryStream();
        await foreach (var piece in Client(house.Manager).ExportEvaluation(new ExportEvaluationRequest { Name = one.Name }).ResponseStream.ReadAllAsync())
            piece.Data.WriteTo(file);

        Assert.That(Sheet.Read(file.ToArray()).Single().Rows.Select(row => string.Join('|', row.Cells).TrimEnd('|')), Is.EqualTo(new[]
        {
            "考评表", "机构名称：江苏销售服务中心    被考评人：员工s1    期间：2026-11", "模板：试用（第 1 版）",
            "指标|权重（%）|得分|加权得分", "指标一|100|50|50",
            "综合评分", "评分|权重（%）|平均分|加权得分", "系统计算|57.14|50|28.57", "上级评|42.86|80|34.29",
            "评语", "评分人|类别|分数|评语", "m1|上级评|80",
            "校准：0    原因：", "总分：62.86    评优：", "考评人签字：                    被考评人签字：                    日期：",
        }));
    }

    private V1.EvaluationService.EvaluationServiceClient Client(string token) => new(house.Service.Grpc(token));

    private V1.EvaluationTemplateService.EvaluationTemplateServiceClient Templates(string token) => new(house.Service.Grpc(token));

    private async Task<Evaluation> BeginAsync(string subject = "s1", string template = "evaluationTemplates/sales-monthly") => await Client(house.Manager).CreateEvaluationAsync(
        new CreateEvaluationRequest { Evaluation = new Evaluation { Template = template, Subject = $"staff/{subject}", Day = "2026-11-18" } });

    private async Task ScoreAsync(string token, string name, ScoreKind kind, int score, string client = "") =>
        await Client(token).ScoreEvaluationAsync(new ScoreEvaluationRequest { Name = name, Kind = kind, Score = score, Client = client });

    private async Task<IEnumerable<EvaluationFact>> FactsAsync(string name, string figure, string? token = null) =>
        (await Client(token ?? house.Manager).GetEvaluationFactsAsync(new GetEvaluationFactsRequest { Name = name, Figure = figure })).Facts;

    private async Task<EvaluationTemplate> TemplateAsync(string formula) =>
        await Templates(house.Hq).CreateEvaluationTemplateAsync(new CreateEvaluationTemplateRequest { EvaluationTemplate = Template(formula) });

    private static EvaluationTemplate Template(string formula) => new()
    {
        DisplayName = "试用",
        Cycle = EvaluationCycle.Monthly,
        Role = "salesperson",
        Active = true,
        Indicators = { new Indicator { DisplayName = "指标一", Weight = 100, Formula = formula } },
        Weights = { Weight(ScoreKind.Computed, 40), Weight(ScoreKind.Self, 10), Weight(ScoreKind.Superior, 30), Weight(ScoreKind.Peer, 10), Weight(ScoreKind.Client, 10) },
    };

    private static ScoreWeight Weight(ScoreKind kind, int weight) => new() { Kind = kind, Weight = weight };

    private async Task<IEnumerable<Obligation>> DutiesAsync(string rule, string period, string staff) => (await house.Obligations(house.Hq).ListObligationsAsync(
        new ListObligationsRequest { Rule = $"obligationRules/{rule}", Period = period, Organisation = "organisations/js", Staff = staff })).Obligations;

    private Task DutyIsAsync(string rule, string period, string staff, ObligationState state) => Eventually.Async(
        async () => (await DutiesAsync(rule, period, staff)).Any(one => one.State == state), TimeSpan.FromSeconds(20), $"{rule} of {period} is {state}");

    private async Task NotDoneAsync(string rule, string period) =>
        Assert.That((await DutiesAsync(rule, period, "")).Select(one => one.State), Is.Not.Empty.And.All.Not.EqualTo(ObligationState.OnTime));
}

/// <summary>Formulas: what they say, what they refuse, and that nothing else can come of one.</summary>
internal sealed class FormulaTests
{
    private static readonly HashSet<string> Names = ["a", "b_2"];
    private static readonly Dictionary<string, double> Figures = new() { ["a"] = 6, ["b_2"] = 4 };

    [TestCase("1", 1), TestCase("1.5 * 2", 3), TestCase("a + b_2 * 2", 14), TestCase("(a + b_2) * 2", 20), TestCase("a - b_2 - 1", 1), TestCase("a / b_2 / 2", 0.75), TestCase("-a + 10", 4)]
    [TestCase("2 * -b_2", -8), TestCase("--a", 6), TestCase("min(a, b_2)", 4), TestCase("max(a, b_2, 9)", 9), TestCase("min(100, max(0, a * 20))", 100), TestCase("max(a)", 6)]
    [TestCase("a / 0", 0), TestCase("a / (b_2 - 4) + 1", 1), TestCase("min(a / 0, 5)", 0), TestCase(" a ", 6)]
    public void A_formula_counts_as_it_is_written(string formula, double value) => Assert.That(Formula.Parse(formula, Names).Value(Figures), Is.EqualTo(value).Within(1e-12));

    [TestCase(""), TestCase("a +"), TestCase("a b_2"), TestCase("a."), TestCase(".5"), TestCase("1e5"), TestCase("1.2.3"), TestCase("(a"), TestCase("a)"), TestCase("min()"), TestCase("min(a,)")]
    [TestCase("avg(a)"), TestCase("A"), TestCase("c"), TestCase("min"), TestCase("a\0"), TestCase("a;b_2"), TestCase("a%b_2"), TestCase("System.Environment.Exit(1)"), TestCase("\"a\""), TestCase("a = 1"), TestCase("１+１")]
    public void What_is_no_formula_is_refused(string formula) => Assert.That(() => Formula.Parse(formula, Names), Throws.TypeOf<FormulaException>());

    [Test]
    public void Neither_long_nor_deep_ones_break_it()
    {
        Assert.That(() => Formula.Parse(new string('(', 499) + "a", Names), Throws.TypeOf<FormulaException>());
        Assert.That(() => Formula.Parse(new string('-', 499) + "a", Names), Throws.TypeOf<FormulaException>());
        Assert.That(() => Formula.Parse(new string('1', 501), Names), Throws.TypeOf<FormulaException>());
        Assert.That(Formula.Parse(string.Join('+', Enumerable.Repeat("a", 250)), Names).Value(Figures), Is.EqualTo(1500));
        Assert.That(Formula.Parse($"{new string('9', 300)} * {new string('9', 190)}", Names).Value(Figures), Is.EqualTo(0), "no number can hold it");
    }

    [Test]
    public void Any_text_is_refused_or_counts_to_a_number()
    {
        var random = new Random(20261118);
        string[] parts = ["a", "b_2", "min", "max", "(", ")", ",", "+", "-", "*", "/", " ", "1", "0", ".", "9", "x", "\0", "中", "e", "%", "\n"];
        var read = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => parts[random.Next(parts.Length)]));
            try
            {
                Assert.That(double.IsFinite(Formula.Parse(text, Names).Value(Figures)), Is.True, text);
                read++;
            }
            catch (FormulaException e)
            {
                Assert.That(e.At, Is.InRange(0, text.Length), text);
            }
        }
        Assert.That(read, Is.GreaterThan(1000), "some of them are formulas");
    }

    [Test]
    public void Written_out_trees_count_to_what_the_tree_says()
    {
        var random = new Random(4);
        for (var i = 0; i < 5_000; i++)
        {
            var (text, value) = Tree(random, 4);
            if (text.Length <= Formula.MostLength)
                Assert.That(Formula.Parse(text, Names).Value(Figures), Is.EqualTo(value).Within(1e-6 * Math.Max(1, Math.Abs(value))), text);
        }
    }

    private static (string Text, double Value) Tree(Random random, int depth)
    {
        if (depth == 0 || random.Next(5) == 0)
            return random.Next(3) switch
            {
                0 => ("a", 6),
                1 => ("b_2", 4),
                _ => random.Next(0, 2000) is var cents ? ((cents / 100m).ToString(CultureInfo.InvariantCulture), cents / 100.0) : default,
            };
        var ((left, x), (right, y)) = (Tree(random, depth - 1), Tree(random, depth - 1));
        return random.Next(7) switch
        {
            0 => ($"({left}+{right})", x + y),
            1 => ($"({left} - {right})", x - y),
            2 => ($"({left}*{right})", x * y),
            3 => ($"({left}/{right})", y == 0 ? 0 : x / y),
            4 => ($"min({left}, {right})", Math.Min(x, y)),
            5 => ($"max({left},{right})", Math.Max(x, y)),
            _ => ($"-{left}", -x),
        };
    }
}

/// <summary>What may be done with an evaluation in which state: every combination.</summary>
internal sealed class EvaluationRulesTests
{
    [Test]
    public void An_evaluation_moves_forward_only()
    {
        string[] states = [EvaluationRules.Open, EvaluationRules.Published, EvaluationRules.Appealed, EvaluationRules.Decided];

        Assert.That(from state in states from to in states where EvaluationRules.MayMove(state, to) select $"{state} {to}",
            Is.EquivalentTo(new[] { "open published", "published appealed", "appealed decided" }));
        foreach (var state in states)
            Assert.That(() => EvaluationRules.RequireOpen(new EvaluationRow { State = state }), state == EvaluationRules.Open ? Throws.Nothing : Throws.TypeOf<Refusal>());
    }

    [Test]
    public void Everybody_gives_the_scores_that_are_his_to_give()
    {
        var row = new EvaluationRow { SubjectId = "s1", SubjectRank = 0, OrganisationId = "js", ScopePath = "/hq/js/" };
        var people = new (string Who, Caller Caller)[]
        {
            ("himself", Person("s1", "salesperson", "js", "/hq/js/")), ("peer", Person("s2", "salesperson", "js", "/hq/js/")), ("manager", Person("m1", "sales-manager", "js", "/hq/js/")),
            ("hq", Person("h1", "hq-sales", "hq", "/hq/")), ("stranger", Person("g9", "centre-general-manager", "zj", "/hq/zj/")), ("machine", Person(null, "administrator", "js", "/hq/")),
        };

        var given = from person in people from kind in Enum.GetValues<ScoreKind>() where EvaluationRules.MayScore(kind, row, person.Caller) select $"{person.Who} {kind}";

        Assert.That(given, Is.EquivalentTo(new[] { "himself Self", "peer Peer", "manager Superior", "manager Client", "hq Superior", "hq Client" }));
    }

    private static Caller Person(string? staff, string role, string organisation, string path) => new(staff ?? "x", "x", staff, null, organisation, new Scope(path, null), [role], "");
}
