using Microsoft.Playwright;
using Qudao.Platform;
using Qudao.Running;
using Qudao.TestKit;
using static Microsoft.Playwright.Assertions;

namespace Qudao.Web.Tests;

/// <summary>
/// December 2026 in Jiangsu, by clicking: a salesperson, his manager, a trainer, an after-sales clerk, the general manager, headquarters and an
/// agent's own man, each at a browser of his own. What the story needs beside (other reviewers, the numbers) is asked for by REST.
/// </summary>
public sealed class StoryTests
{
    private const string Agent = "南京远通汽车用品有限公司", Second = "南京第二代理有限公司";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private readonly List<(string Name, string Title)> _shops = [];
    private Company _company = null!;
    private string _agent = "", _ticket = "";

    [OneTimeSetUp]
    public void Open() => _company = new Company();

    [OneTimeTearDown]
    public async Task Close() => await _company.DisposeAsync();

    [Test]
    public async Task A_month_of_seven_people_at_their_screens()
    {
        await _company.StartAsync(At(2, 9));
        await The_company_is_there();
        await The_salesperson_imports_the_survey_and_chooses_whom_to_win();
        await Plans_and_reports_a_visit_on_his_phone();
        _company.MoveClock(At(3, 9));
        await A_visit_was_missed();
        await An_agent_signs_with_headquarters();
        await Two_shops_sign_with_the_centre();
        await A_second_agent_for_the_city_is_refused();
        await A_training_is_asked_for_and_scheduled();
        _company.MoveClock(At(4, 12));
        await It_is_held_and_evaluated();
        _company.MoveClock(At(7, 9));
        await A_complaint_is_taken_in();
        _company.MoveClock(At(9, 16));
        await It_is_late_and_escalated_then_resolved();
        await The_agents_man_rates_it_and_sees_nothing_else();
        _company.MoveClock(At(31, 10));
        await Sales_are_pasted_and_one_figure_is_corrected();
        await The_general_manager_reads_the_month_and_takes_the_forms();
        await Another_centre_sees_none_of_it();
    }

    private static DateTimeOffset At(int day, int hour) => ChinaTime.At(new DateOnly(2026, 12, day), new TimeOnly(hour, 0));

    private async Task The_company_is_there()
    {
        foreach (var (id, name, province) in new[] { ("js", "江苏销售服务中心", "32"), ("zj", "浙江销售服务中心", "33") })
            await _company.AskAsync("admin", $"organisations?organisationId={id}", new { displayName = name, kind = "ORGANISATION_KIND_CENTRE", parent = "organisations/hq", provinceCode = province });
        foreach (var (login, name, organisation, role) in new[]
        {
            ("hq.marketing", "钱营销", "hq", "hq-marketing"), ("js.gm", "孙总经理", "js", "centre-general-manager"), ("js.manager", "李经理", "js", "sales-manager"),
            ("js.sales", "周销售", "js", "salesperson"), ("js.legal", "吴法务", "js", "legal"), ("js.trainer", "郑讲师", "js", "training-manager"),
            ("js.service", "王售后", "js", "after-sales-manager"), ("zj.sales", "冯销售", "zj", "salesperson"),
        })
            await _company.HireAsync(login, name, organisation, role);
        foreach (var (kind, prefix) in new[] { ("CITY_AGENT", "QD-SD-2026-"), ("TERMINAL", "QD-4S-2026-") })
            await _company.AskAsync("admin", "numberBlocks", new { organisation = "organisations/js", kind = "AGREEMENT_KIND_" + kind, prefix, first = 1, last = 50, width = 4 });
        await _company.AskAsync("admin", "courses", new { title = "车载终端安装与演示", minutes = 120 });
    }

