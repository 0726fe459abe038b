using System.Diagnostics;
using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.System.Tests.Year;

/// <summary>The books of both services at the end of a day, held against each other and against the simulation's own notebook.</summary>
internal sealed class YearBooks(YearHouse house, Simulation simulation)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly YearPerson Auditor = new("auditor", "auditor", "/hq/");

    private const string Undelivered = "SELECT type FROM outbox WHERE delivered_us IS NULL";
    private const string Retried = "SELECT last_error FROM inbox_retry";
    private const string Overdue = "SELECT COUNT(*) FROM agreements WHERE state IN ('active', 'expiring') AND (effective_to < @today OR next_alert <= @today)";
    private const string SharedCities = "SELECT city_code FROM territories WHERE state = 'active' GROUP BY city_code HAVING COUNT(*) > 1";
    private const string Holders = "SELECT city_code AS City, partner_id AS Partner FROM territories WHERE state = 'active'";
    private const string Stages = "SELECT id AS Id, kind AS Kind, stage AS Stage FROM partners";
    private const string Bound = """
        SELECT DISTINCT partner_id AS Id, kind AS Kind, city_code AS City FROM agreements
        WHERE state IN ('active', 'expiring') AND kind IN ('city-agent', 'terminal') AND effective_from <= @today AND effective_to >= @today
        """;
    private const string Numbered = "SELECT number FROM agreements WHERE number IS NOT NULL ORDER BY number";
    private const string Used = "SELECT number FROM contract_numbers WHERE state = 'used' ORDER BY number";
    private const string Register = """
        SELECT b.prefix AS Prefix, b.last_number - b.first_number + 1 AS Promised, COUNT(n.id) AS Kept, SUM(CASE WHEN n.state = 'free' THEN 1 ELSE 0 END) AS Free,
               MIN(CASE WHEN n.state = 'free' THEN n.number END) AS FirstFree, MAX(CASE WHEN n.state <> 'free' THEN n.number END) AS LastTaken
        FROM number_blocks b LEFT JOIN contract_numbers n ON n.block_id = b.id GROUP BY b.id, b.prefix, b.last_number, b.first_number
        """;
    private const string Alerts = "SELECT body FROM outbox WHERE type = 'qudao.contract.agreement-expiring'";
    private const string Misplaced = "SELECT COUNT(*) FROM agreements WHERE scope_path NOT LIKE @path AND organisation_id = @id";

    /// <summary>Returns when everything of the day has had its effect.</summary>
    public async Task SettleAsync()
    {
        var watch = Stopwatch.StartNew();
        while (await OpenAsync() is { Length: > 0 } open)
        {
            Assert.That(watch.Elapsed, Is.LessThan(Soon), $"{house.Today:yyyy-MM-dd}: {open}");
            await Task.Delay(Pause);
        }
    }

    // What of the day has not had its effect yet; empty when nothing is left.
    private async Task<string> OpenAsync()
    {
        var overdue = await house.Contract.ReadAsync(s => s.ScalarAsync<long>(Overdue, new { today = house.Today }));
        if (overdue > 0)
            return $"{overdue} agreements are not where the day puts them";
        foreach (var (name, db) in new[] { ("Dealer", house.Dealer), ("Contract", house.Contract) })
        {
            if (await db.ReadAsync(s => s.FirstOrDefaultAsync<string>(Undelivered)) is { } type)
                return $"{name} has not delivered {type}";
            if (await db.ReadAsync(s => s.FirstOrDefaultAsync<string>(Retried)) is { } error)
                return $"a consumer of {name} failed: {error}";
        }
        return "";
    }

    public async Task BalanceAsync()
    {
        var today = new { today = house.Today };
        Assert.That(await house.Dealer.ReadAsync(s => s.QueryAsync<string>(SharedCities)), Is.Empty, $"{house.Today}: cities with two agents");
        var bound = await house.Contract.ReadAsync(s => s.QueryAsync<BoundRow>(Bound, today));
        Assert.That(bound.Where(row => row.Kind == "city-agent").GroupBy(row => row.City).Where(city => city.Select(row => row.Id).Distinct().Count() > 1).Select(city => city.Key),
            Is.Empty, $"{house.Today}: cities with two agreements in effect");
        var holders = await house.Dealer.ReadAsync(s => s.QueryAsync<HolderRow>(Holders));
        Assert.That(bound.Where(row => row.Kind == "city-agent" && !holders.Exists(held => held.City == row.City && held.Partner == row.Id)), Is.Empty, $"{house.Today}: agents without their city");
        var stages = await house.Dealer.ReadAsync(s => s.QueryAsync<StageRow>(Stages));
        Assert.That(stages.Where(row => row.Stage is "signed" or "trained" or "operating").Select(row => row.Id).Order(), Is.SubsetOf(bound.Select(row => row.Id)),
            $"{house.Today}: partners said to be signed without an agreement in effect");
        Assert.That(bound.Select(row => row.Id).Where(id => stages.Single(row => row.Id == id).Stage is not ("signed" or "trained" or "operating" or "suspended")), Is.Empty,
            $"{house.Today}: partners with an agreement in effect that are not said to be signed");
        await RegisterIsCompleteAsync();
    }

    /// <summary>The statistics form of every centre against what was signed there; each alert was sent once.</summary>
    public async Task ReportAsync()
    {
        var statistics = house.Contracting<AgreementStatisticsService.AgreementStatisticsServiceClient>(Auditor);
        foreach (var centre in simulation.Centres)
        {
            var form = await statistics.GetAgreementStatisticsAsync(new GetAgreementStatisticsRequest { Organisation = $"organisations/{centre.Id}", PageSize = 1000 });
            Assert.That(form.Rows.Select(row => row.Number).Order(), Is.EqualTo(centre.Signed.Select(a => a.Number).Order()), $"{house.Today}: the statistics form of {centre.Id}");
            Assert.That(await house.Contract.ReadAsync(s => s.ScalarAsync<long>(Misplaced, new { path = $"{centre.ScopePath}%", id = centre.Id })), Is.Zero, $"agreements of {centre.Id} are where it is");
        }
        var alerts = (await house.Contract.ReadAsync(s => s.QueryAsync<string>(Alerts))).Select(body => (Events.AgreementExpiring)EventJson.Read("qudao.contract.agreement-expiring", body));
        Assert.That(alerts.GroupBy(alert => (alert.AggregateId, alert.LeadDays)).Where(same => same.Count() > 1), Is.Empty, $"{house.Today}: alerts sent twice");
    }

    // Every number of every block is there; what was taken was taken in order, and each used number is one agreement's.
    private async Task RegisterIsCompleteAsync()
    {
        var register = await house.Contract.ReadAsync(s => s.QueryAsync<RegisterRow>(Register));
        Assert.That(register.Where(block => block.Promised != block.Kept || string.CompareOrdinal(block.FirstFree, block.LastTaken ?? "") <= 0), Is.Empty, $"{house.Today}: blocks with gaps");
        Assert.That(await house.Contract.ReadAsync(s => s.QueryAsync<string>(Used)), Is.EqualTo(await house.Contract.ReadAsync(s => s.QueryAsync<string>(Numbered))), $"{house.Today}: used numbers");
        Assert.That(await house.Contract.ReadAsync(s => s.QueryAsync<string>(Numbered)), Is.EqualTo(simulation.Centres.SelectMany(centre => centre.Signed).Select(a => a.Number).Order(StringComparer.Ordinal)),
            $"{house.Today}: signed agreements");
    }

    private sealed class BoundRow
    {
        public string Id { get; set; } = "";
        public string Kind { get; set; } = "";
        public string City { get; set; } = "";
    }

    private sealed class HolderRow
    {
        public string City { get; set; } = "";
        public string Partner { get; set; } = "";
    }

    private sealed class StageRow
    {
        public string Id { get; set; } = "";
        public string Kind { get; set; } = "";
        public string Stage { get; set; } = "";
    }

    private sealed class RegisterRow
    {
        public string Prefix { get; set; } = "";
        public long Promised { get; set; }
        public long Kept { get; set; }
        public long Free { get; set; }
        public string? FirstFree { get; set; }
        public string? LastTaken { get; set; }

        public override string ToString() => $"{Prefix}: {Kept} of {Promised}, first free {FirstFree}, last taken {LastTaken}";
    }
}
