using System.Net.Http.Headers;

namespace Qudao.Bench.Bare;

/// <summary>
/// A client that asks for more than it may: GET /send?perSecond=1000&amp;seconds=2 sends so many requests with the key of the
/// setting "Key" to the setting "To", whatever becomes of them, and gives how many were answered with 429.
/// </summary>
internal static class Crowd
{
    private const int MostUnderWay = 500;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(builder.Configuration["Listen"]!);
        var app = builder.Build();
        var client = new HttpClient { DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", app.Configuration["Key"]) } };
        app.MapGet("/send", (int perSecond, double seconds) => SendAsync(client, new Uri(app.Configuration["To"]!), perSecond, TimeSpan.FromSeconds(seconds)));
        return app;
    }

    private static async Task<int> SendAsync(HttpClient client, Uri to, int perSecond, TimeSpan span)
    {
        var refused = 0;
        using var underWay = new SemaphoreSlim(MostUnderWay);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Tick);
        for (var sent = 0; watch.Elapsed < span && await timer.WaitForNextTickAsync();)
        {
            for (; sent < watch.Elapsed.TotalSeconds * perSecond; sent++)
            {
                await underWay.WaitAsync();
                _ = OneAsync();
            }
        }
        for (var i = 0; i < MostUnderWay; i++)
            await underWay.WaitAsync();
        return refused;

        async Task OneAsync()
        {
            try
            {
                using var answer = await client.GetAsync(to);
                if ((int)answer.StatusCode == 429)
                    Interlocked.Increment(ref refused);
            }
            finally
            {
                underWay.Release();
            }
        }
    }
}
