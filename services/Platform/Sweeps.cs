using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Qudao.Platform;

/// <summary>
/// Work that falls due by the clock (a missed visit, a breached ticket, an obligation). The due time stands in the row, so
/// a restart loses nothing; the sweep takes each row by a versioned update, so two instances never do it twice.
/// </summary>
public static class Sweeps
{
    private const int EveryMilliseconds = 1000;

    /// <summary>Runs the work every second or so; it reads what is due by Db.Clock and returns how many rows it moved (it runs again at once when any).</summary>
    public static IServiceCollection AddSweep(this IServiceCollection services, string name, Func<Db, Task<int>> work) =>
        services.AddSingleton<IHostedService>(provider =>
            new Sweep(name, work, provider.GetRequiredService<Db>(), Every(provider.GetRequiredService<IConfiguration>()), provider.GetRequiredService<ILoggerFactory>().CreateLogger($"Qudao.Sweep.{name}")));

    // A test that lets a year pass in a minute cannot wait a second each day.
    private static TimeSpan Every(IConfiguration configuration) =>
        TimeSpan.FromMilliseconds(Faults.Enabled(configuration) ? configuration.GetValue("Faults:SweepMilliseconds", EveryMilliseconds) : EveryMilliseconds);

    private sealed class Sweep(string name, Func<Db, Task<int>> work, Db db, TimeSpan every, ILogger logger) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            using var timer = new PeriodicTimer(every);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    while (!stoppingToken.IsCancellationRequested && await work(db) > 0)
                        logger.LogDebug("{Sweep} moved rows", name);
                }
                catch (Exception e)
                {
                    logger.LogError(e, "The sweep {Sweep} failed; it goes on at the next tick", name);
                }
            }
        }
    }
}
