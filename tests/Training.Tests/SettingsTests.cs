using Grpc.Core;
using Qudao.TestKit;
using Qudao.Training.V1;
using static Qudao.Training.Tests.Classroom;

namespace Qudao.Training.Tests;

/// <summary>Numbers that the manuals do not give are the company's to set.</summary>
public class SettingsTests
{
    [Test]
    public async Task What_is_set_holds_instead_of_what_is_usual()
    {
        await using var room = await Classroom.OpenAsync(DatabaseUnderTest.Sqlite, new()
        {
            ["Training:CertificateLeadDays"] = "10,3",
            ["Training:FollowUpDays"] = "30",
            ["Training:InvitationDays"] = "2",
            ["Training:LongestSessionHours"] = "3",
            ["Training:LongestTrainingDays"] = "1",
            ["Training:Proposals"] = "2",
            ["Training:RequireAgreement"] = "false",
        });
        Assert.That(await OutcomeAsync(() => room.AskAsync("partners/unsigned")), Is.EqualTo("OK"), "no agreement is asked for");
        var long4 = room.Draft(Monday);
        long4.EndTime = At(Monday.AddHours(4));
        Assert.That(FieldsOf(Assert.ThrowsAsync<RpcException>(() => room.ScheduleAsync(long4))!), Is.EqualTo(new[] { "training_session.end_time" }));
        var asked = await room.AskAsync(Shop);
        var days = new ScheduleTrainingRequest { Name = asked.Name, Lecturer = "staff/trainer1", StartTime = At(Monday), EndTime = At(Monday.AddDays(2)) };
        Assert.That(FieldsOf(Assert.ThrowsAsync<RpcException>(async () => await room.Requests.ScheduleTrainingAsync(days))!), Is.EqualTo(new[] { "end_time" }));
        await room.Lecturers.CreateLecturerAsync(new CreateLecturerRequest { Lecturer = new Lecturer { Staff = "staff/trainer1" } });
        Assert.That((await room.Sessions.ProposeSlotsAsync(new ProposeSlotsRequest { Course = room.Course.Name, WishTime = At(Monday), WithoutRoom = true })).Slots, Has.Count.EqualTo(2));

        var (session, people) = await room.HeldAsync(Monday, ("李雷", "", Shop));
        await room.ScoreAsync(session, (people[0], 90));
        await room.IssueAsync(session);
        await UntilAsync(room, EvaluationState.Invited, EvaluationRound.Session);
        await room.Service.MoveClockAsync(Monday.AddDays(3));
        await UntilAsync(room, EvaluationState.Lapsed, EvaluationRound.Session);
        await room.Service.MoveClockAsync(Monday.AddDays(31));
        await UntilAsync(room, EvaluationState.Invited, EvaluationRound.FollowUp);
        await room.Service.MoveClockAsync(Monday.AddYears(1).AddDays(-1 - 10));
        await Eventually.Async(async () => (await room.Service.PublishedAsync<Events.CertificateExpiring>()).Select(e => e.DaysLeft).SequenceEqual([10]), TimeSpan.FromSeconds(20), "reminded ten days before");
    }

    private static Task UntilAsync(Classroom room, EvaluationState state, EvaluationRound round) => Eventually.Async(
        async () => (await room.Evaluations.ListTrainingEvaluationsAsync(new ListTrainingEvaluationsRequest { State = state })).TrainingEvaluations.Any(one => one.Round == round),
        TimeSpan.FromSeconds(20), $"{round} {state}");
}
