using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Qudao.Clients.Tests;

/// <summary>
/// Stands between a client and the house. Of each report of sales it loses the first answer, after the house has done what was
/// asked, and refuses the second try: what a network and a restart do to a partner system.
/// </summary>
internal sealed class LossyDoor : IAsyncDisposable
{
    private static readonly HttpClient Inside = new() { BaseAddress = House.Rest };
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _tries = new();

    private LossyDoor(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    /// <summary>How often each report was sent.</summary>
    public IEnumerable<int> Tries => _tries.Values;

    public static async Task<LossyDoor> OpenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var door = new LossyDoor(app);
        app.Run(door.PassAsync);
        await app.StartAsync();
        return door;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task PassAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var attempt = http.Request.Path == "/v1/dailySales:report" ? _tries.AddOrUpdate(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(body.ToArray())), 1, (_, before) => before + 1) : 0;
        if (attempt == 2)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        using var answer = await Inside.SendAsync(Copy(http.Request, body.ToArray()));
        if (attempt == 1)
        {
            http.Abort();
            return;
        }
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await answer.Content.CopyToAsync(http.Response.Body);
    }

    private static HttpRequestMessage Copy(HttpRequest request, byte[] body)
    {
        var copy = new HttpRequestMessage(HttpMethod.Parse(request.Method), $"{request.Path}{request.QueryString}");
        if (body.Length > 0)
        {
            copy.Content = new ByteArrayContent(body);
            copy.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }
        copy.Headers.TryAddWithoutValidation("Authorization", request.Headers.Authorization.ToString());
        return copy;
    }
}
