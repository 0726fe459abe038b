using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Tests;

internal sealed class NumberTests
{
    private ContractHouse house = null!;

    [SetUp]
    public async Task Start() => house = await ContractHouse.StartAsync();

    [TearDown]
    public async Task Stop() => await house.DisposeAsync();

    [Test]
    public async Task A_block_s_numbers_are_all_there_from_the_start_and_in_order()
    {
        var block = await house.OpenBlockAsync(AgreementKind.Terminal, "JS-", last: 120);
        var numbers = new List<ContractNumber>();
        var request = new ListContractNumbersRequest { PageSize = 50 };
        do
        {
            var page = await house.BackOffice.Numbers.ListContractNumbersAsync(request);
            numbers.AddRange(page.ContractNumbers);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.That(numbers.Select(n => n.Number), Is.EqualTo(Enumerable.Range(1, 120).Select(i => $"JS-{i:D4}")));
        Assert.That(numbers.Select(n => n.State), Is.All.EqualTo(NumberState.Free));
        Assert.That(block.AvailableCount, Is.EqualTo(120));
    }

    [Test]
    public async Task A_number_enters_the_register_once()
    {
        await house.OpenBlockAsync(AgreementKind.Terminal, "JS-", last: 10);

        Assert.That(await Refused.WhyAsync(house.OpenBlockAsync(AgreementKind.Terminal, "JS-", last: 5)), Is.EqualTo("AlreadyExists NUMBER_EXISTS"));
        Assert.That(await Refused.WhyAsync(house.OpenBlockAsync(AgreementKind.Sales, "JS-", last: 5)), Is.EqualTo("AlreadyExists NUMBER_EXISTS"));
        Assert.That((await house.BackOffice.Numbers.ListNumberBlocksAsync(new ListNumberBlocksRequest())).NumberBlocks, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_same_request_opens_one_block()
    {
        var request = new CreateNumberBlockRequest
        {
            NumberBlock = new NumberBlock { Kind = AgreementKind.Terminal, Prefix = "JS-", First = 1, Last = 10, Width = 4 },
            RequestId = "block-1",
        };
        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => house.BackOffice.Numbers.CreateNumberBlockAsync(request).ResponseAsync));

        Assert.That(replies.Distinct(), Has.Exactly(1).Items);
        Assert.That(replies[0].Organisation, Is.EqualTo("organisations/js"));
    }

    [Test]
    public async Task A_block_needs_an_organisation_within_the_caller_s_scope()
    {
        var request = new CreateNumberBlockRequest
        {
            NumberBlock = new NumberBlock { Organisation = "organisations/hq", Kind = AgreementKind.Terminal, Prefix = "HQ-", First = 1, Last = 10, Width = 4 },
        };
        Assert.That(await Refused.WhyAsync(house.BackOffice.Numbers.CreateNumberBlockAsync(request).ResponseAsync),
            Is.EqualTo("InvalidArgument INVALID_ARGUMENT: number_block.organisation NOT_FOUND"));
    }

    [Test]
    public async Task Every_missing_field_of_a_block_is_named() =>
        Assert.That(await Refused.WhyAsync(house.BackOffice.Numbers.CreateNumberBlockAsync(new CreateNumberBlockRequest { NumberBlock = new NumberBlock() }).ResponseAsync),
            Does.EndWith("number_block.kind REQUIRED, number_block.prefix REQUIRED, number_block.first REQUIRED, number_block.last REQUIRED, number_block.width REQUIRED"));

    [Test]
    public async Task Numbers_are_issued_voided_and_returned_and_returned_ones_are_used_again()
    {
        await house.OpenBlockAsync(AgreementKind.Terminal, "JS-", last: 4);
        var issued = (await IssueAsync("staff/js-sales", 3)).ContractNumbers;
        Assert.That(issued.Select(n => $"{n.Number} {n.Holder} {n.State}"), Is.EqualTo(new[]
        {
            "JS-0001 staff/js-sales Issued", "JS-0002 staff/js-sales Issued", "JS-0003 staff/js-sales Issued",
        }));
        Assert.That(issued[0].IssueDate, Is.Not.Empty);

        var voided = await house.BackOffice.Numbers.VoidNumberAsync(new VoidNumberRequest { Name = issued[1].Name, Reason = "印刷错误", Etag = issued[1].Etag });
        var returned = await house.BackOffice.Numbers.ReturnNumberAsync(new ReturnNumberRequest { Name = issued[0].Name });
        Assert.That((voided.State, voided.Reason, returned.State), Is.EqualTo((NumberState.Void, "印刷错误", NumberState.Returned)));

        Assert.That(await Refused.WhyAsync(VoidAsync(issued[1])), Is.EqualTo("FailedPrecondition NUMBER_STATE"));
        Assert.That(await Refused.WhyAsync(house.BackOffice.Numbers.ReturnNumberAsync(new ReturnNumberRequest { Name = issued[0].Name }).ResponseAsync),
            Is.EqualTo("FailedPrecondition NUMBER_STATE"));
        Assert.That(await Refused.WhyAsync(IssueAsync("staff/js-sales", 3)), Is.EqualTo("FailedPrecondition NO_FREE_NUMBER"));
        Assert.That((await IssueAsync("staff/js-other", 2)).ContractNumbers.Select(n => n.Number), Is.EqualTo(new[] { "JS-0001", "JS-0004" }));

        var block = (await house.BackOffice.Numbers.ListNumberBlocksAsync(new ListNumberBlocksRequest())).NumberBlocks.Single();
        Assert.That((block.AvailableCount, block.IssuedCount, block.UsedCount, block.VoidCount), Is.EqualTo((0L, 3L, 0L, 1L)));
    }

    [Test]
    public async Task A_stale_etag_voids_nothing()
    {
        await house.OpenBlockAsync(AgreementKind.Terminal, "JS-", last: 1);
        var number = (await IssueAsync("staff/js-sales", 1)).ContractNumbers.Single();
        await house.BackOffice.Numbers.ReturnNumberAsync(new ReturnNumberRequest { Name = number.Name });

        Assert.That(await Refused.WhyAsync(VoidAsync(number, number.Etag)), Is.EqualTo("Aborted ETAG_MISMATCH"));
    }

    [TestCase("staff/js-left", "InvalidArgument INVALID_ARGUMENT: holder INVALID")]
    [TestCase("staff/zj-sales", "InvalidArgument INVALID_ARGUMENT: holder NOT_FOUND")]
    public async Task Numbers_go_to_people_who_are_there(string holder, string why)
    {
        await house.OpenBlockAsync(AgreementKind.Terminal, "JS-");
        Assert.That(await Refused.WhyAsync(IssueAsync(holder, 1)), Is.EqualTo(why));
    }

    [Test]
    public async Task Another_centre_sees_none_of_it_and_a_salesperson_his_own()
    {
        var block = await house.OpenBlockAsync(AgreementKind.Terminal, "JS-", last: 3);
        var issued = (await IssueAsync("staff/js-sales", 1)).ContractNumbers.Single();

        Assert.That((await house.Zhejiang.Numbers.ListContractNumbersAsync(new ListContractNumbersRequest())).ContractNumbers, Is.Empty);
        Assert.That((await house.Zhejiang.Numbers.ListNumberBlocksAsync(new ListNumberBlocksRequest())).NumberBlocks, Is.Empty);
        Assert.That(await Refused.WhyAsync(house.Zhejiang.Numbers.GetNumberBlockAsync(new GetNumberBlockRequest { Name = block.Name }).ResponseAsync), Is.EqualTo("NotFound NOT_FOUND"));
        Assert.That(await Refused.WhyAsync(house.Zhejiang.Numbers.VoidNumberAsync(new VoidNumberRequest { Name = issued.Name, Reason = "x" }).ResponseAsync), Is.EqualTo("NotFound NOT_FOUND"));
        Assert.That((await house.Salesperson.Numbers.ListContractNumbersAsync(new ListContractNumbersRequest())).ContractNumbers.Select(n => n.Number), Is.EqualTo(new[] { "JS-0001" }));
        Assert.That(await Refused.WhyAsync(house.Salesperson.Numbers.VoidNumberAsync(new VoidNumberRequest { Name = issued.Name, Reason = "x" }).ResponseAsync), Is.EqualTo("PermissionDenied PERMISSION_DENIED"));
    }

    private Task<IssueNumbersResponse> IssueAsync(string holder, int count) =>
        house.BackOffice.Numbers.IssueNumbersAsync(new IssueNumbersRequest { Kind = AgreementKind.Terminal, Count = count, Holder = holder }).ResponseAsync;

    private Task<ContractNumber> VoidAsync(ContractNumber number, string etag = "") =>
        house.BackOffice.Numbers.VoidNumberAsync(new VoidNumberRequest { Name = number.Name, Reason = "作废", Etag = etag }).ResponseAsync;

    [Test]
    public async Task The_register_is_printed_with_what_became_of_each_number()
    {
        await house.OpenBlockAsync(AgreementKind.Terminal, "JS-", last: 5);
        await house.OpenBlockAsync(AgreementKind.Sales, "XS-", last: 1);
        var issued = (await house.BackOffice.Numbers.IssueNumbersAsync(new IssueNumbersRequest { Kind = AgreementKind.Terminal, Count = 2, Holder = "staff/js-sales" })).ContractNumbers;
        await house.BackOffice.Numbers.VoidNumberAsync(new VoidNumberRequest { Name = issued[0].Name, Reason = "写错" });
        await house.SalesManager.SignAsync((await house.ApprovedAsync(await house.DraftedAsync("shop"))).Name);

        var reply = await house.BackOffice.Rest.GetAsync("/v1/contractNumbers:export?kind=AGREEMENT_KIND_TERMINAL");
        Assert.That(reply.Content.Headers.ContentDisposition!.FileNameStar, Is.EqualTo("合同领用登记.xlsx"));
        var sheet = Sheet.Read(await reply.Content.ReadAsByteArrayAsync())[0];
        var lines = sheet.Rows.Select(row => string.Join("|", row.Cells)).ToList();

        Assert.That(lines, Has.Some.Contains("合同领用登记"));
        Assert.That(lines, Has.Some.EqualTo("序号|合同编号|合同类型|领用人|领用日期|用途|客户|签订日期|状态|核销日期|作废/交回原因"));
        Assert.That(lines, Has.Some.StartsWith("1|JS-0001|4S店协议|员工 staff/js-sales|").And.Some.Contains("已作废").And.Some.Contains("写错"));
        Assert.That(lines.Single(line => line.Contains("JS-0002")), Does.Contain("shop 汽车销售有限公司").And.Contain("已使用"));
        Assert.That(lines.Where(line => line.Contains("尚未领用")).ToList(), Has.Count.EqualTo(3));
        Assert.That(lines, Has.None.Contains("XS-0001"));
        var foreign = await house.Zhejiang.Rest.GetAsync("/v1/contractNumbers:export?organisation=organisations/js");
        Assert.That((int)foreign.StatusCode, Is.EqualTo(400));
    }
}
