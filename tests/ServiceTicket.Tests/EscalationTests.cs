using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Running;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;
using Qudao.TestKit;
using static Qudao.ServiceTicket.Tests.TicketHouse;

namespace Qudao.ServiceTicket.Tests;

/// <summary>What the clock brings about: once, whoever looks, and whatever dies.</summary>
internal sealed class EscalationTests
{
    private TicketHouse house = null!;

    [SetUp]
    public async Task StartAsync() => house = await TicketHouse.StartAsync();

    [TearDown]
    public ValueTask StopAsync() => house.DisposeAsync();

    [Test]
    public async Task Two_instances_on_one_database_tell_each_level_once()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => house.OpenAsync()));
        await using var second = await SecondInstanceAsync();

        foreach (var (time, level) in new[] { ("11:01", 1), ("13:33", 2), ("15:36", 3) })
        {
            await house.Service.MoveClockAsync(At($"2026-11-23T{time}"));
            // Beside both instances' own sweeps: all may have read what is due before anybody writes.
            Db[] databases = [house.Service.Db, second.Services.GetRequiredService<Db>()];
            await Task.WhenAll(Enumerable.Range(0, 8).Select(i => TicketLedger.SweepAsync(databases[i % 2])));
            foreach (var ticket in opened)
                await house.UntilAsync(ticket.Name, t => t.EscalationLevel == level, $"{ticket.Number} is at level {level}");
        }
        await house.Service.MoveClockAsync(At("2026-11-23T17:00"));
        await TicketLedger.SweepAsync(house.Service.Db);
        await second.StopAsync();

        foreach (var ticket in opened)
        {
            Assert.That((await house.EntriesAsync(ticket.Name)).Select(entry => (entry.Type, entry.Role)), Is.EqualTo(
            [
                (TicketEntryType.Opened, ""), (TicketEntryType.FirstResponseBreached, ""), (TicketEntryType.Escalated, "after-sales-manager"),
                (TicketEntryType.Escalated, "sales-manager"), (TicketEntryType.Escalated, "centre-general-manager"),
            ]));
            Assert.That((await house.EventsAsync(ticket.Name)).Select(e => (e.Version, e.EscalationLevel, e.EscalationRole)),
                Is.EqualTo([(1, 0, ""), (2, 0, ""), (3, 1, "after-sales-manager"), (4, 2, "sales-manager"), (5, 3, "centre-general-manager")]));
            Assert.That((await house.AuditAsync(ticket.Name)).Where(line => line.Action == "ticket.escalated").Select(line => line.ActorName), Is.EqualTo(["系统", "系统", "系统"]));
        }
    }

    [Test]
    public async Task A_major_complaint_is_told_at_once_and_goes_on_when_it_is_late()
    {
        var ticket = await house.OpenAsync(severity: TicketSeverity.Major);
        Assert.That((ticket.EscalationLevel, ticket.NextEscalationTime, ticket.FirstResponseBreached), Is.EqualTo((1, (object?)null, false)));
        Assert.That((await house.EventsAsync(ticket.Name)).Select(e => e.EscalationLevel), Is.EqualTo([0, 1]));

        await house.Service.MoveClockAsync(At("2026-11-23T10:31"));
        var late = await house.UntilAsync(ticket.Name, t => t.FirstResponseBreached, "it is late");
        Assert.That(late.EscalationLevel, Is.EqualTo(1));
        Assert.That(late.NextEscalationTime.ToDateTimeOffset(), Is.EqualTo(At("2026-11-23T11:31")).Within(TimeSpan.FromSeconds(50)));
        await house.Service.MoveClockAsync(At("2026-11-23T11:33"));
        await house.UntilAsync(ticket.Name, t => t.EscalationLevel == 2, "the second level is told");
    }

    [Test]
    public async Task A_response_stops_the_escalation_until_the_result_is_late_too()
    {
        var ticket = await house.OpenAsync(kind: TicketKind.Consultation);
        await house.Service.MoveClockAsync(At("2026-11-23T13:31"));
        await house.UntilAsync(ticket.Name, t => t.EscalationLevel == 1, "the first level is told");
        var responded = await house.AfterSales.RespondToTicketAsync(new RespondToTicketRequest { Name = ticket.Name, Text = "收到" });
        Assert.That(responded.NextEscalationTime, Is.Null);

        await house.Service.MoveClockAsync(At("2026-11-24T10:01"));
        var late = await house.UntilAsync(ticket.Name, t => t.ResolutionBreached, "the result is late");
        Assert.That((late.EscalationLevel, late.NextEscalationTime is null), Is.EqualTo((1, false)));
        var resolved = await house.AfterSales.ResolveTicketAsync(new ResolveTicketRequest { Name = ticket.Name, Result = "已答复" });

        Assert.That((resolved.NextEscalationTime, resolved.EscalationLevel, resolved.ResolutionBreached), Is.EqualTo(((object?)null, 1, true)));
        await house.Service.MoveClockAsync(At("2026-11-25T10:00"));
        Assert.That(await TicketLedger.SweepAsync(house.Service.Db), Is.Zero);
    }

    [Test]
    public async Task Who_comes_late_is_late_even_before_the_sweep_has_looked()
    {
        var ticket = await house.OpenAsync();
        await house.Service.MoveClockAsync(At("2026-11-23T11:01"));

        var responded = await house.AfterSales.RespondToTicketAsync(new RespondToTicketRequest { Name = ticket.Name, Text = "收到" });

        Assert.That(responded.FirstResponseBreached, Is.True);
        Assert.That((await house.EntriesAsync(ticket.Name)).Select(entry => entry.Type), Is.EqualTo(
            [TicketEntryType.Opened, TicketEntryType.FirstResponseBreached, TicketEntryType.Escalated, TicketEntryType.Responded]));
    }

    [Test]
    public async Task The_escalation_timer_stands_still_while_the_client_has_to_do_something()
    {
        var ticket = await house.OpenAsync();
        await house.Service.MoveClockAsync(At("2026-11-23T11:01"));
        await house.UntilAsync(ticket.Name, t => t.EscalationLevel == 1, "the first level is told");
        await house.AfterSales.AssignTicketAsync(new AssignTicketRequest { Name = ticket.Name, Handler = "staff/s-tech" });
        await house.Service.MoveClockAsync(At("2026-11-23T11:30"));
        await house.AfterSales.PauseTicketAsync(new PauseTicketRequest { Name = ticket.Name, Reason = "等客户" });
        await house.Service.MoveClockAsync(At("2026-11-23T16:00"));
        Assert.That(await TicketLedger.SweepAsync(house.Service.Db), Is.Zero);

        var resumed = await house.AfterSales.ResumeTicketAsync(new ResumeTicketRequest { Name = ticket.Name, Reason = "客户已到店" });

        // Half of the hour was left.
        Assert.That(resumed.NextEscalationTime.ToDateTimeOffset(), Is.EqualTo(At("2026-11-23T16:31")).Within(TimeSpan.FromSeconds(50)));
    }

    [Test]
    public async Task A_restart_between_two_levels_loses_none_and_repeats_none()
    {
        var ticket = await house.OpenAsync();
        await house.Service.MoveClockAsync(At("2026-11-23T11:01"));
        await house.UntilAsync(ticket.Name, t => t.EscalationLevel == 1, "the first level is told");

        await house.Service.RestartAsync();
        await house.Service.MoveClockAsync(At("2026-11-23T13:33"));
        await house.UntilAsync(ticket.Name, t => t.EscalationLevel == 2, "the second level is told");

        Assert.That((await house.EntriesAsync(ticket.Name)).Select(entry => entry.Level), Is.EqualTo([0, 0, 1, 2]));
    }

    [Test]
    public async Task A_process_that_dies_while_it_escalates_loses_none_and_repeats_none()
    {
        await house.OpenAsync();
        await Eventually.Async(async () => await house.Service.Db.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM outbox WHERE delivered_us IS NULL")) == 0,
            Patience, "the event is delivered");
        var folder = Directory.CreateTempSubdirectory("qudao-ticket-").FullName;
        var file = Path.Combine(folder, "service.db");
        await house.Service.Db.ReadAsync(s => s.ScalarAsync<string>("VACUUM INTO @file", new { file }));
        await using (var reader = ReaderOf(file))
        {
            SetClock(folder, At("2026-11-23T11:01"));
            await DieAsync(folder, Faults.BeforeCommit);
            Assert.That(await LevelsAsync(reader), Is.EqualTo([0]), "it died before anything was written");

            await DieAsync(folder, Faults.AfterCommit);
            Assert.That(await LevelsAsync(reader), Is.EqualTo([0, 0, 1]), "late, and the first level told");

            SetClock(folder, At("2026-11-23T13:33"));
            await using var survivor = Launch(folder, null);
            await Eventually.Async(async () => (await LevelsAsync(reader)).Count > 3, TimeSpan.FromSeconds(60), "the second level is told");
            Assert.That(await LevelsAsync(reader), Is.EqualTo([0, 0, 1, 2]));
            var events = await reader.ReadAsync(s => s.QueryAsync<string>("SELECT body FROM outbox ORDER BY version"));
            Assert.That(events.Select(body => ((TicketChanged)EventJson.Read("qudao.serviceticket.ticket-changed", body)).EscalationLevel), Is.EqualTo([0, 0, 1, 2]));
        }
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public async Task A_chain_that_became_shorter_stops_the_timer()
    {
        var ticket = await house.OpenAsync();
        await house.Service.MoveClockAsync(At("2026-11-23T11:01"));
        await house.UntilAsync(ticket.Name, t => t.EscalationLevel == 1, "the first level is told");
        await house.Manager.UpdateEscalationChainAsync(new UpdateEscalationChainRequest
        {
            EscalationChain = new EscalationChain { Name = "escalationChains/js-complaint", Steps = { new EscalationStep { Role = "sales-manager" } } },
        });

        await house.Service.MoveClockAsync(At("2026-11-23T13:33"));
        var stopped = await house.UntilAsync(ticket.Name, t => t.NextEscalationTime is null, "the timer has stopped");

        Assert.That((stopped.EscalationLevel, stopped.Etag), Is.EqualTo((1, "v3")));
    }

    /// <summary>Another instance of the service on the same database and clock.</summary>
    private async Task<WebApplication> SecondInstanceAsync()
    {
        var settings = new Dictionary<string, string?>(house.Service.Shared)
        {
            ["Listen"] = "http://127.0.0.1:0",
            ["Auth:Jwks"] = "http://127.0.0.1:1/",
            ["Services:Dealer"] = "http://127.0.0.1:1",
        };
        var app = ServiceHost.Build(new ServiceTicketModule(), [], settings, new LocalBus());
        await app.StartServiceAsync(typeof(ServiceTicketModule).Assembly);
        return app;
    }

    private static Dictionary<string, string?> Settings(string folder) => new()
    {
        ["Listen"] = "http://127.0.0.1:0",
        ["Database:Path"] = Path.Combine(folder, "service.db"),
        ["Auth:Jwks"] = "http://127.0.0.1:1/",
        ["Services:Dealer"] = "http://127.0.0.1:1",
        ["Faults:Enabled"] = "true",
        ["Faults:ClockFile"] = Path.Combine(folder, "clock"),
    };

    /// <summary>The service as a process of its own; without a broker, which its sweep does not need.</summary>
    private static ChildProcess Launch(string folder, string? crashAt)
    {
        var settings = Settings(folder).Select(pair => KeyValuePair.Create(pair.Key.Replace(":", "__", StringComparison.Ordinal), pair.Value));
        return new ChildProcess("serviceticket", ["dotnet", Path.Combine(AppContext.BaseDirectory, "Qudao.ServiceTicket.dll")],
            [.. settings, new("Broker__Uri", "amqp://127.0.0.1:1"), new("Faults__CrashAt", crashAt)]);
    }

    private static async Task DieAsync(string folder, string crashAt)
    {
        await using var process = Launch(folder, crashAt);
        Assert.That(await process.Exit.WaitAsync(TimeSpan.FromSeconds(60)), Is.EqualTo(137), process.Tail());
    }

    private static void SetClock(string folder, DateTimeOffset to) =>
        File.WriteAllText(Path.Combine(folder, "clock"), $"{(to - DateTimeOffset.UtcNow).TotalSeconds:0.000}");

    private static Db ReaderOf(string file) =>
        new(new SqliteDialect(file), TimeProvider.System, new OutboxSignal(), Microsoft.Extensions.Logging.Abstractions.NullLogger<Db>.Instance);

    private static Task<List<long>> LevelsAsync(Db db) =>
        db.ReadAsync(s => s.QueryAsync<long>("SELECT level FROM ticket_entries ORDER BY version"));
}
