using System.Diagnostics;
using Dapper;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.System.Tests;

/// <summary>
/// The books of all services, read from their databases and through the gateway: whether each committed write had each of
/// its effects once, and nothing had an effect that was not committed.
/// </summary>
public sealed class Books(string data, Network network)
{
    private static readonly IModule[] Modules =
    [
        new Dealer.DealerModule(), new Contract.ContractModule(), new Training.TrainingModule(), new ServiceTicket.ServiceTicketModule(), new Reporting.ReportingModule(),
        new Gateway.GatewayModule(),
    ];

    // Resources whose every version is told of by one event, and where they stand.
    private static readonly (string Service, string Table, Type Event)[] Told =
    [
        ("dealer", "partners", typeof(PartnerChanged)), ("contract", "agreements", typeof(AgreementChanged)), ("training", "training_requests", typeof(TrainingRequestChanged)),
        ("serviceticket", "tickets", typeof(TicketChanged)), ("reporting", "daily_sales", typeof(DailySalesReported)),
    ];

    // What others keep of them.
    private static readonly (string Service, string Table, string OfService, string OfTable)[] Copies =
    [
        ("contract", "partners", "dealer", "partners"), ("serviceticket", "known_partners", "dealer", "partners"), ("reporting", "partners", "dealer", "partners"),
        ("reporting", "agreements", "contract", "agreements"), ("reporting", "training_requests", "training", "training_requests"),
        ("reporting", "tickets", "serviceticket", "tickets"),
    ];

    /// <summary>Waits until every outbox is empty.</summary>
    /// <returns>How long that took.</returns>
    public Task<TimeSpan> DeliverAsync(TimeSpan patience) => WaitAsync(UndeliveredAsync, patience);

    /// <summary>Waits until every outbox is empty and every consumer has heard all that it should.</summary>
    /// <returns>How long that took.</returns>
    public Task<TimeSpan> SettleAsync(TimeSpan patience) => WaitAsync(OpenAsync, patience);

    /// <summary>Compares everything with everything, once it is settled.</summary>
    public async Task BalanceAsync(Load load)
    {
        var faults = new List<string>(load.Faults);
        faults.AddRange(load.Notes.Compare(await load.ReadAllAsync()));
        await BalanceAsync(faults);
    }

    /// <summary>Compares what the services say of one another, once it is settled.</summary>
    public Task BalanceAsync() => BalanceAsync([]);

    private async Task BalanceAsync(List<string> faults)
    {
        faults.AddRange(await GhostsAsync());
        faults.AddRange(await ParkedAsync());
        faults.AddRange(await UntoldAsync());
        faults.AddRange(await StaleAsync());
        faults.AddRange(await MisreportedAsync());
        Assert.That(faults, Is.Empty, $"{faults.Count} faults\n{string.Join('\n', faults.Take(50))}");
    }

    private static async Task<TimeSpan> WaitAsync(Func<Task<List<string>>> missing, TimeSpan patience)
    {
        var watch = Stopwatch.StartNew();
        while (await missing() is { Count: > 0 } open)
        {
            if (watch.Elapsed > patience)
                Assert.Fail($"After {patience.TotalSeconds:0} s there is still missing:\n{string.Join('\n', open)}");
            await Task.Delay(100);
        }
        return watch.Elapsed;
    }

    private async Task<List<string>> UndeliveredAsync()
    {
        var open = new List<string>();
        foreach (var module in Modules)
        {
            var ids = await QueryAsync<string>(module.Name, "SELECT id FROM outbox WHERE delivered_us IS NULL");
            if (ids.Count > 0)
                open.Add($"{module.Name}: {ids.Count} events in the outbox: {First(ids)}");
        }
        return open;
    }

    private async Task<List<string>> OpenAsync()
    {
        var open = await UndeliveredAsync();
        foreach (var (consumer, told, heard) in await HearingsAsync())
            if (told.Except(heard).ToList() is { Count: > 0 } missing)
                open.Add($"{consumer} has not heard {missing.Count} of {told.Count}: {First(missing)}");
        return open;
    }

    private async Task<IEnumerable<string>> GhostsAsync() =>
        from hearing in await HearingsAsync()
        from ghost in hearing.Heard.Except(hearing.Told)
        select $"{hearing.Consumer} heard {ghost}, which nobody told";

    private async Task<List<string>> ParkedAsync()
    {
        var parked = new List<string>();
        foreach (var module in Modules)
            parked.AddRange((await QueryAsync<string>(module.Name, "SELECT consumer || ' ' || message_id || ': ' || last_error FROM inbox_retry")).Select(row => $"{module.Name} keeps {row}"));
        return parked;
    }

