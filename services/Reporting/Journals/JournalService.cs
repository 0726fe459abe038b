using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.Obligations;
using Qudao.Reporting.V1;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Reporting.Journals;

/// <summary>Sales journals 销售日志: written by one, handed in to his superiors.</summary>
public sealed class JournalService(Db db) : V1.JournalService.JournalServiceBase
{
    public override async Task<Journal> CreateJournal(CreateJournalRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        try
        {
            return await db.WriteOnceAsync(context, request, request.RequestId, tx => CreateAsync(tx, request.Journal, caller));
        }
        catch (Exception e) when (db.Dialect.IsUniqueViolation(e))
        {
            throw Exists();
        }
    }

    public override Task<Journal> GetJournal(GetJournalRequest request, ServerCallContext context) => db.ReadAsync(async s =>
        await JournalMessages.WholeAsync(s, await FindAsync(s, request.Name, context.Caller()), context.Caller().StaffId));

    public override async Task<ListJournalsResponse> ListJournals(ListJournalsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var filter = new JournalFilter(Codes.Of(request.Kind), Codes.Of(request.State), Ids.Of(request.Writer, "staff"),
            Days.Parse(request.From) ?? DateOnly.MinValue, Days.Parse(request.To) ?? DateOnly.MaxValue);
        var rows = await db.ReadAsync(s => JournalStore.ListAsync(s, filter, Reader.Of(caller), page.Key(Page.DayAndId) ?? (DateOnly.MaxValue, ""), page.Fetch));
        var reply = new ListJournalsResponse { NextPageToken = page.Cut(rows, row => $"{row.StartDate:yyyy-MM-dd}|{row.Id}") };
        reply.Journals.Add(rows.Select(JournalMessages.InList));
        return reply;
    }

    public override Task<Journal> UpdateJournal(UpdateJournalRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.Journal;
        return db.WriteAsync(async tx =>
        {
            var row = await FindAsync(tx, asked.Name, caller);
            Etag.Check(asked.Etag, row.Version, asked.Name);
            JournalRules.RequireWriter(row, caller);
            JournalRules.RequireOpen(row.State);
            var kind = Codes.To<JournalKind>(row.Kind);
            Errors.ThrowIfAny([.. JournalRules.OtherForms(asked, kind, request.UpdateMask?.Paths ?? []), .. await TargetsAsync(tx, asked, caller.Scope)]);
            if (JournalRules.IsGiven(asked, kind) || request.UpdateMask is { Paths.Count: > 0 })
                row.Words = JournalMessages.Kept(JournalRules.WordsOf(asked, kind));
            await JournalStore.UpdateAsync(tx, row);
            await AuditAsync(tx, caller, "journal.update", row, new { row.Kind, row.Period });
            return await JournalMessages.WholeAsync(tx, row, caller.StaffId);
        }, context.CancellationToken);
    }

    public override Task<Empty> DeleteJournal(DeleteJournalRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteAsync(async tx =>
        {
            var row = await FindAsync(tx, request.Name, caller);
            Etag.Check(request.Etag, row.Version, request.Name);
            JournalRules.RequireWriter(row, caller);
            if (row.State != JournalRules.Draft)
                throw Errors.Precondition("WRONG_STATE", "提交过的日志不能删除。", "What was handed in stays.");
            await JournalStore.DeleteAsync(tx, row);
            await AuditAsync(tx, caller, "journal.delete", row, new { row.Kind, row.Period });
            return new Empty();
        }, context.CancellationToken);
    }

    public override Task<Journal> SubmitJournal(SubmitJournalRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return MoveAsync(request, request.Name, request.Etag, request.RequestId, JournalRules.Submitted, context, JournalRules.RequireWriter, async (tx, row) =>
        {
            var form = await JournalFacts.FillAsync(tx, row, JournalMessages.Form(row.Words));
            Errors.ThrowIfAny([.. JournalRules.Missing(form)]);
            row.Facts = JournalMessages.Kept(form);
            (row.SubmittedUs, row.ReviewedUs, row.Comment, row.ReviewerName) = (tx.NowMicros, null, "", "");
            await ObligationEngine.FulfilAsync(tx, JournalRules.FulfilmentOf(Codes.To<JournalKind>(row.Kind)), row.WriterId, row.Period, tx.Now, caller.StaffId, row.StartDate, $"journals/{row.Id}");
        });
    }

