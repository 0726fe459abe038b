using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Qudao.Platform;

/// <summary>Ready means: the database answers. A broker that is away does not make a service unready; its outbox waits.</summary>
public sealed class DatabaseHealth(Db db) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await db.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM event_log_head"));
            return HealthCheckResult.Healthy();
        }
        catch (Exception e)
        {
            return HealthCheckResult.Unhealthy("The database does not answer.", e);
        }
    }
}
