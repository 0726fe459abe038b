using Grpc.Core;
using Qudao.Events;
using Qudao.TestKit;
using Qudao.Training.Evaluations;
using Qudao.Training.V1;
using static Qudao.Training.Tests.Classroom;
using TrainingEvaluationService = Qudao.Training.V1.TrainingEvaluationService;

namespace Qudao.Training.Tests;

/// <summary>Feedback after the session and again after 90 days.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class EvaluationTests(DatabaseUnderTest database)
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
    public async Task Who_attended_is_invited_right_after_and_again_after_ninety_days_each_once()
    {
        var (session, _) = await room.HeldAsync(Monday, ("李雷", "", Shop), ("韩梅梅", "", Shop2));
        var now = await InvitedAsync(2);
        Assert.That(now.Select(e => e.Round), Is.All.EqualTo(EvaluationRound.Session));
        await room.Service.MoveClockAsync(Monday.AddHours(2).AddDays(90).AddMinutes(-1));
        Assert.That(await EvaluationClock.InviteAsync(room.Service.Db, new()), Is.Zero, "a minute too early");
        await room.Service.MoveClockAsync(Monday.AddHours(2).AddDays(90).AddMinutes(1));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => EvaluationClock.InviteAsync(room.Service.Db, new())));
        await room.Service.RestartAsync();
        var later = await InvitedAsync(2);
        Assert.That(later.Select(e => e.Round), Is.All.EqualTo(EvaluationRound.FollowUp));
        var told = (await room.Service.PublishedAsync<TrainingEvaluationChanged>()).Where(e => e.State == "invited").Select(e => e.AggregateId).ToList();
        Assert.That(told, Has.Count.EqualTo(4));
        Assert.That(told, Is.Unique);
        // The first invitations were not answered within 30 days.
        await Eventually.Async(async () => (await ListAsync(EvaluationState.Lapsed)).Count == 2, TimeSpan.FromSeconds(20), "the first round has lapsed");
        Assert.That(await OutcomeAsync(() => AnswerAsync(room.Evaluations, now[0], 5)), Is.EqualTo("WRONG_STATE"));
        _ = session;
    }

    [Test]
    public async Task A_shop_answers_for_its_own_people_once_and_the_summary_names_nobody()
    {
        var (session, _) = await room.HeldAsync(Monday, ("李雷", "", Shop), ("韩梅梅", "", Shop2));
        var invited = await InvitedAsync(2);
        var shop = new TrainingEvaluationService.TrainingEvaluationServiceClient(room.Service.Grpc(room.Service.TokenFor("partner-terminal", "/hq/js/shop/", partnerId: "shop")));
        var own = (await shop.ListTrainingEvaluationsAsync(new ListTrainingEvaluationsRequest { State = EvaluationState.Invited })).TrainingEvaluations.Single();
        Assert.That(own.DisplayName, Is.EqualTo("李雷"));
        Assert.That(await OutcomeAsync(() => AnswerAsync(shop, invited.Single(e => e.Name != own.Name), 1)), Is.EqualTo("NOT_FOUND"));
        Assert.That(await OutcomeAsync(() => AnswerAsync(shop, own, 4)), Is.EqualTo("OK"));
        Assert.That(await OutcomeAsync(() => AnswerAsync(shop, own, 1)), Is.EqualTo("WRONG_STATE"));
        await AnswerAsync(room.Evaluations, invited.Single(e => e.Name != own.Name), 5);

        var summary = await room.Evaluations.SummariseTrainingEvaluationsAsync(new SummariseTrainingEvaluationsRequest { TrainingSession = session.Name });
        Assert.That(summary.Rounds.Select(r => (r.Round, r.Invited, r.Answered, r.Content, r.Usefulness)), Is.EqualTo(new[]
        {
            (EvaluationRound.Session, 2, 2, 4.5, 3.0), (EvaluationRound.FollowUp, 0, 0, 0.0, 0.0),
        }));
        Assert.That(summary.ToString(), Does.Not.Contain("李雷"));
    }

    [Test]
    public async Task A_training_that_a_request_reports_is_evaluated_too()
    {
        var request = await room.AskAsync(Shop);
        await room.Requests.ScheduleTrainingAsync(new ScheduleTrainingRequest { Name = request.Name, Lecturer = "staff/trainer1", StartTime = At(Monday), EndTime = At(Monday.AddHours(2)) });
        await room.Service.MoveClockAsync(Monday.AddHours(3));
        await room.Requests.HoldTrainingAsync(new HoldTrainingRequest { Name = request.Name, Trainees = { new Trainee { DisplayName = "李雷", Attended = true }, new Trainee { DisplayName = "小赵" } } });
        Assert.That((await InvitedAsync(1)).Single().DisplayName, Is.EqualTo("李雷"));
    }

    private async Task<List<TrainingEvaluation>> InvitedAsync(int count)
    {
        await Eventually.Async(async () => (await ListAsync(EvaluationState.Invited)).Count == count, TimeSpan.FromSeconds(20), $"{count} are invited");
        return await ListAsync(EvaluationState.Invited);
    }

    private async Task<List<TrainingEvaluation>> ListAsync(EvaluationState state) =>
        [.. (await room.Evaluations.ListTrainingEvaluationsAsync(new ListTrainingEvaluationsRequest { State = state })).TrainingEvaluations];

    private static async Task AnswerAsync(TrainingEvaluationService.TrainingEvaluationServiceClient who, TrainingEvaluation evaluation, int content) =>
        await who.AnswerTrainingEvaluationAsync(new AnswerTrainingEvaluationRequest { Name = evaluation.Name, Content = content, Lecturer = 5, Usefulness = 3, Comment = "很实用" });
}

public class EvaluationRulesTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        [EvaluationRules.Waiting] = [EvaluationRules.Invited],
        [EvaluationRules.Invited] = [EvaluationRules.Answered, EvaluationRules.Lapsed],
        [EvaluationRules.Answered] = [],
        [EvaluationRules.Lapsed] = [],
    };

    [Test]
    public void Every_state_allows_exactly_its_own_moves()
    {
        Assert.That(EvaluationRules.States, Is.EquivalentTo(Allowed.Keys));
        foreach (var from in EvaluationRules.States)
            Assert.That(EvaluationRules.States.Where(to => EvaluationRules.MayMove(from, to)), Is.EquivalentTo(Allowed[from]), from);
    }
}
