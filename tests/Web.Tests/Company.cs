using System.Net.Http.Json;
using System.Text.Json;
using Qudao.Running;

namespace Qudao.Web.Tests;

/// <summary>Standalone on an empty folder, with people of the test's own and a clock that it moves.</summary>
internal sealed class Company : IAsyncDisposable
{
    private readonly HttpClient _client = new();
    private readonly Dictionary<string, string> _passwords = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("qudao-company-").FullName;
    private readonly StandaloneProcess _process;
    private TimeSpan _ahead;

    public Company()
    {
        _process = new StandaloneProcess(_folder, faults: true);
        _process.Server.Environment["Gateway__Console"] = House.Dist;
        _process.Server.Environment["Gateway__SignInsPerMinute"] = "0";
    }

    public Uri Address => _process.Http;

    public async Task StartAsync(DateTimeOffset at)
    {
        MoveClock(at);
        await _process.StartAsync();
        _passwords["admin"] = _process.AdminPassword;
    }

    /// <summary>Moves the server's clock; browsers that come later go by it too.</summary>
    public void MoveClock(DateTimeOffset to) => FaultSettings.SetClock(_process.ClockFile, _ahead = to - DateTimeOffset.UtcNow);

    /// <summary>Takes somebody on and lets him sign in.</summary>
    public async Task HireAsync(string login, string name, string organisation, string role, string? partner = null)
    {
        var staff = await AskAsync("admin", "staff", new { displayName = name, organisation = $"organisations/{organisation}", roles = new[] { role }, partner });
        var user = await AskAsync("admin", "users", new { login, staff = Text(staff, "name") });
        _passwords[login] = Text(user, "initialPassword");
    }

    /// <summary>The first time somebody comes: he signs in with the password he was given, and is made to choose one of his own.</summary>
    public async Task<Visitor> ComeFirstAsync(string login, string path = "/")
    {
        var visitor = await Visitor.ComeToAsync(Address, null, ahead: _ahead);
        await visitor.OpenAsync(path);
        await visitor.SignInAsync(login, _passwords[login]);
        await visitor.Dialog.GetByLabel("原密码").FillAsync(_passwords[login]);
        await visitor.Dialog.GetByLabel("新密码").FillAsync(_passwords[login] + "-own");
        await visitor.SendAsync();
        _passwords[login] += "-own";
        return visitor;
    }

    /// <summary>Somebody comes again.</summary>
    public async Task<Visitor> ComeAsync(string login, string path, bool phone = false)
    {
        var visitor = await Visitor.ComeToAsync(Address, await TokenAsync(login), phone, ahead: _ahead);
        await visitor.OpenAsync(path);
        return visitor;
    }

    /// <summary>What REST answers somebody: to a question, or to a request with a body.</summary>
    public async Task<JsonElement> AskAsync(string login, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(Address, "/v1/" + path)) { Headers = { Authorization = new("Bearer", await TokenAsync(login)) } };
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var answer = await _client.SendAsync(request);
        Assert.That(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> TokenAsync(string login)
    {
        using var answer = await _client.PostAsJsonAsync(new Uri(Address, "/v1/sessions"), new { login, password = _passwords[login] });
        answer.EnsureSuccessStatusCode();
        return Text(await answer.Content.ReadFromJsonAsync<JsonElement>(), "token");
    }
}
