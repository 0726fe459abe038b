using System.Text.Json;
using Grpc.Core;
using Qudao.Platform;
using Qudao.Training.Enrolments;
using Qudao.Training.Questions;
using Qudao.Training.Sessions;
using Qudao.Training.V1;

namespace Qudao.Training.Exams;

/// <summary>Tests 考试 of a session: made from the bank, answered by who attended, scored at once.</summary>
public sealed class ExamService(Db db) : V1.ExamService.ExamServiceBase
{
    private const string Collection = "exams";

    public override Task<Exam> CreateExam(CreateExamRequest request, ServerCallContext context) =>
        db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var session = await SessionStore.GetAsync(tx, Ids.Of(request.Exam.TrainingSession, "trainingSessions"), context.Caller())
                ?? throw Errors.Invalid("exam.training_session", "没有这个培训场次。", "There is no such session.", "NOT_FOUND");
            SessionRules.RequireOpen(session.State, forMarks: true);
            var questions = await QuestionsAsync(tx, request, session.CourseId);
            var row = new ExamRow
            {
                Id = tx.NewId(),
                SessionId = session.Id,
                Title = request.Exam.Title,
                PassScore = request.Exam.PassScore,
                MaxAttempts = Math.Max(1, request.Exam.MaxAttempts),
                Questions = JsonSerializer.Serialize(questions.Select(q => new Put(q.Text, q.Kind, q.OptionList(), q.RightOnes(), q.Points)), EventJson.Options),
                CreatedUs = tx.NowMicros,
            };
            await ExamStore.InsertAsync(tx, row);
            await tx.AuditAsync(context.Caller(), "exam.create", $"{Collection}/{row.Id}", session.ScopePath, session.AssigneeId, new { row.Title, Questions = questions.Count, row.PassScore });
            return ToMessage(row, withQuestions: true);
        });

    public override Task<Exam> GetExam(GetExamRequest request, ServerCallContext context) =>
        db.ReadAsync(async s => ToMessage((await FindAsync(s, request.Name, context.Caller())).Exam, withQuestions: true));

    public override Task<ListExamsResponse> ListExams(ListExamsRequest request, ServerCallContext context) =>
        db.ReadAsync(async s =>
        {
            var session = await SessionAsync(s, request.TrainingSession, context.Caller());
            var reply = new ListExamsResponse();
            reply.Exams.Add((await ExamStore.OfSessionAsync(s, session.Id)).Select(row => ToMessage(row, withQuestions: false)));
            return reply;
        });

    public override Task<Attempt> SubmitAttempt(SubmitAttemptRequest request, ServerCallContext context) =>
        db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var (exam, session) = await FindAsync(tx, request.Exam, context.Caller());
            SessionRules.RequireOpen(session.State, forMarks: true);
            var enrolment = await EnrolmentStore.GetAsync(tx, Ids.Of(request.Enrolment, "enrolments"), context.Caller().Scope);
            if (enrolment is null || enrolment.SessionId != session.Id)
                throw Errors.Invalid("enrolment", "不在该场次的名单中", "is not on the roster of the session", "NOT_FOUND");
            var questions = exam.QuestionList();
            Errors.ThrowIfAny(ExamRules.Answers(questions, request.Answers));
            if (enrolment.Attendance != EnrolmentRules.Attended)
                throw Errors.Precondition("NOT_ATTENDED", $"“{enrolment.TraineeName}”没有出勤，不能参加考试。", $"{enrolment.TraineeName} did not attend.");
            var tried = await ExamStore.CountAttemptsAsync(tx, exam.Id, enrolment.Id);
            if (tried >= exam.MaxAttempts)
                throw Errors.Precondition("NO_ATTEMPT_LEFT", $"考试次数（{exam.MaxAttempts} 次）已用完。", $"All {exam.MaxAttempts} attempts are used.");
            var result = ExamRules.Score(questions, [.. request.Answers.Select(answer => answer.Chosen)], exam.PassScore);
            var row = new AttemptRow
            {
                Id = tx.NewId(),
                ExamId = exam.Id,
                EnrolmentId = enrolment.Id,
                Ordinal = tried + 1,
                Score = result.Score,
                Passed = result.Passed,
                Answers = JsonSerializer.Serialize(result.Right),
                CreatedUs = tx.NowMicros,
                TraineeName = enrolment.TraineeName,
            };
            await ExamStore.InsertAttemptAsync(tx, row);
            enrolment.Score = Math.Max(enrolment.Score ?? 0, result.Score);
            await EnrolmentStore.UpdateAsync(tx, enrolment);
            await tx.AuditAsync(context.Caller(), "exam.attempt", $"{Collection}/{exam.Id}", enrolment.ScopePath, enrolment.AssigneeId, new { enrolment.TraineeName, row.Ordinal, row.Score, row.Passed });
            return ToMessage(row);
        });

    public override Task<ListAttemptsResponse> ListAttempts(ListAttemptsRequest request, ServerCallContext context) =>
        db.ReadAsync(async s =>
        {
            var caller = context.Caller();
            var page = Page.From(request, caller);
            var (exam, _) = await FindAsync(s, request.Exam, caller);
            var rows = await ExamStore.AttemptsAsync(s, exam.Id, page, caller.Scope);
            var reply = new ListAttemptsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
            reply.Attempts.Add(rows.Select(ToMessage));
            return reply;
        });

    private static async Task<List<QuestionRow>> QuestionsAsync(Tx tx, CreateExamRequest request, string course)
    {
        var bank = await QuestionStore.DrawableAsync(tx, course);
        if (request.Draw > 0)
        {
            if (bank.Count < request.Draw)
                throw Errors.Invalid("draw", $"题库中该课程只有 {bank.Count} 题。", $"The bank has {bank.Count} questions of the course.", "TOO_MANY");
            var drawn = bank.ToArray();
            Random.Shared.Shuffle(drawn);
            return [.. drawn.Take(request.Draw)];
        }
        var byName = bank.ToDictionary(row => $"questions/{row.Id}");
        Errors.ThrowIfAny([.. request.Questions.Select((name, i) => (name, i)).Where(each => !byName.ContainsKey(each.name))
            .Select(each => new Violation($"questions[{each.i}]", "该课程的题库中没有此题。", "The course's bank has no such question.", "NOT_FOUND"))]);
        return [.. request.Questions.Select(name => byName[name])];
    }

    private static async Task<(ExamRow Exam, SessionRow Session)> FindAsync(Session s, string name, Caller caller)
    {
        var exam = await ExamStore.GetAsync(s, Ids.Of(name, Collection)) ?? throw Errors.NotFound(name);
        return (exam, await SessionStore.GetAsync(s, exam.SessionId, caller) ?? throw Errors.NotFound(name));
    }

    private static async Task<SessionRow> SessionAsync(Session s, string name, Caller caller) =>
        await SessionStore.GetAsync(s, Ids.Of(name, "trainingSessions"), caller) ?? throw Errors.NotFound(name);

    private static Exam ToMessage(ExamRow row, bool withQuestions)
    {
        var message = new Exam
        {
            Name = $"{Collection}/{row.Id}",
            TrainingSession = $"trainingSessions/{row.SessionId}",
            Title = row.Title,
            PassScore = row.PassScore,
            MaxAttempts = row.MaxAttempts,
            CreateTime = Times.Of(row.CreatedUs),
        };
        if (withQuestions)
            message.Questions.Add(row.QuestionList().Select(q => new ExamQuestion { Text = q.Text, Kind = Codes.To<QuestionKind>(q.Kind), Options = { q.Options }, Points = q.Points }));
        return message;
    }

    private static Attempt ToMessage(AttemptRow row) => new()
    {
        Name = $"{Collection}/{row.ExamId}/attempts/{row.Id}",
        Enrolment = $"enrolments/{row.EnrolmentId}",
        DisplayName = row.TraineeName,
        Score = row.Score,
        Passed = row.Passed,
        Right = { JsonSerializer.Deserialize<bool[]>(row.Answers)! },
        CreateTime = Times.Of(row.CreatedUs),
    };
}
