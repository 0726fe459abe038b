using Grpc.Core;
using Qudao.TestKit;
using Qudao.Training.Exams;
using Qudao.Training.Questions;
using Qudao.Training.V1;
using static Qudao.Training.Tests.Classroom;
using ExamService = Qudao.Training.V1.ExamService;
using QuestionService = Qudao.Training.V1.QuestionService;

namespace Qudao.Training.Tests;

/// <summary>The question bank, tests and their scores.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
public class ExamTests(DatabaseUnderTest database)
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
    public async Task A_test_is_scored_at_once_and_the_best_attempt_is_the_score_of_the_roster()
    {
        var single = await AskAsync(QuestionKind.Single, "接地线是什么颜色？", 1, [2], "红", "黑", "黄");
        var multiple = await AskAsync(QuestionKind.Multiple, "安装前检查哪些？", 2, [1, 3], "电瓶电压", "轮胎", "接线图");
        var truth = await AskAsync(QuestionKind.TrueFalse, "可以带电接线。", 1, [2]);
        Assert.That(truth.Options, Is.EqualTo(new[] { "对", "错" }));
        var (session, people) = await room.HeldAsync(Monday, ("李雷", "", Shop), ("韩梅梅", "", Shop2));
        var exam = await room.Exams.CreateExamAsync(new CreateExamRequest
        {
            Exam = new Exam { TrainingSession = session.Name, Title = "结业考试", PassScore = 60, MaxAttempts = 2 },
            Questions = { single.Name, multiple.Name, truth.Name },
        });
        // A question that is changed later does not change the test.
        single.Text = "火线是什么颜色？";
        single.Correct[0] = 1;
        await room.Questions.UpdateQuestionAsync(new UpdateQuestionRequest { Question = single });

        var shop = room.Service.Grpc(room.Service.TokenFor("partner-terminal", "/hq/js/shop/", partnerId: "shop"));
        var exams = new ExamService.ExamServiceClient(shop);
        var seen = await exams.GetExamAsync(new GetExamRequest { Name = exam.Name });
        Assert.That(seen.Questions.Select(q => q.Text), Is.EqualTo(new[] { "接地线是什么颜色？", "安装前检查哪些？", "可以带电接线。" }));
        Assert.That(await OutcomeAsync(async () => await new QuestionService.QuestionServiceClient(shop).GetQuestionAsync(new GetQuestionRequest { Name = single.Name })), Is.EqualTo("PERMISSION_DENIED"), "who is tested sees no answers");

        var half = await SubmitAsync(exams, exam, people[0], [2], [1], [2]);
        Assert.That((half.Score, half.Passed, string.Join(",", half.Right)), Is.EqualTo((50, false, "True,False,True")), "one of two right options is not right");
        Assert.That(await OutcomeAsync(() => SubmitAsync(exams, exam, people[0], [2], [1], [9])), Is.EqualTo("INVALID_ARGUMENT"));
        var full = await SubmitAsync(exams, exam, people[0], [2], [3, 1], [2]);
        Assert.That((full.Score, full.Passed), Is.EqualTo((100, true)));
        Assert.That(await OutcomeAsync(() => SubmitAsync(exams, exam, people[0], [2], [3, 1], [2])), Is.EqualTo("NO_ATTEMPT_LEFT"));
        Assert.That(await OutcomeAsync(() => SubmitAsync(exams, exam, people[1], [2], [3, 1], [2])), Is.EqualTo("INVALID_ARGUMENT"), "somebody else's people");
        var roster = (await room.Enrolments.ListEnrolmentsAsync(new ListEnrolmentsRequest { TrainingSession = session.Name })).Enrolments;
        Assert.That(roster.Select(e => (e.DisplayName, e.HasScore, e.Score)), Is.EqualTo(new[] { ("李雷", true, 100), ("韩梅梅", false, 0) }));
        Assert.That((await room.Exams.ListAttemptsAsync(new ListAttemptsRequest { Exam = exam.Name })).Attempts.Select(a => a.Score), Is.EqualTo(new[] { 50, 100 }));
    }

    [Test]
    public async Task Of_many_who_hand_in_the_only_attempt_at_once_one_counts()
    {
        await AskAsync(QuestionKind.TrueFalse, "可以带电接线。", 1, [2]);
        var (session, people) = await room.HeldAsync(Monday, ("李雷", "", Shop));
        var exam = await room.Exams.CreateExamAsync(new CreateExamRequest { Exam = new Exam { TrainingSession = session.Name, Title = "抽题", PassScore = 60 }, Draw = 1 });
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => OutcomeAsync(() => SubmitAsync(room.Exams, exam, people[0], [2]))));
        Assert.That(outcomes.Count(o => o == "OK"), Is.EqualTo(1));
        Assert.That(await OutcomeAsync(async () => await room.Exams.CreateExamAsync(new CreateExamRequest { Exam = new Exam { TrainingSession = session.Name, Title = "抽题", PassScore = 60 }, Draw = 2 })),
            Is.EqualTo("INVALID_ARGUMENT"), "the bank has one question");
    }

    private async Task<Question> AskAsync(QuestionKind kind, string text, int points, int[] correct, params string[] options) =>
        await room.Questions.CreateQuestionAsync(new CreateQuestionRequest { Question = new Question { Course = room.Course.Name, Kind = kind, Text = text, Points = points, Correct = { correct }, Options = { options } } });

    private static async Task<Attempt> SubmitAsync(ExamService.ExamServiceClient exams, Exam exam, Enrolment who, params int[][] chosen) =>
        await exams.SubmitAttemptAsync(new SubmitAttemptRequest { Exam = exam.Name, Enrolment = who.Name, Answers = { chosen.Select(c => new Answer { Chosen = { c } }) } });
}

