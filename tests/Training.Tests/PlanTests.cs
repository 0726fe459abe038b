using Grpc.Core;
using Qudao.TestKit;
using Qudao.Training.Plans;
using Qudao.Training.V1;
using static Qudao.Training.Tests.Classroom;
using TrainingPlanService = Qudao.Training.V1.TrainingPlanService;

namespace Qudao.Training.Tests;

/// <summary>Annual plans, growth files and statistics.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class PlanTests(DatabaseUnderTest database)
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
    public async Task A_plan_is_approved_by_another_and_counts_what_was_held_of_it()
    {
        var plan = await room.Plans.CreateTrainingPlanAsync(new CreateTrainingPlanRequest
        {
            TrainingPlan = new TrainingPlan { Year = 2027, Goal = "覆盖全部签约门店", Items = { Item(3, 2, 20), Item(12, 1, 10) } },
        });
        Assert.That((plan.Organisation, plan.State), Is.EqualTo(("organisations/js", TrainingPlanState.Draft)));
        Assert.That(await OutcomeAsync(async () => await room.Plans.CreateTrainingPlanAsync(new CreateTrainingPlanRequest { TrainingPlan = new TrainingPlan { Year = 2027, Goal = "又一个" } })), Is.EqualTo("PLAN_EXISTS"));
        Assert.That(await OutcomeAsync(() => SessionAsync(plan.Items[0].Id, Monday)), Is.EqualTo("INVALID_ARGUMENT"), "not approved yet");

        await room.Plans.SubmitTrainingPlanAsync(new SubmitTrainingPlanRequest { Name = plan.Name });
        Assert.That(await OutcomeAsync(async () => await room.Plans.ApproveTrainingPlanAsync(new ApproveTrainingPlanRequest { Name = plan.Name })), Is.EqualTo("PERMISSION_DENIED"), "the training manager");
        var self = new TrainingPlanService.TrainingPlanServiceClient(room.Service.Grpc(room.Service.TokenFor("centre-general-manager", "/hq/js/", "trainer1")));
        Assert.That(await OutcomeAsync(async () => await self.ApproveTrainingPlanAsync(new ApproveTrainingPlanRequest { Name = plan.Name })), Is.EqualTo("OWN_PLAN"));
        var manager = new TrainingPlanService.TrainingPlanServiceClient(room.Service.Grpc(room.Service.TokenFor("centre-general-manager", "/hq/js/", "gm")));
        await manager.ReturnTrainingPlanAsync(new ReturnTrainingPlanRequest { Name = plan.Name, Reason = "十二月再加一场" });
        plan.Items[1].Sessions = 2;
        plan.Etag = "";
        var changed = await room.Plans.UpdateTrainingPlanAsync(new UpdateTrainingPlanRequest { TrainingPlan = plan });
        Assert.That(changed.Items.Select(i => i.Id), Is.EqualTo(plan.Items.Select(i => i.Id)), "lines stay lines");
        await room.Plans.SubmitTrainingPlanAsync(new SubmitTrainingPlanRequest { Name = plan.Name });
        var approved = await manager.ApproveTrainingPlanAsync(new ApproveTrainingPlanRequest { Name = plan.Name });
        Assert.That((approved.State, approved.Approver, approved.ApproveDate), Is.EqualTo((TrainingPlanState.Approved, "staff/gm", "2027-02-15")));
        Assert.That(await OutcomeAsync(async () => await room.Plans.UpdateTrainingPlanAsync(new UpdateTrainingPlanRequest { TrainingPlan = plan })), Is.EqualTo("WRONG_STATE"));

        var session = await SessionAsync(plan.Items[0].Id, Monday);
        await SessionAsync(plan.Items[1].Id, Monday.AddDays(270));
        var people = await room.EnrolAsync(session, "李雷");
        await room.Service.MoveClockAsync(Monday.AddHours(3));
        await room.MarkAsync(session, (people, Attendance.Attended));
        await room.Sessions.HoldTrainingSessionAsync(new HoldTrainingSessionRequest { Name = session.Name });
        await room.HeldAsync(Monday.AddDays(1), ("韩梅梅", "", Shop));
        var march = await ProgressAsync(plan);
        Assert.That(march.Items.Select(i => (i.Scheduled, i.Held, i.Attended, i.Behind)), Is.EqualTo(new[] { (0, 1, 1, false), (1, 0, 0, false) }));
        Assert.That((march.PlannedSessions, march.HeldSessions, march.PlannedTrainees, march.AttendedTrainees, march.UnplannedSessions), Is.EqualTo((4, 1, 30, 1, 1)));
        await room.Service.MoveClockAsync(Monday.AddDays(30));
        Assert.That((await ProgressAsync(plan)).Items.Select(i => i.Behind), Is.EqualTo(new[] { true, false }), "March is over with one session missing");
    }

    [Test]
    public async Task A_growth_file_goes_with_the_person_to_another_employer()
    {
        var (first, at) = await room.HeldAsync(Monday, ("李雷", "13851230001", Shop));
        await room.ScoreAsync(first, (at[0], 90));
        var certificate = (await room.IssueAsync(first)).Certificates.Single();
        var (second, later) = await room.HeldAsync(Monday.AddDays(7), ("李雷", "138-5123-0001", Shop2));
        Assert.That(later[0].Trainee, Is.EqualTo(at[0].Trainee), "known by the telephone");

        var file = await room.Files.GetGrowthFileAsync(new GetGrowthFileRequest { Name = at[0].Trainee });
        Assert.That((file.DisplayName, file.Partner), Is.EqualTo(("李雷", Shop2)));
        Assert.That(file.Employments.Select(e => (e.Partner, e.FromDate, e.UntilDate)), Is.EqualTo(new[] { (Shop, "2027-02-15", "2027-03-08"), (Shop2, "2027-03-08", "") }));
        Assert.That(file.Records.Select(r => (r.TrainingSession, r.Attendance, r.Score, r.Certificate)), Is.EqualTo(new[]
        {
            (first.Name, Attendance.Attended, 90, certificate.Name), (second.Name, Attendance.Attended, 0, ""),
        }));

        var now = new GrowthFileService.GrowthFileServiceClient(room.Service.Grpc(room.Service.TokenFor("partner-terminal", "/hq/js/shop2/", partnerId: "shop2")));
        var seen = await now.GetGrowthFileAsync(new GetGrowthFileRequest { Name = at[0].Trainee });
        Assert.That(seen.Employments.Select(e => e.Partner), Is.EqualTo(new[] { "", Shop2 }), "the former employer is not theirs to know");
        Assert.That(seen.Records[0].Certificate, Is.EqualTo(certificate.Name), "what he learnt there is");
        var before = new GrowthFileService.GrowthFileServiceClient(room.Service.Grpc(room.Service.TokenFor("partner-terminal", "/hq/js/shop/", partnerId: "shop")));
        Assert.That(await OutcomeAsync(async () => await before.GetGrowthFileAsync(new GetGrowthFileRequest { Name = at[0].Trainee })), Is.EqualTo("NOT_FOUND"));
        Assert.That((await before.ListGrowthFilesAsync(new ListGrowthFilesRequest())).GrowthFiles, Is.Empty);
    }

    [Test]
    public async Task Statistics_count_each_partner_within_the_scope_and_the_days()
    {
        var (session, people) = await room.HeldAsync(Monday, ("李雷", "", Shop), ("韩梅梅", "", Shop), ("小鲁", "", Shop2));
        await room.ScoreAsync(session, (people[0], 90), (people[1], 50));
        await room.IssueAsync(session);
        await room.Sessions.CloseTrainingSessionAsync(new CloseTrainingSessionRequest { Name = session.Name, Effect = 4 });
        var next = await room.ScheduleAsync(room.Draft(Monday.AddDays(1)));
        var (again, absent) = (await room.EnrolAsync(next, "李雷"), await room.EnrolAsync(next, "韩梅梅"));
        await room.Service.MoveClockAsync(Monday.AddDays(1).AddHours(3));
        await room.MarkAsync(next, (again, Attendance.Attended), (absent, Attendance.Excused));
        await room.Sessions.HoldTrainingSessionAsync(new HoldTrainingSessionRequest { Name = next.Name });

        var all = await StatisticsAsync(room.Trainer, "2027-03-01", "2027-03-31");
        var shop = all[0];
        Assert.That(all.Select(p => p.Partner), Is.EqualTo(new[] { Shop, Shop2 }));
        Assert.That((shop.Sessions, shop.Enrolled, shop.Attended, shop.People), Is.EqualTo((2, 4, 3, 2)));
        Assert.That((shop.AttendanceRate, shop.AverageScore, shop.AverageEffect, shop.ValidCertificates, shop.LastDate), Is.EqualTo((0.75, 70.0, 4.0, 1, "2027-03-09")));
        Assert.That((await StatisticsAsync(room.Trainer, "2027-03-08", "2027-03-08"))[0].Sessions, Is.EqualTo(1));
        Assert.That(await StatisticsAsync(room.Service.TokenFor("training-manager", "/hq/zj/", "t2"), "2027-03-01", "2027-03-31"), Is.Empty);
        Assert.That((await StatisticsAsync(room.Service.TokenFor("dashboard", "/hq/js/", "d1"), "2027-03-01", "2027-03-31", denied: true)), Is.Empty);
    }

    private async Task<List<PartnerTrainingStatistics>> StatisticsAsync(string who, string from, string until, bool denied = false)
    {
        var client = new TrainingStatisticsService.TrainingStatisticsServiceClient(room.Service.Grpc(who));
        var ask = new ListPartnerTrainingStatisticsRequest { FromDate = from, UntilDate = until };
        if (!denied)
            return [.. (await client.ListPartnerTrainingStatisticsAsync(ask)).Partners];
        Assert.That(await OutcomeAsync(async () => await client.ListPartnerTrainingStatisticsAsync(ask)), Is.EqualTo("PERMISSION_DENIED"));
        return [];
    }

    private TrainingPlanItem Item(int month, int sessions, int trainees) =>
        new() { Course = room.Course.Name, Goal = "熟练安装", Way = TrainingWay.Internal, Month = month, Sessions = sessions, Trainees = trainees };

    private async Task<TrainingSession> SessionAsync(string item, DateTimeOffset start)
    {
        var draft = room.Draft(start);
        draft.PlanItem = item;
        return await room.ScheduleAsync(draft);
    }

    private async Task<TrainingPlanProgress> ProgressAsync(TrainingPlan plan) => await room.Plans.GetTrainingPlanProgressAsync(new GetTrainingPlanProgressRequest { Name = plan.Name });
}

public class PlanRulesTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        [PlanRules.Draft] = [PlanRules.Submitted],
        [PlanRules.Submitted] = [PlanRules.Approved, PlanRules.Returned],
        [PlanRules.Approved] = [PlanRules.Returned],
        [PlanRules.Returned] = [PlanRules.Submitted],
    };

    [Test]
    public void Every_state_allows_exactly_its_own_moves()
    {
        Assert.That(PlanRules.States, Is.EquivalentTo(Allowed.Keys));
        foreach (var from in PlanRules.States)
        {
            Assert.That(PlanRules.States.Where(to => PlanRules.MayMove(from, to)), Is.EquivalentTo(Allowed[from]), from);
            Assert.That(PlanRules.MayChange(from), Is.EqualTo(from is PlanRules.Draft or PlanRules.Returned), from);
        }
    }
}
