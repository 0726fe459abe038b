using System.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Common.V1;

namespace Qudao.Platform;

/// <summary>How a service stands, for whoever runs it: what an operator looks at first when something is late.</summary>
public sealed class StatusReport(Db db, ServiceName service)
{
    private const string SelectWaiting = "SELECT COUNT(*) AS Waiting, MIN(occurred_us) AS OldestUs FROM outbox WHERE delivered_us IS NULL";
    private const string CountKept = "SELECT COUNT(*) FROM inbox_retry WHERE parked = @parked";
    private const string CountOpen = "SELECT COUNT(*) FROM operations WHERE done = 0";
    private const string SelectMigrations = "SELECT name AS Name, checksum AS Checksum, applied_us AS AppliedUs FROM migrations ORDER BY applied_us, name";

    /// <summary>The version of this build, as it is named to people.</summary>
    public static string Version { get; } =
        typeof(StatusReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public async Task<ServiceStatus> GetAsync(ServerCallContext call)
    {
        Operator.RequireWhole(call.Caller());
        return await db.ReadAsync(async s =>
        {
            var waiting = (await s.FirstOrDefaultAsync<WaitingRow>(SelectWaiting))!;
            var reply = new ServiceStatus
            {
                Service = service.Value,
                Version = Version,
                Database = db.Dialect.Folder,
                OutboxWaiting = waiting.Waiting,
                RetryingMessages = await s.ScalarAsync<long>(CountKept, new { parked = 0 }),
                ParkedMessages = await s.ScalarAsync<long>(CountKept, new { parked = 1 }),
                OpenOperations = await s.ScalarAsync<long>(CountOpen),
            };
            if (waiting.OldestUs is { } oldest)
            {
                reply.OutboxOldestTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(oldest));
                reply.OutboxOldestSeconds = Math.Max(0, (db.Clock.NowMicros() - oldest) / 1_000_000);
            }
            reply.Migrations.Add((await AppliedAsync(s)).Select(row => new ServiceStatus.Types.Migration
            {
                Name = row.Name,
                ApplyTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.AppliedUs)),
            }));
            return reply;
        });
    }

    /// <summary>What ran on the database, in that order.</summary>
    public static Task<List<AppliedMigration>> AppliedAsync(Session session) => session.QueryAsync<AppliedMigration>(SelectMigrations);

    private sealed class WaitingRow
    {
        public long Waiting { get; set; }
        public long? OldestUs { get; set; }
    }
}

/// <summary>A script that ran.</summary>
public sealed class AppliedMigration
{
    public string Name { get; set; } = "";
    public string Checksum { get; set; } = "";
    public long AppliedUs { get; set; }
}