public class ExamRulesTests
{
    private static readonly Put[] Questions = [new("a", "single", ["1", "2"], [1], 1), new("b", "multiple", ["1", "2", "3"], [1, 2], 2)];

    [TestCase(new[] { 1 }, new[] { 2, 1 }, 100, true)]
    [TestCase(new[] { 1 }, new[] { 1 }, 33, false)]
    [TestCase(new[] { 2 }, new[] { 1, 2 }, 66, false)]
    [TestCase(new int[0], new int[0], 0, false)]
    [TestCase(new[] { 1 }, new[] { 1, 2, 3 }, 33, false)]
    public void Points_are_rounded_down_and_a_question_counts_only_when_exactly_right(int[] first, int[] second, int score, bool passed)
    {
        var result = ExamRules.Score(Questions, [first, second], 67);
        Assert.That((result.Score, result.Passed), Is.EqualTo((score, passed)));
    }

    [Test]
    public void Faults_of_a_question_are_all_named()
    {
        var question = new Question { Kind = QuestionKind.Single, Options = { "甲", "甲" }, Correct = { 1, 3 } };
        Assert.That(QuestionRules.Check(question).Select(v => v.Field), Is.EqualTo(new[] { "question.options[1]", "question.correct[1]", "question.correct" }));
        Assert.That(QuestionRules.Check(new Question { Kind = QuestionKind.TrueFalse, Correct = { 2 } }), Is.Empty);
        Assert.That(QuestionRules.Check(new Question { Kind = QuestionKind.TrueFalse, Options = { "是", "否" }, Correct = { 3 } }).Select(v => v.Field), Is.EqualTo(new[] { "question.options", "question.correct[0]" }));
        Assert.That(QuestionRules.Check(new Question()), Is.Empty, "a kind that is missing is told by the contract");
    }

    [Test]
    public void A_test_is_of_named_or_of_drawn_questions()
    {
        Assert.That(ExamRules.Create(new CreateExamRequest()).Select(v => v.Field), Is.EqualTo(new[] { "questions" }));
        Assert.That(ExamRules.Create(new CreateExamRequest { Draw = 1, Questions = { "questions/a", "questions/a" } }).Select(v => v.Field), Is.EqualTo(new[] { "draw", "questions[1]" }));
    }
}
