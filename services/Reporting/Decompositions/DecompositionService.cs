using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.Obligations;
using Qudao.Reporting.Plans;
using Qudao.Reporting.V1;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Reporting.Decompositions;

/// <summary>Decompositions 计划分解表: drafted level by level, issued, adjusted with a reason, and their progress 拓展进度表.</summary>
public sealed class DecompositionService(Db db) : V1.DecompositionService.DecompositionServiceBase
{
    private const string Collection = "decompositions";

    public override async Task<Decomposition> CreateDecomposition(CreateDecompositionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        try
        {
            return await db.WriteOnceAsync(context, request, request.RequestId, tx => CreateAsync(tx, request.Decomposition, caller));
        }
        catch (Exception e) when (db.Dialect.IsUniqueViolation(e))
        {
            throw Exists();
        }
    }

    public override async Task<Decomposition> GetDecomposition(GetDecompositionRequest request, ServerCallContext context) =>
        DecompositionMessages.Of(await db.ReadAsync(s => FindAsync(s, request.Name, context.Caller())));

    public override async Task<ListDecompositionsResponse> ListDecompositions(ListDecompositionsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var filter = new DecompositionFilter(request.Month, Ids.Of(request.Organisation, "organisations"), Ids.Of(request.Parent, Collection), Ids.Of(request.Implementer, "staff"));
        var rows = await db.ReadAsync(s => DecompositionStore.ListAsync(s, filter, caller.Scope, page.After, page.Fetch));
        var reply = new ListDecompositionsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
        reply.Decompositions.Add(rows.Select(DecompositionMessages.Of));
        return reply;
    }

    public override async Task<Decomposition> UpdateDecomposition(UpdateDecompositionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.Decomposition;
        try
        {
            return await db.WriteAsync(async tx =>
            {
                var (row, above) = await DraftAsync(tx, asked.Name, asked.Etag, caller);
                DecompositionRules.Apply(row, asked, request.UpdateMask?.Paths ?? []);
                await PlaceAsync(tx, row, above, asked.Implementer.Length > 0 ? asked.Implementer : $"staff/{row.ImplementerId}");
                await DecompositionStore.UpdateAsync(tx, row);
                await AuditAsync(tx, caller, "decomposition.update", row, new { row.ImplementerName, Stages = Text(row.Stages) });
                return DecompositionMessages.Of(row);
            }, context.CancellationToken);
        }
        catch (Exception e) when (db.Dialect.IsUniqueViolation(e))
        {
            throw Exists();
        }
    }

    public override Task<Empty> DeleteDecomposition(DeleteDecompositionRequest request, ServerCallContext context) => db.WriteAsync(async tx =>
    {
        var (row, _) = await DraftAsync(tx, request.Name, request.Etag, context.Caller());
        await DecompositionStore.DeleteAsync(tx, row);
        await AuditAsync(tx, context.Caller(), "decomposition.delete", row, new { row.ImplementerName, row.Month });
        return new Empty();
    }, context.CancellationToken);

