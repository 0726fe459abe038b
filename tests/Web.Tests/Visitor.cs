using Microsoft.Playwright;
using Qudao.Running;

namespace Qudao.Web.Tests;

/// <summary>Somebody at a browser of his own, with a note of everything that went wrong in it.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private static readonly string Axe = Path.Combine(Repository.Root, "services", "Web", "node_modules", "axe-core", "axe.min.js");

    private readonly IBrowserContext _context;
    private readonly List<string> _faults = [];

    private Visitor(IBrowserContext context, IPage page)
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
            if (new Uri(request.Url) is { Scheme: "http" or "https" or "ws" or "wss" } asked && asked.Authority != House.Address.Authority)
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
    public static async Task<Visitor> ComeAsync(string? login = null, bool phone = false, string theme = "light", string lang = "zh-CN")
    {
        var context = await House.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = House.Address.ToString(),
            Locale = "zh-CN",
            TimezoneId = "Asia/Shanghai",
            ViewportSize = phone ? new() { Width = 390, Height = 844 } : new() { Width = 1440, Height = 900 },
            HasTouch = phone,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(30_000);
        var page = await context.NewPageAsync();
        var visitor = new Visitor(context, page);
        // Once: what is chosen or signed in later must outlive a reload.
        await page.AddInitScriptAsync($$"""
            if (!localStorage.getItem('qudao.settings')) localStorage.setItem('qudao.settings', JSON.stringify({ theme: '{{theme}}', lang: '{{lang}}' }));
            """);
        if (login is not null)
        {
            var token = await House.TokenOfAsync(login);
            await page.AddInitScriptAsync($$"""
                if (!sessionStorage.getItem('came')) { sessionStorage.setItem('came', '1'); localStorage.setItem('qudao.session', '{{token}}'); }
                """);
        }
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
        await Dialog.GetByLabel(label, new() { Exact = false }).FillAsync(typed);
        await Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Serious and critical findings of axe-core on what is shown.</summary>
    public async Task<string[]> FindingsAsync()
    {
        await Page.EvaluateAsync(await File.ReadAllTextAsync(Axe));
        return await Page.EvaluateAsync<string[]>("""
            async () => (await axe.run()).violations.filter(one => ['serious', 'critical'].includes(one.impact))
              .map(one => one.id + ': ' + one.nodes.slice(0, 3).map(node => node.target.join(' ') + ' ' + (node.failureSummary ?? '')).join(' | '))
            """);
    }

    public Task PictureAsync(string name) => Page.ScreenshotAsync(new() { Path = Path.Combine(House.Screens, name + ".png") });

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Note(string fault)
    {
        lock (_faults)
            _faults.Add(fault);
    }
}
