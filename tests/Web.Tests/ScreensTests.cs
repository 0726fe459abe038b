using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Qudao.Web.Tests;

/// <summary>Every screen, opened for somebody who may see it: no error, no request to elsewhere, nothing that shuts anybody out.</summary>
public sealed class ScreensTests
{
    /// <summary>Who opens which screens; "{partners}" is the first partner that he sees.</summary>
    private static readonly (string Login, string[] Paths)[] Visits =
    [
        ("js.manager", ["/", "/network", "/partners", "/{partners}", "/{partners}/timeline", "/{partners}/visits", "/{partners}/agreements", "/{partners}/trainings", "/{partners}/tickets", "/{partners}/sales",
            "/surveys", "/territories", "/agreements", "/{agreements}", "/approvals", "/renewals", "/visits", "/{visits}", "/journals", "/obligations", "/{obligations}", "/compliance", "/dashboard", "/trend", "/daily-sales", "/notifications", "/account",
            "/duplicates", "/diversions", "/{diversions}", "/instalments", "/{instalments}", "/paymentRequests", "/{paymentRequests}", "/dunning", "/reconciliations", "/{reconciliations}"]),
        ("js.service", ["/", "/tickets", "/tickets?view=board", "/{tickets}", "/followUps"]),
        ("js.sales1", ["/"]),
        ("hq.gm", ["/", "/network", "/operations", "/audit"]),
        ("js.gm", ["/organisations", "/staff", "/users", "/approval-chains", "/contract-numbers", "/service-rules", "/plans", "/sales-holes", "/reports", "/evaluations", "/operations"]),
        ("admin", ["/{users}", "/roles", "/roles/matrix", "/apiClients", "/webhookEndpoints", "/events", "/access-audit", "/obligation-rules", "/queues", "/operations", "/backups", "/personal-exports"]),
        ("js.training", ["/trainingSessions", "/{trainingSessions}", "/trainings", "/certificates", "/trainees", "/courses", "/{courses}", "/lecturers", "/rooms", "/{exams}", "/trainingPlans", "/{trainingPlans}"]),
    ];

    private static IEnumerable<TestCaseData> Each() =>
        Visits.Select(visit => new TestCaseData(visit.Login, visit.Paths).SetName($"Nothing_is_wrong_on_the_screens_of_{visit.Login}"));

    [TestCaseSource(nameof(Each))]
    public async Task Nothing_is_wrong_on(string login, string[] paths)
    {
        await Seeds.ThereAsync();
        await using var visitor = await Visitor.ComeAsync(login, theme: "system");
        foreach (var path in paths)
        {
            await visitor.OpenAsync(await FilledAsync(login, path));
            await visitor.SettleAsync();
            // Dark is the same page in other colours.
            foreach (var (scheme, rules) in new[] { (ColorScheme.Light, Array.Empty<string>()), (ColorScheme.Dark, ["color-contrast"]) })
            {
                await visitor.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
                await Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("data-theme", scheme == ColorScheme.Dark ? "dark" : "light");
                Assert.That(await visitor.FindingsAsync(rules), Is.Empty, $"{path} {scheme}");
                await visitor.PictureAsync($"{login}-{NameOf(path)}-{scheme}");
            }
            Assert.That(visitor.Faults, Is.Empty, path);
        }
    }

    /// <summary>What the README shows, taken anew by each run; services/Web/docs holds those of the last change worth showing.</summary>
    [Test]
    public async Task The_screens_that_the_README_shows_can_be_taken_small()
    {
        await using var visitor = await Visitor.ComeAsync("js.manager");
        foreach (var (name, path) in new[] { ("today", "/"), ("network", "/network"), ("compliance", "/compliance"), ("partner", await FilledAsync("js.manager", "/{partners}")) })
        {
            await visitor.OpenAsync(path);
            await visitor.SettleAsync();
            var picture = await visitor.SmallPictureAsync();
            Assert.That(picture, Has.Length.InRange(5_000, 150_000), path);
            await File.WriteAllBytesAsync(Path.Combine(House.Screens, $"readme-{name}.webp"), picture);
        }
    }

