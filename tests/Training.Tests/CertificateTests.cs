using System.Net;
using System.Text.Json;
using Grpc.Core;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;
using Qudao.Training.Certificates;
using Qudao.Training.V1;
using static Qudao.Training.Tests.Classroom;
using CertificateService = Qudao.Training.V1.CertificateService;

namespace Qudao.Training.Tests;

/// <summary>Certificates: numbers, terms, reminders, and what anybody may know.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class CertificateTests(DatabaseUnderTest database)
{
    private Classroom room = null!;

    [SetUp]
    public async Task OpenAsync() => room = await Classroom.OpenAsync(database);

    [TearDown]
    public async Task CloseAsync()
    {
        if (room is not null)
            await room.DisposeAsync();
    }

    [Test]
    public async Task Who_attended_and_passed_gets_one_and_the_others_are_told_why_not()
    {
        var (session, people) = await room.HeldAsync(Monday, ("李雷", "", Shop), ("韩梅梅", "", Shop), ("小赵", "", Shop));
        await room.ScoreAsync(session, (people[0], 60), (people[1], 59));
        var issued = await room.IssueAsync(session);
        var certificate = issued.Certificates.Single();
        Assert.That((certificate.Number, certificate.HolderDisplayName, certificate.State, certificate.IssueDate, certificate.ExpiryDate),
            Is.EqualTo(("PX-JS-2027-00001", "李雷", CertificateState.Valid, "2027-03-08", "2028-03-07")));
        Assert.That(issued.Refusals.Select(r => (r.Enrolment, r.Reason)), Is.EqualTo(new[] { (people[1].Name, "FAILED"), (people[2].Name, "NO_SCORE") }));

        await room.ScoreAsync(session, (people[1], 80));
        var again = await room.IssueAsync(session);
        Assert.That(again.Certificates.Select(c => (c.Number, c.HolderDisplayName)), Is.EqualTo(new[] { ("PX-JS-2027-00002", "韩梅梅") }));
        Assert.That(again.Refusals.Select(r => r.Reason), Is.EqualTo(new[] { "ISSUED", "NO_SCORE" }));
    }

    [Test]
    public async Task Sessions_issued_at_once_share_a_row_of_numbers_without_gap_or_twin()
    {
        var sessions = new List<TrainingSession>();
        for (var i = 0; i < 8; i++)
        {
            var session = await room.ScheduleAsync(room.Draft(Monday, $"staff/t{i}", $"教室{i}"));
            for (var n = 0; n < 3; n++)
                await room.EnrolAsync(session, $"学员{i}{n}");
            sessions.Add(session);
        }
        await room.Service.MoveClockAsync(Monday.AddHours(3));
        foreach (var session in sessions)
        {
            var roster = (await room.Enrolments.ListEnrolmentsAsync(new ListEnrolmentsRequest { TrainingSession = session.Name })).Enrolments;
            await room.MarkAsync(session, [.. roster.Select(e => (e, Attendance.Attended))]);
            await room.ScoreAsync(session, [.. roster.Select(e => (e, 90))]);
            await room.Sessions.HoldTrainingSessionAsync(new HoldTrainingSessionRequest { Name = session.Name });
        }
        // Each is asked for twice at the same moment; the second of a pair gives none.
        await Task.WhenAll(sessions.Concat(sessions).Select(room.IssueAsync));
        var numbers = (await room.Certificates.ListCertificatesAsync(new ListCertificatesRequest { PageSize = 1000 })).Certificates.Select(c => c.Number).Order();
        Assert.That(numbers, Is.EqualTo(Enumerable.Range(1, 24).Select(n => $"PX-JS-2027-{n:00000}")));
    }

    [Test]
    public async Task Anybody_learns_by_the_number_whether_it_holds_and_nothing_else()
    {
        var (session, people) = await room.HeldAsync(Monday, ("张小明", "13851231234", Shop));
        await room.ScoreAsync(session, (people[0], 88));
        var certificate = (await room.IssueAsync(session)).Certificates.Single();
        using var answer = await room.Service.Rest(null).GetAsync($"/v1/certificateVerifications/{certificate.Number.ToLowerInvariant()}");
        var told = JsonSerializer.Deserialize<Dictionary<string, string>>(await answer.Content.ReadAsStringAsync())!;
        Assert.That(told, Is.EqualTo(new Dictionary<string, string>
        {
            ["number"] = "PX-JS-2027-00001",
            ["state"] = "CERTIFICATE_STATE_VALID",
            ["courseTitle"] = "车载终端安装与演示",
            ["issueDate"] = "2027-03-08",
            ["expiryDate"] = "2028-03-07",
            ["maskedHolder"] = "张**",
        }));
        using var unknown = await room.Service.Rest(null).GetAsync("/v1/certificateVerifications/PX-JS-2027-00002");
        Assert.That(unknown.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));

        var taken = await room.Certificates.RevokeCertificateAsync(new RevokeCertificateRequest { Name = certificate.Name, Reason = "代考" });
        Assert.That((taken.State, taken.Reason), Is.EqualTo((CertificateState.Revoked, "代考")));
        var verified = await new CertificateService.CertificateServiceClient(room.Service.Grpc(null)).VerifyCertificateAsync(new VerifyCertificateRequest { Number = certificate.Number });
        Assert.That(verified.State, Is.EqualTo(CertificateState.Revoked));
        Assert.That(verified.ToString(), Does.Not.Contain("代考").And.Not.Contain("小明").And.Not.Contain("1385123"));
        Assert.That(await OutcomeAsync(async () => await room.Certificates.RevokeCertificateAsync(new RevokeCertificateRequest { Name = certificate.Name, Reason = "再撤" })), Is.EqualTo("WRONG_STATE"));
    }

    [Test]
    public async Task Reminders_come_once_at_each_lead_day_stop_when_renewed_and_the_end_comes_by_itself()
    {
        var (session, people) = await room.HeldAsync(Monday, ("李雷", "13851230001", Shop), ("韩梅梅", "13851230002", Shop));
        await room.ScoreAsync(session, (people[0], 90), (people[1], 90));
        var first = (await room.IssueAsync(session)).Certificates;
        var end = Monday.AddYears(1).AddDays(-1);
        await RemindAsync(end.AddDays(-60), 60);
        // 李雷 comes again; his first certificate needs no reminder any more.
        var (refresher, again) = await room.HeldAsync(ChinaTime.At(new DateOnly(2028, 2, 1), new TimeOnly(9, 0)), ("李雷", "13851230001", Shop));
        await room.ScoreAsync(refresher, (again[0], 95));
        var renewal = (await room.IssueAsync(refresher)).Certificates.Single();
        Assert.That((await room.Certificates.GetCertificateAsync(new GetCertificateRequest { Name = first[0].Name })).RenewedBy, Is.EqualTo(renewal.Name));
        await RemindAsync(end.AddDays(-30), 30);
        Assert.That((await ToldAsync()).Select(t => (t.TraineeId, t.DaysLeft)), Is.EquivalentTo(new[]
        {
            (Trainee(first[0]), 60), (Trainee(first[1]), 60), (Trainee(first[1]), 30),
        }));

        await room.Service.MoveClockAsync(end.AddDays(1));
        await Eventually.Async(async () => (await room.Service.PublishedAsync<CertificateChanged>()).Count(c => c.State == "expired") == 2, TimeSpan.FromSeconds(20), "both have expired");
        Assert.That((await room.Certificates.GetCertificateAsync(new GetCertificateRequest { Name = first[1].Name })).State, Is.EqualTo(CertificateState.Expired));
        Assert.That((await room.Certificates.ListCertificatesAsync(new ListCertificatesRequest { State = CertificateState.Valid })).Certificates.Select(c => c.Number), Is.EqualTo(new[] { "PX-JS-2028-00001" }));
    }

    private async Task RemindAsync(DateTimeOffset day, int lead)
    {
        await room.Service.MoveClockAsync(day);
        await Eventually.Async(async () => (await ToldAsync()).Any(t => t.DaysLeft == lead), TimeSpan.FromSeconds(20), $"the reminder of {lead} days");
        // Whoever else sweeps at the same time, and whatever starts again, reminds nobody twice.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CertificateClock.RemindAsync(room.Service.Db, new())));
        await room.Service.RestartAsync();
        Assert.That(await CertificateClock.RemindAsync(room.Service.Db, new()), Is.Zero);
    }

    private Task<List<CertificateExpiring>> ToldAsync() => room.Service.PublishedAsync<CertificateExpiring>();

    private static string Trainee(Certificate certificate) => certificate.Trainee["trainees/".Length..];
}

