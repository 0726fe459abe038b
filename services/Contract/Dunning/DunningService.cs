using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Contract.Agreements;
using Qudao.Contract.Instalments;
using Qudao.Contract.Partners;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Contract.Dunning;

/// <summary>Dunning 催款: what is overdue, and what was done about it.</summary>
public sealed class DunningService(Db db, OrganisationService.OrganisationServiceClient organisations) : V1.DunningService.DunningServiceBase
{
    private const int ReadRows = 1000;

    private static readonly Scope Everywhere = new("/", null);

    public override async Task<ListOverdueInstalmentsResponse> ListOverdueInstalments(ListOverdueInstalmentsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var today = ChinaTime.Today(db.Clock);
        var filter = Filter(request.Partner, request.Salesperson, request.Bucket, await BelowAsync(request.Organisation, caller), today);
        return await db.ReadAsync(async s =>
        {
            var rows = await DunningStore.OverdueAsync(s, filter, PartnerSight.Of(caller), DayKey.After(page), page.Fetch);
            var next = page.Cut(rows, row => new DayKey(row.DueDate, row.Id).ToString());
            var done = await DunningStore.LastAsync(s, rows);
            return new ListOverdueInstalmentsResponse { OverdueInstalments = { rows.Select(row => OnList(row, Of(done, row), today)) }, NextPageToken = next };
        });
    }

