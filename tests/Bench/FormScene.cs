using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Qudao.Dealer;
using Qudao.Dealer.Surveys;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.Running;
using Qudao.TestKit;
using SurveyService = Qudao.Dealer.V1.SurveyService;

namespace Qudao.Bench;

/// <summary>
/// How much memory a form takes that is exported: the Dealer service as it is writes a market survey of 50,000 rows, and another one of
/// 5,000. What the process holds at most while it writes, less what it held before.
/// </summary>
internal sealed class FormScene : Scene
{
    private const int Many = 50_000, Few = 5_000, Batch = 1_000;
    private const string Month = "2026-10";

    private readonly Dictionary<int, (GrpcChannel Channel, ChildProcess Process)> _services = [];
    private Metadata _headers = [];

    public override IReadOnlyList<Contest> Contests =>
        [new("export", [new("export of a form of 50,000 rows beside 5,000, memory", "MiB"), new("export of a form of 50,000 rows beside 5,000", "ms")], _ => ExportAsync(Many), _ => ExportAsync(Few), WarmUp: 3)];

    public override async Task StartAsync(CancellationToken cancel)
    {
        await base.StartAsync(cancel);
        var keys = Keep(await TestKeys.StartAsync());
        _headers = Tokens.Headers(keys, "hq-marketing");
        foreach (var rows in new[] { Many, Few })
        {
            var path = Path.Combine(Folder, $"dealer{rows}.db");
            await FillAsync(new SqliteDialect(path), rows);
            var address = Child.Address();
            var process = Keep(await Child.ServeAsync("dealer", new Dictionary<string, string?> { ["Listen"] = address, ["Database__Path"] = path, ["Auth__Jwks"] = keys.Address }, cancel));
            _services[rows] = (GrpcChannel.ForAddress(address), process);
        }
    }

    private async Task<double[]> ExportAsync(int rows)
    {
        var (channel, process) = _services[rows];
        // The kernel keeps the most that a process ever held; this begins anew.
        await File.WriteAllTextAsync($"/proc/{process.Id}/clear_refs", "5");
        var before = Memory(process.Id, "VmRSS");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        using var call = new SurveyService.SurveyServiceClient(channel).ExportSurveys(new ExportSurveysRequest { Month = Month }, _headers);
        long size = 0;
        await foreach (var piece in call.ResponseStream.ReadAllAsync())
            size += piece.Data.Length;
        var took = watch.Elapsed.TotalMilliseconds;
        return size > rows ? [Math.Max(0.1, Memory(process.Id, "VmHWM") - before), took] : throw new InvalidOperationException($"The file has {size} bytes only.");
    }

    /// <summary>In MiB.</summary>
    private static double Memory(int process, string what) =>
        File.ReadLines($"/proc/{process}/status").Where(line => line.StartsWith(what, StringComparison.Ordinal)).Select(line => long.Parse(line.Split(' ', '\t', ':').First(part => part.Length > 0 && char.IsAsciiDigit(part[0])), CultureInfo.InvariantCulture)).Single() / 1024.0;

    private static async Task FillAsync(SqliteDialect dialect, int rows)
    {
        await new Migrations(dialect, TimeProvider.System, NullLogger<Migrations>.Instance).RunAsync(typeof(DealerModule).Assembly);
        var random = new Random(1);
        await using var db = new Db(dialect, TimeProvider.System, new OutboxSignal(), NullLogger<Db>.Instance);
        for (var from = 0; from < rows; from += Batch)
            await db.WriteAsync(async tx =>
            {
                for (var number = from; number < from + Batch; number++)
                {
                    var partner = Sample.Row(tx, number, random);
                    await SurveyStore.InsertAsync(tx, new SurveyRow
                    {
                        Id = tx.NewId(),
                        PartnerId = partner.Id,
                        OrganisationId = partner.OrganisationId,
                        Month = Month,
                        Province = "江苏",
                        City = "南京",
                        Name = partner.Name,
                        Brands = partner.Brands,
                        AnnualVolume = number % 2000,
                        Address = partner.Address,
                        Contact = partner.Contact,
                        Phone = partner.Phone,
                        IsTarget = number % 2 == 0,
                        Advantage = "位于城南汽车城，客流稳定。",
                        CityCode = partner.CityCode,
                        ScopePath = partner.ScopePath,
                        AssigneeId = partner.AssigneeId,
                        Version = 1,
                        CreatedUs = tx.NowMicros,
                        UpdatedUs = tx.NowMicros,
                    });
                }
            });
    }
}
