using System.Text.Json;
using Grpc.Core;
using Qudao.Platform;
using Qudao.Training.Courses;
using Qudao.Training.V1;

namespace Qudao.Training.Questions;

/// <summary>The question bank 题库: one for the whole network, as courses are.</summary>
public sealed class QuestionService(Db db) : V1.QuestionService.QuestionServiceBase
{
    private const string Collection = "questions";
    private const string WholeTree = "/hq/";

    public override Task<Question> CreateQuestion(CreateQuestionRequest request, ServerCallContext context) =>
        db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var course = await CourseStore.OfferedAsync(tx, request.Question.Course, "question.course");
            var row = new QuestionRow { Id = tx.NewId(), Version = 1, CourseId = course.Id, Kind = Codes.Of(request.Question.Kind), CreatedUs = tx.NowMicros };
            Fill(row, request.Question);
            await QuestionStore.InsertAsync(tx, row);
            await tx.AuditAsync(context.Caller(), "question.create", $"{Collection}/{row.Id}", WholeTree, null, new { row.CourseId, row.Kind, row.Points });
            return ToMessage(row);
        });

    public override Task<Question> GetQuestion(GetQuestionRequest request, ServerCallContext context) =>
        db.ReadAsync(async s => ToMessage(await FindAsync(s, request.Name)));

    public override Task<ListQuestionsResponse> ListQuestions(ListQuestionsRequest request, ServerCallContext context) =>
        db.ReadAsync(async s =>
        {
            var page = Page.From(request, context.Caller());
            var rows = await QuestionStore.ListAsync(s, Ids.Of(request.Course, "courses"), page);
            var reply = new ListQuestionsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
            reply.Questions.Add(rows.Select(ToMessage));
            return reply;
        });

    public override Task<Question> UpdateQuestion(UpdateQuestionRequest request, ServerCallContext context) =>
        db.WriteAsync(async tx =>
        {
            var row = await FindAsync(tx, request.Question.Name);
            Etag.Check(request.Question.Etag, row.Version, request.Question.Name);
            if (Codes.Of(request.Question.Kind) != row.Kind || request.Question.Course != $"courses/{row.CourseId}")
                throw Errors.Invalid("question.kind", "题型和课程不能修改。", "Kind and course stay what they are.", "IMMUTABLE");
            Fill(row, request.Question);
            await QuestionStore.UpdateAsync(tx, row);
            await tx.AuditAsync(context.Caller(), "question.update", $"{Collection}/{row.Id}", WholeTree, null, new { row.Points, row.Retired });
            return ToMessage(row);
        }, context.CancellationToken);

    private static void Fill(QuestionRow row, Question asked)
    {
        (row.Text, row.Points, row.Retired) = (asked.Text, asked.Points, asked.Retired);
        row.Options = JsonSerializer.Serialize(asked.Kind == QuestionKind.TrueFalse ? QuestionRules.TrueFalse : asked.Options, EventJson.Options);
        row.Answers = JsonSerializer.Serialize(asked.Correct.Order());
    }

    private static async Task<QuestionRow> FindAsync(Session s, string name) => await QuestionStore.GetAsync(s, Ids.Of(name, Collection)) ?? throw Errors.NotFound(name);

    private static Question ToMessage(QuestionRow row)
    {
        var message = new Question
        {
            Name = $"{Collection}/{row.Id}",
            Course = $"courses/{row.CourseId}",
            Kind = Codes.To<QuestionKind>(row.Kind),
            Text = row.Text,
            Points = row.Points,
            Retired = row.Retired,
            Etag = Etag.Of(row.Version),
        };
        message.Options.Add(row.OptionList());
        message.Correct.Add(row.RightOnes());
        return message;
    }
}
