using System.IO.Compression;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Qudao.Web.Tests;

/// <summary>The forms of the desks, really sent: refused with the fault at its field, mended, taken.</summary>
public sealed class DeskTests
{
    [OneTimeSetUp]
    public Task Seed() => Seeds.ThereAsync();

    [Test]
    public async Task Somebody_who_owes_is_asked_for_it_and_a_receipt_goes_from_desk_to_desk()
    {
        string request;
        await using (var office = await Visitor.ComeAsync("js.office"))
        {
            await office.OpenAsync("/dunning");
            await office.PressAsync($"记录催款 {Seeds.Debtor.Title}");
            await office.Dialog.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
            await Expect(office.Dialog.Locator(".ant-form-item-explain-error")).ToHaveTextAsync("请填写");
            await office.Dialog.GetByLabel("情况").FillAsync("答应下周付款");
            await office.SendAsync();
            await Expect(office.Page.Locator(".rows tbody")).ToContainTextAsync("电话");

            await office.OpenAsync($"/paymentRequests?partner={Seeds.Debtor.Name}");
            await office.PressAsync("新建申请");
            var asked = office.Dialog.GetByLabel("申请金额（元） 第 1 期", new() { Exact = false });
            await asked.FillAsync("90000");
            await office.Dialog.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
            await Expect(office.Dialog.Locator(".ant-form-item", new() { HasText = "对应分期" }).Locator(".ant-form-item-explain-error")).ToContainTextAsync("超过可申请金额");
            await asked.FillAsync("8000");
            await office.SendAsync();
            await Expect(office.Page.Locator(".page-head .tag")).ToHaveTextAsync("草稿");
            await office.PressAsync("提交");
            await office.SendAsync("提交");
            await Expect(office.Page.Locator(".page-head .tag")).ToHaveTextAsync("待经理确认");
            await Expect(office.Page.GetByRole(AriaRole.Button, new() { Name = "经理确认" })).ToHaveCountAsync(0);
            request = new Uri(office.Page.Url).AbsolutePath;
        }
        await using var manager = await Visitor.ComeAsync("js.manager");
        await manager.OpenAsync(request);
        await manager.PressAsync("经理确认");
        await manager.SendAsync("经理确认");
        await Expect(manager.Page.Locator(".page-head .tag")).ToHaveTextAsync("待采购核对");
        await Expect(manager.Page.Locator(".line-of-time")).ToContainTextAsync("经理确认");
        Assert.That(manager.Faults, Is.Empty);
    }

    [Test]
    public async Task Two_records_of_one_shop_are_merged_field_by_field()
    {
        foreach (var (name, phone, contact) in new[] { ("徐州双份汽车销售有限公司", "0516-83712345", "甲先生"), ("徐州双份汽车销售服务有限公司", "0516-83712345", "乙女士") })
            await House.PostAsync("js.manager", "/v1/partners", new { displayName = name, kind = "PARTNER_KIND_TERMINAL", cityCode = "3203", phone, contact });
        await using var manager = await Visitor.ComeAsync("js.manager");
        await manager.OpenAsync("/duplicates");
        var group = manager.Page.Locator(".panel", new() { HasText = "徐州双份汽车销售服务有限公司" }).First;
        await group.GetByRole(AriaRole.Button, new() { Name = "合并" }).ClickAsync();
        await manager.Dialog.GetByRole(AriaRole.Row, new() { Name = "联系人" }).GetByText("乙女士").ClickAsync();
        await manager.SendAsync("合并");
        await manager.OpenAsync("/partners?query=" + Uri.EscapeDataString("徐州双份"));
        await Expect(manager.Page.Locator(".rows tbody tr")).ToHaveCountAsync(1);
        await Expect(manager.Page.Locator(".rows tbody tr")).ToContainTextAsync("乙女士");
        Assert.That(manager.Faults, Is.Empty);
    }