    public override Task<Decomposition> IssueDecomposition(IssueDecompositionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var (row, above) = await DraftAsync(tx, request.Name, request.Etag, caller);
            if (above is not null)
                throw Errors.Precondition("NOT_CENTRE", "下级计划须整级下达，请在上级计划上操作。", "Those below another are issued as a level, at the one above.");
            DecompositionRules.RequireWhole(row);
            var shortfall = await BelowPlanAsync(tx, row);
            DecompositionRules.RequireReason(request.ShortfallReason, shortfall);
            row.PlanShortfallReason = shortfall.Length > 0 ? request.ShortfallReason : "";
            await IssueAsync(tx, row, row.PlanShortfallReason, caller);
            return DecompositionMessages.Of(row);
        });
    }

    public override Task<IssueBelowResponse> IssueBelow(IssueBelowRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var above = await FindAsync(tx, request.Parent, caller);
            DecompositionRules.RequireIssued(above);
            var level = DecompositionRules.Below(above.Level) ?? throw Errors.Precondition("NO_DRAFTS", "销售人员的计划不再分解。", "A salesperson's is not decomposed further.");
            DecompositionRules.ThrowIfNotGiver(level, above.ImplementerId, caller);
            var below = await DecompositionStore.BelowAsync(tx, above.Id);
            var drafts = below.Where(row => row.State == DecompositionRules.Draft).ToList();
            if (drafts.Count == 0)
                throw Errors.Precondition("NO_DRAFTS", "没有待下达的下级计划。", "There are no drafts below it.");
            drafts.ForEach(DecompositionRules.RequireWhole);
            var shortfall = DecompositionRules.Shortfall(above.Stages, below.Select(row => row.Stages));
            DecompositionRules.RequireReason(request.ShortfallReason, shortfall);
            await ExplainAsync(tx, above, shortfall, request.ShortfallReason);
            foreach (var row in drafts)
                await IssueAsync(tx, row, above.ShortfallReason, caller);
            if (level == DecompositionRules.Salesperson)
                await ObligationEngine.FulfilAsync(tx, Fulfilments.DecompositionIssued, above.OrganisationId, above.Month, tx.Now, caller.StaffId, ChinaTime.DateOf(tx.Now), $"decompositions/{above.Id}");
            return new IssueBelowResponse { Decompositions = { drafts.Select(DecompositionMessages.Of) } };
        });
    }

    public override Task<Decomposition> AdjustDecomposition(AdjustDecompositionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await FindAsync(tx, request.Name, caller);
            Etag.Check(request.Etag, row.Version, request.Name);
            var above = await AboveAsync(tx, row);
            DecompositionRules.ThrowIfNotGiver(row.Level, above?.ImplementerId, caller);
            DecompositionRules.RequireIssued(row);
            Errors.ThrowIfAny([.. DecompositionRules.Dates("stages", request.Stages, row.Month, above?.Stages)]);
            row.Stages = [.. request.Stages.OrderBy(stage => stage.Kind)];
            await WeighAsync(tx, row, above, request.ShortfallReason);
            await DecompositionStore.UpdateAsync(tx, row);
            await DecompositionStore.ReviseAsync(tx, row, request.Reason, request.ShortfallReason, caller.Name);
            await AuditAsync(tx, caller, "decomposition.adjust", row, new { request.Reason, request.ShortfallReason, Stages = Text(row.Stages) });
            return DecompositionMessages.Of(row);
        });
    }

    public override async Task<ListDecompositionRevisionsResponse> ListDecompositionRevisions(ListDecompositionRevisionsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(async s => await DecompositionStore.RevisionsAsync(s, (await FindAsync(s, request.Parent, caller)).Id, page.After, page.Fetch));
        var reply = new ListDecompositionRevisionsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
        reply.Revisions.Add(rows.Select(DecompositionMessages.Of));
        return reply;
    }

    public override Task<DecompositionProgress> GetDecompositionProgress(GetDecompositionProgressRequest request, ServerCallContext context) =>
        db.ReadAsync(async s => await ProgressFigures.OfAsync(s, await FindAsync(s, request.Name, context.Caller()), Days.Parse(request.AsOf) ?? ChinaTime.Today(db.Clock), []));

    public override Task<ProgressReport> SubmitProgress(SubmitProgressRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await FindAsync(tx, request.Name, caller);
            DecompositionRules.RequireIssued(row);
            DecompositionRules.ThrowIfNotReporter(row, caller);
            var today = ChinaTime.DateOf(tx.Now);
            var period = ProgressRules.PeriodOf(request.Kind, row.Month, today);
            var progress = await ProgressFigures.OfAsync(tx, row, today, request.Remarks);
            Errors.ThrowIfAny([.. ProgressRules.Gaps(progress, request.Remarks)]);
            var report = new ProgressReportRow
            {
                Id = tx.NewId(),
                DecompositionId = row.Id,
                Kind = Codes.Of(request.Kind),
                Period = period,
                Body = JsonFormatter.Default.Format(progress),
                SubmitterName = caller.Name,
                CreatedUs = tx.NowMicros,
            };
            await ProgressStore.InsertAsync(tx, report);
            if (row.Level != DecompositionRules.Salesperson)
                await ObligationEngine.FulfilAsync(tx, ProgressRules.FulfilmentOf(request.Kind), row.OrganisationId, period, tx.Now, caller.StaffId, today, $"decompositions/{row.Id}");
            await AuditAsync(tx, caller, "decomposition.submitProgress", row, new { report.Kind, report.Period });
            return DecompositionMessages.Whole(report);
        });
    }

    public override async Task<ProgressReport> GetProgressReport(GetProgressReportRequest request, ServerCallContext context)
    {
        var parts = request.Name.Split('/');
        return DecompositionMessages.Whole(await db.ReadAsync(async s =>
        {
            var row = await DecompositionStore.GetAsync(s, parts[1], context.Caller().Scope) ?? throw Errors.NotFound(request.Name);
            return await ProgressStore.GetAsync(s, row.Id, parts[3]) ?? throw Errors.NotFound(request.Name);
        }));
    }

    public override async Task<ListProgressReportsResponse> ListProgressReports(ListProgressReportsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(async s => await ProgressStore.ListAsync(s, (await FindAsync(s, request.Parent, caller)).Id, page.After, page.Fetch));
        var reply = new ListProgressReportsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
        reply.ProgressReports.Add(rows.Select(DecompositionMessages.InList));
        return reply;
    }

    public override async Task ExportDecomposition(ExportDecompositionRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var (row, below) = await db.WriteAsync(async tx =>
        {
            var found = await FindAsync(tx, request.Name, caller);
            await AuditAsync(tx, caller, "decomposition.export", found, new { found.Month });
            return (found, await DecompositionStore.ListAsync(tx, new DecompositionFilter("", "", found.Id, ""), caller.Scope, "", DecompositionForms.MostBelow));
        }, context.CancellationToken);
        await responseStream.SendAsync(context, DecompositionForms.Decomposition(DecompositionMessages.Of(row), [.. below.Select(DecompositionMessages.Of)]));
    }

    public override async Task ExportProgress(ExportProgressRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var progress = await db.WriteAsync(async tx =>
        {
            var row = await FindAsync(tx, request.Name, caller);
            await AuditAsync(tx, caller, "decomposition.exportProgress", row, new { row.Month, request.AsOf });
            return await ProgressFigures.OfAsync(tx, row, Days.Parse(request.AsOf) ?? ChinaTime.DateOf(tx.Now), []);
        }, context.CancellationToken);
        await responseStream.SendAsync(context, DecompositionForms.Progress(progress));
    }

    public override async Task<ImportDecompositionResponse> ImportDecomposition(ImportDecompositionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var errors = new List<SheetError>();
        var stages = DecompositionImport.Read(request.File.Data.ToByteArray(), errors);
        if (request.DryRun || errors.Count > 0)
            return await db.ReadAsync(async s => DecompositionImport.Reply(await ImportableAsync(s, request.Name, caller), stages, errors));
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await ImportableAsync(tx, request.Name, caller);
            var reply = DecompositionImport.Reply(row, stages, errors);
            if (reply.Errors.Count > 0)
                return reply;
            await DecompositionStore.UpdateAsync(tx, row);
            await AuditAsync(tx, caller, "decomposition.import", row, new { Stages = Text(row.Stages) });
            reply.Decomposition = DecompositionMessages.Of(row);
            return reply;
        });
    }

    public override async Task CheckDecompositionForm(CheckDecompositionFormRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var row = await db.ReadAsync(s => ImportableAsync(s, request.Name, context.Caller()));
        await responseStream.SendXlsxAsync(context, $"{DecompositionForms.Title}-{SheetFaults.Column}", DecompositionImport.Checked(request.File.Data.ToByteArray(), row, Errors.Language(context)));
    }

    /// <summary>A draft that the caller may change, with the stages of the one above to hold its dates against.</summary>
    private static async Task<DecompositionRow> ImportableAsync(Session session, string name, Caller caller)
    {
        var row = await FindAsync(session, name, caller);
        var above = await AboveAsync(session, row);
        DecompositionRules.ThrowIfNotGiver(row.Level, above?.ImplementerId, caller);
        DecompositionRules.RequireDraft(row);
        row.Above = above?.Stages;
        return row;
    }

    private static async Task<Decomposition> CreateAsync(Tx tx, Decomposition asked, Caller caller)
    {
        var above = asked.Parent.Length == 0 ? null : await DecompositionStore.GetAsync(tx, Ids.Of(asked.Parent, Collection), caller.Scope);
        var organisation = above is not null || asked.Parent.Length > 0 ? null : await NetworkStore.OrganisationAsync(tx, Ids.Of(asked.Organisation, "organisations"), caller.Scope);
        Errors.ThrowIfAny([
            .. DecompositionRules.Create(asked),
            .. Errors.MissingIf(above is null && asked.Parent.Length > 0, "decomposition.parent", asked.Parent),
            .. Errors.MissingIf(organisation is null && asked.Parent.Length == 0 && asked.Organisation.Length > 0, "decomposition.organisation", asked.Organisation)]);
        var level = above is null ? DecompositionRules.Centre
            : DecompositionRules.Below(above.Level) ?? throw Errors.Invalid("decomposition.parent", "销售人员的计划不再分解。", "A salesperson's is not decomposed further.", "NOTHING_BELOW");
        DecompositionRules.ThrowIfNotGiver(level, above?.ImplementerId, caller);
        if (above is not null)
            DecompositionRules.RequireIssued(above);
        var row = new DecompositionRow
        {
            Id = tx.NewId(),
            ParentId = above?.Id,
            Level = level,
            OrganisationId = above?.OrganisationId ?? organisation!.Id,
            OrganisationName = above?.OrganisationName ?? organisation!.Name,
            ScopePath = above?.ScopePath ?? organisation!.ScopePath,
            Month = above?.Month ?? asked.Month,
            ImplementerId = Ids.Of(asked.Implementer, "staff"),
            State = DecompositionRules.Draft,
            Stages = [.. asked.Stages.OrderBy(stage => stage.Kind)],
            CreatedUs = tx.NowMicros,
            UpdatedUs = tx.NowMicros,
            Version = 1,
        };
        await PlaceAsync(tx, row, above, asked.Implementer);
        await DecompositionStore.InsertAsync(tx, row);
        await AuditAsync(tx, caller, "decomposition.create", row, new { row.Month, row.Level, row.ImplementerName, Stages = Text(row.Stages) });
        return DecompositionMessages.Of(row);
    }

    /// <summary>Checks who carries it out and its dates, and gives it its place; refuses when somebody has that place already.</summary>
    private static async Task PlaceAsync(Tx tx, DecompositionRow row, DecompositionRow? above, string implementer)
    {
        var person = await DecompositionStore.PersonAsync(tx, row.ImplementerId);
        Errors.ThrowIfAny([
            .. DecompositionRules.Implementer(person, implementer, row.OrganisationId, row.Level),
            .. DecompositionRules.Dates("decomposition.stages", row.Stages, row.Month, above?.Stages)]);
        row.ImplementerName = person!.Name;
        row.AssigneeId = row.Level == DecompositionRules.Salesperson ? row.ImplementerId : null;
        row.PlaceKey = above is null ? $"{row.OrganisationId}|{row.Month}" : $"{above.Id}|{row.ImplementerId}";
        if (await DecompositionStore.IdOfAsync(tx, row.PlaceKey) is { } known && known != row.Id)
            throw Exists();
    }

    private static async Task IssueAsync(Tx tx, DecompositionRow row, string shortfallReason, Caller caller)
    {
        row.State = DecompositionRules.Issued;
        row.IssuerName = caller.Name;
        row.IssuedUs = tx.NowMicros;
        await DecompositionStore.UpdateAsync(tx, row);
        await DecompositionStore.ReviseAsync(tx, row, "", shortfallReason, caller.Name);
        await Notifications.OwnNotices.PlanIssuedAsync(tx, row);
        await AuditAsync(tx, caller, "decomposition.issue", row, new { row.ImplementerName, row.Month, ShortfallReason = shortfallReason });
    }

    /// <summary>After an adjustment: the month's plan, the level it is in, and the level below it must each hold, or have a reason.</summary>
    private static async Task WeighAsync(Tx tx, DecompositionRow row, DecompositionRow? above, string reason)
    {
        var belowPlan = above is null ? await BelowPlanAsync(tx, row) : "";
        var beside = above is null ? "" : DecompositionRules.Shortfall(above.Stages,
            (await DecompositionStore.BelowAsync(tx, above.Id)).Where(one => one.State == DecompositionRules.Issued).Select(one => one.Id == row.Id ? row.Stages : one.Stages));
        var issued = (await DecompositionStore.BelowAsync(tx, row.Id)).Where(one => one.State == DecompositionRules.Issued).ToList();
        var below = issued.Count == 0 ? "" : DecompositionRules.Shortfall(row.Stages, issued.Select(one => one.Stages));
        DecompositionRules.RequireReason(reason, belowPlan, beside, below);
        row.PlanShortfallReason = belowPlan.Length > 0 ? reason : "";
        row.ShortfallReason = below.Length > 0 ? reason : "";
        if (above is not null)
            await ExplainAsync(tx, above, beside, reason);
    }

    /// <summary>Records why those below one add up to less, or that they no longer do.</summary>
    private static async Task ExplainAsync(Tx tx, DecompositionRow above, string shortfall, string reason)
    {
        var now = shortfall.Length > 0 ? reason : "";
        if (above.ShortfallReason == now)
            return;
        above.ShortfallReason = now;
        await DecompositionStore.UpdateAsync(tx, above);
    }

    private static async Task<string> BelowPlanAsync(Tx tx, DecompositionRow row)
    {
        if (await PlanStore.IdOfAsync(tx, row.Month, row.OrganisationId) is not { } id || await PlanStore.GetAsync(tx, id, Caller.System.Scope) is not { } plan)
            return "";
        return DecompositionRules.Shortfall(plan.Agents, plan.Terminals, row.Stages);
    }

    private static async Task<(DecompositionRow Row, DecompositionRow? Above)> DraftAsync(Tx tx, string name, string etag, Caller caller)
    {
        var row = await FindAsync(tx, name, caller);
        Etag.Check(etag, row.Version, name);
        var above = await AboveAsync(tx, row);
        DecompositionRules.ThrowIfNotGiver(row.Level, above?.ImplementerId, caller);
        DecompositionRules.RequireDraft(row);
        return (row, above);
    }

    private static async Task<DecompositionRow?> AboveAsync(Session session, DecompositionRow row) =>
        row.ParentId is { } id ? await DecompositionStore.GetAsync(session, id, Caller.System.Scope) : null;

    private static async Task<DecompositionRow> FindAsync(Session session, string name, Caller caller) =>
        await DecompositionStore.GetAsync(session, Ids.Of(name, Collection), caller.Scope) ?? throw Errors.NotFound(name);

    private static Task AuditAsync(Tx tx, Caller caller, string action, DecompositionRow row, object detail) =>
        tx.AuditAsync(caller, action, row.Name, row.ScopePath, row.AssigneeId, detail);

    private static IEnumerable<string> Text(IEnumerable<DecompositionStage> stages) => stages.Select(stage => $"{Codes.Of(stage.Kind)} {stage.DueDate} {stage.Agents}/{stage.Terminals}");

    private static Refusal Exists() => Errors.Conflict("DECOMPOSITION_EXISTS", "该计划分解表已存在，请修改原表。", "There is one already; change that.");
}
