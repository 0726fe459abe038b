using Google.Protobuf;
using Grpc.Core;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Contract.Tests;

internal sealed class StatisticsTests
{
    private ContractHouse house = null!;

    [SetUp]
    public async Task Start() => house = await ContractHouse.StartAsync();

    [TearDown]
    public async Task Stop() => await house.DisposeAsync();

    [Test]
    public async Task The_rows_are_those_signed_up_to_the_day_in_order()
    {
        await SignThreeAsync();

        Assert.That(await PartiesAsync(house.SalesManager, "2026-01-31"), Is.Empty);
        Assert.That(await PartiesAsync(house.SalesManager, "2026-02-01"), Is.EqualTo(new[] { "second" }));
        Assert.That(await PartiesAsync(house.SalesManager, "2026-03-15"), Is.EqualTo(new[] { "second", "first" }));
        Assert.That(await PartiesAsync(house.SalesManager, ""), Is.EqualTo(new[] { "second", "first", "third" }));

        var row = (await house.SalesManager.Statistics.GetAgreementStatisticsAsync(new GetAgreementStatisticsRequest { ReportDay = "2026-02-01" })).Rows.Single();
        Assert.That((row.Subject, row.PartyA, row.PartyB, row.SignedDate, row.EffectiveFrom, row.EffectiveTo, row.Number),
            Is.EqualTo(("4S店协议", "渠道科技有限公司江苏销售服务中心", "second", "2026-02-01", "2026-01-01", "2099-12-31", "JS-0002")));
    }