    public override async Task ExportOverdueInstalments(ExportOverdueInstalmentsRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var today = ChinaTime.Today(db.Clock);
        var organisation = await organisations.NamedAsync(request.Organisation, caller, "organisation");
        var filter = Filter(request.Partner, request.Salesperson, request.Bucket, new Scope(organisation.ScopePath, null), today);
        using var file = new MemoryStream();
        var count = await db.ReadAsync(s => WriteAsync(s, file, organisation, filter, PartnerSight.Of(caller), today));
        await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            await tx.AuditAsync(caller, "dunning.export", organisation.Name, organisation.ScopePath, null, new { request.Partner, request.Salesperson, Bucket = Codes.Of(request.Bucket), Rows = count });
            return new Empty();
        });
        await responseStream.SendXlsxAsync(context, "催款清单", file.GetBuffer().AsMemory(0, (int)file.Length));
    }

    public override async Task<Aging> GetAging(GetAgingRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var today = ChinaTime.Today(db.Clock);
        var below = await BelowAsync(request.Organisation, caller);
        var sight = PartnerSight.Of(caller);
        return await db.ReadAsync(async s => new Aging
        {
            Day = $"{today:yyyy-MM-dd}",
            Rows = { (await DunningStore.AgesAsync(s, request.GroupBy, below, today, sight, ReadRows)).Select(row => ToMessage(row, request.GroupBy)) },
            Total = ToMessage(await DunningStore.TotalAsync(s, below, today, sight), AgingGroup.Salesperson),
        });
    }

    public override Task<DunningStep> RecordDunningStep(RecordDunningStepRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var today = ChinaTime.DateOf(tx.Now);
            var row = await InstalmentStore.GetAsync(tx, Ids.Of(request.Instalment, "instalments"), PartnerSight.Of(caller)) ?? throw Errors.NotFound(request.Instalment);
            if (DunningRules.RefuseRecord(row, today) is { } refusal)
                throw refusal;
            var step = new StepRow
            {
                Id = tx.NewId(),
                InstalmentId = row.Id,
                PartnerId = row.PartnerId,
                Way = Codes.Of(request.Way),
                Note = request.Note.Trim(),
                PromisedDate = ServiceRules.Day(request.PromisedDate),
                OpenFen = row.OpenFen,
                DaysOverdue = row.DaysOverdue(today),
                ActorId = AgreementRow.Actor(caller),
                ActorName = caller.Name,
                CreatedUs = tx.NowMicros,
            };
            await DunningStore.InsertAsync(tx, step);
            await tx.AuditAsync(caller, "instalment.dun", $"instalments/{row.Id}", row.ScopePath, row.AssigneeId, new { step.Way, step.Note, step.PromisedDate });
            return ToMessage(step);
        });
    }

    public override async Task<ListDunningStepsResponse> ListDunningSteps(ListDunningStepsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => DunningStore.StepsAsync(s, Ids.Of(request.Instalment, "instalments"), Ids.Of(request.Partner, "partners"), PartnerSight.Of(caller), page));
        var next = page.Cut(rows, row => row.Id);
        return new ListDunningStepsResponse { DunningSteps = { rows.Select(ToMessage) }, NextPageToken = next };
    }

    private static async Task<long> WriteAsync(Session session, Stream file, Organisation organisation, OverdueFilter filter, PartnerSight sight, DateOnly today)
    {
        using var writer = SheetWriter.Create(file, SheetFormat.Xlsx);
        writer.Begin(DunningForm.Form(organisation.DisplayName, today, await DunningStore.TotalAsync(session, filter.Below, today, sight)));
        long count = 0;
        for (var after = new DayKey(DateOnly.MinValue, ""); ;)
        {
            var rows = await DunningStore.OverdueAsync(session, filter, sight, after, ReadRows);
            var done = await DunningStore.LastAsync(session, rows);
            foreach (var row in rows)
                writer.Row(DunningForm.Cells(++count, row, Of(done, row), today));
            if (rows.Count < ReadRows)
                break;
            after = new DayKey(rows[^1].DueDate, rows[^1].Id);
        }
        writer.End();
        return count;
    }

    private async Task<Scope> BelowAsync(string organisation, Caller caller) =>
        organisation.Length == 0 ? Everywhere : new Scope((await organisations.NamedAsync(organisation, caller, "organisation")).ScopePath, null);

    private static OverdueFilter Filter(string partner, string salesperson, AgingBucket bucket, Scope below, DateOnly today)
    {
        var (from, to) = DunningRules.DueDates(bucket, today);
        return new OverdueFilter(Ids.Of(partner, "partners"), Ids.Of(salesperson, "staff"), below, from, to);
    }

    private static (long Count, StepRow Last)? Of(Dictionary<string, (long Count, StepRow Last)> done, InstalmentRow row) => done.TryGetValue(row.Id, out var steps) ? steps : null;

    private static OverdueInstalment OnList(InstalmentRow row, (long Count, StepRow Last)? done, DateOnly today) => new()
    {
        Instalment = InstalmentMessages.ToMessage(row, today),
        Bucket = DunningRules.Bucket(row.DaysOverdue(today)),
        StepCount = (int)(done?.Count ?? 0),
        LastStep = done is null ? null : ToMessage(done.Value.Last),
        PromiseBroken = done?.Last.PromisedDate < today,
    };

    private static DunningStep ToMessage(StepRow row) => new()
    {
        Name = $"dunningSteps/{row.Id}",
        Instalment = $"instalments/{row.InstalmentId}",
        Partner = $"partners/{row.PartnerId}",
        Way = Codes.To<DunningWay>(row.Way),
        Note = row.Note,
        PromisedDate = $"{row.PromisedDate:yyyy-MM-dd}",
        OpenFen = row.OpenFen,
        DaysOverdue = (int)row.DaysOverdue,
        Actor = row.ActorId,
        ActorName = row.ActorName,
        CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
    };

    private static AgingRow ToMessage(AgeRow row, AgingGroup by) => new()
    {
        Group = row.GroupId.Length == 0 ? "" : by switch
        {
            AgingGroup.Salesperson => $"staff/{row.GroupId}",
            AgingGroup.Organisation => $"organisations/{row.GroupId}",
            _ => $"partners/{row.GroupId}",
        },
        DisplayName = row.DisplayName,
        UpTo30Fen = row.UpTo30Fen,
        UpTo60Fen = row.UpTo60Fen,
        UpTo90Fen = row.UpTo90Fen,
        Over90Fen = row.Over90Fen,
        TotalFen = row.TotalFen,
        InstalmentCount = row.InstalmentCount,
    };
}
