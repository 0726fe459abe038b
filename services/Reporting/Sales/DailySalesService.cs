using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.V1;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Reporting.Sales;

/// <summary>Daily sales volume 产品销量: reported once, corrected with a reason, summed up the tree.</summary>
public sealed class DailySalesService(Db db, ServiceName service) : V1.DailySalesService.DailySalesServiceBase
{
    public override async Task<ReportDailySalesResponse> ReportDailySales(ReportDailySalesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        List<AskedLine> lines = [.. request.Lines.Select(SalesRules.Read)];
        var violations = SalesRules.Check(request.Lines, ChinaTime.Today(db.Clock));
        try
        {
            return await db.WriteOnceAsync(context, request, request.RequestId, tx => ReportAsync(tx, lines, violations, caller));
        }
        catch (Exception e) when (db.Dialect.IsUniqueViolation(e))
        {
            throw new Refusal(StatusCode.Aborted, "REPORTED_MEANWHILE", "同一销量刚刚由他人填报，请刷新后再试。", "Somebody else reported the same at this moment; read it and try again.");
        }
    }

    public override Task<SalesIngestion> IngestDailySales(IAsyncStreamReader<IngestDailySalesRequest> requestStream, ServerCallContext context) =>
        SalesStream.TakeAsync(db, requestStream, context);

    public override async Task<SalesIngestion> GetSalesIngestion(GetSalesIngestionRequest request, ServerCallContext context) =>
        await db.ReadAsync(async s => await SalesIngestions.ToMessageAsync(s, await SalesIngestions.OwnAsync(s, request.Name, context.Caller()), Errors.Language(context)));

    public override Task<ListSalesIngestionLinesResponse> ListSalesIngestionLines(ListSalesIngestionLinesRequest request, ServerCallContext context)
    {
        var page = Page.From(request, context.Caller());
        return db.ReadAsync(async s =>
        {
            var ingestion = await SalesIngestions.OwnAsync(s, request.Parent, context.Caller());
            var lines = await SalesIngestions.LinesAsync(s, ingestion.Id, request.Outcome, page.Key<long>(SalesIngestions.ReadLine) ?? -1, page.Fetch, Errors.Language(context));
            var reply = new ListSalesIngestionLinesResponse { NextPageToken = page.Cut(lines, line => $"{line.Line}") };
            reply.Lines.Add(lines);
            return reply;
        });
    }

