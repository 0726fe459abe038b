using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Qudao.Gateway.Backups;
using Qudao.Gateway.V1;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Gateway.Tests;

/// <summary>What a backup holds and what it does not, and that it is whole or not there. How it is used: System.Tests.</summary>
public class BackupTests
{
    private string folder = "";
    private TestDatabase database = null!;
    private Db db = null!;
    private ContentFolder contents = null!;

    [SetUp]
    public async Task CreateAsync()
    {
        folder = Directory.CreateTempSubdirectory("qudao-backup-").FullName;
        database = await TestDatabase.CreateAsync(DatabaseUnderTest.Sqlite);
        await database.MigrateAsync(typeof(GatewayModule).Assembly, TimeProvider.System);
        db = database.Open();
        contents = new ContentFolder(Path.Combine(folder, "ticket-attachments"), "x", "ticket-attachments");
    }

    [TearDown]
    public async Task DropAsync()
    {
        await db.DisposeAsync();
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task It_holds_data_and_files_and_neither_signing_keys_nor_sessions()
    {
        const string Secret = "the private key itself";
        await db.WriteAsync(async tx =>
        {
            await tx.ExecuteAsync("INSERT INTO signing_keys (id, private_key, created_us) VALUES ('k', @key, 0)", new { key = Encoding.UTF8.GetBytes(Secret) });
            await tx.ExecuteAsync("INSERT INTO sessions (token_hash, id, user_id, created_us, expires_us, source, last_used_us, client, by_issuer) VALUES ('h', 's', 'u', 0, 0, '', 0, '', 0)");
        });
        contents.Keep(await contents.ReceiveAsync(ContentTransfer.OnceAsync("a photo"u8.ToArray()), 100));
        var backup = (Backup)(await Job().RunAsync(await RunAsync("ada")))!;

        var file = Folder().Find(backup.Name["backups/".Length..])!;
        Assert.That((file.Size, file.Scheduled), Is.EqualTo((backup.SizeBytes, false)));
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(file.Path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var unpacked = Path.Combine(folder, "unpacked");
        ZipFile.ExtractToDirectory(file.Path, unpacked);
        using var written = File.OpenRead(Path.Combine(unpacked, BackupManifest.FileName));
        var manifest = BackupManifest.Read(written)!;
        Assert.That(manifest.Entries.Select(entry => entry.Name), Is.EqualTo(new[] { "gateway.db", $"ticket-attachments/{Sha("a photo"u8)[..2]}/{Sha("a photo"u8)}" }));
        foreach (var entry in manifest.Entries)
            Assert.That(Sha(File.ReadAllBytes(Path.Combine(unpacked, entry.Name))), Is.EqualTo(entry.Sha256), entry.Name);
        Assert.That(manifest.Migrations["gateway"].Keys, Has.Member("Qudao.Gateway/0001_init.sql"));
        var copy = Path.Combine(unpacked, "gateway.db");
        Assert.That(Count(copy, "signing_keys") + Count(copy, "sessions") + Count(copy, "operations"), Is.Zero);
        Assert.That(Encoding.Latin1.GetString(File.ReadAllBytes(copy)), Does.Not.Contain(Secret), "nothing of it is left in the file");
    }

    [Test]
    public async Task Cancelled_it_leaves_nothing_and_cut_off_it_is_made_once()
    {
        var cancelled = await RunAsync("ada");
        await db.WriteAsync(tx => tx.ExecuteAsync("UPDATE operations SET cancel_requested = 1"));
        Assert.That(() => Job().RunAsync(cancelled), Throws.TypeOf<OperationCanceledException>());
        Assert.That(Directory.EnumerateFileSystemEntries(Path.Combine(folder, "backups")), Is.Empty);

        var run = await RunAsync("ada");
        var made = await Job().RunAsync(run);
        Assert.That(await Job().RunAsync(run), Is.EqualTo(made), "the same after a restart");
        Assert.That(Folder().All(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Of_those_that_the_clock_had_made_the_youngest_stay()
    {
        var byHand = (Backup)(await Job().RunAsync(await RunAsync("ada")))!;
        var nightly = new List<string>();
        for (var night = 0; night < 3; night++)
            nightly.Add(((Backup)(await Job(("Backup:Keep", "2")).RunAsync(await RunAsync(Caller.System.Subject)))!).Name);
        Assert.That(Folder().All().Select(file => $"backups/{file.Id}"), Is.EqualTo(new[] { nightly[2], nightly[1], byHand.Name }));
    }

    [Test]
    public async Task It_falls_due_once_each_day()
    {
        var schedule = Schedule(("Backup:DailyAt", "02:30"));
        await schedule.SweepAsync(db);
        await schedule.SweepAsync(db);
        await Schedule(("Backup:DailyAt", "02:30")).SweepAsync(db);
        await Schedule().SweepAsync(db);
        Assert.That(await db.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM operations")), Is.EqualTo(1));
    }

    [TestCase("Backup:DailyAt", "2:30")]
    [TestCase("Backup:Keep", "-1")]
    public void A_wrong_setting_is_told_at_the_start(string setting, string value) =>
        Assert.That(() => Schedule((setting, value)), Throws.InvalidOperationException.With.Message.Contains(setting));

    [Test]
    public async Task Where_the_services_run_apart_it_is_the_database_servers_to_make()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var client = new V1.BackupService.BackupServiceClient(gateway.Grpc(await gateway.AdminTokenAsync()));
        var refused = Assert.ThrowsAsync<RpcException>(async () => await client.CreateBackupAsync(new CreateBackupRequest()));
        Assert.That(refused!.StatusCode, Is.EqualTo(StatusCode.FailedPrecondition));
    }

    private static string Sha(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static long Count(string path, string table)
    {
        using var copy = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=False");
        copy.Open();
        using var command = copy.CreateCommand();
        command.CommandText = $"SELECT COUNT(*) FROM {table}";
        return (long)command.ExecuteScalar()!;
    }

    private static IConfiguration Settings(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(each => each.Key, each => (string?)each.Value)).Build();

    private static BackupSchedule Schedule(params (string Key, string Value)[] settings) => new(Settings(settings));

    private Holdings Held() => new(folder, [new HeldDatabase("gateway", db)], [new HeldContents("ticket-attachments", contents)]);

    private BackupFolder Folder() => new(Held(), Settings());

    private BackupJob Job(params (string Key, string Value)[] settings) => new(Held(), Folder(), Schedule(settings), db);

    private async Task<JobRun> RunAsync(string subject)
    {
        var caller = Caller.System with { Subject = subject };
        var operation = await db.WriteAsync(tx => tx.StartJobAsync(caller, "gateway", BackupJob.Kind, []));
        return new JobRun(new OperationRow { Id = Ids.Of(operation.Name, "gateway/operations") }, caller);
    }
}