    [Test]
    public async Task Pages_hold_every_row_once()
    {
        await SignThreeAsync();
        var seen = new List<string>();
        var request = new GetAgreementStatisticsRequest { PageSize = 1 };
        do
        {
            var page = await house.SalesManager.Statistics.GetAgreementStatisticsAsync(request);
            Assert.That(page.TotalSize, Is.EqualTo(3));
            seen.AddRange(page.Rows.Select(r => r.PartyB));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.That(seen, Is.EqualTo(new[] { "second", "first", "third" }));
    }

    [Test]
    public async Task Each_sees_the_rows_of_his_place()
    {
        await SignThreeAsync();

        Assert.That(await PartiesAsync(house.Marketing, "", "organisations/hq"), Has.Length.EqualTo(3));
        Assert.That(await PartiesAsync(house.Marketing, "", "organisations/zj"), Is.Empty);
        Assert.That(await PartiesAsync(house.Zhejiang, ""), Is.Empty);
        Assert.That(await Refused.WhyAsync(house.Zhejiang.Statistics.GetAgreementStatisticsAsync(new GetAgreementStatisticsRequest { Organisation = "organisations/js" }).ResponseAsync),
            Is.EqualTo("InvalidArgument INVALID_ARGUMENT: organisation NOT_FOUND"));
        Assert.That(await Refused.WhyAsync(ReadAsync(house.Zhejiang, new ExportAgreementStatisticsRequest { Organisation = "organisations/js" })),
            Is.EqualTo("InvalidArgument INVALID_ARGUMENT: organisation NOT_FOUND"));
    }

    [Test]
    public async Task The_future_has_no_statistics()
    {
        var tomorrow = $"{ChinaTime.Today(house.Service.Clock).AddDays(1):yyyy-MM-dd}";
        Assert.That(await Refused.WhyAsync(SubmitAsync(tomorrow)), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: report_day INVALID"));
    }

    [Test]
    public async Task The_export_is_the_manual_s_form()
    {
        await SignThreeAsync();

        var (file, type) = await ReadAsync(house.SalesManager, new ExportAgreementStatisticsRequest { ReportDay = "2026-03-15" });

        Assert.That(type, Is.EqualTo("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"));
        var rows = Sheet.Read(file).Single().Rows;
        Assert.That(rows[0][0], Is.EqualTo("协议签订统计表"));
        Assert.That(rows[1][0], Does.Contain("江苏销售服务中心").And.Contain("2026-03-15").And.Contain("2 份"));
        Assert.That(rows[2].Cells, Is.EqualTo(new[] { "项目", "甲方", "乙方", "协议签订时间", "协议有效期" }));
        Assert.That(rows[3].Cells, Is.EqualTo(new[] { "4S店协议", "渠道科技有限公司江苏销售服务中心", "second", "2026-02-01", "2026-01-01 至 2099-12-31" }));
        Assert.That(rows[4][2], Is.EqualTo("first"));
        Assert.That(await house.Service.Db.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM audit WHERE action = 'statistics.export'")), Is.EqualTo(1));
    }

    [Test]
    public async Task Rest_downloads_the_same_file()
    {
        await SignThreeAsync();
        var answer = await house.SalesManager.Rest.GetAsync("/v1/agreementStatistics:export?organisation=organisations/js&reportDay=2026-03-15");

        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"));
        Assert.That(Sheet.Read(await answer.Content.ReadAsByteArrayAsync()).Single().Rows[0][0], Is.EqualTo("协议签订统计表"));
    }

    [Test]
    public async Task What_is_submitted_stays_as_it_was()
    {
        await SignThreeAsync();
        var submitted = await SubmitAsync("2026-03-15", "submit-1");
        var again = await SubmitAsync("2026-03-15", "submit-1");
        await SignAsync("late", "2026-02-02");

        var frozen = await house.SalesManager.Statistics.GetAgreementStatisticsSubmissionAsync(new GetAgreementStatisticsSubmissionRequest { Name = submitted.Name });
        Assert.That(frozen, Is.EqualTo(submitted).And.EqualTo(again));
        Assert.That(frozen.Rows.Select(r => r.PartyB), Is.EqualTo(new[] { "second", "first" }));
        Assert.That((frozen.Organisation, frozen.ReportDay, frozen.RowCount, frozen.Submitter), Is.EqualTo(("organisations/js", "2026-03-15", 2L, "staff/js-manager")));
        Assert.That(await PartiesAsync(house.SalesManager, "2026-03-15"), Is.EqualTo(new[] { "second", "late", "first" }));

        var told = (await house.Service.PublishedAsync<StatisticsSubmitted>()).Single();
        Assert.That((told.OrganisationId, told.StaffId, $"{told.ReportDay:yyyy-MM-dd}", told.Rows, told.ScopePath), Is.EqualTo(("js", "js-manager", "2026-03-15", 2L, "/hq/js/")));
        var listed = (await house.Marketing.Statistics.ListAgreementStatisticsSubmissionsAsync(new ListAgreementStatisticsSubmissionsRequest { Organisation = "organisations/js" })).Submissions;
        Assert.That(listed.Select(s => (s.Name, s.RowCount, s.Rows.Count)), Is.EqualTo(new[] { (submitted.Name, 2L, 0) }));
        Assert.That((await house.Zhejiang.Statistics.ListAgreementStatisticsSubmissionsAsync(new ListAgreementStatisticsSubmissionsRequest())).Submissions, Is.Empty);
        Assert.That(await Refused.WhyAsync(house.Zhejiang.Statistics.GetAgreementStatisticsSubmissionAsync(new GetAgreementStatisticsSubmissionRequest { Name = submitted.Name }).ResponseAsync),
            Is.EqualTo("NotFound NOT_FOUND"));
    }

    [Test]
    public async Task A_salesperson_does_not_submit() =>
        Assert.That(await Refused.WhyAsync(house.Salesperson.Statistics.SubmitAgreementStatisticsAsync(new SubmitAgreementStatisticsRequest { ReportDay = "2026-03-15" }).ResponseAsync),
            Is.EqualTo("PermissionDenied PERMISSION_DENIED"));

    private async Task SignThreeAsync()
    {
        await house.OpenBlockAsync(AgreementKind.Terminal, "JS-");
        await SignAsync("first", "2026-03-15");
        await SignAsync("second", "2026-02-01");
        await SignAsync("third", "2026-03-16");
    }

    private async Task SignAsync(string shop, string date) =>
        await house.SalesManager.SignAsync((await house.ApprovedAsync(await house.DraftedAsync(shop, a => a.PartyB = shop))).Name, date);

    private Task<AgreementStatisticsSubmission> SubmitAsync(string day, string requestId = "") => house.SalesManager.Statistics.SubmitAgreementStatisticsAsync(
        new SubmitAgreementStatisticsRequest { Organisation = "organisations/js", ReportDay = day, RequestId = requestId }).ResponseAsync;

    private static async Task<string[]> PartiesAsync(People who, string day, string organisation = "") =>
        [.. (await who.Statistics.GetAgreementStatisticsAsync(new GetAgreementStatisticsRequest { Organisation = organisation, ReportDay = day })).Rows.Select(r => r.PartyB)];

    private static async Task<(byte[] File, string Type)> ReadAsync(People who, ExportAgreementStatisticsRequest request)
    {
        using var call = who.Statistics.ExportAgreementStatistics(request);
        using var file = new MemoryStream();
        var type = "";
        await foreach (var piece in call.ResponseStream.ReadAllAsync())
        {
            piece.Data.WriteTo(file);
            type = piece.ContentType;
        }
        return (file.ToArray(), type);
    }
}
