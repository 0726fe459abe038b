using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Qudao.Web.Tests;

/// <summary>Coming in, staying in, and coming back where one was.</summary>
public sealed class SignInTests
{
    [Test]
    public async Task A_wrong_password_is_told_the_right_one_opens_what_the_link_was_for()
    {
        await using var visitor = await Visitor.ComeAsync();
        await visitor.OpenAsync("/partners?stage=PARTNER_STAGE_TARGET");
        await visitor.SignInAsync("js.manager", "not the password");
        await Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("用户名或密码不正确");
        await Expect(visitor.Page.GetByLabel("用户名")).ToHaveValueAsync("js.manager");

        await visitor.SignInAsync("js.manager", House.PasswordOf("js.manager"));
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "机构" })).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator(".rows tbody .tag").First).ToHaveTextAsync("拟拓展");
        await Expect(visitor.Page.Locator(".rows tbody .tag", new() { HasTextRegex = new("^(?!拟拓展)") })).ToHaveCountAsync(0);
    }

    [Test]
    public async Task After_five_wrong_passwords_the_lock_is_told()
    {
        for (var i = 0; i < 5; i++)
            await House.GuessAsync("gd.trainer");
        await using var visitor = await Visitor.ComeAsync();
        await visitor.OpenAsync("/");
        await visitor.SignInAsync("gd.trainer", House.PasswordOf("gd.trainer"));
        await Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("15 分钟后再试");
    }

    [Test]
    public async Task When_the_session_ends_what_is_typed_stays_and_is_saved_after_signing_in_again()
    {
        await using var visitor = await Visitor.ComeAsync("js.sales1");
        var page = visitor.Page;
        await visitor.OpenAsync("/partners");
        await page.GetByRole(AriaRole.Button, new() { Name = "新建机构" }).ClickAsync();
        await visitor.Dialog.GetByLabel("名称").FillAsync("会话过期汽车销售有限公司");
        await visitor.ChooseCityAsync("城市", "南京");
        await House.EndAsync(await page.EvaluateAsync<string>("localStorage.getItem('qudao.session')"));
        await page.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        await Expect(page.GetByText("登录已过期")).ToBeVisibleAsync();

        await visitor.SignInAsync("js.sales1", House.PasswordOf("js.sales1"));
        await Expect(page.GetByText("登录已过期")).ToHaveCountAsync(0);
        await Expect(visitor.Dialog.GetByLabel("名称")).ToHaveValueAsync("会话过期汽车销售有限公司");
        await page.GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "会话过期汽车销售有限公司" })).ToBeVisibleAsync();
    }

    [Test]
    public async Task Signing_out_ends_the_session_and_shows_nothing_any_more()
    {
        await using var visitor = await Visitor.ComeAsync("js.office");
        await visitor.OpenAsync("/partners");
        var token = await visitor.Page.EvaluateAsync<string>("localStorage.getItem('qudao.session')");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "账户" }).ClickAsync();
        await visitor.Page.GetByRole(AriaRole.Menuitem, new() { Name = "退出登录" }).ClickAsync();
        await Expect(visitor.Page.GetByLabel("用户名")).ToBeVisibleAsync();
        Assert.That(async () => await House.EndAsync(token), Throws.InstanceOf<HttpRequestException>(), "the session is over on the server");
        await visitor.Page.ReloadAsync();
        await Expect(visitor.Page.GetByLabel("用户名")).ToBeVisibleAsync();
    }
}
