using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Dealer.Tests;

/// <summary>The survey month by month: versions, confirming what still holds, target marks, comparing, and what is missing.</summary>
public class SurveyMonthTests
{
    private Network network = null!;

    [SetUp]
    public async Task StartAsync()
    {
        network = await Network.StartAsync();
        await network.Service.MoveClockAsync(new DateTimeOffset(2026, 12, 6, 9, 0, 0, ChinaTime.Offset));
        await SurveyTests.ImportAsync(network.Wang, SurveyTests.Csv("江苏,南京,甲店,福特,100,大明路1号,王先生,025-52426777,是,位置好", "江苏,苏州,乙店,别克,80,,,,,", "江苏,无锡,丙店,,,,,,,"), "2026-11");
    }

    [TearDown]
    public async Task StopAsync() => await network.DisposeAsync();

    [Test]
    public async Task A_row_is_changed_by_its_etag_and_each_version_stays_to_be_read()
    {
        var row = await RowAsync("甲店");
        var changed = row.Clone();
        (changed.Brands, changed.Phone) = ("林肯", "025-52426778");
        var updated = await network.Wang.Surveys.UpdateSurveyAsync(new UpdateSurveyRequest { Survey = changed, UpdateMask = new() { Paths = { "brands", "phone" } } });
        Assert.That((updated.Brands, updated.Phone, updated.AnnualVolume, updated.Source, updated.EditorName), Is.EqualTo(("林肯", "025-52426778", 100L, SurveySource.Edit, "王伟")));
        var partner = await network.Wang.Partners.GetPartnerAsync(new GetPartnerRequest { Name = row.Partner });
        Assert.That((partner.Brands, partner.Phone), Is.EqualTo(("林肯", "025-52426778")), "the client file follows the latest month");
        Assert.That(await Refused.Async(StatusCode.Aborted, async () => await network.Wang.Surveys.UpdateSurveyAsync(new UpdateSurveyRequest { Survey = changed })), Is.EqualTo(new[] { "ETAG_MISMATCH" }));

        var versions = (await network.Wang.Surveys.ListSurveyVersionsAsync(new ListSurveyVersionsRequest { Survey = row.Name })).Versions;
        Assert.That(versions.Select(v => (v.Name, v.Current, v.Survey.Brands, v.Survey.Source)), Is.EqualTo(new[]
        {
            ($"{row.Name}/versions/v2", true, "林肯", SurveySource.Edit), ($"{row.Name}/versions/v1", false, "福特", SurveySource.Import),
        }));
        var first = await network.Wang.Surveys.GetSurveyVersionAsync(new GetSurveyVersionRequest { Name = versions[1].Name });
        Assert.That(first.Survey, Is.EqualTo(row), "as it was read then");
        await Refused.Async(StatusCode.NotFound, async () => await network.Li.Surveys.GetSurveyVersionAsync(new GetSurveyVersionRequest { Name = versions[1].Name }));
        await Refused.Async(StatusCode.NotFound, async () => await network.Wang.Surveys.GetSurveyVersionAsync(new GetSurveyVersionRequest { Name = $"{row.Name}/versions/v9" }));
        await Refused.Async(StatusCode.NotFound, async () => await network.Li.Surveys.UpdateSurveyAsync(new UpdateSurveyRequest { Survey = updated }));
    }