    public override Task<Journal> AcceptJournal(AcceptJournalRequest request, ServerCallContext context) =>
        ReviewAsync(request, request.Name, request.Etag, request.RequestId, JournalRules.Accepted, request.Comment, context);

    public override Task<Journal> ReturnJournal(ReturnJournalRequest request, ServerCallContext context) =>
        ReviewAsync(request, request.Name, request.Etag, request.RequestId, JournalRules.Returned, request.Reason, context);

    public override async Task ExportJournal(ExportJournalRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var journal = await db.WriteAsync(async tx =>
        {
            var row = await FindAsync(tx, request.Name, caller);
            await tx.LogExportAsync(caller, "journal.export", new { request.Name }, rows: 1);
            await AuditAsync(tx, caller, "journal.export", row, new { row.Kind, row.Period });
            return await JournalMessages.WholeAsync(tx, row, caller.StaffId);
        }, context.CancellationToken);
        await responseStream.SendAsync(context, JournalForms.Of(journal));
    }

    public override async Task<ImportJournalResponse> ImportJournal(ImportJournalRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        if (request.DryRun)
            return await db.ReadAsync(async s => await ReadFormAsync(s, request, await FindAsync(s, request.Name, caller), caller));
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await FindAsync(tx, request.Name, caller);
            var before = row.Words;
            var reply = await ReadFormAsync(tx, request, row, caller);
            if (row.Words == before)
                return reply;
            await JournalStore.UpdateAsync(tx, row);
            await AuditAsync(tx, caller, "journal.import", row, new { row.Kind, row.Period });
            reply.Journal.Etag = Etag.Of(row.Version);
            return reply;
        });
    }

    public override async Task CheckJournalForm(CheckJournalFormRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var journal = await db.ReadAsync(async s =>
        {
            var row = await FindAsync(s, request.Name, caller);
            JournalRules.RequireWriter(row, caller);
            JournalRules.RequireOpen(row.State);
            return await JournalMessages.WholeAsync(s, row, caller.StaffId);
        });
        var file = JournalImport.Checked(request.File.Data.ToByteArray(), journal.Kind, journal, Errors.Language(context));
        await responseStream.SendXlsxAsync(context, $"{JournalForms.Title(journal.Kind)}-{SheetFaults.Column}", file);
    }

    /// <summary>Puts what the file says into the row, unless anything is wrong with it.</summary>
    private static async Task<ImportJournalResponse> ReadFormAsync(Session session, ImportJournalRequest request, JournalRow row, Caller caller)
    {
        JournalRules.RequireWriter(row, caller);
        JournalRules.RequireOpen(row.State);
        var kind = Codes.To<JournalKind>(row.Kind);
        var errors = new List<SheetError>();
        var read = JournalImport.Read(request.File.Data.ToByteArray(), kind, await JournalMessages.WholeAsync(session, row, caller.StaffId), errors);
        if (errors.Count == 0)
            row.Words = JournalMessages.Kept(JournalRules.WordsOf(read, kind));
        var reply = new ImportJournalResponse { Journal = await JournalMessages.WholeAsync(session, row, caller.StaffId) };
        reply.Errors.Add(errors.OrderBy(error => error.Row).Select(error => new FormError { Row = error.Row, Column = error.Column, MessageZh = error.Zh, MessageEn = error.En }));
        return reply;
    }

    private Task<Journal> ReviewAsync(IMessage request, string name, string etag, string requestId, string to, string comment, ServerCallContext context) =>
        MoveAsync(request, name, etag, requestId, to, context, JournalRules.RequireSuperior, async (tx, row) =>
        {
            (row.Comment, row.ReviewerName, row.ReviewedUs) = (comment, context.Caller().Name, tx.NowMicros);
            await ReviewDutiesAsync(tx, row);
        });

    private Task<Journal> MoveAsync(IMessage request, string name, string etag, string requestId, string to, ServerCallContext context,
        Action<JournalRow, Caller> require, Func<Tx, JournalRow, Task> change)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, requestId, async tx =>
        {
            var row = await FindAsync(tx, name, caller);
            Etag.Check(etag, row.Version, name);
            require(row, caller);
            JournalRules.RequireMove(row.State, to);
            row.State = to;
            await change(tx, row);
            await JournalStore.UpdateAsync(tx, row);
            await AuditAsync(tx, caller, $"journal.{to}", row, new { row.Kind, row.Period, row.Comment });
            return await JournalMessages.WholeAsync(tx, row, caller.StaffId);
        });
    }

    /// <summary>The duty that a journal fulfilled goes with it: accepted, or returned to be done again.</summary>
    private static async Task ReviewDutiesAsync(Tx tx, JournalRow row)
    {
        foreach (var duty in await RuleStore.FulfilledByAsync(tx, JournalRules.FulfilmentOf(Codes.To<JournalKind>(row.Kind))))
        {
            if (await ObligationStore.FindAsync(tx, duty, row.WriterId, row.Period) is not { State: States.OnTime or States.Late } owed)
                continue;
            (owed.Review, owed.ReviewedUs) = (row.State == JournalRules.Accepted ? States.Accepted : States.Returned, tx.NowMicros);
            (owed.ReviewerName, owed.ReviewNote) = (row.ReviewerName, row.Comment);
            await ObligationEngine.SaveAsync(tx, owed);
        }
    }

    private static async Task<Journal> CreateAsync(Tx tx, Journal asked, Caller caller)
    {
        Errors.ThrowIfAny([.. JournalRules.Create(asked, ChinaTime.DateOf(tx.Now)), .. await TargetsAsync(tx, asked, caller.Scope)]);
        var writer = caller.RequireStaff();
        var organisation = await NetworkStore.OrganisationAsync(tx, caller.OrganisationId, Caller.System.Scope)
            ?? throw Errors.Precondition("NOT_KNOWN_YET", "您的组织信息尚未同步，请稍后再试。", "Your organisation is not known here yet; try again soon.");
        var period = JournalRules.PeriodOf(asked.Kind, Days.Parse(asked.Day)!.Value);
        var row = new JournalRow
        {
            Id = tx.NewId(),
            PlaceKey = JournalMessages.PlaceKey(writer, asked.Kind, period.Label),
            Kind = Codes.Of(asked.Kind),
            Period = period.Label,
            StartDate = period.Start,
            WriterId = writer,
            WriterName = caller.Name,
            WriterRank = Ranks.Of(caller.Roles),
            OrganisationId = organisation.Id,
            OrganisationName = organisation.Name,
            ScopePath = organisation.ScopePath,
            State = JournalRules.Draft,
            Words = JournalMessages.Kept(JournalRules.WordsOf(asked, asked.Kind)),
            CreatedUs = tx.NowMicros,
            Version = 1,
        };
        if (await JournalStore.ExistsAsync(tx, row.PlaceKey))
            throw Exists();
        await JournalStore.InsertAsync(tx, row);
        await AuditAsync(tx, caller, "journal.create", row, new { row.Kind, row.Period });
        return await JournalMessages.WholeAsync(tx, row, writer);
    }

    /// <summary>The clients that are aimed at are some the writer sees.</summary>
    private static async Task<List<Violation>> TargetsAsync(Tx tx, Journal asked, Scope scope)
    {
        var faults = new List<Violation>();
        for (var i = 0; i < (asked.Weekly?.Rows.Count ?? 0); i++)
            if (asked.Weekly!.Rows[i].Partner is { Length: > 0 } partner && await NetworkStore.PartnerAsync(tx, Ids.Of(partner, "partners"), scope) is null)
                faults.Add(Errors.Missing($"journal.weekly.rows[{i}].partner", partner));
        return faults;
    }

    private static async Task<JournalRow> FindAsync(Session session, string name, Caller caller) =>
        await JournalStore.GetAsync(session, Ids.Of(name, "journals"), Reader.Of(caller)) ?? throw Errors.NotFound(name);

    private static Task AuditAsync(Tx tx, Caller caller, string action, JournalRow row, object detail) =>
        tx.AuditAsync(caller, action, row.Name, row.ScopePath, row.WriterId, detail);

    private static Refusal Exists() => Errors.Conflict("JOURNAL_EXISTS", "该期间的日志已存在，请修改原日志。", "There is a journal of that period already; change that.");
}
