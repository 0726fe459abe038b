using System.Net.Http.Json;
using Qudao.Contract.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;
using State = Qudao.Contract.V1.ReconciliationStatementState;

namespace Qudao.Contract.Tests;

/// <summary>Half-yearly reconciliation 核对往来账, on each database; the clock stands in the first days of July.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class ReconciliationTests(DatabaseUnderTest database)
{
    private static readonly DateOnly Now = new(DateTime.UtcNow.Year + 1, 7, 2);

    private ContractHouse? started;

    private ContractHouse House => started!;

    [SetUp]
    public async Task Start()
    {
        started = await ContractHouse.StartAsync(database);
        await House.OpenBlockAsync(AgreementKind.Terminal, "JS-");
        await House.Service.MoveClockAsync(ChinaTime.StartOfDay(Now).AddHours(9));
    }

    [TearDown]
    public async Task Stop()
    {
        if (started is not null)
            await started.DisposeAsync();
    }

    [Test]
    public async Task From_the_frozen_figures_to_the_last_settled_difference()
    {
        // At the cut-off, two days ago, alpha owed 100, beta 50; gamma's money is due later and paid for nothing yet.
        var alpha = await House.PaidByAsync("alpha", (-10, 100_00), (-1, 33_00));
        await House.PaidByAsync("beta", (-2, 50_00));
        await House.PaidByAsync("gamma", (5, 70_00));
        Assert.That(await Refused.WhyAsync(CreateAsync(House.Finance, $"{Now:yyyy}-05-31")), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: reconciliation.cutoff_date OUT_OF_RANGE"));
        Assert.That(await Refused.WhyAsync(CreateAsync(House.Finance, $"{Now:yyyy}-12-31")), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: reconciliation.cutoff_date OUT_OF_RANGE"));
        Assert.That(await Refused.WhyAsync(CreateAsync(House.Salesperson, "")), Is.EqualTo("PermissionDenied PERMISSION_DENIED"));
        var run = await CreateAsync(House.BackOffice, "");
        Assert.That((run.Period, run.CutoffDate, run.State, run.StatementCount, run.OurFen, run.OrganisationName), Is.EqualTo(($"{Now:yyyy}-H1", $"{Now:yyyy}-06-30", ReconciliationState.Open, 2L, 150_00L, "江苏销售服务中心")));
        Assert.That(await Refused.WhyAsync(CreateAsync(House.Finance, "")), Is.EqualTo("AlreadyExists RECONCILIATION_EXISTS"));

        // What is received later, though for a day before, does not change what was frozen.
        var first = (await House.SalesManager.InstalmentsAsync(alpha.Name))[0];
        await House.Finance.ReceivedAsync((await House.AwaitingFinanceAsync(PaymentKind.Receipt, (first.Name, 40_00))).Name, $"{Now.AddDays(-5):yyyy-MM-dd}");
        var mine = (await ListAsync(House.Finance, run.Name)).ToDictionary(s => s.Partner);
        Assert.That((mine["partners/alpha"].OurFen, mine["partners/alpha"].DueFen, mine["partners/beta"].OurFen), Is.EqualTo((100_00L, 100_00L, 50_00L)));

        var shop = House.Of("partner-terminal", "/hq/js/alpha/", null, "alpha");
        Assert.That(await ListAsync(shop, ""), Is.Empty, "not sent yet");
        Assert.That(await Refused.WhyAsync(AnswerAsync(House.BackOffice, mine["partners/beta"].Name, 1)), Is.EqualTo("FailedPrecondition STATEMENT_STATE"));
        run = await House.BackOffice.Reconciliations.SendReconciliationAsync(new SendReconciliationRequest { Name = run.Name });
        Assert.That((run.State, run.SentCount), Is.EqualTo((ReconciliationState.Sent, 2L)));

        // The partner's own contact answers over REST; a member of staff enters the other's paper.
        var seen = (await ListAsync(shop, "")).Single();
        var answered = await shop.Rest.PostAsJsonAsync($"/v1/{seen.Name}:answer", new { theirFen = "6000", note = "30 日已付 40 元" });
        var alphas = ReconciliationStatement.Parser.ParseJson(await answered.Content.ReadAsStringAsync());
        Assert.That((alphas.State, alphas.DifferenceFen, alphas.Timeline.Count), Is.EqualTo((State.Answered, 40_00L, 0)));
        await AnswerAsync(House.Finance, mine["partners/beta"].Name, 49_00);
        Assert.That(await Refused.WhyAsync(AssessAsync(House.Finance, mine["partners/beta"].Name)), Is.EqualTo("PermissionDenied OWN_ANSWER"));
        await House.SalesManager.Reconciliations.ReturnReconciliationStatementAsync(new ReturnReconciliationStatementRequest { Name = mine["partners/beta"].Name, Comment = "请核对" });
        await AnswerAsync(House.BackOffice, mine["partners/beta"].Name, 50_00);
        Assert.That((await AssessAsync(House.Finance, mine["partners/beta"].Name)).State, Is.EqualTo(State.Agreed));
        Assert.That((await AssessAsync(House.Finance, alphas.Name)).State, Is.EqualTo(State.Differing));
        Assert.That(await House.Service.PublishedAsync<AccountsReconciled>(), Is.Empty);

        Assert.That(await Refused.WhyAsync(ExplainAsync(House.Finance, alphas.Name, (DifferenceKind.InTransit, 30_00))), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: items SUM_DIFFERS"));
        var explained = await ExplainAsync(House.Finance, alphas.Name, (DifferenceKind.InTransit, 35_00), (DifferenceKind.OurError, 5_00));
        Assert.That(explained.AdjustmentFen, Is.EqualTo(-5_00));
        Assert.That(await Refused.WhyAsync(ApproveAsync(House.Finance, alphas.Name)), Is.EqualTo("PermissionDenied OWN_EXPLANATION"));
        await ApproveAsync(House.Of("finance", "/hq/js/", "js-finance-2"), alphas.Name);
        var again = await ExplainAsync(House.SalesManager, alphas.Name, (DifferenceKind.InTransit, 34_00), (DifferenceKind.OurError, 6_00));
        Assert.That(again.FinanceApprover, Is.Empty, "what was approved of another explanation is void");
        await ApproveAsync(House.Finance, alphas.Name);
        var settled = await ApproveAsync(House.GeneralManager, alphas.Name);
        Assert.That((settled.State, settled.FinanceApprover, settled.ManagerApprover), Is.EqualTo((State.Settled, "js-finance", "js-gm")));
        Assert.That(settled.Timeline.Select(entry => entry.Action), Is.EqualTo(new[] { "create", "send", "answer", "assess", "explain", "approve", "explain", "approve", "approve" }));
        var account = await House.Finance.StatementAsync("alpha");
        Assert.That((account.AdjustedFen, account.ClosingFen, account.Entries[^1].Kind), Is.EqualTo((-6_00L, 87_00L, AccountEntryKind.Adjustment)));

        var done = await House.GeneralManager.Reconciliations.GetReconciliationAsync(new GetReconciliationRequest { Name = run.Name });
        Assert.That((done.State, done.AgreedCount, done.SettledCount, done.DifferenceFen), Is.EqualTo((ReconciliationState.Done, 1L, 1L, 40_00L)));
        var told = (await House.Service.PublishedAsync<AccountsReconciled>()).Single();
        Assert.That((told.OrganisationId, told.Period, told.Statements, told.StaffId), Is.EqualTo(("js", $"{Now:yyyy}-H1", 2L, "js-gm")));

        var form = await House.Finance.Rest.GetAsync($"/v1/{run.Name}:export");
        Assert.That(form.Content.Headers.ContentDisposition?.FileNameStar, Is.EqualTo($"核对往来账汇总表 {Now:yyyy}-H1.xlsx"));
        var lines = Sheet.Read(await form.Content.ReadAsByteArrayAsync())[0].Rows.Select(row => row.Cells).ToList();
        var (alphaName, betaName) = (mine["partners/alpha"].PartnerName, mine["partners/beta"].PartnerName);
        Assert.That(lines.Single(cells => cells.Contains(alphaName)), Is.EqualTo(new[]
        {
            "1", alphaName, "100", "0", "0", "100", "60", "40", "已处理", "未达账项 34.00 元：核对；我方差错 6.00 元：核对", "-6", "js-finance", "js-gm",
        }));
        Assert.That(lines.Single(cells => cells.Contains(betaName)).Take(9), Is.EqualTo(new[] { "2", betaName, "50", "0", "0", "50", "50", "0", "已相符" }));
        Assert.That((int)(await shop.Rest.GetAsync($"/v1/{run.Name}:export")).StatusCode, Is.EqualTo(404), "it tells of other partners");
    }

    [Test]
    public async Task The_last_two_at_once_end_it_once()
    {
        const int Partners = 8;
        for (var i = 0; i < Partners; i++)
            await House.PaidByAsync($"shop{i}", (-5, 10_00));
        var run = await CreateAsync(House.Finance, "");
        await House.Finance.Reconciliations.SendReconciliationAsync(new SendReconciliationRequest { Name = run.Name });
        var statements = await ListAsync(House.Finance, run.Name);
        foreach (var statement in statements)
            await AnswerAsync(House.BackOffice, statement.Name, 10_00);
        await Task.WhenAll(statements.Select(statement => AssessAsync(House.Finance, statement.Name)));
        Assert.That(await House.Service.PublishedAsync<AccountsReconciled>(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Where_nobody_owes_anything_it_is_done_at_once()
    {
        var run = await CreateAsync(House.Finance, $"{Now:yyyy}-06-15");
        Assert.That((run.State, run.StatementCount), Is.EqualTo((ReconciliationState.Done, 0L)));
        Assert.That((await House.Service.PublishedAsync<AccountsReconciled>()).Single().CutoffDate, Is.EqualTo(new DateOnly(Now.Year, 6, 15)));
    }

    [Test]
    public async Task What_a_centre_reconciles_headquarters_does_not_ask_again()
    {
        await House.PaidByAsync("shop", (-5, 10_00));
        await CreateAsync(House.Finance, "");
        var hq = House.Of("finance", "/hq/", "hq-finance");
        var whole = await hq.Reconciliations.CreateReconciliationAsync(new CreateReconciliationRequest { Reconciliation = new Reconciliation { Organisation = "organisations/hq" } });
        Assert.That(whole.StatementCount, Is.Zero);
        Assert.That((await hq.Reconciliations.ListReconciliationsAsync(new ListReconciliationsRequest())).Reconciliations.Select(run => run.Organisation), Is.EqualTo(new[] { "organisations/js", "organisations/hq" }));
        People[] strangers = [House.Of("finance", "/hq/zj/", "zj-finance"), House.Of("partner-terminal", "/hq/js/other/", null, "other"), House.Of("partner-agent", "/hq/js/", null, "agent"), House.Of("salesperson", "/hq/js/", "js-else")];
        foreach (var stranger in strangers)
        {
            Assert.That((await stranger.Reconciliations.ListReconciliationsAsync(new ListReconciliationsRequest())).Reconciliations, Is.Empty);
            Assert.That(await ListAsync(stranger, ""), Is.Empty);
            var statement = (await ListAsync(hq, "")).Single();
            Assert.That(await Refused.WhyAsync(AnswerAsync(stranger, statement.Name, 1)), Is.EqualTo("NotFound NOT_FOUND"));
        }
    }

    private static Task<Reconciliation> CreateAsync(People who, string cutoff) => who.Reconciliations.CreateReconciliationAsync(
        new CreateReconciliationRequest { Reconciliation = new Reconciliation { CutoffDate = cutoff } }).ResponseAsync;

    private static async Task<IReadOnlyList<ReconciliationStatement>> ListAsync(People who, string run) =>
        (await who.Reconciliations.ListReconciliationStatementsAsync(new ListReconciliationStatementsRequest { Reconciliation = run })).Statements;

    private static Task<ReconciliationStatement> AnswerAsync(People who, string name, long fen) => who.Reconciliations.AnswerReconciliationStatementAsync(
        new AnswerReconciliationStatementRequest { Name = name, TheirFen = fen }).ResponseAsync;

    private static Task<ReconciliationStatement> AssessAsync(People who, string name) => who.Reconciliations.AssessReconciliationStatementAsync(
        new AssessReconciliationStatementRequest { Name = name }).ResponseAsync;

    private static Task<ReconciliationStatement> ExplainAsync(People who, string name, params (DifferenceKind Kind, long Fen)[] items) => who.Reconciliations.ExplainReconciliationStatementAsync(
        new ExplainReconciliationStatementRequest { Name = name, Items = { items.Select(item => new DifferenceItem { Kind = item.Kind, AmountFen = item.Fen, Reason = "核对" }) } }).ResponseAsync;

    private static Task<ReconciliationStatement> ApproveAsync(People who, string name) => who.Reconciliations.ApproveReconciliationStatementAsync(
        new ApproveReconciliationStatementRequest { Name = name }).ResponseAsync;
}