    // 2. The real survey of 484 shops of all the country: the centre's own enter, every other row is an error by row and column.
    private async Task The_salesperson_imports_the_survey_and_chooses_whom_to_win()
    {
        await using var sales = await _company.ComeFirstAsync("js.sales", "/surveys");
        var page = sales.Page;
        await sales.PressAsync("导入");
        await page.GetByLabel("选择文件").SetInputFilesAsync(Path.Combine(Repository.Root, "services", "Standalone", "Demo", "market-survey.xlsx"));
        await sales.PressAsync("检查");
        await Expect(page.GetByText("检查结果（尚未写入）")).ToBeVisibleAsync();
        await Expect(page.Locator(".versions tbody tr").First).ToContainTextAsync("地区");
        var sheet = await page.RunAndWaitForDownloadAsync(() => sales.PressAsync("下载错误表"));
        Assert.That((await RowsOfAsync(sheet)).Count, Is.GreaterThan(400), "every row of another province, with what is wrong");
        await sales.PressAsync("确认导入");
        await Expect(page.GetByText("导入完成")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "关闭" }).Last.ClickAsync();
        await Expect(page.Locator(".rows tbody")).ToContainTextAsync("南京");
        await Expect(page.Locator(".rows tbody")).Not.ToContainTextAsync("杭州");