    /// <summary>Each version of a resource is told of once: versions 1 to n of every row, and no event of a row that is not there.</summary>
    private async Task<List<string>> UntoldAsync()
    {
        var faults = new List<string>();
        foreach (var (service, table, type) in Told)
        {
            var told = (await QueryAsync<(string Id, long Version)>(service, $"SELECT aggregate_id, version FROM outbox WHERE type = '{EventCatalog.NameOf(type)}' ORDER BY version"))
                .ToLookup(e => e.Id, e => e.Version);
            var stands = await VersionsAsync(service, table);
            faults.AddRange(told.Where(e => !stands.ContainsKey(e.Key)).Select(e => $"{service} told of {table} {e.Key}, which is not there"));
            faults.AddRange(stands.Where(row => !told[row.Key].SequenceEqual(Versions(row.Value)))
                .Select(row => $"{service} {table} {row.Key} is at version {row.Value}, told were {string.Join(",", told[row.Key])}"));
        }
        return faults;

        static IEnumerable<long> Versions(long last) => Enumerable.Range(1, (int)last).Select(version => (long)version);
    }

    private async Task<List<string>> StaleAsync()
    {
        var faults = new List<string>();
        foreach (var (service, table, ofService, ofTable) in Copies)
        {
            var (copy, original) = (await VersionsAsync(service, table), await VersionsAsync(ofService, ofTable));
            faults.AddRange(original.Where(row => copy.GetValueOrDefault(row.Key) != row.Value)
                .Select(row => $"{service} {table} {row.Key} is at version {copy.GetValueOrDefault(row.Key)}, in {ofService} at {row.Value}"));
            faults.AddRange(copy.Keys.Except(original.Keys).Select(id => $"{service} {table} {id} is not in {ofService}"));
        }
        return faults;
    }

    /// <summary>What the dashboards show, against a count of the rows themselves.</summary>
    private async Task<List<string>> MisreportedAsync()
    {
        var faults = new List<string>();
        var manager = network.Manager[Transport.Rest];
        var partners = (await VersionsAsync("dealer", "partners")).Count;
        var funnel = await manager.Ask<DashboardService.DashboardServiceClient>().GetFunnelAsync(new GetFunnelRequest());
        if (funnel.Total != partners)
            faults.Add($"the funnel shows {funnel.Total} of {partners} partners");
        var sold = (await QueryAsync<long>("reporting", "SELECT COALESCE(SUM(quantity), 0) FROM daily_sales")).Single();
        var today = ChinaTime.Today(TimeProvider.System);
        var month = new DateOnly(today.Year, today.Month, 1);
        // Whole months are summed from the roll-up, others from the lines.
        foreach (var (from, to) in new[] { (month.AddMonths(-1), month.AddMonths(1).AddDays(-1)), (today.AddDays(-1), today) })
        {
            var summary = await manager.Ask<DailySalesService.DailySalesServiceClient>().GetSalesSummaryAsync(
                new GetSalesSummaryRequest { Grain = SalesGrain.Month, GroupBy = SalesGroup.Partner, From = $"{from:yyyy-MM-dd}", To = $"{to:yyyy-MM-dd}" });
            if (summary.Quantity != sold || summary.Totals.Sum(total => total.Quantity) != sold)
                faults.Add($"{summary.Quantity} sold from {from} to {to}, the lines say {sold}");
        }
        return faults;
    }

    /// <summary>Of every consumer: the ids of the events it should have heard, and of those it heard.</summary>
    private async Task<List<(string Consumer, HashSet<string> Told, HashSet<string> Heard)>> HearingsAsync()
    {
        // What was heard is read first: what is told meanwhile is then not yet missing, and nothing looks invented.
        var heard = new Dictionary<string, ILookup<string, string>>();
        foreach (var module in Modules)
            heard[module.Name] = (await QueryAsync<(string Consumer, string Id)>(module.Name, "SELECT consumer, message_id FROM inbox")).ToLookup(row => row.Consumer, row => row.Id);
        var told = new List<(string Type, string Id)>();
        foreach (var module in Modules)
            told.AddRange(await QueryAsync<(string, string)>(module.Name, "SELECT type, id FROM outbox"));
        var byType = told.ToLookup(e => e.Type, e => e.Id);
        return [.. from module in Modules
                   from consumer in Consumer.Of(module)
                   select ($"{module.Name} {consumer.Name}", byType[EventCatalog.NameOf(consumer.EventType)].ToHashSet(), heard[module.Name][consumer.Name].ToHashSet())];
    }

    private async Task<Dictionary<string, long>> VersionsAsync(string service, string table) =>
        (await QueryAsync<(string Id, long Version)>(service, $"SELECT id, version FROM {table}")).ToDictionary(row => row.Id, row => row.Version);

    private async Task<List<T>> QueryAsync<T>(string service, string sql)
    {
        await using var connection = new SqliteDialect(Path.Combine(data, $"{service}.db")).Open();
        return (await connection.QueryAsync<T>(sql)).AsList();
    }

    private static string First(IReadOnlyCollection<string> ids) => string.Join(" ", ids.Take(5)) + (ids.Count > 5 ? " …" : "");
}