    public override Task<Operation> ImportDailySales(ImportDailySalesRequest request, ServerCallContext context)
    {
        var file = request.File.Data.ToByteArray();
        // A file that is no such sheet is refused at once; the operation reads it again, as it does after a restart.
        var rows = SalesSheet.Read(file).Count;
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var operation = await tx.StartJobAsync(context.Caller(), service.Value, SalesImport.Kind, [], rows);
            await IngestionStore.InsertFileAsync(tx, Ids.Of(operation.Name, $"{service.Value}/operations"), file);
            return operation;
        });
    }

    public override async Task ExportSalesImport(ExportSalesImportRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var (file, faults) = await db.ReadAsync(s => SalesImport.RefusedAsync(s, request.Operation, Ids.Of(request.Operation, $"{service.Value}/operations"), caller.Subject));
        var format = Sheet.FormatOf(file);
        using var sheet = new MemoryStream();
        var rows = SalesSheet.WriteRefused(sheet, file, faults, Errors.Language(context));
        await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            await tx.AuditAsync(caller, "dailySales.import-export", request.Operation, caller.Scope.Path, caller.StaffId, new { Rows = rows });
            return new Empty();
        });
        context.GetHttpContext().Response.Headers.ContentDisposition =
            $"attachment; filename*=UTF-8''{Uri.EscapeDataString($"{SalesSheet.Title}-{SalesSheet.Faults}{SheetWriter.Extension(format)}")}";
        await responseStream.WriteAsync(new HttpBody { ContentType = SheetWriter.MediaType(format), Data = ByteString.CopyFrom(sheet.ToArray()) });
    }

    public override Task<ListSalesHolesResponse> ListSalesHoles(ListSalesHolesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var (from, to) = Days.Range(request.From, request.To, ChinaTime.Today(db.Clock));
        return db.ReadAsync(async s =>
        {
            var sight = await Sight.OfAsync(s, caller.Scope, request.Organisation);
            var days = SalesHoles.Days(from, to, ChinaTime.Today(db.Clock), WorkingCalendar.Default);
            var holes = await SalesHoles.ListAsync(s, sight, Ids.Of(request.Partner, "partners"), days, page.Key<HoleKey>(HoleKey.Read) ?? HoleKey.First, page.Fetch);
            var reply = new ListSalesHolesResponse { NextPageToken = page.Cut(holes, HoleKey.Of) };
            reply.Holes.Add(holes);
            return reply;
        });
    }

    public override Task<DailySales> CorrectDailySales(CorrectDailySalesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var row = await FindAsync(tx, request.Name, caller);
            Etag.Check(request.Etag, row.Version, request.Name);
            if (row.Quantity == request.Quantity)
                throw Errors.Invalid("quantity", $"该销量已经是 {row.Quantity}。", $"It is {row.Quantity} already.", "UNCHANGED");
            var correction = new CorrectionRow
            {
                Id = tx.NewId(),
                DailySalesId = row.Id,
                PreviousQuantity = row.Quantity,
                Quantity = request.Quantity,
                Reason = request.Reason,
                CorrectorId = caller.Subject,
                CorrectorName = caller.Name,
                CreatedUs = tx.NowMicros,
            };
            await SalesStore.CorrectAsync(tx, row, correction);
            await SalesWrites.PublishAsync(tx, row);
            await tx.AuditAsync(caller, "dailySales.correct", request.Name, row.ScopePath, row.AssigneeId,
                new { correction.PreviousQuantity, correction.Quantity, correction.Reason });
            return ToMessage(row);
        });
    }

    public override async Task<DailySales> GetDailySales(GetDailySalesRequest request, ServerCallContext context) =>
        ToMessage(await db.ReadAsync(s => FindAsync(s, request.Name, context.Caller())));

    public override async Task<ListDailySalesResponse> ListDailySales(ListDailySalesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var filter = new SalesFilter(Ids.Of(request.Partner, "partners"), SalesRules.Product(request.ProductCode),
            Days.Parse(request.From) ?? DateOnly.MinValue, Days.Parse(request.To) ?? DateOnly.MaxValue);
        var rows = await db.ReadAsync(s => SalesStore.ListAsync(s, filter, caller.Scope, page.Key<LineKey>(LineKey.Read) ?? LineKey.First, page.Fetch));
        var reply = new ListDailySalesResponse { NextPageToken = page.Cut(rows, LineKey.Of) };
        reply.DailySales.Add(rows.Select(ToMessage));
        return reply;
    }

    public override async Task<ListSalesCorrectionsResponse> ListSalesCorrections(ListSalesCorrectionsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(async s =>
        {
            var line = await FindAsync(s, request.Parent, caller);
            return await SalesStore.CorrectionsAsync(s, line.Id, page.After, page.Fetch);
        });
        var reply = new ListSalesCorrectionsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
        reply.SalesCorrections.Add(rows.Select(ToMessage));
        return reply;
    }

    public override async Task<SalesSummary> GetSalesSummary(GetSalesSummaryRequest request, ServerCallContext context)
    {
        var (from, to) = Days.Range(request.From, request.To, ChinaTime.Today(db.Clock));
        var filter = new SalesFilter(Ids.Of(request.Partner, "partners"), SalesRules.Product(request.ProductCode), from, to);
        return await db.ReadAsync(async s =>
        {
            var sight = await Sight.OfAsync(s, context.Caller().Scope, request.Organisation);
            return await SalesFigures.SummariseAsync(s, sight, filter, request.Grain, request.GroupBy);
        });
    }

    private static async Task<ReportDailySalesResponse> ReportAsync(Tx tx, List<AskedLine> lines, List<Violation> violations, Caller caller)
    {
        var partners = await SalesWrites.PartnersAsync(tx, lines, caller.Scope);
        var reported = await SalesWrites.ReportedAsync(tx, lines, partners);
        Errors.ThrowIfAny([.. violations, .. SalesRules.Check(lines, partners, reported)]);
        var added = lines.Where(line => !reported.ContainsKey(line)).ToDictionary(line => line, line => SalesWrites.Row(tx, line, partners[line.PartnerId], caller));
        await SalesWrites.InsertAsync(tx, added.Values);
        foreach (var row in added.Values)
            await tx.AuditAsync(caller, "dailySales.report", $"dailySales/{row.Id}", row.ScopePath, row.AssigneeId, new { row.PartnerId, row.Day, row.ProductCode, row.Quantity });
        List<SalesRow> rows = [.. lines.Select(line => added.GetValueOrDefault(line) ?? reported[line])];
        await SalesWrites.FulfilAsync(tx, rows, caller);
        var reply = new ReportDailySalesResponse { Created = added.Count };
        reply.DailySales.Add(rows.Select(ToMessage));
        return reply;
    }

    private static async Task<SalesRow> FindAsync(Session session, string name, Caller caller) =>
        await SalesStore.GetAsync(session, Ids.Of(name, "dailySales"), caller.Scope) ?? throw Errors.NotFound(name);

    private static DailySales ToMessage(SalesRow row) => new()
    {
        Name = $"dailySales/{row.Id}",
        Partner = $"partners/{row.PartnerId}",
        PartnerName = row.PartnerName,
        Day = $"{row.Day:yyyy-MM-dd}",
        ProductCode = row.ProductCode,
        Quantity = row.Quantity,
        Corrected = row.Version > 1,
        Reporter = row.ReporterName,
        CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
        UpdateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.UpdatedUs)),
        Etag = Etag.Of(row.Version),
    };

    private static SalesCorrection ToMessage(CorrectionRow row) => new()
    {
        Name = $"dailySales/{row.DailySalesId}/corrections/{row.Id}",
        PreviousQuantity = row.PreviousQuantity,
        Quantity = row.Quantity,
        Reason = row.Reason,
        Corrector = row.CorrectorName,
        CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
    };
}
