using Qudao.Platform;

namespace Qudao.Gateway.Backups;

/// <summary>What a house in one process keeps on disk; known to whoever built the house.</summary>
/// <param name="Folder">Where its data lies.</param>
/// <param name="Databases">All of them, the gateway's too.</param>
/// <param name="Contents">Where uploaded files lie.</param>
public sealed record Holdings(string Folder, IReadOnlyList<HeldDatabase> Databases, IReadOnlyList<HeldContents> Contents);

/// <summary>A database of the house; its file is "{Name}.db".</summary>
public sealed record HeldDatabase(string Name, Db Db);

/// <summary>A folder of uploaded files, by the name it has in the data folder.</summary>
public sealed record HeldContents(string Name, ContentFolder Folder);

/// <summary>Backups exist where the house is in one process; the gateway alone cannot see the others' data.</summary>
public static class BackupHouse
{
    public static void AddBackups(this IServiceCollection services, IConfiguration configuration, Func<IServiceProvider, Holdings> holdings)
    {
        var schedule = new BackupSchedule(configuration);
        services.AddSingleton(holdings).AddSingleton(schedule).AddSingleton<BackupFolder>().AddSingleton<BackupJob>();
        services.AddJob(BackupJob.Kind, async (provider, run) => await provider.GetRequiredService<BackupJob>().RunAsync(run));
        services.AddSweep("backups", schedule.SweepAsync);
    }
}
