using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Qudao.Common.V1;
using Qudao.Dealer.V1;
using Qudao.Gateway.V1;
using Qudao.Running;
using Qudao.TestKit;
using GatewayOperations = Qudao.Gateway.V1.OperationsService.OperationsServiceClient;

namespace Qudao.System.Tests;

/// <summary>Standalone is backed up while it is written to, and restored elsewhere: by the rpcs and the command line that people have.</summary>
public class BackupTests
{
    private const int WritesPerSecond = 50, Some = 60;
    private const string Later = "备份以后的店";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private string folder = "";
    private string file = "";
    private StandaloneProcess first = null!;
    private House house = null!;
    private Network network = null!;

    [OneTimeSetUp]
    public async Task OpenAsync()
    {
        folder = Directory.CreateTempSubdirectory("qudao-backup").FullName;
        file = In("carried-away.zip");
        first = new StandaloneProcess(In("first"));
        await first.StartAsync();
        house = House.Over(first, Transport.Grpc);
        network = await Network.FoundAsync(house);
    }

    [OneTimeTearDown]
    public async Task CloseAsync()
    {
        if (house is not null)
            await house.DisposeAsync();
        if (first is not null)
            await first.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Test, Order(1)]
    public async Task Taken_under_load_it_holds_all_that_was_acknowledged_before_and_its_services_agree()
    {
        var load = new Load(network, seed: 1);
        using var stop = new CancellationTokenSource();
        var running = load.RunAsync(WritesPerSecond, stop.Token);
        IReadOnlyList<Seen> before;
        Backup backup;
        try
        {
            await Eventually.Async(() => load.Notes.Count > Some, Patience, "writes flow");
            before = load.Notes.Acknowledged;
            backup = await BackUpAsync(network.Administrator);
            var during = load.Notes.Count;
            await Eventually.Async(() => load.Notes.Count > during + Some, Patience, "writes flow on");
        }
        finally
        {
            await stop.CancelAsync();
            await running;
        }
        Assert.That(load.Faults, Is.Empty, "nobody noticed it");
        await DownloadAsync(backup);
        await first.StopAsync();

        Assert.That(await RestoreAsync("second"), Does.StartWith("0 ").And.Contain("Restored the backup"));
        await using var second = new StandaloneProcess(In("second"));
        await second.StartAsync();
        await using var restored = new House(second.Http, second.Grpc, second.ClockFile, first.AdminPassword, Transport.Grpc, second);
        var there = await network.InAsync(restored);
        var books = new Books(In("second"), there);
        await books.SettleAsync(Patience);
        await books.BalanceAsync();
        var stored = (await new Load(there, seed: 1).ReadAllAsync()).ConvertAll(seen => (seen.Collection, seen.Key, seen.Name));
        Assert.That(before.Select(seen => (seen.Collection, seen.Key, seen.Name)).Except(stored), Is.Empty, "acknowledged before it was begun");
        Assert.That(stored.Except(load.Notes.Acknowledged.Select(seen => (seen.Collection, seen.Key, seen.Name))), Is.Empty, "nobody asked for it");
        Assert.That(stored, Is.Unique);
        Assert.That((await there.Administrator.Ask<BackupService.BackupServiceClient>().ListBackupsAsync(new ListBackupsRequest())).Backups, Is.Empty, "backups stay where they lie");
        await there.Manager[Transport.Grpc].Ask<PartnerService.PartnerServiceClient>().CreatePartnerAsync(new CreatePartnerRequest { Partner = Network.Shop(Later) });
        await second.StopAsync();
    }

    [Test, Order(2)]
    public async Task Data_that_is_there_is_not_overwritten_and_a_damaged_backup_not_taken()
    {
        Assert.That(await RestoreAsync("second"), Does.StartWith("1 ").And.Contain("holds data already").And.Contain("--overwrite"));
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 0xff;
        await File.WriteAllBytesAsync(In("damaged.zip"), bytes);
        Assert.That(await RestoreAsync("second", In("damaged.zip"), "--overwrite"), Does.StartWith("1 ").And.Contain("damaged"));
        File.Copy(file, In("more.zip"));
        using (var zip = ZipFile.Open(In("more.zip"), ZipArchiveMode.Update))
            zip.CreateEntry("../outside.db");
        Assert.That(await RestoreAsync("second", In("more.zip"), "--overwrite"), Does.StartWith("1 ").And.Contain("does not hold what its manifest says"));
        Assert.That(await RestoreAsync("second", In("first", "dealer.db"), "--overwrite"), Does.StartWith("1 ").And.Contain("cannot be read as a backup"));
        Assert.That(await HasLaterShopAsync(), "the data is as it was");
    }

