using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Qudao.Gateway.SecondFactors;
using Qudao.Gateway.Webhooks;
using Qudao.TestKit;
using static Microsoft.Playwright.Assertions;

namespace Qudao.Web.Tests;

/// <summary>What administrators do, and everybody with his own account: done in the browser, and felt where it counts.</summary>
public sealed partial class AdminTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_second_factor_is_switched_on_asked_for_at_sign_in_and_switched_off()
    {
        const string Login = "gd.desk";
        await using var visitor = await Visitor.ComeAsync(Login);
        var page = visitor.Page;
        await visitor.OpenAsync("/account");
        await page.GetByRole(AriaRole.Button, new() { Name = "启用双因素验证" }).ClickAsync();
        await visitor.Dialog.GetByLabel("当前密码").FillAsync("not the password");
        await PressAsync(visitor, "下一步");
        await Expect(visitor.Dialog.GetByText("密码不正确")).ToBeVisibleAsync();
        await visitor.Dialog.GetByLabel("当前密码").FillAsync(House.PasswordOf(Login));
        await PressAsync(visitor, "下一步");

        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "双因素验证二维码" }).Locator("svg")).ToBeVisibleAsync();
        var secret = FromBase32(await visitor.Dialog.Locator(".secret-text").InnerTextAsync());
        Assert.That(await visitor.FindingsAsync(), Is.Empty);
        await visitor.PictureAsync("second-factor");
        await visitor.Dialog.GetByLabel("验证码").FillAsync("12345");
        await PressAsync(visitor, "验证并启用");
        await Expect(visitor.Dialog.GetByText("验证码不正确或已使用")).ToBeVisibleAsync();
        var step = Totp.StepAt(DateTimeOffset.UtcNow);
        await visitor.Dialog.GetByLabel("验证码").FillAsync(Totp.Code(secret, step));
        await PressAsync(visitor, "验证并启用");
        var codes = (await page.Locator(".secrets code").InnerTextAsync()).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(codes, Has.Length.GreaterThan(4), "recovery codes");
        await page.GetByRole(AriaRole.Button, new() { Name = "我已保存" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "停用双因素验证" })).ToBeVisibleAsync();

        await using var later = await Visitor.ComeAsync();
        await later.OpenAsync("/account");
        await later.SignInAsync(Login, House.PasswordOf(Login));
        await later.Page.GetByLabel("验证码").FillAsync(Totp.Code(secret, step + 1));
        await later.Page.GetByRole(AriaRole.Button, new() { Name = "登录", Exact = true }).ClickAsync();
        await Expect(later.Page.GetByRole(AriaRole.Heading, new() { Name = "我的账户" })).ToBeVisibleAsync();

        await later.Page.GetByRole(AriaRole.Button, new() { Name = "停用双因素验证" }).ClickAsync();
        await later.Dialog.GetByLabel("当前密码").FillAsync(House.PasswordOf(Login));
        await later.Dialog.GetByLabel("验证码").FillAsync(codes[0]);
        await PressAsync(later, "停用双因素验证");
        await Expect(later.Page.GetByRole(AriaRole.Button, new() { Name = "启用双因素验证" })).ToBeVisibleAsync();
        Assert.That(await House.TokenOfAsync(Login), Is.Not.Empty, "login and password are enough again");
    }

    [Test]
    public async Task All_other_sessions_are_ended_and_the_rules_of_a_password_are_ticked_off_as_it_is_typed()
    {
        const string Login = "gd.office";
        await using var visitor = await Visitor.ComeAsync(Login);
        var page = visitor.Page;
        var other = await House.TokenOfAsync(Login);
        await visitor.OpenAsync("/account");
        var rows = page.GetByRole(AriaRole.Region, new() { Name = "登录" }).Locator("tbody tr");
        await Expect(rows).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "结束其他登录" }).ClickAsync();
        await visitor.Dialog.GetByRole(AriaRole.Button, new() { Name = "结束其他登录" }).ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        Assert.That(async () => await House.ReadAsync(HttpMethod.Get, "/v1/me", other), Throws.InstanceOf<HttpRequestException>());

        await page.GetByRole(AriaRole.Button, new() { Name = "修改密码" }).ClickAsync();
        await visitor.Dialog.GetByLabel("原密码").FillAsync(House.PasswordOf(Login));
        await visitor.Dialog.GetByLabel("新密码").FillAsync("short");
        await Expect(visitor.Dialog.Locator("#password-rules li.good")).ToHaveCountAsync(3);
        await visitor.Dialog.GetByLabel("新密码").FillAsync("password123");
        await Expect(visitor.Dialog.Locator("#password-rules li.good")).ToHaveCountAsync(4);
        await PressAsync(visitor, "保存");
        await Expect(visitor.Dialog.GetByText("过于简单")).ToBeVisibleAsync();
        Assert.That(await visitor.FindingsAsync(), Is.Empty);
    }

    [Test]
    public async Task A_backup_is_taken_while_people_work_and_deleted_again()
    {
        await using var visitor = await Visitor.ComeAsync("admin");
        var page = visitor.Page;
        await visitor.OpenAsync("/backups");
        var rows = page.GetByRole(AriaRole.Region, new() { Name = "备份", Exact = true }).Locator("tbody tr");
        await Expect(page.GetByText("还没有备份")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "立即备份" }).ClickAsync();
        await Expect(rows.GetByText("手动")).ToHaveCountAsync(1, new() { Timeout = (float)Patience.TotalMilliseconds });
        await Expect(rows.GetByText("MB")).ToBeVisibleAsync();
        Assert.That(await visitor.FindingsAsync(), Is.Empty);

        await rows.GetByRole(AriaRole.Button, new() { Name = "删除" }).ClickAsync();
        await visitor.Dialog.GetByRole(AriaRole.Button, new() { Name = "删除" }).ClickAsync();
        await Expect(page.GetByText("还没有备份")).ToBeVisibleAsync();
    }

    [Test]
    public async Task An_API_client_is_made_and_calls_with_its_secret_and_with_a_key_until_that_is_revoked()
    {
        await using var visitor = await Visitor.ComeAsync("admin");
        var page = visitor.Page;
        await visitor.OpenAsync("/apiClients");
        await page.GetByRole(AriaRole.Button, new() { Name = "新建客户端" }).ClickAsync();
        await visitor.Dialog.GetByLabel("名称").FillAsync("数据仓库");
        await ChooseAsync(visitor, "所在组织", "江苏");
        await ChooseAsync(visitor, "角色", "审计");
        await PressAsync(visitor, "保存");
        var told = await page.Locator(".secrets code").AllInnerTextsAsync();
        await visitor.PictureAsync("api-client-secret");
        await page.GetByRole(AriaRole.Button, new() { Name = "我已保存" }).ClickAsync();

        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = told[0], ["client_secret"] = told[1] });
        var token = (await House.ReadAsync(HttpMethod.Post, new Uri(told[2]).AbsolutePath, null, form)).GetProperty("access_token").GetString();
        var partners = (await House.ReadAsync(HttpMethod.Get, "/v1/partners?pageSize=50", token)).GetProperty("partners").EnumerateArray();
        Assert.That(partners.Select(one => one.GetProperty("organisation").GetString()).Distinct(), Is.EqualTo(new[] { "organisations/js" }), "what stands below its place in the tree, and nothing else");

        await page.GetByRole(AriaRole.Link, new() { Name = "数据仓库" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "新建接口密钥" }).ClickAsync();
        await visitor.Dialog.GetByLabel("用途").FillAsync("夜间导出");
        await PressAsync(visitor, "保存");
        var key = await page.Locator(".secrets code").InnerTextAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "我已保存" }).ClickAsync();
        await House.ReadAsync(HttpMethod.Get, "/v1/partners?pageSize=1", key);
        Assert.That(await visitor.FindingsAsync(), Is.Empty);
        await visitor.PictureAsync("api-client");
        await page.GetByRole(AriaRole.Row, new() { Name = "夜间导出" }).GetByRole(AriaRole.Button, new() { Name = "吊销" }).ClickAsync();
        await visitor.Dialog.GetByRole(AriaRole.Button, new() { Name = "吊销" }).ClickAsync();
        await Expect(page.GetByText("已过期")).ToBeVisibleAsync();
        await Eventually.Async(async () => await IsRefusedAsync(key), Patience, "the key is worth nothing");
        Assert.That(visitor.Faults, Is.Empty);
    }

    [Test]
    public async Task A_webhook_is_made_tested_and_tells_its_receiver_under_a_signature_that_its_secret_proves()
    {
        await using var receiver = new Receiver();
        await using var visitor = await Visitor.ComeAsync("hq.gm");
        var page = visitor.Page;
        await visitor.OpenAsync("/webhookEndpoints");
        await page.GetByRole(AriaRole.Button, new() { Name = "新建推送" }).ClickAsync();
        await visitor.Dialog.GetByLabel("名称").FillAsync("订单系统");
        await visitor.Dialog.GetByLabel("地址").FillAsync("ftp://example.com/");
        await PressAsync(visitor, "保存");
        await Expect(visitor.Dialog.Locator(".ant-form-item-explain-error")).ToContainTextAsync("https://");
        await visitor.Dialog.GetByLabel("地址").FillAsync(receiver.Address.ToString());
        await ChooseAsync(visitor, "事件类型", "dealer.partner-changed");
        await PressAsync(visitor, "保存");
        var secret = await page.Locator(".secrets code").InnerTextAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "我已保存" }).ClickAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "订单系统" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "发送测试" }).ClickAsync();
        var delivery = page.GetByRole(AriaRole.Row, new() { Name = "gateway.ping" });
        await Expect(delivery).ToContainTextAsync("已送达");
        await Expect(delivery).ToContainTextAsync("204");
        var first = await receiver.NextAsync();
        Assert.That(WebhookRules.Sign([secret], first.Id, first.Timestamp, first.Body), Is.EqualTo(first.Signature));
        await delivery.GetByRole(AriaRole.Button, new() { Name = "详情" }).ClickAsync();
        await Expect(visitor.Dialog).ToContainTextAsync(first.Id);
        Assert.That(await visitor.FindingsAsync(), Is.Empty);
        await visitor.PictureAsync("webhook-delivery");
        await visitor.Dialog.Locator(".ant-modal-footer button").ClickAsync();

        await delivery.GetByRole(AriaRole.Button, new() { Name = "重新推送" }).ClickAsync();
        Assert.That((await receiver.NextAsync()).Id, Is.EqualTo(first.Id), "the same event");
        await page.GetByRole(AriaRole.Button, new() { Name = "暂停" }).ClickAsync();
        await visitor.Dialog.GetByRole(AriaRole.Button, new() { Name = "暂停" }).ClickAsync();
        await Expect(page.Locator(".facts")).ToContainTextAsync("人工暂停");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "发送测试" })).ToHaveCountAsync(0);
        Assert.That(FaultsOf(visitor), Is.Empty);
    }

    [Test]
    public async Task A_reporting_rule_is_made_and_changed_with_its_next_dates_shown_though_somebody_else_was_faster()
    {
        await using var visitor = await Visitor.ComeAsync("hq.sales");
        var page = visitor.Page;
        await visitor.OpenAsync("/obligation-rules");
        await page.GetByRole(AriaRole.Button, new() { Name = "新建规则" }).ClickAsync();
        await visitor.Dialog.GetByLabel("代码").FillAsync("Stock!");
        await visitor.Dialog.GetByLabel("每人一份").CheckAsync();
        await visitor.Dialog.GetByLabel("名称", new() { Exact = true }).FillAsync("库存月报");
        await visitor.Dialog.GetByLabel("英文名称").FillAsync("Stock report");
        await ChooseAsync(visitor, "报送角色", "采购");
        await ChooseAsync(visitor, "接收角色", "销售经理");
        await PressAsync(visitor, "保存");
        await Expect(visitor.Dialog.Locator(".ant-form-item-explain-error")).ToContainTextAsync("小写字母");
        await visitor.Dialog.GetByLabel("代码").FillAsync("stock-report");
        await PressAsync(visitor, "保存");
        var row = page.GetByRole(AriaRole.Row, new() { Name = "库存月报" });
        await Expect(row).ToContainTextAsync("当月 5 日");

        await row.GetByRole(AriaRole.Button, new() { Name = "修改" }).ClickAsync();
        await visitor.Dialog.GetByLabel("第几天").FillAsync("10");
        // Meanwhile, at another desk.
        await House.PatchAsync("admin", "/v1/obligationRules/stock-report?updateMask=receivers,graceDays", new { receivers = new[] { "hq-sales" }, graceDays = 2 });
        await PressAsync(visitor, "保存");
        var versions = page.GetByRole(AriaRole.Dialog, new() { Name = "这条记录刚被别人修改" });
        await Expect(versions.GetByRole(AriaRole.Row, new() { Name = "接收角色" })).ToContainTextAsync("总部销售部");
        await versions.GetByRole(AriaRole.Button, new() { Name = "按选择保存" }).ClickAsync();

        var dates = page.GetByRole(AriaRole.Dialog, new() { Name = "“库存月报”的后续日期" });
        await Expect(dates.Locator("tbody tr")).ToHaveCountAsync(10);
        Assert.That(await visitor.FindingsAsync(), Is.Empty);
        await visitor.PictureAsync("rule-preview");
        var rule = await House.GetAsync("admin", "/v1/obligationRules/stock-report");
        var told = (await House.GetAsync("admin", "/v1/obligationRules/stock-report:preview")).GetProperty("rows")[0].GetProperty("dueDate").GetString();
        await Expect(dates.Locator("tbody tr").First).ToContainTextAsync(told!);
        Assert.Multiple(() =>
        {
            Assert.That(rule.GetProperty("dueDay").GetInt32(), Is.EqualTo(10), "mine");
            Assert.That(rule.GetProperty("graceDays").GetInt32(), Is.EqualTo(2), "theirs");
            Assert.That(rule.GetProperty("receivers")[0].GetString(), Is.EqualTo("hq-sales"), "theirs");
        });
        await dates.Locator(".ant-modal-footer button").ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "停用" }).ClickAsync();
        await visitor.Dialog.GetByLabel("原因").FillAsync("不再需要");
        await PressAsync(visitor, "停用");
        await Expect(row).ToHaveCountAsync(0);
        Assert.That(FaultsOf(visitor), Is.Empty);
    }

    [Test]
    public async Task A_role_is_made_given_to_somebody_and_his_menu_grows()
    {
        await using var visitor = await Visitor.ComeAsync("admin");
        await using var legal = await Visitor.ComeAsync("hq.legal");
        var page = visitor.Page;
        await legal.OpenAsync("/");
        var offered = legal.Page.GetByRole(AriaRole.Navigation, new() { Name = "主菜单" }).GetByRole(AriaRole.Link, new() { Name = "访问审计" });
        await Expect(legal.Page.GetByRole(AriaRole.Navigation, new() { Name = "主菜单" })).ToBeVisibleAsync();
        await Expect(offered).ToHaveCountAsync(0);

        await visitor.OpenAsync("/roles");
        await page.GetByRole(AriaRole.Button, new() { Name = "新建角色" }).ClickAsync();
        await visitor.Dialog.GetByLabel("名称", new() { Exact = true }).FillAsync("查审计的法务");
        await visitor.Dialog.GetByLabel("英文名称").FillAsync("Auditing lawyer");
        await visitor.Dialog.GetByLabel("代码").FillAsync("auditing-lawyer");
        await visitor.Dialog.GetByLabel("搜索权限").FillAsync("gateway.audit.read");
        await visitor.Dialog.GetByRole(AriaRole.Checkbox).CheckAsync();
        Assert.That(await visitor.FindingsAsync(), Is.Empty);
        await PressAsync(visitor, "保存");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "角色与权限" }).GetByRole(AriaRole.Row, new() { Name = "查审计的法务" })).ToContainTextAsync("公司自设");

        // A role of the manuals, changed: what the company added stands out.
        await page.GetByRole(AriaRole.Row, new() { Name = "dashboard" }).GetByRole(AriaRole.Button, new() { Name = "修改" }).ClickAsync();
        await visitor.Dialog.GetByLabel("搜索权限").FillAsync("dealer.partners.read");
        await visitor.Dialog.GetByRole(AriaRole.Checkbox).CheckAsync();
        await PressAsync(visitor, "保存");
        await page.GetByRole(AriaRole.Link, new() { Name = "权限矩阵" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "权限矩阵" }).Locator("td.given")).ToHaveCountAsync(1);
        Assert.That((await House.GetAsync("admin", "/v1/roles/dashboard")).GetProperty("granted")[0].GetString(), Is.EqualTo("dealer.partners.read"));

        var users = (await House.GetAsync("admin", "/v1/users?pageSize=1000")).GetProperty("users").EnumerateArray();
        await visitor.OpenAsync("/" + users.Single(one => one.GetProperty("login").GetString() == "hq.legal").GetProperty("name").GetString());
        await page.GetByRole(AriaRole.Button, new() { Name = "授予角色" }).ClickAsync();
        await ChooseAsync(visitor, "公司自设角色", "查审计");
        await PressAsync(visitor, "保存");
        await Expect(page.Locator(".facts")).ToContainTextAsync("查审计的法务");

        await Eventually.Async(
            async () =>
            {
                await legal.OpenAsync("/");
                await Expect(legal.Page.GetByRole(AriaRole.Navigation, new() { Name = "主菜单" })).ToBeVisibleAsync();
                return await offered.CountAsync() == 1;
            },
            Patience, "the menu offers what the role is for");
        Assert.That(visitor.Faults, Is.Empty);
    }

    [Test]
    public async Task A_user_is_locked_out_helped_with_a_new_password_and_his_sessions_ended()
    {
        const string Login = "zj.desk";
        var session = await House.TokenOfAsync(Login);
        await using var visitor = await Visitor.ComeAsync("admin");
        var page = visitor.Page;
        var users = (await House.GetAsync("admin", "/v1/users?pageSize=1000")).GetProperty("users").EnumerateArray();
        await visitor.OpenAsync("/" + users.Single(one => one.GetProperty("login").GetString() == Login).GetProperty("name").GetString());
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "登录" }).Locator("tbody tr")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "重置密码 / 解锁" }).ClickAsync();
        await visitor.Dialog.GetByRole(AriaRole.Button, new() { Name = "重置密码 / 解锁" }).ClickAsync();
        var password = await page.Locator(".secrets code").Last.InnerTextAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "我已保存" }).ClickAsync();
        await Expect(page.GetByText("没有登录")).ToBeVisibleAsync();
        await Expect(page.Locator(".facts")).ToContainTextAsync("初始密码");
        await Eventually.Async(async () => await IsRefusedAsync(session), Patience, "the session has ended");

        await using var user = await Visitor.ComeAsync();
        await user.OpenAsync("/");
        await user.SignInAsync(Login, password);
        await Expect(user.Page.GetByText("您正在使用他人设置的初始密码")).ToBeVisibleAsync();
    }

    /// <summary>What went wrong beside what was refused on purpose, which browsers note too.</summary>
    private static IEnumerable<string> FaultsOf(Visitor visitor) => visitor.Faults.Where(fault => !Refused().IsMatch(fault));

    private static async Task PressAsync(Visitor visitor, string name) => await visitor.Dialog.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();

    /// <summary>Chooses by typing a part of it.</summary>
    private static async Task ChooseAsync(Visitor visitor, string label, string typed)
    {
        await visitor.Dialog.GetByLabel(label, new() { Exact = true }).FillAsync(typed);
        await Expect(visitor.Page.Locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option", new() { HasText = typed }).First).ToBeVisibleAsync();
        await visitor.Page.Keyboard.PressAsync("Enter");
        // Goes on, and takes nothing more.
        await visitor.Page.Keyboard.PressAsync("Tab");
    }

    private static async Task<bool> IsRefusedAsync(string token)
    {
        try
        {
            await House.ReadAsync(HttpMethod.Get, "/v1/me", token);
            return false;
        }
        catch (HttpRequestException refused) when (refused.StatusCode == HttpStatusCode.Unauthorized)
        {
            return true;
        }
    }

    private static byte[] FromBase32(string text)
    {
        Assert.That(text, Does.Match(Base32()));
        var bits = string.Concat(text.Select(one => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(one, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. bits.Chunk(8).Where(eight => eight.Length == 8).Select(eight => Convert.ToByte(new string(eight), 2))];
    }

    [GeneratedRegex("status of (400|409|412)")]
    private static partial Regex Refused();

    [GeneratedRegex("^[A-Z2-7]+$")]
    private static partial Regex Base32();
}
