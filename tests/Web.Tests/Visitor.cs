using Microsoft.Playwright;
using Qudao.Running;

namespace Qudao.Web.Tests;

/// <summary>Somebody at a browser of his own, with a note of everything that went wrong in it.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private static readonly string Axe = Path.Combine(Repository.Root, "services", "Web", "node_modules", "axe-core", "axe.min.js");

    private readonly IBrowserContext _context;
    private readonly List<string> _faults = [];

    private Visitor(Uri address, IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                Note($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, fault) => Note(fault);
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" or "ws" or "wss" } asked && asked.Authority != address.Authority)
                Note($"asked another host: {request.Url}");
        };
    }

    public IPage Page { get; }

    /// <summary>What the console logged as an error or warning, what was thrown, and every request that left the host.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_faults)
                return [.. _faults];
        }
    }

    /// <param name="login">Signed in from the beginning; null for nobody.</param>
    public static async Task<Visitor> ComeAsync(string? login = null, bool phone = false, string theme = "light", string lang = "zh-CN") =>
        await ComeToAsync(House.Address, login is null ? null : await House.TokenOfAsync(login), phone, theme, lang);

    /// <param name="address">Of the Qudao that is visited.</param>
    /// <param name="token">Of a session that was begun already; null for nobody.</param>
    /// <param name="ahead">By how much the browser's clock goes before the machine's, as the server's does.</param>
    public static async Task<Visitor> ComeToAsync(Uri address, string? token, bool phone = false, string theme = "light", string lang = "zh-CN", TimeSpan ahead = default)
    {
        var context = await House.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            Locale = "zh-CN",
            TimezoneId = "Asia/Shanghai",
            ViewportSize = phone ? new() { Width = 390, Height = 844 } : new() { Width = 1440, Height = 900 },
            HasTouch = phone,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(30_000);
        var page = await context.NewPageAsync();
        var visitor = new Visitor(address, context, page);
        if (ahead != default)
            await page.AddInitScriptAsync($$"""
                globalThis.Date = new Proxy(Date, {
                  construct: (of, given) => (given.length > 0 ? new of(...given) : new of(of.now() + {{(long)ahead.TotalMilliseconds}})),
                  get: (of, name) => (name === 'now' ? () => of.now() + {{(long)ahead.TotalMilliseconds}} : Reflect.get(of, name)),
                });
                """);
        // Once: what is chosen or signed in later must outlive a reload.
        await page.AddInitScriptAsync($$"""
            if (!localStorage.getItem('qudao.settings')) localStorage.setItem('qudao.settings', JSON.stringify({ theme: '{{theme}}', lang: '{{lang}}' }));
            """);
        if (token is not null)
            await page.AddInitScriptAsync($$"""
                if (!sessionStorage.getItem('came')) { sessionStorage.setItem('came', '1'); localStorage.setItem('qudao.session', '{{token}}'); }
                """);
        return visitor;
    }

    /// <summary>Goes to a screen and waits until its heading is there.</summary>
    public async Task OpenAsync(string path)
    {
        await Page.GotoAsync(path);
        await Assertions.Expect(Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
    }

    /// <summary>Waits until nothing on the screen is being loaded any more.</summary>
    public async Task SettleAsync() => await Assertions.Expect(Page.Locator(".bars")).ToHaveCountAsync(0);

    /// <summary>Types login and password and sends them.</summary>
    public async Task SignInAsync(string login, string password)
    {
        // While one answer is waited for, another try is not sent.
        await Assertions.Expect(Page.Locator(".ant-btn-loading")).ToHaveCountAsync(0);
        await Page.GetByLabel("用户名").FillAsync(login);
        await Page.GetByLabel("密码").FillAsync(password);
        await Page.GetByRole(AriaRole.Button, new() { Name = "登录", Exact = true }).ClickAsync();
    }

    /// <summary>The form, or whatever else stands over the screen.</summary>
    public ILocator Dialog => Page.GetByRole(AriaRole.Dialog);

    /// <summary>Chooses a city in the form by typing a part of its name or its code.</summary>
    public async Task ChooseCityAsync(string label, string typed)
    {
        await Dialog.GetByLabel(label, new() { Exact = true }).FillAsync(typed);
        await Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Chooses one of a list in the form, by what it is called; in a long list, after typing it.</summary>
    public async Task ChooseAsync(string label, string option, bool typed = false)
    {
        var field = Dialog.GetByLabel(label, new() { Exact = true });
        await field.ClickAsync();
        if (typed)
            await field.FillAsync(option);
        await Page.Locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option", new() { HasText = option }).First.ClickAsync();
    }

    /// <summary>Types a day, or a day and a minute, into the form.</summary>
    public async Task EnterTimeAsync(string label, string time)
    {
        await Dialog.GetByLabel(label, new() { Exact = true }).FillAsync(time);
        await Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Presses what is so called on the screen.</summary>
    public Task PressAsync(string button) => Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    /// <summary>Sends the form, and waits until it has gone: it was taken.</summary>
    public async Task SendAsync(string button = "保存")
    {
        await Dialog.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).Last.ClickAsync();
        await Assertions.Expect(Dialog).ToHaveCountAsync(0);
    }

    /// <summary>Serious and critical findings of axe-core on what is shown, by all its rules or by these.</summary>
    public async Task<string[]> FindingsAsync(params string[] rules)
    {
        await Page.EvaluateAsync(await File.ReadAllTextAsync(Axe));
        return await Page.EvaluateAsync<string[]>("""
            async rules => (await axe.run(rules.length > 0 ? { runOnly: rules } : {})).violations.filter(one => ['serious', 'critical'].includes(one.impact))
              .map(one => one.id + ': ' + one.nodes.slice(0, 3).map(node => node.target.join(' ') + ' ' + (node.failureSummary ?? '')).join(' | '))
            """, rules);
    }

    public Task PictureAsync(string name) => Page.ScreenshotAsync(new() { Path = Path.Combine(House.Screens, name + ".png") });

    /// <summary>A picture for a page that people read: as small as WebP makes it.</summary>
    public async Task<byte[]> SmallPictureAsync()
    {
        var session = await _context.NewCDPSessionAsync(Page);
        var answer = await session.SendAsync("Page.captureScreenshot", new() { ["format"] = "webp", ["quality"] = 82 });
        return Convert.FromBase64String(answer!.Value.GetProperty("data").GetString()!);
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Note(string fault)
    {
        lock (_faults)
            _faults.Add(fault);
    }
}