public class CertificateRulesTests
{
    private static readonly DateOnly Issued = new(2027, 3, 31);

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        [CertificateRules.Valid] = [CertificateRules.Expired, CertificateRules.Revoked],
        [CertificateRules.Expired] = [CertificateRules.Revoked],
        [CertificateRules.Revoked] = [],
    };

    [Test]
    public void Every_state_allows_exactly_its_own_moves()
    {
        Assert.That(CertificateRules.States, Is.EquivalentTo(Allowed.Keys));
        foreach (var from in CertificateRules.States)
            Assert.That(CertificateRules.States.Where(to => CertificateRules.MayMove(from, to)), Is.EquivalentTo(Allowed[from]), from);
    }

    [TestCase(0, null)]
    [TestCase(12, "2028-03-30")]
    [TestCase(1, "2027-04-29")]
    [TestCase(11, "2028-02-28")]
    public void It_holds_for_its_months_to_the_day_before(int months, string? last) =>
        Assert.That(CertificateRules.Expiry(Issued, months)?.ToString("yyyy-MM-dd"), Is.EqualTo(last));

    [TestCase("2027-01-01", "2027-05-02")]
    [TestCase("2027-05-02", "2027-06-01")]
    [TestCase("2027-06-01", "2027-06-24")]
    [TestCase("2027-06-24", null)]
    public void The_next_reminder_is_the_next_lead_day(string today, string? next) =>
        Assert.That(CertificateRules.NextReminder(new DateOnly(2027, 7, 1), DateOnly.Parse(today), new())?.ToString("yyyy-MM-dd"), Is.EqualTo(next));

    [TestCase("张三", "张*")]
    [TestCase("欧阳娜娜", "欧**")]
    [TestCase("张", "张*")]
    [TestCase("", "")]
    public void Of_a_name_only_the_first_character_is_told(string name, string masked) => Assert.That(Masking.Name(name), Is.EqualTo(masked));
}
