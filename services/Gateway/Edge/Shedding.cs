using Qudao.Gateway.Keys;

namespace Qudao.Gateway.Edge;

/// <summary>
/// Turns away what a saturated house cannot work on, before it takes longer and longer over everything. Health, readiness and
/// keys are always answered. Signing in has seats of its own, which nothing else takes.
/// </summary>
public sealed class Shedding
{
    private const int Concurrency = 1024;
    private const int Queue = 256;
    private const int QueueSeconds = 5;
    private const int SignIns = 32;

    private readonly Seats signIns;

    /// <summary>
    /// Gateway:Concurrency (1024; 0 turns it off), Gateway:ConcurrencyPerCaller (a quarter of it), Gateway:Queue (256) and
    /// Gateway:QueueSeconds (5).
    /// </summary>
    public Shedding(IConfiguration configuration)
    {
        var seats = configuration.GetValue("Gateway:Concurrency", Concurrency);
        var perCaller = configuration.GetValue("Gateway:ConcurrencyPerCaller", Math.Max(1, seats / 4));
        var (queue, patience) = (configuration.GetValue("Gateway:Queue", Queue), TimeSpan.FromSeconds(configuration.GetValue("Gateway:QueueSeconds", QueueSeconds)));
        Requests = new Seats(seats, perCaller, queue, patience);
        // A whole office signs in from one address: its people wait for one another, not for others.
        signIns = new Seats(seats == 0 ? 0 : SignIns, SignIns, queue, patience);
    }

    /// <summary>The seats of everything but signing in.</summary>
    public Seats Requests { get; }

    /// <summary>Works on the request when there is a seat for it; refuses it (503 or UNAVAILABLE, 429 for who has too many) and says false when not.</summary>
    public async Task<bool> SeatAsync(HttpContext http, RequestDelegate next)
    {
        if (IsVital(http.Request.Path))
        {
            await next(http);
            return true;
        }
        var seats = Limits.IsSignIn(http.Request) ? signIns : Requests;
        using var seat = await seats.EnterAsync(Limits.CallerOf(http), http.RequestAborted);
        if (seat.Refusal is { } refusal)
        {
            await Answers.RefuseAsync(http, refusal);
            return false;
        }
        // The work is done when the answer begins; how long it then takes to read it is its reader's affair, and a stream may take all day.
        http.Response.OnStarting(static state =>
        {
            ((Seat)state).Dispose();
            return Task.CompletedTask;
        }, seat);
        await next(http);
        return true;
    }

    private static bool IsVital(PathString path) =>
        path == "/livez" || path == "/readyz" || path == SigningKeys.Path || path.StartsWithSegments("/grpc.health.v1.Health");
}
