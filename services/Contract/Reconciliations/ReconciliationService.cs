using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Contract.Accounts;
using Qudao.Contract.Agreements;
using Qudao.Contract.Partners;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Contract.Reconciliations;

/// <summary>Half-yearly reconciliation 核对往来账.</summary>
public sealed class ReconciliationService(Db db, OrganisationService.OrganisationServiceClient organisations) : V1.ReconciliationService.ReconciliationServiceBase
{
    private const int ReadRows = 1000;

    public override async Task<Reconciliation> CreateReconciliation(CreateReconciliationRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var organisation = await organisations.NamedAsync(request.Reconciliation.Organisation, caller, "reconciliation.organisation");
        var cutoff = ServiceRules.Day(request.Reconciliation.CutoffDate) ?? ReconciliationRules.LatestCutoff(ChinaTime.Today(db.Clock));
        try
        {
            return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
            {
                var run = new ReconciliationRow
                {
                    Id = tx.NewId(),
                    Version = 1,
                    OrganisationId = Ids.Of(organisation.Name, "organisations"),
                    OrganisationName = organisation.DisplayName,
                    ScopePath = await Places.NowAsync(tx, organisation.ScopePath),
                    CutoffDate = cutoff,
                    Period = ReconciliationRules.Period(cutoff),
                    CreatorId = AgreementRow.Actor(caller),
                    CreatorName = caller.Name,
                    CreatedUs = tx.NowMicros,
                };
                await ReconciliationStore.InsertAsync(tx, run);
                foreach (var balance in await ReconciliationStore.BalancesAsync(tx, new Scope(run.ScopePath, null), cutoff))
                    await AddAsync(tx, caller, run, balance);
                await tx.AuditAsync(caller, "reconciliation.create", $"reconciliations/{run.Id}", run.ScopePath, null, new { run.OrganisationName, run.CutoffDate });
                // Nobody owes anything: there is nothing to wait for.
                await FinishAsync(tx, caller, run.Id);
                return await ReadRunAsync(tx, run.Id);
            });
        }
        catch (Exception e) when (db.Dialect.IsUniqueViolation(e))
        {
            throw Errors.Conflict("RECONCILIATION_EXISTS", $"{organisation.DisplayName} 在该半年度已开始核对往来账。", $"{organisation.DisplayName} has a reconciliation of this half-year.");
        }
    }

    public override async Task<Reconciliation> GetReconciliation(GetReconciliationRequest request, ServerCallContext context)
    {
        var scope = Inside(context.Caller()) ?? throw Errors.NotFound(request.Name);
        return ReconciliationMessages.ToMessage(await db.ReadAsync(s => ReconciliationStore.GetAsync(s, Ids.Of(request.Name, "reconciliations"), scope)) ?? throw Errors.NotFound(request.Name));
    }

    public override async Task<ListReconciliationsResponse> ListReconciliations(ListReconciliationsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        if (Inside(caller) is not { } scope)
            return new ListReconciliationsResponse();
        var rows = await db.ReadAsync(s => ReconciliationStore.ListAsync(s, Ids.Of(request.Organisation, "organisations"), scope, page));
        var next = page.Cut(rows, row => row.Id);
        return new ListReconciliationsResponse { Reconciliations = { rows.Select(ReconciliationMessages.ToMessage) }, NextPageToken = next };
    }

    public override async Task ExportReconciliation(ExportReconciliationRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var scope = Inside(caller) ?? throw Errors.NotFound(request.Name);
        using var file = new MemoryStream();
        var run = await db.ReadAsync(async s =>
        {
            var found = await ReconciliationStore.GetAsync(s, Ids.Of(request.Name, "reconciliations"), scope) ?? throw Errors.NotFound(request.Name);
            await WriteAsync(s, file, found, PartnerSight.Of(caller));
            return found;
        });
        await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            await tx.AuditAsync(caller, "reconciliation.export", request.Name, run.ScopePath, null, new { run.Period, Rows = run.StatementCount });
            return new Empty();
        });
        await responseStream.SendXlsxAsync(context, $"核对往来账汇总表 {run.Period}", file.GetBuffer().AsMemory(0, (int)file.Length));
    }

    public override Task<Reconciliation> SendReconciliation(SendReconciliationRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var run = await ReconciliationStore.GetAsync(tx, Ids.Of(request.Name, "reconciliations"), caller.Scope) ?? throw Errors.NotFound(request.Name);
            Etag.Check(request.Etag, run.Version, request.Name);
            if (run.OpenCount == 0)
                throw Errors.Precondition("NOTHING_OPEN", "没有待发出的对账单。", "No statement is left to send.");
            foreach (var id in await ReconciliationStore.OpenAsync(tx, run.Id))
            {
                // Whatever is below the organisation is sent with it, wherever its partner is by now.
                var row = await ReconciliationStore.GetStatementAsync(tx, id, PartnerSight.All) ?? throw Errors.NotFound(id);
                row.State = Codes.Of(ReconciliationStatementState.Sent);
                await ChangedAsync(tx, caller, row, StatementAction.Send, "");
            }
            return await ReadRunAsync(tx, run.Id);
        });
    }

    public override async Task<ReconciliationStatement> GetReconciliationStatement(GetReconciliationStatementRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var row = await db.ReadAsync(s => ReconciliationStore.GetStatementAsync(s, Ids.Of(request.Name, "reconciliationStatements"), PartnerSight.Of(caller))) ?? throw Errors.NotFound(request.Name);
        return ReconciliationMessages.ToMessage(row, caller);
    }

    public override async Task<ListReconciliationStatementsResponse> ListReconciliationStatements(ListReconciliationStatementsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var filter = new StatementFilter(Ids.Of(request.Reconciliation, "reconciliations"), Ids.Of(request.Partner, "partners"), Codes.Of(request.State));
        var rows = await db.ReadAsync(s => ReconciliationStore.ListStatementsAsync(s, filter, PartnerSight.Of(caller), page));
        var next = page.Cut(rows, row => row.Id);
        return new ListReconciliationStatementsResponse { Statements = { rows.Select(row => ReconciliationMessages.ToMessage(row, caller)) }, NextPageToken = next };
    }

    public override Task<ReconciliationStatement> SendReconciliationStatement(SendReconciliationStatementRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.RequestId, StatementAction.Send, request.Name, request.Etag, "", (_, row) =>
        {
            row.State = Codes.Of(ReconciliationStatementState.Sent);
            return Task.CompletedTask;
        });

    public override Task<ReconciliationStatement> AnswerReconciliationStatement(AnswerReconciliationStatementRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.RequestId, StatementAction.Answer, request.Name, request.Etag, Money.Zh(request.TheirFen), (_, row) =>
        {
            row.State = Codes.Of(ReconciliationStatementState.Answered);
            (row.TheirFen, row.TheirNote, row.AnsweredBy) = (request.TheirFen, request.Note.Trim(), AgreementRow.Actor(context.Caller()));
            row.DifferenceFen = row.OurFen - request.TheirFen;
            return Task.CompletedTask;
        });

    public override Task<ReconciliationStatement> AssessReconciliationStatement(AssessReconciliationStatementRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.RequestId, StatementAction.Assess, request.Name, request.Etag, "", (_, row) =>
        {
            row.State = Codes.Of(ReconciliationRules.Assess(row.OurFen, row.TheirFen!.Value));
            return Task.CompletedTask;
        });

    public override Task<ReconciliationStatement> ExplainReconciliationStatement(ExplainReconciliationStatementRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.RequestId, StatementAction.Explain, request.Name, request.Etag, "", (_, row) =>
        {
            IReadOnlyList<Item> items = [.. request.Items.Select(item => new Item(Codes.Of(item.Kind), item.AmountFen, item.Reason.Trim()))];
            Errors.ThrowIfAny([.. ReconciliationRules.Explain(items, row.DifferenceFen)]);
            Explained(row, items, AgreementRow.Actor(context.Caller()));
            return Task.CompletedTask;
        });

    public override Task<ReconciliationStatement> ApproveReconciliationStatement(ApproveReconciliationStatementRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.RequestId, StatementAction.Approve, request.Name, request.Etag, request.Comment, async (tx, row) =>
        {
            var caller = context.Caller();
            if (ReconciliationRules.Part(row, caller) == ApprovalPart.Finance)
                (row.FinanceApprover, row.FinanceApproverName) = (AgreementRow.Actor(caller), caller.Name);
            else
                (row.ManagerApprover, row.ManagerApproverName) = (AgreementRow.Actor(caller), caller.Name);
            if (row.FinanceApprover.Length > 0 && row.ManagerApprover.Length > 0)
                await SettleAsync(tx, row);
        });

    public override Task<ReconciliationStatement> ReturnReconciliationStatement(ReturnReconciliationStatementRequest request, ServerCallContext context) =>
        MoveAsync(context, request, request.RequestId, StatementAction.Return, request.Name, request.Etag, request.Comment, (_, row) =>
        {
            row.State = Codes.Of(ReconciliationStatementState.Sent);
            (row.TheirFen, row.TheirNote, row.AnsweredBy, row.DifferenceFen) = (null, "", "", 0);
            Explained(row, [], "");
            return Task.CompletedTask;
        });

    private static async Task WriteAsync(Session session, Stream file, ReconciliationRow run, PartnerSight sight)
    {
        using var writer = SheetWriter.Create(file, SheetFormat.Xlsx);
        writer.Begin(ReconciliationForm.Form(run));
        long number = 0;
        for (var page = new Page(ReadRows, "", ""); ;)
        {
            var rows = await ReconciliationStore.ListStatementsAsync(session, new StatementFilter(run.Id, "", ""), sight, page);
            var more = page.Cut(rows, row => row.Id).Length > 0;
            foreach (var row in rows)
                writer.Row(ReconciliationForm.Cells(row, ++number));
            if (!more)
                break;
            page = page with { After = rows[^1].Id };
        }
        writer.End();
    }

    private Task<ReconciliationStatement> MoveAsync(
        ServerCallContext context, IMessage request, string requestId, StatementAction action, string name, string etag, string comment, Func<Tx, StatementRow, Task> work)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, requestId, async tx =>
        {
            var row = await ReconciliationStore.GetStatementAsync(tx, Ids.Of(name, "reconciliationStatements"), PartnerSight.Of(caller)) ?? throw Errors.NotFound(name);
            Etag.Check(etag, row.Version, name);
            if (ReconciliationRules.Refuse(action, row, caller) is { } refusal)
                throw refusal;
            await work(tx, row);
            await ChangedAsync(tx, caller, row, action, comment.Trim());
            if (Codes.To<ReconciliationStatementState>(row.State) is ReconciliationStatementState.Agreed or ReconciliationStatementState.Settled)
                await FinishAsync(tx, caller, row.ReconciliationId);
            return ReconciliationMessages.ToMessage(row, caller);
        });
    }

    /// <summary>A reconciliation tells of many partners: null for people outside.</summary>
    private static Scope? Inside(Caller caller) => caller.PartnerId is null ? caller.Scope : null;

    /// <summary>Takes an explanation over; what was approved of another is void.</summary>
    private static void Explained(StatementRow row, IReadOnlyList<Item> items, string by)
    {
        (row.Items, row.ExplainedBy, row.AdjustmentFen) = (items, by, ReconciliationRules.Adjustment(items));
        (row.FinanceApprover, row.FinanceApproverName, row.ManagerApprover, row.ManagerApproverName) = ("", "", "", "");
    }

    private static async Task SettleAsync(Tx tx, StatementRow row)
    {
        row.State = Codes.Of(ReconciliationStatementState.Settled);
        if (row.AdjustmentFen != 0)
            await AccountStore.AddAsync(tx, row.PartnerId, AccountEntryKind.Adjustment, ChinaTime.DateOf(tx.Now), $"reconciliationStatements/{row.Id}",
                $"{row.Period} 对账调整：{string.Join("；", row.Items.Where(item => item.Kind == Codes.Of(DifferenceKind.OurError)).Select(item => item.Reason))}", row.AdjustmentFen, 0);
    }

    private static async Task AddAsync(Tx tx, Caller caller, ReconciliationRow run, BalanceRow balance)
    {
        var row = new StatementRow
        {
            Id = tx.NewId(),
            Version = 1,
            ReconciliationId = run.Id,
            AccountId = balance.PartnerId,
            PartnerId = balance.PartnerId,
            Period = run.Period,
            CutoffDate = run.CutoffDate,
            State = Codes.Of(ReconciliationStatementState.Open),
            OurFen = balance.OurFen,
            DueFen = balance.DueFen,
            ReceivedFen = balance.ReceivedFen,
            InvoicedFen = balance.InvoicedFen,
            CreatedUs = tx.NowMicros,
            UpdatedUs = tx.NowMicros,
        };
        Note(row, caller, "create", "", tx.NowMicros);
        await ReconciliationStore.InsertStatementAsync(tx, row);
    }

    private static async Task ChangedAsync(Tx tx, Caller caller, StatementRow row, StatementAction action, string comment)
    {
        var verb = action.ToString().ToLowerInvariant();
        Note(row, caller, verb, comment, tx.NowMicros);
        row.UpdatedUs = tx.NowMicros;
        await ReconciliationStore.UpdateStatementAsync(tx, row);
        await tx.PublishAsync(ReconciliationMessages.Changed(row));
        await tx.AuditAsync(caller, $"statement.{verb}", $"reconciliationStatements/{row.Id}", row.ScopePath, row.AssigneeId,
            new { row.State, row.OurFen, row.TheirFen, row.DifferenceFen, row.AdjustmentFen, Comment = comment });
    }

    private static async Task FinishAsync(Tx tx, Caller caller, string runId)
    {
        if (!await ReconciliationStore.FinishAsync(tx, runId))
            return;
        var run = (await ReconciliationStore.GetAsync(tx, runId, Caller.System.Scope))!;
        await tx.PublishAsync(ReconciliationMessages.Done(run, caller.StaffId));
        await tx.AuditAsync(caller, "reconciliation.done", $"reconciliations/{run.Id}", run.ScopePath, null, new { run.Period, run.StatementCount });
    }

    private static async Task<Reconciliation> ReadRunAsync(Tx tx, string id) => ReconciliationMessages.ToMessage((await ReconciliationStore.GetAsync(tx, id, Caller.System.Scope))!);

    private static void Note(StatementRow row, Caller caller, string action, string comment, long nowUs) =>
        row.Timeline = [.. row.Timeline, new Entry(nowUs, action, AgreementRow.Actor(caller), caller.Name, comment)];
}
