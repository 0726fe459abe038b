using Qudao.Reporting.V1;

namespace Qudao.Standalone.Demo;

/// <summary>Reports due 报送事项: they come by themselves; a few are submitted, accepted or returned.</summary>
internal sealed class Reports(DemoRun run)
{
    /// <param name="Rule">The duty.</param>
    /// <param name="Submitter">Who does it; the login without its centre.</param>
    /// <param name="Personal">Whether it is the person's own, not the centre's.</param>
    /// <param name="Receiver">Who reviews it: a login, or one without its centre.</param>
    /// <param name="Reviews">What he does with it in each centre: "accept", "return", or nothing yet.</param>
    private sealed record Report(string Rule, string Submitter, bool Personal, string Receiver, string[] Reviews, string Note);

    private static readonly Report[] All =
    [
        new("self-appraisal", "sales1", true, "manager", ["accept", "", "accept"], "本月目标客户拜访与签约均按计划完成，自评良好。"),
        new("self-appraisal", "desk", true, "gm", ["", "", ""], "本月工单均在时限内响应。"),
        new("monthly-summary", "manager", false, "hq.office", ["accept", "", "return"], "月度总结会已召开：签约两家，产品销量环比增长一成。"),
        new("training-plan", "training", false, "hq.training", ["accept", "accept", ""], "全年计划举办培训三十六场，覆盖全部签约机构。"),
        new("gm-report", "gm", false, "hq.office", ["", "accept", "return"], "本月签约进度正常，售后满意度较上月提高。"),
    ];

    public Task SubmitAsync() => run.EachAsync(
        from centre in Company.Centres from report in All select (centre, report),
        one => SubmitAsync(one.centre, one.report));

    private async Task SubmitAsync(Centre centre, Report report)
    {
        var submitter = run.Cast[$"{centre.Id}.{report.Submitter}"];
        var obligations = submitter.As<ObligationService.ObligationServiceClient>();
        var owed = new ListObligationsRequest { Rule = $"obligationRules/{report.Rule}", Organisation = centre.Resource, Staff = report.Personal ? submitter.Staff : "", PageSize = 1 };
        Obligation? due = null;
        await run.UntilAsync(async () => (due = (await obligations.ListObligationsAsync(owed)).Obligations.FirstOrDefault()) is not null, $"{report.Rule} is owed in {centre.Id}");
        await obligations.SubmitObligationAsync(new SubmitObligationRequest { RequestId = $"demo-{due!.Name}", Name = due.Name, Note = report.Note });

        var receiver = run.Cast[report.Receiver.StartsWith("hq.", StringComparison.Ordinal) ? report.Receiver : $"{centre.Id}.{report.Receiver}"];
        var reviews = receiver.As<ObligationService.ObligationServiceClient>();
        var review = report.Reviews[Array.IndexOf(Company.Centres, centre)];
        if (review == "accept")
            await reviews.AcceptObligationAsync(new AcceptObligationRequest { RequestId = $"demo-{due.Name}", Name = due.Name });
        else if (review == "return")
            await reviews.ReturnObligationAsync(new ReturnObligationRequest { RequestId = $"demo-{due.Name}", Name = due.Name, Reason = "请补充各机构的具体数据。" });
    }
}
