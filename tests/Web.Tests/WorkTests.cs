using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using Qudao.Running;
using static Microsoft.Playwright.Assertions;

namespace Qudao.Web.Tests;

/// <summary>Work as people do it: finding, importing, changing one record at two browsers, by keyboard alone, over a restart.</summary>
public sealed class WorkTests
{
    [TestCase("福联")]
    [TestCase("nanjingfulian")]
    [TestCase("njfl")]
    [TestCase("nj福联")]
    public async Task A_partner_is_found_by_Chinese_pinyin_and_initials(string query)
    {
        await using var visitor = await Visitor.ComeAsync("js.manager");
        await visitor.OpenAsync("/partners");
        await visitor.Page.GetByRole(AriaRole.Searchbox).FillAsync(query);
        await Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = "南京福联汽车贸易有限公司" })).ToBeVisibleAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = "泰州天盛达汽车贸易有限公司" })).ToHaveCountAsync(0);
        Assert.That(Uri.UnescapeDataString(visitor.Page.Url), Does.Contain("query=" + query), "a link to it finds the same");
    }

    [Test]
    public async Task The_real_survey_is_checked_before_it_is_imported_and_its_faults_are_shown()
    {
        await using var visitor = await Visitor.ComeAsync("hq.marketing");
        var page = visitor.Page;
        await visitor.OpenAsync("/surveys");
        await page.GetByRole(AriaRole.Button, new() { Name = "导入" }).ClickAsync();
        await page.GetByLabel("选择文件").SetInputFilesAsync(Path.Combine(Repository.Root, "services", "Standalone", "Demo", "market-survey.xlsx"));
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "确认导入" })).ToBeDisabledAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "检查" }).ClickAsync();
        await Expect(page.GetByText("检查结果（尚未写入）")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(Figure(page, "未变")).ToHaveTextAsync("未变484");

        // Then one with faults: the city is none, the phone is no phone.
        await page.GetByLabel("选择文件").SetInputFilesAsync(new FilePayload
        {
            Name = "faults.csv",
            MimeType = "text/csv",
            Buffer = Encoding.UTF8.GetBytes("地区,城市,销售终端(4S店)名称,主营车型,年销量,地址,联系人,电话,是/否为拓展目标,拓展优势\n江苏,南京,南京新店汽车销售有限公司,福特,120,南京市某路 1 号,张三,025-12345678,是,位置好\n江苏,没有这个城市,坏行汽车销售有限公司,福特,很多,,,电话,,\n"),
        });
        await page.GetByRole(AriaRole.Button, new() { Name = "检查" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Columnheader, new() { Name = "问题" })).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator(".versions tbody tr").First).ToContainTextAsync("年销量");
        await visitor.PictureAsync("survey-import");
        var sheet = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "下载错误表" }).ClickAsync());
        Assert.That(sheet.SuggestedFilename, Does.Contain("错误").And.EndWith(".csv"), "in the form in which it came");

        await page.GetByRole(AriaRole.Button, new() { Name = "确认导入" }).ClickAsync();
        await Expect(page.GetByText("导入完成")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(Figure(page, "新增")).ToHaveTextAsync("新增1");
        Assert.That(visitor.Faults, Is.Empty);
    }

    private static ILocator Figure(IPage page, string name) => page.Locator(".figure", new() { HasText = name });

    [Test]
    public async Task Two_who_change_one_record_see_both_versions_and_choose()
    {
        await using var first = await Visitor.ComeAsync("js.manager");
        await using var second = await Visitor.ComeAsync("js.gm");
        var name = (await House.GetAsync("js.manager", "/v1/partners?pageSize=1&query=tztsd")).GetProperty("partners")[0].GetProperty("name").GetString()!;
        foreach (var visitor in new[] { first, second })
        {
            await visitor.OpenAsync("/" + name);
            await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "修改", Exact = true }).ClickAsync();
        }
        await first.Dialog.GetByLabel("联系人").FillAsync("甲先生");
        await first.Dialog.GetByLabel("主营车型").FillAsync("福特、林肯");
        await first.Page.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        await Expect(first.Page.GetByText("已保存")).ToBeVisibleAsync();

        await second.Dialog.GetByLabel("联系人").FillAsync("乙女士");
        await second.Dialog.GetByLabel("地址").FillAsync("泰州市新址 8 号");
        await second.Page.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        var versions = second.Page.GetByRole(AriaRole.Dialog, new() { Name = "这条记录刚被别人修改" });
        await Expect(versions.GetByRole(AriaRole.Row, new() { Name = "联系人" })).ToContainTextAsync("甲先生");
        await Expect(versions.GetByRole(AriaRole.Row, new() { Name = "联系人" })).ToContainTextAsync("乙女士");
        Assert.That(await second.FindingsAsync(), Is.Empty);
        await second.PictureAsync("conflict");
        await versions.GetByRole(AriaRole.Row, new() { Name = "联系人" }).GetByText("甲先生").ClickAsync();
        await versions.GetByRole(AriaRole.Button, new() { Name = "按选择保存" }).ClickAsync();
        await Expect(second.Page.GetByText("已保存")).ToBeVisibleAsync();

        var partner = await House.GetAsync("js.manager", "/v1/" + name);
        Assert.Multiple(() =>
        {
            Assert.That(Text(partner, "contact"), Is.EqualTo("甲先生"), "chosen: theirs");
            Assert.That(Text(partner, "brands"), Is.EqualTo("福特、林肯"), "changed by the other alone");
            Assert.That(Text(partner, "address"), Is.EqualTo("泰州市新址 8 号"), "changed by him alone");
        });
    }

    [Test]
    public async Task What_is_wrong_stands_at_its_field_in_the_language_chosen()
    {
        await using var visitor = await Visitor.ComeAsync("js.manager", lang: "en");
        var page = visitor.Page;
        await visitor.OpenAsync("/partners");
        await page.GetByRole(AriaRole.Button, new() { Name = "New partner" }).ClickAsync();
        await visitor.Dialog.GetByLabel("Name").FillAsync("错误电话汽车销售有限公司");
        await visitor.ChooseCityAsync("City", "3201");
        await visitor.Dialog.GetByLabel("Phone").FillAsync("not a phone");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator(".ant-form-item", new() { Has = page.GetByLabel("Phone") }).Locator(".ant-form-item-explain-error")).ToBeVisibleAsync();
        await Expect(visitor.Dialog.GetByLabel("Phone")).ToBeFocusedAsync();
    }

    [Test]
    public async Task By_keyboard_alone_somebody_signs_in_finds_a_partner_and_opens_it()
    {
        await using var visitor = await Visitor.ComeAsync();
        var (page, keys) = (visitor.Page, visitor.Page.Keyboard);
        await visitor.OpenAsync("/");
        await Expect(page.GetByLabel("用户名")).ToBeFocusedAsync();
        await keys.TypeAsync("js.manager");
        await keys.PressAsync("Tab");
        await keys.TypeAsync(House.PasswordOf("js.manager"));
        await keys.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "王建平，您好" })).ToBeVisibleAsync();

        await page.Locator("body").FocusAsync();
        await TabToAsync(page, "机构");
        await keys.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "机构", Level = 1 })).ToBeVisibleAsync();
        await TabToAsync(page, "搜索名称、城市、联系人、电话，支持拼音和首字母");
        await keys.TypeAsync("njfl");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "南京福联汽车贸易有限公司" })).ToBeVisibleAsync();
        await Expect(page.Locator(".rows tbody tr")).ToHaveCountAsync(1);
        await TabToAsync(page, "南京福联汽车贸易有限公司");
        await keys.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "南京福联汽车贸易有限公司" })).ToBeVisibleAsync();
    }

    [Test]
    public async Task A_restart_of_the_server_loses_nothing_that_is_typed()
    {
        await using var visitor = await Visitor.ComeAsync("js.sales2");
        var page = visitor.Page;
        await visitor.OpenAsync("/partners");
        await page.GetByRole(AriaRole.Button, new() { Name = "新建机构" }).ClickAsync();
        await visitor.Dialog.GetByLabel("名称").FillAsync("重启之后汽车销售有限公司");
        await visitor.ChooseCityAsync("城市", "苏州");
        await visitor.Dialog.GetByLabel("拓展优势").FillAsync("位置好，客户多。");

        await House.Process.StopAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        await Expect(page.GetByText("内容已保留")).ToBeVisibleAsync();
        await Expect(page.Locator(".away")).ToBeAttachedAsync();
        await House.Process.StartAsync();
        await Expect(page.Locator(".away")).Not.ToBeAttachedAsync();
        await Expect(visitor.Dialog.GetByLabel("拓展优势")).ToHaveValueAsync("位置好，客户多。");

        // Not even when the page itself is loaded anew.
        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "新建机构" }).ClickAsync();
        await Expect(page.GetByText("已恢复上次未提交的内容")).ToBeVisibleAsync();
        await Expect(visitor.Dialog.GetByLabel("拓展优势")).ToHaveValueAsync("位置好，客户多。");
        await page.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "重启之后汽车销售有限公司" })).ToBeVisibleAsync();
        await Expect(page.GetByText("位置好，客户多。")).ToBeVisibleAsync();
    }

    /// <summary>Presses Tab until what is so called has the focus; fails when it is not among the next sixty.</summary>
    private static async Task TabToAsync(IPage page, string name)
    {
        for (var i = 0; i < 60; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<string>("(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()") == name)
                return;
        }
        Assert.Fail($"Tab does not lead to {name}.");
    }

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();
}