    [TestCase("/")]
    [TestCase("/partners")]
    [TestCase("/surveys")]
    [TestCase("/tickets")]
    [TestCase("/tickets?view=board")]
    [TestCase("/dunning")]
    [TestCase("/agreements")]
    [TestCase("/account")]
    [TestCase("/roles/matrix", "admin")]
    public async Task On_a_phone_it_fits_and_the_menu_is_a_drawer(string path, string login = "js.manager")
    {
        await using var visitor = await Visitor.ComeAsync(login, phone: true);
        var page = visitor.Page;
        await visitor.OpenAsync(path);
        await visitor.SettleAsync();
        Assert.That(await page.EvaluateAsync<int>("document.querySelector('.main').scrollWidth"), Is.LessThanOrEqualTo(390), "nothing hangs out at the side");
        Assert.That(await visitor.FindingsAsync(), Is.Empty);
        await visitor.PictureAsync("phone-" + NameOf(path));

        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "市场调研" })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "打开菜单" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "市场调研" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "市场调研", Level = 1 })).ToBeVisibleAsync();
        Assert.That(visitor.Faults, Is.Empty);
    }

    [TestCase("js.sales1", "拜访", "待我接收")]
    [TestCase("js.service", "工单", "待我审批")]
    [TestCase("hq.legal", "待我审批", "工单")]
    [TestCase("js.trainer", "机构", "待我审批")]
    public async Task The_menu_offers_what_somebody_may_open(string login, string offered, string withheld)
    {
        await using var visitor = await Visitor.ComeAsync(login);
        await visitor.OpenAsync("/");
        var menu = visitor.Page.GetByRole(AriaRole.Navigation, new() { Name = "主菜单" });
        await Expect(menu.GetByRole(AriaRole.Link, new() { Name = offered, Exact = true })).ToBeVisibleAsync();
        await Expect(menu.GetByRole(AriaRole.Link, new() { Name = withheld, Exact = true })).ToHaveCountAsync(0);
    }

    [Test]
    public async Task A_screen_that_somebody_may_not_see_says_so_and_one_that_is_not_there_too()
    {
        await using var visitor = await Visitor.ComeAsync("js.trainer");
        await visitor.Page.GotoAsync("/approvals");
        await Expect(visitor.Page.GetByText("没有权限")).ToBeVisibleAsync();
        await visitor.Page.GotoAsync("/nothing/here");
        await Expect(visitor.Page.GetByText("没有找到")).ToBeVisibleAsync();
    }

    [Test]
    public async Task English_is_one_click_away_stays_and_covers_what_the_server_says()
    {
        await using var visitor = await Visitor.ComeAsync("js.manager");
        await visitor.OpenAsync("/partners");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Partners" })).ToBeVisibleAsync();
        await visitor.Page.ReloadAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Partners" })).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Today" }).ClickAsync();
        await Expect(visitor.Page.GetByText("Self-appraisal").First).ToBeVisibleAsync();
        Assert.That(visitor.Faults, Is.Empty);
    }

    private static string NameOf(string path) =>
        path == "/" ? "today" : path.Trim('/').Replace('/', '-').Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal).Replace('?', '-').Replace('=', '-');

    private static async Task<string> FilledAsync(string login, string path)
    {
        var open = path.IndexOf('{', StringComparison.Ordinal);
        if (open < 0)
            return path;
        var collection = path[(open + 1)..path.IndexOf('}', StringComparison.Ordinal)];
        if (collection == "exams")
            return "/" + await Seeds.ExamAsync();
        var rows = (await House.GetAsync(login, $"/v1/{collection}?pageSize=1")).GetProperty(collection);
        return path.Replace($"{{{collection}}}", rows[0].GetProperty("name").GetString(), StringComparison.Ordinal);
    }
}
