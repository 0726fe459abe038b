using Grpc.Core;
using Qudao.Platform;
using Qudao.Training.Sessions;
using Qudao.Training.V1;

namespace Qudao.Training.Evaluations;

/// <summary>What those who attended think of a session, and what they use of it 90 days later.</summary>
public sealed class TrainingEvaluationService(Db db) : V1.TrainingEvaluationService.TrainingEvaluationServiceBase
{
    private const string Collection = "trainingEvaluations";

    public override Task<TrainingEvaluation> GetTrainingEvaluation(GetTrainingEvaluationRequest request, ServerCallContext context) =>
        db.ReadAsync(async s => ToMessage(await FindAsync(s, request.Name, context.Caller())));

    public override Task<ListTrainingEvaluationsResponse> ListTrainingEvaluations(ListTrainingEvaluationsRequest request, ServerCallContext context) =>
        db.ReadAsync(async s =>
        {
            var caller = context.Caller();
            var page = Page.From(request, caller);
            var rows = await EvaluationStore.ListAsync(s, page, Ids.Of(request.TrainingSession, "trainingSessions"), Codes.Of(request.State), caller.Scope);
            var reply = new ListTrainingEvaluationsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
            reply.TrainingEvaluations.Add(rows.Select(ToMessage));
            return reply;
        });

    public override Task<TrainingEvaluation> AnswerTrainingEvaluation(AnswerTrainingEvaluationRequest request, ServerCallContext context) =>
        db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await FindAsync(tx, request.Name, context.Caller());
            EvaluationRules.RequireMove(row.State, EvaluationRules.Answered);
            (row.State, row.AnsweredUs) = (EvaluationRules.Answered, tx.NowMicros);
            (row.Content, row.Lecturer, row.Usefulness, row.Comment) = (request.Content, request.Lecturer, request.Usefulness, request.Comment);
            await EvaluationStore.UpdateAsync(tx, row);
            await EvaluationClock.TellAsync(tx, row);
            await tx.AuditAsync(context.Caller(), "evaluation.answer", $"{Collection}/{row.Id}", row.ScopePath, row.AssigneeId, new { row.Round, row.Content, row.Lecturer, row.Usefulness });
            return ToMessage(row);
        });

    public override Task<SummariseTrainingEvaluationsResponse> SummariseTrainingEvaluations(SummariseTrainingEvaluationsRequest request, ServerCallContext context) =>
        db.ReadAsync(async s =>
        {
            var caller = context.Caller();
            var session = await SessionStore.GetAsync(s, Ids.Of(request.TrainingSession, "trainingSessions"), caller) ?? throw Errors.NotFound(request.TrainingSession);
            // Who gives the session learns what all thought of it, without names.
            var scope = caller.StaffId is not null && caller.StaffId == session.LecturerId ? new Scope("/", null) : caller.Scope;
            var rows = (await EvaluationStore.SummaryAsync(s, session.Id, scope)).ToDictionary(row => row.Round);
            var reply = new SummariseTrainingEvaluationsResponse();
            reply.Rounds.Add(EvaluationRules.Rounds.Select(round => ToMessage(rows.GetValueOrDefault(round) ?? new SummaryRow { Round = round })));
            return reply;
        });

    private static async Task<EvaluationRow> FindAsync(Session s, string name, Caller caller) =>
        await EvaluationStore.GetAsync(s, Ids.Of(name, Collection), caller.Scope) ?? throw Errors.NotFound(name);

    private static TrainingEvaluation ToMessage(EvaluationRow row) => new()
    {
        Name = $"{Collection}/{row.Id}",
        TrainingSession = $"trainingSessions/{row.SessionId}",
        Enrolment = $"enrolments/{row.EnrolmentId}",
        DisplayName = row.TraineeName,
        Partner = row.PartnerId is null ? "" : $"partners/{row.PartnerId}",
        Round = Codes.To<EvaluationRound>(row.Round),
        State = Codes.To<EvaluationState>(row.State),
        InviteTime = Times.Of(row.InviteUs),
        Content = row.Content,
        Lecturer = row.Lecturer,
        Usefulness = row.Usefulness,
        Comment = row.Comment,
        AnswerTime = Times.Of(row.AnsweredUs),
        Etag = Etag.Of(row.Version),
    };

    private static EvaluationSummary ToMessage(SummaryRow row) => new()
    {
        Round = Codes.To<EvaluationRound>(row.Round),
        Invited = (int)row.Invited,
        Answered = (int)row.Answered,
        Content = Mean(row.Content, row.Answered),
        Lecturer = Mean(row.Lecturer, row.Answered),
        Usefulness = Mean(row.Usefulness, row.Answered),
    };

    private static double Mean(long sum, long count) => count == 0 ? 0 : Math.Round((double)sum / count, 2);
}