    [Test, Order(3)]
    public async Task Killed_before_it_is_decided_the_old_data_is_there_and_after_that_the_new()
    {
        Assert.That(await RestoreAsync("second", file, "--overwrite", crashAt: "restore-unpacked"), Does.Not.StartWith("0 "));
        Assert.That(await HasLaterShopAsync(), "the old");
        Assert.That(await RestoreAsync("second", file, "--overwrite", crashAt: "restore-moving"), Does.Not.StartWith("0 "));
        Assert.That(Directory.Exists(In("second", "restored")), "killed in the midst");
        Assert.That(await HasLaterShopAsync(), Is.False, "the new");
        Assert.That(Directory.Exists(In("second", "restored")), Is.False);
    }

    private string In(params string[] path) => Path.Combine([folder, .. path]);

    /// <summary>Starts the restored house on its data, looks, and stops it; it makes its nightly backup meanwhile.</summary>
    private async Task<bool> HasLaterShopAsync()
    {
        await using var second = new StandaloneProcess(In("second"));
        second.Server.Environment["Backup__DailyAt"] = "00:00";
        await second.StartAsync();
        await using var restored = new House(second.Http, second.Grpc, second.ClockFile, first.AdminPassword, Transport.Grpc, second);
        var there = await network.InAsync(restored);
        var backups = there.Administrator.Ask<BackupService.BackupServiceClient>();
        await Eventually.Async(async () => (await backups.ListBackupsAsync(new ListBackupsRequest())).Backups.Any(backup => backup.Scheduled), Patience, "the nightly backup is made");
        var found = await there.Manager[Transport.Grpc].Ask<PartnerService.PartnerServiceClient>().ListPartnersAsync(new ListPartnersRequest { PageSize = 1000 });
        await second.StopAsync();
        return found.Partners.Any(partner => partner.DisplayName == Later);
    }

    private static async Task<Backup> BackUpAsync(Person administrator)
    {
        var begun = await administrator.Ask<BackupService.BackupServiceClient>().CreateBackupAsync(new CreateBackupRequest { RequestId = "once" });
        var operation = begun;
        await Eventually.Async(async () =>
            (operation = await administrator.Ask<GatewayOperations>().GetOperationAsync(new GetOperationRequest { Name = begun.Name })).Done, Patience, "the backup is made");
        Assert.That(operation.Error, Is.Null);
        Assert.That(operation.ProgressTotal, Is.Positive);
        return Backup.Parser.ParseJson(operation.ResultJson);
    }

    private async Task DownloadAsync(Backup backup)
    {
        using var client = new HttpClient { BaseAddress = first.Http };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", network.Administrator.Token);
        await File.WriteAllBytesAsync(file, await client.GetByteArrayAsync($"/v1/{backup.Name}:download"));
        Assert.That(new FileInfo(file).Length, Is.EqualTo(backup.SizeBytes));
        client.DefaultRequestHeaders.Range = new RangeHeaderValue(0, 1);
        using var part = await client.GetAsync($"/v1/{backup.Name}:download");
        Assert.That((part.StatusCode, await part.Content.ReadAsStringAsync()), Is.EqualTo((HttpStatusCode.PartialContent, "PK")));
    }

    private async Task<string> RestoreAsync(string data, string? from = null, string? option = null, string? crashAt = null)
    {
        List<string> command = ["dotnet", Repository.Built("Qudao.Standalone", Repository.Configuration), "--restore", from ?? file, "--data", In(data)];
        if (option is not null)
            command.Add(option);
        await using var process = new ChildProcess("restore", command, crashAt is null ? [] : [new("Faults__Enabled", "true"), new(FaultSettings.CrashAt, crashAt)]);
        return $"{await process.Exit} {process.Tail()}";
    }
}