    [Test]
    public async Task What_cannot_be_in_a_row_is_told_at_once_and_changes_nothing()
    {
        var row = await RowAsync("甲店");
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Wang.Surveys.UpdateSurveyAsync(new UpdateSurveyRequest
        {
            Survey = new Survey { Name = row.Name, AnnualVolume = -1 },
            UpdateMask = new() { Paths = { "annual_volume", "target" } },
        })), Is.EquivalentTo(new[] { "INVALID_ARGUMENT", "survey.annual_volume OUT_OF_RANGE", "update_mask IMMUTABLE" }));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Wang.Surveys.UpdateSurveyAsync(new UpdateSurveyRequest
        {
            Survey = new Survey { Name = row.Name, Region = "江苏", City = "苏州" },
            UpdateMask = new() { Paths = { "region", "city" } },
        })), Does.Contain("survey.city WRONG_CITY"));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Wang.Surveys.CreateSurveyAsync(new CreateSurveyRequest { Survey = new Survey { Month = "2027-02" } })),
            Is.EquivalentTo(new[] { "INVALID_ARGUMENT", "survey.partner REQUIRED", "survey.month TOO_LATE" }));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Li.Surveys.CreateSurveyAsync(new CreateSurveyRequest { Survey = new Survey { Partner = row.Partner } })),
            Does.Contain("survey.partner NOT_FOUND"));
        Assert.That(await RowAsync("甲店"), Is.EqualTo(row));
    }

    [Test]
    public async Task What_still_holds_is_confirmed_for_the_month_and_the_last_one_submits_it()
    {
        var row = await RowAsync("甲店");
        var confirmed = await network.Wang.Surveys.ConfirmSurveyAsync(new ConfirmSurveyRequest { Name = row.Name, Etag = row.Etag });
        Assert.That((confirmed.Month, confirmed.Brands, confirmed.Target, confirmed.Source), Is.EqualTo(("2026-12", "福特", true, SurveySource.Confirm)));
        Assert.That(confirmed.Name, Is.Not.EqualTo(row.Name));
        Assert.That(await Refused.Async(StatusCode.AlreadyExists, async () => await network.Wang.Surveys.ConfirmSurveyAsync(new ConfirmSurveyRequest { Name = row.Name })), Is.EqualTo(new[] { "SURVEY_EXISTS" }));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Wang.Surveys.ConfirmSurveyAsync(new ConfirmSurveyRequest { Name = row.Name, Month = "2026-11" })), Does.Contain("month TOO_EARLY"));
        Assert.That(await SubmittedAsync("2026-12"), Is.Zero);

        var state = await network.Manager.Surveys.GetSurveyCompletenessAsync(new GetSurveyCompletenessRequest());
        Assert.That((state.Month, state.DueDate), Is.EqualTo(("2026-12", "2026-12-05")));
        Assert.That(state.Organisations.Select(o => (o.Organisation, o.Shops, o.Updated, o.Missing, o.Overdue)), Is.EqualTo(new[] { ("organisations/js", 3L, 1L, 2L, true) }));
        var missing = (await network.Manager.Surveys.ListMissingSurveysAsync(new ListMissingSurveysRequest())).MissingSurveys;
        Assert.That(missing.Select(m => (m.DisplayName, m.LatestMonth)), Is.EquivalentTo(new[] { ("乙店", "2026-11"), ("丙店", "2026-11") }));
        Assert.That((await network.ZhejiangManager.Surveys.ListMissingSurveysAsync(new ListMissingSurveysRequest())).MissingSurveys, Is.Empty);
        Assert.That((await network.Li.Surveys.GetSurveyCompletenessAsync(new GetSurveyCompletenessRequest())).Organisations, Is.Empty);

        var request = new ConfirmSurveysRequest { Filter = new BulkFilter(), DryRun = true };
        Assert.That(await BulkAsync(await network.Wang.Surveys.ConfirmSurveysAsync(request)), Is.EqualTo(new BulkActionResult { DryRun = true, Total = 3, Done = 2, Unchanged = 1 }));
        Assert.That(await SubmittedAsync("2026-12"), Is.Zero, "a trial does nothing");
        request.DryRun = false;
        Assert.That(await BulkAsync(await network.Wang.Surveys.ConfirmSurveysAsync(request)), Is.EqualTo(new BulkActionResult { Total = 3, Done = 2, Unchanged = 1 }));
        Assert.That(await SubmittedAsync("2026-12"), Is.EqualTo(1));
        state = await network.Manager.Surveys.GetSurveyCompletenessAsync(new GetSurveyCompletenessRequest());
        Assert.That((state.Organisations[0].Missing, state.Organisations[0].Overdue, state.Organisations[0].Submissions), Is.EqualTo((0L, false, 1L)));
    }

    [Test]
    public async Task A_shop_is_entered_by_itself_and_two_who_enter_it_at_once_make_one_row()
    {
        var shop = await network.Wang.ShopAsync("丁店", "3205");
        var asked = new CreateSurveyRequest { Survey = new Survey { Partner = shop.Name, Brands = "丰田", AnnualVolume = 60, Target = true, Advantage = "新店" } };
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            try
            {
                return (await network.Wang.Surveys.CreateSurveyAsync(asked)).Name;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.AlreadyExists)
            {
                return "";
            }
        }));
        var name = outcomes.Single(outcome => outcome.Length > 0);
        var row = await network.Wang.Surveys.GetSurveyAsync(new GetSurveyRequest { Name = name });
        Assert.That((row.Month, row.Region, row.City, row.DisplayName, row.Target), Is.EqualTo(("2026-12", "江苏", "苏州", "丁店", true)));
        Assert.That((await network.Wang.GetAsync(shop)).Brands, Is.EqualTo("丰田"));
    }

    [Test]
    public async Task A_shop_is_marked_with_a_reason_and_the_marks_are_remembered()
    {
        var row = await RowAsync("甲店");
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Wang.Surveys.MarkSurveyTargetAsync(new MarkSurveyTargetRequest { Name = row.Name })), Does.Contain("reason REQUIRED"));
        var marked = await network.Wang.Surveys.MarkSurveyTargetAsync(new MarkSurveyTargetRequest { Name = row.Name, Target = false, Reason = "已被竞品签下", Etag = row.Etag });
        Assert.That((marked.Target, marked.Source, marked.Etag), Is.EqualTo((false, SurveySource.Mark, "v2")));
        var again = await network.Wang.Surveys.MarkSurveyTargetAsync(new MarkSurveyTargetRequest { Name = row.Name, Target = false, Reason = "再说一次" });
        Assert.That(again, Is.EqualTo(marked), "it was said already");

        var operation = await network.Wang.Surveys.MarkSurveyTargetsAsync(new MarkSurveyTargetsRequest { Filter = new BulkFilter(), Month = "2026-11", Target = true, Reason = "全省重点" });
        Assert.That(await BulkAsync(operation), Is.EqualTo(new BulkActionResult { Total = 3, Done = 3 }));
        var marks = (await network.Wang.Surveys.ListTargetMarksAsync(new ListTargetMarksRequest { Partner = row.Partner })).TargetMarks;
        Assert.That(marks.Select(m => (m.Target, m.HasPreviousTarget, m.Reason, m.AuthorName)), Is.EqualTo(new[]
        {
            (true, true, "全省重点", "王伟"), (false, true, "已被竞品签下", "王伟"), (true, false, "导入", "王伟"),
        }));
        await Refused.Async(StatusCode.NotFound, async () => await network.Li.Surveys.ListTargetMarksAsync(new ListTargetMarksRequest { Partner = row.Partner }));

        var later = await network.Wang.Surveys.MarkSurveyTargetsAsync(new MarkSurveyTargetsRequest { Partners = { row.Partner }, Target = true, Reason = "下月" });
        Assert.That((await BulkAsync(later)).Refused, Is.EqualTo(1), "the month has no row yet");
        var items = await network.Wang.Bulk.ListBulkActionItemsAsync(new ListBulkActionItemsRequest { Operation = later.Name });
        Assert.That(items.Items.Single().Reason, Is.EqualTo("NO_SURVEY"));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Wang.Surveys.MarkSurveyTargetsAsync(new MarkSurveyTargetsRequest { Reason = "x" })), Does.Contain("partners ONE_OF"));
    }

    [Test]
    public async Task A_month_is_compared_with_the_one_before()
    {
        await SurveyTests.ImportAsync(network.Wang, SurveyTests.Csv("江苏,南京,甲店,林肯,120,大明路1号,王先生,025-52426778,是,位置好", "江苏,苏州,乙店,别克,80,,,,,", "江苏,常州,丁店,,,,,,,"), "2026-12");
        var compared = await network.Wang.Surveys.CompareSurveysAsync(new CompareSurveysRequest());
        Assert.That(compared.Counts, Is.EqualTo(new SurveyChangeCounts { Added = 1, Changed = 1, Gone = 1, Same = 1 }));
        Assert.That(compared.Changes.Select(c => (c.DisplayName, c.Difference)), Is.EquivalentTo(new[] { ("甲店", SurveyDifference.Changed), ("丙店", SurveyDifference.Gone), ("丁店", SurveyDifference.New) }));
        var fields = compared.Changes.Single(c => c.Difference == SurveyDifference.Changed).Fields.Select(f => (f.Column, f.Before, f.After));
        Assert.That(fields, Is.EqualTo(new[] { ("主营车型", "福特", "林肯"), ("年销量", "100", "120"), ("电话", "025-52426777", "025-52426778") }));

        var paged = new List<string>();
        var request = new CompareSurveysRequest { PageSize = 1 };
        do
        {
            var page = await network.Wang.Surveys.CompareSurveysAsync(request);
            paged.AddRange(page.Changes.Select(c => c.DisplayName));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.That(paged, Is.EqualTo(compared.Changes.Select(c => c.DisplayName)));

        var masked = await new Acting(network, network.Service.TokenFor("legal", Network.Jiangsu, "legal", "律师")).Surveys.CompareSurveysAsync(new CompareSurveysRequest { Difference = SurveyDifference.Changed });
        Assert.That(masked.Changes.Single().Fields.Single(f => f.Column == "电话").After, Is.EqualTo("025-****6778"));
        Assert.That((await network.Li.Surveys.CompareSurveysAsync(new CompareSurveysRequest())).Counts, Is.EqualTo(new SurveyChangeCounts()));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, async () => await network.Wang.Surveys.CompareSurveysAsync(new CompareSurveysRequest { PreviousMonth = "2026-12" })), Does.Contain("previous_month INVALID"));
    }

    [Test]
    public async Task The_same_goes_over_REST()
    {
        using var completeness = await network.Manager.Rest.GetAsync("/v1/surveys:completeness?month=2026-11");
        Assert.That(await completeness.Content.ReadAsStringAsync(), Does.Contain("\"shops\""));
        var row = await RowAsync("乙店");
        using var confirmed = await network.Wang.Rest.PostAsync($"/v1/{row.Name}:confirm", new StringContent("{}", System.Text.Encoding.UTF8, "application/json"));
        Assert.That(await confirmed.Content.ReadAsStringAsync(), Does.Contain("SURVEY_SOURCE_CONFIRM"));
        using var versions = await network.Wang.Rest.GetAsync($"/v1/{row.Name}/versions/v1");
        Assert.That(await versions.Content.ReadAsStringAsync(), Does.Contain("乙店"));
    }

    private async Task<Survey> RowAsync(string name) => (await SurveyTests.AllAsync(network.Wang)).Single(s => s.DisplayName == name && s.Month == "2026-11");

    private async Task<int> SubmittedAsync(string month) => (await network.Service.PublishedAsync<SurveySubmitted>()).Count(e => e.Month == month);

    private async Task<BulkActionResult> BulkAsync(Operation operation)
    {
        var done = await SurveyTests.DoneAsync(network.Wang, operation);
        Assert.That(done.Error, Is.Null);
        return BulkActionResult.Parser.ParseJson(done.ResultJson);
    }
}