    [Test]
    public async Task A_course_gets_a_question_and_a_year_a_plan_that_is_approved()
    {
        await using (var trainer = await Visitor.ComeAsync("js.training"))
        {
            await trainer.OpenAsync("/courses");
            await trainer.PressAsync("新建课程");
            await trainer.Dialog.GetByLabel("名称").FillAsync("投诉应对");
            await trainer.Dialog.GetByLabel("合格分").FillAsync("80");
            await trainer.SendAsync();
            await trainer.Page.GetByRole(AriaRole.Link, new() { Name = "投诉应对" }).ClickAsync();
            await trainer.PressAsync("新增题目");
            await trainer.Dialog.GetByLabel("题目", new() { Exact = true }).FillAsync("客户来电投诉，先做什么？");
            await trainer.Dialog.GetByLabel("选项（每行一个）").FillAsync("安抚\n挂断");
            await trainer.Dialog.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
            await Expect(trainer.Dialog.Locator(".ant-form-item", new() { HasText = "正确答案" }).Locator(".ant-form-item-explain-error")).ToHaveTextAsync("请填写");
            await trainer.Dialog.GetByRole(AriaRole.Radio, new() { Name = "安抚" }).CheckAsync();
            await trainer.SendAsync();
            await Expect(trainer.Page.Locator(".rows tbody tr")).ToContainTextAsync("安抚");

            await trainer.OpenAsync("/trainingPlans?year=2027");
            await trainer.Page.Locator(".rows tbody").GetByRole(AriaRole.Link).First.ClickAsync();
            await trainer.PressAsync("修改");
            await trainer.PressAsync("增加一项");
            await trainer.Dialog.GetByLabel("目标").Last.FillAsync("会处理投诉");
            await trainer.Dialog.GetByLabel("课程").Last.ClickAsync();
            await trainer.Page.Locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option", new() { HasText = "投诉应对" }).ClickAsync();
            await trainer.SendAsync();
            await Expect(trainer.Page.GetByRole(AriaRole.Row, new() { Name = "投诉应对" })).ToBeVisibleAsync();
            await trainer.PressAsync("提交审批");
            await trainer.SendAsync("提交审批");
            await Expect(trainer.Page.Locator(".page-head .tag")).ToHaveTextAsync("待审批");
            Assert.That(trainer.Faults, Is.Empty);
        }
        await using var gm = await Visitor.ComeAsync("js.gm");
        await gm.OpenAsync("/trainingPlans?year=2027");
        await gm.Page.Locator(".rows tbody").GetByRole(AriaRole.Link).First.ClickAsync();
        await gm.PressAsync("批准");
        await gm.SendAsync("批准");
        await Expect(gm.Page.Locator(".page-head .tag")).ToHaveTextAsync("已批准");
        Assert.That(gm.Faults, Is.Empty);
    }

    [Test]
    public async Task A_template_is_refused_for_its_formula_at_that_field_and_made_once_it_is_right()
    {
        await using var gm = await Visitor.ComeAsync("hq.sales", lang: "en");
        await gm.OpenAsync("/evaluations");
        await gm.PressAsync("New template");
        await gm.Dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("销售季度考评");
        await gm.ChooseAsync("For the role", "Salesperson", typed: true);
        await gm.Dialog.GetByLabel("Indicator", new() { Exact = true }).FillAsync("计划达成率");
        await gm.Dialog.GetByLabel("Formula").FillAsync("100 * moonlight");
        await gm.Dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(gm.Dialog.Locator(".ant-form-item", new() { HasText = "Formula" }).Locator(".ant-form-item-explain-error")).ToBeVisibleAsync();
        await gm.Dialog.GetByLabel("Formula").FillAsync("100 * plan_attainment");
        await gm.SendAsync("Save");
        await Expect(gm.Page.GetByRole(AriaRole.Row, new() { Name = "销售季度考评" })).ToContainTextAsync("100%");
    }

    [Test]
    public async Task A_set_of_forms_is_made_and_opens()
    {
        await using var gm = await Visitor.ComeAsync("js.gm");
        await gm.OpenAsync("/reports?organisation=organisations/js");
        await gm.PressAsync("生成");
        await Expect(gm.Page.GetByText("已生成")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        var file = await gm.Page.RunAndWaitForDownloadAsync(() => gm.PressAsync("下载压缩包"));
        using var zip = await ZipFile.OpenReadAsync(await file.PathAsync());
        Assert.That(zip.Entries.Select(entry => entry.FullName), Has.Some.EqualTo("目录.xlsx"));
        Assert.That(zip.Entries, Has.Count.GreaterThan(2));
        Assert.That(gm.Faults, Is.Empty);
    }

    [Test]
    public async Task Two_who_change_one_draft_of_an_agreement_see_both_versions()
    {
        var partner = (await House.GetAsync("js.sales1", "/v1/partners?pageSize=1&stage=PARTNER_STAGE_TARGET")).GetProperty("partners")[0];
        var draft = await House.PostAsync("js.sales1", "/v1/agreements", new
        {
            kind = "AGREEMENT_KIND_SALES",
            partner = partner.GetProperty("name").GetString(),
            partyA = "江苏销售服务中心",
            partyB = partner.GetProperty("displayName").GetString(),
            effectiveFrom = "2027-01-01",
            effectiveTo = "2027-12-31",
            products = new[] { "GPS-100" },
            subject = "首批订货",
        });
        var name = draft.GetProperty("name").GetString()!;
        await using var first = await Visitor.ComeAsync("js.sales1");
        await using var second = await Visitor.ComeAsync("js.manager");
        foreach (var visitor in new[] { first, second })
        {
            await visitor.OpenAsync("/" + name);
            await visitor.PressAsync("修改");
        }
        await first.Dialog.GetByLabel("项目").FillAsync("首批订货 100 台");
        await first.SendAsync();
        await second.Dialog.GetByLabel("项目").FillAsync("首批订货 200 台");
        await second.Dialog.GetByLabel("条款", new() { Exact = true }).FillAsync("货到三十天付款。");
        await second.Dialog.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        var versions = second.Page.GetByRole(AriaRole.Dialog, new() { Name = "这条记录刚被别人修改" });
        await versions.GetByRole(AriaRole.Row, new() { Name = "项目" }).GetByText("首批订货 100 台").ClickAsync();
        await versions.GetByRole(AriaRole.Button, new() { Name = "按选择保存" }).ClickAsync();
        await Expect(second.Page.GetByText("货到三十天付款。")).ToBeVisibleAsync();
        await Expect(second.Page.GetByText("首批订货 100 台")).ToBeVisibleAsync();
    }
}