        var all = (await _company.AskAsync("js.sales", "partners?pageSize=1000")).GetProperty("partners").EnumerateArray();
        var known = all.Where(one => Company.Text(one, "cityCode") is "3201" or "3205").OrderBy(one => Company.Text(one, "cityCode")).Take(10).ToList();
        Assert.That(known, Has.Count.EqualTo(10));
        foreach (var (shop, index) in known.Select((one, index) => (one, index)))
        {
            var name = Company.Text(shop, "name");
            _shops.Add((name, Company.Text(shop, "displayName")));
            if (index > 1)
            {
                await _company.AskAsync("js.sales", name + ":advance", new { stage = "PARTNER_STAGE_TARGET" });
                continue;
            }
            await sales.OpenAsync("/" + name);
            await sales.PressAsync("变更阶段");
            await sales.SendAsync();
            await Expect(page.Locator(".page-head .tag")).ToHaveTextAsync("拟拓展");
        }
        Assert.That(sales.Faults, Is.Empty);
    }

    // 3. In the client's yard.
    private async Task Plans_and_reports_a_visit_on_his_phone()
    {
        await using var sales = await _company.ComeAsync("js.sales", "/visits?view=list", phone: true);
        var page = sales.Page;
        foreach (var (_, title) in _shops.Take(2))
        {
            await sales.PressAsync("登记拜访");
            await sales.ChooseAsync("客户单位", title, typed: true);
            await sales.Dialog.GetByLabel("目的").FillAsync("介绍产品");
            await sales.SendAsync();
        }
        await page.GetByRole(AriaRole.Link, new() { Name = _shops[0].Title }).ClickAsync();
        await sales.PressAsync("填写报告");
        await sales.Dialog.GetByLabel("洽谈内容").FillAsync("有合作意向，下周再谈。");
        await sales.Dialog.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        await Expect(sales.Dialog.Locator(".ant-form-item-explain-error")).ToHaveTextAsync("请填写");
        await sales.Dialog.GetByLabel("客户姓名").FillAsync("刘经理");
        await sales.SendAsync();
        await Expect(page.Locator(".page-head .tag")).ToHaveTextAsync("已报告");
        await Expect(page.GetByText("有合作意向，下周再谈。")).ToBeVisibleAsync();
        Assert.That(sales.Faults, Is.Empty);
    }

    private async Task A_visit_was_missed()
    {
        await Eventually.Async(async () => (await _company.AskAsync("js.sales", "visits?state=VISIT_STATE_MISSED")).TryGetProperty("visits", out var missed) && missed.GetArrayLength() == 1, Soon, "a visit without a report is missed");
    }

    // 4. Drafted, reviewed, signed by headquarters, with a number of the register.
    private async Task An_agent_signs_with_headquarters()
    {
        await using (var sales = await _company.ComeAsync("js.sales", "/partners"))
        {
            await sales.PressAsync("新建机构");
            await sales.ChooseAsync("类型", "市级代理商");
            await sales.Dialog.GetByLabel("名称").FillAsync(Agent);
            await sales.ChooseCityAsync("城市", "3201");
            await sales.SendAsync();
            await Expect(sales.Page.GetByRole(AriaRole.Heading, new() { Name = Agent })).ToBeVisibleAsync();
            _agent = new Uri(sales.Page.Url).AbsolutePath.TrimStart('/');
            await DraftAsync(sales, Agent, "市级代理协议", "渠道科技总部");
            await Expect(sales.Page.Locator(".page-head .tag")).ToHaveTextAsync("审批中");
            Assert.That(sales.Faults, Is.Empty);
        }
        await using (var manager = await _company.ComeFirstAsync("js.manager", "/visits?view=list&state=VISIT_STATE_MISSED"))
        {
            await Expect(manager.Page.GetByRole(AriaRole.Link, new() { Name = _shops[1].Title })).ToBeVisibleAsync();
            await ApproveAsync(manager, Agent);
            Assert.That(manager.Faults, Is.Empty);
        }
        await using (var legal = await _company.ComeFirstAsync("js.legal", "/approvals"))
            await ApproveAsync(legal, Agent);
        await using var marketing = await _company.ComeFirstAsync("hq.marketing", "/agreements?state=AGREEMENT_STATE_APPROVED");
        await SignAsync(marketing, Agent, "QD-SD-2026-0001");
        await marketing.OpenAsync("/territories");
        await Expect(marketing.Page.Locator(".rows tbody tr", new() { HasText = "南京" })).ToContainTextAsync(Agent);
        Assert.That(marketing.Faults, Is.Empty);
    }

    private async Task Two_shops_sign_with_the_centre()
    {
        await using (var sales = await _company.ComeAsync("js.sales", "/" + _shops[0].Name))
        {
            await sales.PressAsync("修改");
            await sales.ChooseAsync("上级代理商", Agent, typed: true);
            await sales.SendAsync();
            await Expect(sales.Page.GetByRole(AriaRole.Link, new() { Name = Agent })).ToBeVisibleAsync();
            await DraftAsync(sales, _shops[0].Title, "4S 店协议", "江苏销售服务中心");
        }
        await DraftByRestAsync(_shops[1].Name, "TERMINAL", "江苏销售服务中心", _shops[1].Title);
        await ReviewByRestAsync();
        await using var gm = await _company.ComeFirstAsync("js.gm", "/agreements?state=AGREEMENT_STATE_APPROVED");
        await SignAsync(gm, _shops[0].Title, "QD-4S-2026-0001");
        await gm.OpenAsync("/agreements?state=AGREEMENT_STATE_APPROVED");
        await SignAsync(gm, _shops[1].Title, "QD-4S-2026-0002");
        await StageBecomesAsync(_shops[0].Name, "SIGNED");
        await StageBecomesAsync(_shops[1].Name, "SIGNED");
        await gm.OpenAsync("/" + _shops[0].Name);
        await Expect(gm.Page.Locator(".page-head .tag")).ToHaveTextAsync("已签约");
        Assert.That(gm.Faults, Is.Empty);
    }

    private async Task A_second_agent_for_the_city_is_refused()
    {
        var second = Company.Text(await _company.AskAsync("js.sales", "partners", new { displayName = Second, kind = "PARTNER_KIND_CITY_AGENT", cityCode = "3201" }), "name");
        await DraftByRestAsync(second, "CITY_AGENT", "渠道科技总部", Second);
        await ReviewByRestAsync();
        await using var marketing = await _company.ComeAsync("hq.marketing", "/agreements?state=AGREEMENT_STATE_APPROVED");
        await marketing.Page.GetByRole(AriaRole.Link, new() { Name = Second }).ClickAsync();
        await marketing.PressAsync("登记签署");
        await marketing.Dialog.GetByRole(AriaRole.Button, new() { Name = "登记签署" }).ClickAsync();
        await Expect(marketing.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("南京");
        await marketing.PictureAsync("story-conflict");
        await marketing.OpenAsync("/territories");
        await Expect(marketing.Page.Locator(".panel", new() { HasText = "区域冲突" })).ToContainTextAsync(Second);
    }

    // 5. Who has not signed is not trained.
    private async Task A_training_is_asked_for_and_scheduled()
    {
        await using (var sales = await _company.ComeAsync("js.sales", "/trainings"))
        {
            await sales.PressAsync("申请培训");
            await sales.ChooseAsync("机构", _shops[^1].Title, typed: true);
            await sales.ChooseAsync("课程", "车载终端安装与演示");
            await sales.EnterTimeAsync("期望时间", "2026-12-04 09:00");
            await sales.ChooseAsync("方式", "实操");
            foreach (var (label, typed) in new[] { ("预计人数", "2"), ("地点", "南京市江宁区天元东路1号"), ("联络人", "李雷"), ("电话", "025-52123456") })
                await sales.Dialog.GetByLabel(label, new() { Exact = true }).FillAsync(typed);
            await sales.Dialog.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
            await Expect(sales.Dialog.GetByRole(AriaRole.Alert).Or(sales.Dialog.Locator(".ant-form-item-explain-error"))).ToContainTextAsync("签约");
            await sales.ChooseAsync("机构", _shops[0].Title, typed: true);
            await sales.SendAsync();
            await Expect(sales.Page.Locator(".page-head .tag")).ToHaveTextAsync("已申请");
        }
        await using var trainer = await _company.ComeFirstAsync("js.trainer", "/trainings?state=TRAINING_STATE_REQUESTED");
        await trainer.Page.GetByRole(AriaRole.Link, new() { Name = _shops[0].Title }).ClickAsync();
        await trainer.PressAsync("安排培训");
        await trainer.EnterTimeAsync("结束", "2026-12-04 11:00");
        await trainer.ChooseAsync("讲师", "郑讲师");
        await trainer.SendAsync();
        await Expect(trainer.Page.Locator(".page-head .tag")).ToHaveTextAsync("已排期");
        foreach (var (name, phone) in new[] { ("李雷", "13912345678"), ("韩梅梅", "13912345679") })
        {
            await trainer.PressAsync("添加学员");
            await trainer.Dialog.GetByLabel("姓名").FillAsync(name);
            await trainer.Dialog.GetByLabel("电话").FillAsync(phone);
            await trainer.ChooseAsync("机构", _shops[0].Title, typed: true);
            await trainer.SendAsync();
        }
        Assert.That(trainer.Faults, Is.Empty);
    }

    private async Task It_is_held_and_evaluated()
    {
        await using var trainer = await _company.ComeAsync("js.trainer", "/trainings?state=TRAINING_STATE_SCHEDULED");
        await trainer.Page.GetByRole(AriaRole.Link, new() { Name = _shops[0].Title }).ClickAsync();
        await trainer.Page.Locator("dd").GetByRole(AriaRole.Link, new() { Name = "培训", Exact = true }).ClickAsync();
        await trainer.PressAsync("全部到场");
        await trainer.Page.GetByLabel("成绩 李雷").FillAsync("90");
        await trainer.Page.GetByLabel("成绩 韩梅梅").FillAsync("85");
        await trainer.PressAsync("保存签到和成绩");
        await Expect(trainer.Page.GetByText("已保存")).ToBeVisibleAsync();
        await trainer.PressAsync("确认已举办");
        await trainer.SendAsync("确认已举办");
        await Expect(trainer.Page.Locator(".page-head .tag")).ToHaveTextAsync("已举办");
        await trainer.PressAsync("评估并结束");
        await trainer.Dialog.GetByRole(AriaRole.Radio).Last.ClickAsync();
        await trainer.Dialog.GetByLabel("反馈").FillAsync("讲解清楚");
        await trainer.SendAsync();
        await StageBecomesAsync(_shops[0].Name, "TRAINED");
        await trainer.OpenAsync("/" + _shops[0].Name);
        await Expect(trainer.Page.Locator(".page-head .tag")).ToHaveTextAsync("已培训");
        Assert.That(trainer.Faults, Is.Empty);
    }

    // 7. Nobody answers for two days.
    private async Task A_complaint_is_taken_in()
    {
        await using var service = await _company.ComeFirstAsync("js.service", "/tickets");
        await service.PressAsync("登记工单");
        await service.ChooseAsync("客户单位", _shops[0].Title, typed: true);
        foreach (var (label, typed) in new[] { ("联系人", "李雷"), ("电话", "13912345678"), ("主题", "终端经常离线"), ("内容", "安装后三天内离线五次。") })
            await service.Dialog.GetByLabel(label, new() { Exact = true }).FillAsync(typed);
        await service.ChooseAsync("类型", "投诉");
        await service.SendAsync();
        await Expect(service.Page.GetByRole(AriaRole.Heading, new() { Name = "终端经常离线" })).ToBeVisibleAsync();
        _ticket = new Uri(service.Page.Url).AbsolutePath.TrimStart('/');
        Assert.That(service.Faults, Is.Empty);
    }

    private async Task It_is_late_and_escalated_then_resolved()
    {
        await Eventually.Async(async () => (await _company.AskAsync("js.service", _ticket)).TryGetProperty("escalationLevel", out var level) && level.GetInt32() > 0, Soon, "the complaint is escalated");
        await using var service = await _company.ComeAsync("js.service", "/tickets?view=board&breached=1");
        await Expect(service.Page.Locator(".lane .ticket")).ToContainTextAsync("超时");
        await service.Page.GetByRole(AriaRole.Link, new() { Name = "终端经常离线" }).ClickAsync();
        await Expect(service.Page.Locator(".line-of-time", new() { HasText = "响应超时" })).ToContainTextAsync("升级");
        foreach (var (move, said, department) in new[] { ("安抚", "非常抱歉，工程师今天上门检查。", "技术部"), ("答复", "更换天线。", ""), ("告知客户", "已更换天线，稳定在线。", "") })
        {
            await service.PressAsync(move);
            await service.Dialog.GetByLabel("告知客户的内容").FillAsync(said);
            if (department.Length > 0)
                await service.Dialog.GetByLabel("责任部门").FillAsync(department);
            await service.SendAsync(move);
        }
        await Expect(service.Page.Locator(".page-head .tag").First).ToHaveTextAsync("已解决");
        await service.PressAsync("关闭");
        await service.SendAsync("关闭");
        await Expect(service.Page.Locator(".page-head .tag").First).ToHaveTextAsync("已关闭");
        await service.OpenAsync("/followUps");
        await Expect(service.Page.GetByRole(AriaRole.Link, new() { Name = "终端经常离线" })).ToBeVisibleAsync();
        Assert.That(service.Faults, Is.Empty);
    }

    private async Task The_agents_man_rates_it_and_sees_nothing_else()
    {
        await _company.HireAsync("js.shop", "邹店长", "js", "partner-terminal", _shops[0].Name);
        await using var shop = await _company.ComeFirstAsync("js.shop", "/tickets");
        await shop.Page.GetByRole(AriaRole.Link, new() { Name = "终端经常离线" }).ClickAsync();
        await shop.PressAsync("评价");
        await shop.Dialog.GetByRole(AriaRole.Radio).Nth(3).ClickAsync();
        await shop.Dialog.GetByLabel("使用情况").FillAsync("使用正常");
        await shop.SendAsync("评价");
        await Expect(shop.Page.Locator(".panel", new() { HasText = "满意度" }).First).ToContainTextAsync("4 / 5");
        await shop.OpenAsync("/partners");
        await Expect(shop.Page.Locator(".rows tbody tr")).ToHaveCountAsync(1);
        await Expect(shop.Page.GetByRole(AriaRole.Link, new() { Name = "市场调研" })).ToHaveCountAsync(0);
        Assert.That(shop.Faults, Is.Empty);
    }

    // 6. From a spreadsheet.
    private async Task Sales_are_pasted_and_one_figure_is_corrected()
    {
        await using var sales = await _company.ComeAsync("js.sales", "/daily-sales?from=2026-12-01&to=2026-12-31");
        await sales.PressAsync("上报");
        var rows = _shops.Take(2).SelectMany((shop, index) => Enumerable.Range(1, 10).Select(day => $"{shop.Title}\tGPS-100\t{day + index}\t2026-12-{day + 10}"));
        await sales.Page.GetByLabel("数量").First.FocusAsync();
        await sales.Page.EvaluateAsync("""
            text => {
              const data = new DataTransfer();
              data.setData('text/plain', text);
              document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
            }
            """, string.Join('\n', rows));
        await Expect(sales.Page.Locator(".grid-entry tbody tr")).ToHaveCountAsync(20);
        await Expect(sales.Page.Locator(".grid-entry .bad")).ToHaveCountAsync(0);
        await sales.SendAsync("上报");
        await Expect(sales.Page.Locator(".rows tbody tr")).ToHaveCountAsync(20);
        await sales.PressAsync($"更正 2026-12-11 {_shops[0].Title}");
        await sales.Dialog.GetByLabel("数量").FillAsync("8");
        await sales.Dialog.GetByLabel("原因").FillAsync("漏报七台");
        await sales.SendAsync();
        await Expect(sales.Page.Locator(".rows tbody tr", new() { HasText = "已更正" })).ToContainTextAsync("8");
        Assert.That(sales.Faults, Is.Empty);
    }

    // 8. Sold: 1…10 and 2…11, and seven more.
    private async Task The_general_manager_reads_the_month_and_takes_the_forms()
    {
        const string sold = "127";
        await using var gm = await _company.ComeAsync("js.gm", "/plans?month=2026-12");
        var page = gm.Page;
        await gm.PressAsync("新建计划");
        foreach (var (label, typed) in new[] { ("市代", "1"), ("4S 店", "2"), ("销量", "200") })
            await gm.Dialog.GetByLabel(label, new() { Exact = true }).FillAsync(typed);
        await gm.SendAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "江苏销售服务中心" })).ToContainTextAsync(sold);

        await gm.OpenAsync("/dashboard?month=2026-12");
        await Expect(page.Locator(".figure", new() { HasText = "销量" })).ToContainTextAsync(sold);
        await Expect(page.Locator(".figure", new() { HasText = "签约" })).ToContainTextAsync("3");
        await Expect(page.Locator(".figure", new() { HasText = "区域冲突" })).ToContainTextAsync("1");
        await gm.OpenAsync("/network");
        await Expect(page.Locator(".way li", new() { HasText = "已培训" })).ToContainTextAsync("1");
        await Expect(page.Locator(".way li", new() { HasText = "拟拓展" })).ToContainTextAsync("8");

        await gm.OpenAsync("/reports?month=2026-12&day=2026-12-25&organisation=organisations/js");
        var survey = await RowsOfAsync(await page.RunAndWaitForDownloadAsync(() => gm.PressAsync("下载 附件一 市场调研表")));
        Assert.That(survey[0][0], Does.Contain("市场及客户信息调研表"));
        Assert.That(survey.Any(row => row.Contains(_shops[0].Title)));
        var statistics = await RowsOfAsync(await page.RunAndWaitForDownloadAsync(() => gm.PressAsync("下载 协议统计表")));
        Assert.That(statistics[0][0], Does.Contain("协议签订统计表"));
        Assert.That(statistics.Count(row => row.Contains(Agent) || _shops.Take(2).Any(shop => row.Contains(shop.Title))), Is.EqualTo(3));
        Assert.That(gm.Faults, Is.Empty);
    }

    // 9. Neither in lists nor by a link that somebody passed on.
    private async Task Another_centre_sees_none_of_it()
    {
        await using var foreign = await _company.ComeFirstAsync("zj.sales", "/partners");
        foreach (var path in new[] { "/partners", "/agreements", "/tickets", "/visits?view=list&month=2026-12", "/trainings", "/daily-sales?from=2026-12-01&to=2026-12-31", "/surveys?month=2026-12" })
        {
            await foreign.OpenAsync(path);
            await Expect(foreign.Page.GetByText("没有符合条件的记录")).ToBeVisibleAsync();
        }
        foreach (var record in new[] { _agent, _shops[0].Name, _ticket })
        {
            await foreign.Page.GotoAsync("/" + record);
            await Expect(foreign.Page.GetByText("没有找到")).ToBeVisibleAsync();
        }
    }

    private async Task DraftAsync(Visitor sales, string partner, string kind, string partyA)
    {
        await sales.OpenAsync("/agreements");
        await sales.PressAsync("起草协议");
        await sales.ChooseAsync("类型", kind);
        await sales.ChooseAsync("机构", partner, typed: true);
        await sales.Dialog.GetByLabel("甲方").FillAsync(partyA);
        if (kind == "市级代理协议")
            await sales.ChooseCityAsync("区域城市", "3201");
        await sales.Dialog.GetByLabel("产品").FillAsync("GPS-100");
        await sales.Page.Keyboard.PressAsync("Enter");
        await sales.EnterTimeAsync("生效日期", "2026-12-03");
        await sales.EnterTimeAsync("到期日期", "2027-12-02");
        await sales.SendAsync();
        await sales.PressAsync("提交审批");
        await sales.SendAsync("提交审批");
    }

    private async Task DraftByRestAsync(string partner, string kind, string partyA, string partyB)
    {
        var draft = new { kind = "AGREEMENT_KIND_" + kind, partner, partyA, partyB, effectiveFrom = "2026-12-03", effectiveTo = "2027-12-02", products = new[] { "GPS-100" }, cityCode = kind == "CITY_AGENT" ? "3201" : "" };
        var made = await _company.AskAsync("js.sales", "agreements", draft);
        await _company.AskAsync("js.sales", Company.Text(made, "name") + ":submit", new { });
    }

    /// <summary>Manager and legal approve whatever waits for them.</summary>
    private async Task ReviewByRestAsync()
    {
        foreach (var reviewer in new[] { "js.manager", "js.legal" })
            foreach (var review in (await _company.AskAsync(reviewer, "reviews")).GetProperty("reviews").EnumerateArray())
                await _company.AskAsync(reviewer, Company.Text(review, "agreement") + ":review", new { decision = "REVIEW_DECISION_APPROVE", comment = "同意" });
    }

    private static async Task ApproveAsync(Visitor reviewer, string partner)
    {
        await reviewer.OpenAsync("/approvals");
        await reviewer.Page.GetByRole(AriaRole.Link, new() { Name = partner }).ClickAsync();
        await reviewer.PressAsync("同意");
        await reviewer.Dialog.GetByLabel("意见").FillAsync("同意");
        await reviewer.SendAsync("同意");
    }

    private static async Task SignAsync(Visitor signer, string partner, string number)
    {
        await signer.Page.GetByRole(AriaRole.Link, new() { Name = partner }).ClickAsync();
        await signer.PressAsync("登记签署");
        await signer.SendAsync("登记签署");
        await Expect(signer.Page.Locator(".page-head .about")).ToContainTextAsync(number);
        await Expect(signer.Page.Locator(".page-head .tag")).ToHaveTextAsync("生效");
    }

    private Task StageBecomesAsync(string partner, string stage) =>
        Eventually.Async(async () => Company.Text(await _company.AskAsync("js.gm", partner), "stage") == "PARTNER_STAGE_" + stage, Soon, $"{partner} is {stage}");

    private static async Task<List<List<string>>> RowsOfAsync(IDownload file)
    {
        await using var content = await file.CreateReadStreamAsync();
        using var whole = new MemoryStream();
        await content.CopyToAsync(whole);
        return Workbook.Read(whole.ToArray());
    }
}
