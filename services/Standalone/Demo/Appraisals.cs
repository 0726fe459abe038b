using Qudao.Reporting.V1;

namespace Qudao.Standalone.Demo;

/// <summary>Evaluations 考评: last month's of the salespeople and departments are published, this month's are being scored.</summary>
internal sealed class Appraisals(DemoRun run)
{
    private static readonly (string Template, string Head, string Hq, string Feedback)[] Departments =
    [
        ("department-sales-monthly", "manager", "hq.sales", "签约进度领先，请加强新客户拜访。"), ("department-training-monthly", "training", "hq.training", "培训效果良好，建议增加实操课时。"),
        ("department-after-sales-monthly", "service", "hq.sales", "响应及时，请关注返修周期。"),
    ];

    private DateOnly LastMonth => new DateOnly(run.Day.Year, run.Day.Month, 1).AddMonths(-1);

    public Task EvaluateAsync() => run.EachAsync(Company.Centres, async centre =>
    {
        for (var i = 0; i < centre.Salespeople.Length; i++)
        {
            await OfPersonAsync(centre, centre.Salespeople[i], centre.Salespeople[1 - i], LastMonth, i == 0 ? "销售冠军" : "");
            await BeginAsync(centre.Manager, "sales-monthly", centre.Salespeople[i], run.Day);
        }
        foreach (var department in Departments)
            await OfDepartmentAsync(centre, department);
    });

    private async Task OfPersonAsync(Centre centre, string login, string peer, DateOnly day, string award)
    {
        var name = await BeginAsync(centre.Manager, "sales-monthly", login, day);
        await ScoreAsync(login, name, ScoreKind.Self, 88, "签约与拜访均按计划推进。");
        await ScoreAsync(peer, name, ScoreKind.Peer, 85, "乐于协助同事。");
        await ScoreAsync(centre.Manager, name, ScoreKind.Superior, award.Length > 0 ? 92 : 80, award.Length > 0 ? "业绩突出，带动团队。" : "拜访汇报需更及时。");
        await ScoreAsync(centre.Manager, name, ScoreKind.Client, 90, "服务周到。", "门店王经理");
        var manager = run.Cast[centre.Manager].As<EvaluationService.EvaluationServiceClient>();
        await manager.PublishEvaluationAsync(new PublishEvaluationRequest { RequestId = $"demo-{name}", Name = name });
        if (award.Length > 0)
            await manager.AwardEvaluationAsync(new AwardEvaluationRequest { RequestId = $"demo-{name}", Name = name, Award = award });
        else if (centre == Company.Centres[1])
            await run.Cast[login].As<EvaluationService.EvaluationServiceClient>().AppealEvaluationAsync(new AppealEvaluationRequest { RequestId = $"demo-{name}", Name = name, Reason = "有两次拜访因系统补录未计入。" });
    }

    private async Task OfDepartmentAsync(Centre centre, (string Template, string Head, string Hq, string Feedback) department)
    {
        var name = await BeginAsync(centre.GeneralManager, department.Template, $"{centre.Id}.{department.Head}", LastMonth);
        await ScoreAsync($"{centre.Id}.{department.Head}", name, ScoreKind.Self, 86, "部门工作按计划完成。");
        await ScoreAsync(centre.GeneralManager, name, ScoreKind.Superior, 84, "总体良好。");
        await run.Cast[centre.GeneralManager].As<EvaluationService.EvaluationServiceClient>().PublishEvaluationAsync(new PublishEvaluationRequest { RequestId = $"demo-{name}", Name = name });
        if (centre != Company.Centres[2])
            await run.Cast[department.Hq].As<EvaluationService.EvaluationServiceClient>()
                .GiveEvaluationFeedbackAsync(new GiveEvaluationFeedbackRequest { RequestId = $"demo-{name}", Name = name, Feedback = department.Feedback });
    }

    private async Task<string> BeginAsync(string superior, string template, string subject, DateOnly day) =>
        (await run.Cast[superior].As<EvaluationService.EvaluationServiceClient>().CreateEvaluationAsync(new CreateEvaluationRequest
        {
            RequestId = $"demo-{template}-{subject}-{day:yyyy-MM}",
            Evaluation = new Evaluation { Template = $"evaluationTemplates/{template}", Subject = run.Cast[subject].Staff, Day = $"{day:yyyy-MM-dd}" },
        })).Name;

    private async Task ScoreAsync(string login, string name, ScoreKind kind, int score, string comment, string client = "") =>
        await run.Cast[login].As<EvaluationService.EvaluationServiceClient>().ScoreEvaluationAsync(new ScoreEvaluationRequest
        { RequestId = $"demo-{kind}-{name}", Name = name, Kind = kind, Score = score, Comment = comment, Client = client });
}
