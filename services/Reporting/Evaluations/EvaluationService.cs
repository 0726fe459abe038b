using Google.Protobuf;
using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.Decompositions;
using Qudao.Reporting.Network;
using Qudao.Reporting.Obligations;
using Qudao.Reporting.V1;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Reporting.Evaluations;

/// <summary>Evaluations 考评 of people.</summary>
public sealed class EvaluationService(Db db) : V1.EvaluationService.EvaluationServiceBase
{
    private const int MostRanked = 1000;

    public override async Task<Evaluation> CreateEvaluation(CreateEvaluationRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        try
        {
            return await db.WriteOnceAsync(context, request, request.RequestId, tx => CreateAsync(tx, request.Evaluation, caller));
        }
        catch (Exception e) when (db.Dialect.IsUniqueViolation(e))
        {
            throw Exists();
        }
    }

    public override Task<Evaluation> GetEvaluation(GetEvaluationRequest request, ServerCallContext context) => db.ReadAsync(async s =>
        await EvaluationMessages.WholeAsync(s, await FindAsync(s, request.Name, context.Caller()), context.Caller(), Today));

    public override async Task<ListEvaluationsResponse> ListEvaluations(ListEvaluationsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => EvaluationStore.ListAsync(s, request.Period, Ids.Of(request.Subject, "staff"), Codes.Of(request.State), Reader.Of(caller), page.After, page.Fetch));
        var reply = new ListEvaluationsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
        reply.Evaluations.Add(rows.Select(row => Listed(row, caller)));
        return reply;
    }

    public override Task<EvaluationFacts> GetEvaluationFacts(GetEvaluationFactsRequest request, ServerCallContext context) => db.ReadAsync(async s =>
        await EvaluationMessages.FactsAsync(s, await FindAsync(s, request.Name, context.Caller()), request.Figure, Today));

    public override Task<EvaluationScore> ScoreEvaluation(ScoreEvaluationRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var staff = caller.RequireStaff();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await ScorableAsync(tx, request, caller);
            EvaluationRules.RequireOpen(row);
            var score = new ScoreRow
            {
                EvaluationId = row.Id,
                Kind = Codes.Of(request.Kind),
                ScorerId = request.Kind == ScoreKind.Client ? request.Client : staff,
                ScorerName = request.Kind == ScoreKind.Client ? request.Client : caller.Name,
                Score = request.Score,
                Comment = request.Comment,
                CreatedUs = tx.NowMicros,
            };
            await EvaluationStore.ScoreAsync(tx, score);
            if (request.Kind == ScoreKind.Self && row is { Cycle: Recurrences.Monthly, Department: "" })
                await ObligationEngine.FulfilDutyAsync(tx, "self-appraisal", row.SubjectId, row.Period, tx.Now, staff, row.StartDate, row.ResourceName);
            await AuditAsync(tx, caller, "evaluation.score", row, new { score.Kind, score.ScorerName, score.Score });
            return EvaluationMessages.Of(score);
        });
    }

    public override Task<Evaluation> CalibrateEvaluation(CalibrateEvaluationRequest request, ServerCallContext context) =>
        ChangeAsync(request, request.Name, request.Etag, request.RequestId, context, "evaluation.calibrate", (_, row) =>
        {
            EvaluationRules.RequireOpen(row);
            (row.Calibration, row.CalibrationReason) = (request.Calibration, request.Calibration == 0 ? "" : request.Reason);
            return Task.CompletedTask;
        });

    public override Task<Evaluation> PublishEvaluation(PublishEvaluationRequest request, ServerCallContext context) =>
        ChangeAsync(request, request.Name, request.Etag, request.RequestId, context, "evaluation.publish", async (tx, row) =>
        {
            EvaluationRules.RequireOpen(row);
            var today = ChinaTime.DateOf(tx.Now);
            if (today < EvaluationRules.PublishableFrom(row, WorkingCalendar.Default))
                throw Errors.Precondition("PERIOD_NOT_OVER", $"{row.Period} 尚未结束。", $"{row.Period} is not over yet.");
            var scores = await EvaluationStore.ScoresAsync(tx, row.Id);
            if (scores.All(score => score.Kind != Codes.Of(ScoreKind.Superior)))
                throw Errors.Precondition("NO_SUPERIOR_SCORE", "上级尚未评分。", "No superior has scored yet.");
            var counted = await EvaluationMessages.CountedAsync(tx, row, today);
            EvaluationRules.Move(row, EvaluationRules.Published);
            row.Figures = EvaluationMessages.Kept(counted);
            (row.PublisherId, row.PublisherName, row.PublishedUs) = (context.Caller().RequireStaff(), context.Caller().Name, tx.NowMicros);
            row.Total = TotalOf(row, counted, scores);
            await EvaluationStore.UpdateAsync(tx, row);
            await EvaluationMessages.KeepFactsAsync(tx, row, today);
            await FulfilAsync(tx, row, context.Caller());
            await Notifications.OwnNotices.EvaluationPublishedAsync(tx, row);
        }, stores: true);

    public override Task<Evaluation> AppealEvaluation(AppealEvaluationRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await FindAsync(tx, request.Name, caller);
            if (row.SubjectId != caller.StaffId)
                throw new Refusal(StatusCode.PermissionDenied, "NOT_YOURS", "只能对自己的考评提出申诉。", "Only its own person appeals.");
            EvaluationRules.Move(row, EvaluationRules.Appealed);
            row.AppealReason = request.Reason;
            await EvaluationStore.UpdateAsync(tx, row);
            await AuditAsync(tx, caller, "evaluation.appeal", row, new { request.Reason });
            return await EvaluationMessages.WholeAsync(tx, row, caller, ChinaTime.DateOf(tx.Now));
        });
    }

    public override Task<Evaluation> DecideEvaluationAppeal(DecideEvaluationAppealRequest request, ServerCallContext context) =>
        ChangeAsync(request, request.Name, request.Etag, request.RequestId, context, "evaluation.decide", async (tx, row) =>
        {
            if (row.PublisherId == context.Caller().StaffId)
                throw new Refusal(StatusCode.PermissionDenied, "OWN_RESULT", "申诉须由公布人以外的上级裁定。", "Nobody decides an appeal against what he published himself.");
            EvaluationRules.Move(row, EvaluationRules.Decided);
            row.AppealDecision = request.Decision;
            if (row.Calibration != request.Calibration)
                (row.Calibration, row.CalibrationReason) = (request.Calibration, request.Decision);
            row.Total = TotalOf(row, await EvaluationMessages.CountedAsync(tx, row, row.StartDate), await EvaluationStore.ScoresAsync(tx, row.Id));
        });

    public override Task<Evaluation> AwardEvaluation(AwardEvaluationRequest request, ServerCallContext context) =>
        ChangeAsync(request, request.Name, request.Etag, request.RequestId, context, "evaluation.award", (_, row) =>
        {
            if (row.State == EvaluationRules.Open)
                throw Errors.Precondition("WRONG_STATE", "结果公布之后才能评优。", "An award is given once the result is published.");
            row.Award = request.Award;
            return Task.CompletedTask;
        });

    public override Task<Evaluation> GiveEvaluationFeedback(GiveEvaluationFeedbackRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await FindAsync(tx, request.Name, caller);
            Etag.Check(request.Etag, row.Version, request.Name);
            EvaluationRules.RequireCounterpart(row, caller);
            (row.Feedback, row.FeedbackName, row.FeedbackUs) = (request.Feedback, caller.Name, tx.NowMicros);
            await EvaluationStore.UpdateAsync(tx, row);
            await AuditAsync(tx, caller, "evaluation.feedback", row, new { row.Period, row.Department, request.Feedback });
            return await EvaluationMessages.WholeAsync(tx, row, caller, ChinaTime.DateOf(tx.Now));
        });
    }

    public override async Task<EvaluationRanking> GetEvaluationRanking(GetEvaluationRankingRequest request, ServerCallContext context)
    {
        var rows = await db.ReadAsync(s => EvaluationStore.RankingAsync(s, Ids.Of(request.Template, "evaluationTemplates"), request.Period, Reader.Of(context.Caller()), MostRanked));
        var ranking = new EvaluationRanking();
        foreach (var row in rows)
        {
            var last = ranking.Ranked.LastOrDefault();
            var isEqual = last is not null && rows[ranking.Ranked.Count - 1].Total == row.Total;
            ranking.Ranked.Add(new RankedEvaluation { Rank = isEqual ? last!.Rank : ranking.Ranked.Count + 1, Evaluation = EvaluationMessages.InList(row) });
        }
        return ranking;
    }

    public override async Task ExportEvaluation(ExportEvaluationRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var whole = await db.WriteAsync(async tx =>
        {
            var row = await FindAsync(tx, request.Name, caller);
            await tx.LogExportAsync(caller, "evaluation.export", new { request.Name }, rows: 1);
            await AuditAsync(tx, caller, "evaluation.export", row, new { row.Period });
            return await EvaluationMessages.WholeAsync(tx, row, caller, ChinaTime.DateOf(tx.Now));
        }, context.CancellationToken);
        await responseStream.SendAsync(context, EvaluationForm.Of(whole));
    }

    private DateOnly Today => ChinaTime.Today(db.Clock);

    private Task<Evaluation> ChangeAsync(IMessage request, string name, string etag, string requestId, ServerCallContext context, string action,
        Func<Tx, EvaluationRow, Task> change, bool stores = false)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, requestId, async tx =>
        {
            var row = await FindAsync(tx, name, caller);
            Etag.Check(etag, row.Version, name);
            EvaluationRules.RequireSuperior(row, caller);
            await change(tx, row);
            if (!stores)
                await EvaluationStore.UpdateAsync(tx, row);
            await AuditAsync(tx, caller, action, row, new { row.Period, row.State, row.Calibration, row.CalibrationReason, row.Award });
            return await EvaluationMessages.WholeAsync(tx, row, caller, ChinaTime.DateOf(tx.Now));
        });
    }

    private static async Task<Evaluation> CreateAsync(Tx tx, Evaluation asked, Caller caller)
    {
        caller.RequireStaff();
        var today = ChinaTime.DateOf(tx.Now);
        var template = await EvaluationStore.TemplateAsync(tx, Ids.Of(asked.Template, "evaluationTemplates"));
        var person = await DecompositionStore.PersonAsync(tx, Ids.Of(asked.Subject, "staff"));
        var organisation = person is null ? null : await NetworkStore.OrganisationAsync(tx, person.OrganisationId, caller.Scope);
        Errors.ThrowIfAny([
            .. Errors.MissingIf(template is not { Active: true }, "evaluation.template", asked.Template),
            .. Errors.MissingIf(organisation is null, "evaluation.subject", asked.Subject)]);
        if (!person!.HasRole(template!.Role))
            throw Errors.Invalid("evaluation.subject", $"此模板考评的角色是 {template.Role}。", $"The template is for the role {template.Role}.", "WRONG_ROLE");
        var period = EvaluationRules.PeriodOf(template.Cycle, Days.Parse(asked.Day)!.Value);
        if (period.Start > today)
            throw Errors.Invalid("evaluation.day", "还没有到这个期间。", "The period has not begun yet.", "OUT_OF_RANGE");
        var row = new EvaluationRow
        {
            Id = tx.NewId(),
            // A centre has one of each department; whoever is its head then is the subject.
            PlaceKey = $"{template.Id}|{(template.Department.Length == 0 ? person.Id : organisation!.Id)}|{period.Label}",
            Department = template.Department,
            TemplateId = template.Id,
            TemplateVersion = template.Version,
            Definition = EvaluationMessages.Kept(EvaluationMessages.Of(template)),
            Cycle = template.Cycle,
            Period = period.Label,
            StartDate = period.Start,
            SubjectId = person.Id,
            SubjectName = person.Name,
            SubjectRank = EvaluationRules.SubjectRank(person.Roles.Split(',')),
            OrganisationId = organisation!.Id,
            OrganisationName = organisation.Name,
            ScopePath = organisation.ScopePath,
            State = EvaluationRules.Open,
            CreatedUs = tx.NowMicros,
            Version = 1,
        };
        EvaluationRules.RequireSuperior(row, caller);
        if (await EvaluationStore.ExistsAsync(tx, row.PlaceKey))
            throw Exists();
        await EvaluationStore.InsertAsync(tx, row);
        await AuditAsync(tx, caller, "evaluation.create", row, new { row.Period, row.SubjectName, Template = template.Name });
        return await EvaluationMessages.WholeAsync(tx, row, caller, today);
    }

    /// <summary>The duty of the period is done once nobody's evaluation of the organisation is open any more.</summary>
    private static async Task FulfilAsync(Tx tx, EvaluationRow row, Caller caller)
    {
        if (await EvaluationStore.OpenAsync(tx, row) > 0)
            return;
        var duty = row.Cycle switch
        {
            Recurrences.Monthly when row.Department.Length > 0 => "department-evaluation",
            Recurrences.Monthly => "staff-evaluation",
            Recurrences.Quarterly => "quarterly-appraisal",
            _ => "annual-appraisal",
        };
        await ObligationEngine.FulfilDutyAsync(tx, duty, row.OrganisationId, row.Period, tx.Now, caller.StaffId, row.StartDate, row.ResourceName);
    }

    private static long TotalOf(EvaluationRow row, Evaluation counted, IEnumerable<ScoreRow> scores) =>
        EvaluationRules.Total(EvaluationRules.Shares(EvaluationMessages.Definition(row.Definition).Weights, EvaluationMessages.Computed(counted), scores), row.Calibration);

    /// <summary>An open evaluation tells its own person nothing of what others think.</summary>
    private static Evaluation Listed(EvaluationRow row, Caller caller)
    {
        var message = EvaluationMessages.InList(row);
        if (row.State == EvaluationRules.Open && row.SubjectId == caller.StaffId)
            (message.Calibration, message.CalibrationReason) = (0, "");
        return message;
    }

    private static async Task<EvaluationRow> ScorableAsync(Session session, ScoreEvaluationRequest request, Caller caller)
    {
        var id = Ids.Of(request.Name, "evaluations");
        var row = await EvaluationStore.GetAsync(session, id, Reader.Of(caller)) ?? await EvaluationStore.BesideAsync(session, id, caller.OrganisationId) ?? throw Errors.NotFound(request.Name);
        return EvaluationRules.MayScore(request.Kind, row, caller) ? row
            : throw new Refusal(StatusCode.PermissionDenied, "NOT_YOUR_SCORE", "您不能给出这类评分。", "This kind of score is not yours to give.");
    }

    private static async Task<EvaluationRow> FindAsync(Session session, string name, Caller caller) =>
        await EvaluationStore.GetAsync(session, Ids.Of(name, "evaluations"), Reader.Of(caller)) ?? throw Errors.NotFound(name);

    private static Task AuditAsync(Tx tx, Caller caller, string action, EvaluationRow row, object detail) =>
        tx.AuditAsync(caller, action, row.ResourceName, row.ScopePath, row.SubjectId, detail);

    private static Refusal Exists() => Errors.Conflict("EVALUATION_EXISTS", "该期间的考评已存在。", "There is an evaluation of that period already.");
}
