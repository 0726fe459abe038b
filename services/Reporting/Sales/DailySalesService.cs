using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Events;
using Qudao.Platform;
using Qudao.Reporting.Network;
using Qudao.Reporting.Obligations;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Sales;

/// <summary>Daily sales volume 产品销量: reported once, corrected with a reason, summed up the tree.</summary>
public sealed class DailySalesService(Db db) : V1.DailySalesService.DailySalesServiceBase
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
            await PublishAsync(tx, row);
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
        var partners = await PartnersAsync(tx, lines, caller.Scope);
        var reported = await ReportedAsync(tx, lines, partners);
        Errors.ThrowIfAny([.. violations, .. SalesRules.Check(lines, partners, reported)]);
        var reply = new ReportDailySalesResponse();
        foreach (var line in lines)
        {
            if (!reported.TryGetValue(line, out var row))
            {
                row = await AddAsync(tx, line, partners[line.PartnerId], caller);
                reply.Created++;
            }
            reply.DailySales.Add(ToMessage(row));
        }
        await FulfilAsync(tx, lines, partners, caller);
        return reply;
    }

    private static async Task<Dictionary<string, PartnerRow>> PartnersAsync(Tx tx, List<AskedLine> lines, Scope scope)
    {
        var partners = new Dictionary<string, PartnerRow>();
        foreach (var id in lines.Select(line => line.PartnerId).Distinct())
            if (await NetworkStore.PartnerAsync(tx, id, scope) is { } partner)
                partners.Add(id, partner);
        return partners;
    }

    /// <summary>For each asked line that stands already, how it stands.</summary>
    private static async Task<Dictionary<AskedLine, SalesRow>> ReportedAsync(Tx tx, List<AskedLine> lines, Dictionary<string, PartnerRow> partners)
    {
        var reported = new Dictionary<AskedLine, SalesRow>();
        foreach (var asked in lines.Where(line => partners.ContainsKey(line.PartnerId)).GroupBy(line => line.PartnerId))
        {
            var standing = (await SalesStore.OfPartnerAsync(tx, asked.Key, asked.Min(line => line.Day), asked.Max(line => line.Day)))
                .ToDictionary(row => (row.Day, row.ProductCode));
            foreach (var line in asked)
                if (standing.TryGetValue((line.Day, line.ProductCode), out var row))
                    reported[line] = row;
        }
        return reported;
    }

    private static async Task<SalesRow> AddAsync(Tx tx, AskedLine line, PartnerRow partner, Caller caller)
    {
        var row = new SalesRow
        {
            Id = tx.NewId(),
            PartnerId = line.PartnerId,
            Day = line.Day,
            ProductCode = line.ProductCode,
            Quantity = line.Quantity,
            ReporterId = caller.StaffId,
            ReporterName = caller.Name,
            CreatedUs = tx.NowMicros,
            UpdatedUs = tx.NowMicros,
            Version = 1,
            PartnerName = partner.Name,
            ScopePath = partner.ScopePath,
            AssigneeId = partner.AssigneeId,
        };
        await SalesStore.InsertAsync(tx, row);
        await PublishAsync(tx, row);
        await tx.AuditAsync(caller, "dailySales.report", $"dailySales/{row.Id}", row.ScopePath, row.AssigneeId, new { row.PartnerId, row.Day, row.ProductCode, row.Quantity });
        return row;
    }

    /// <summary>Who reports, and the salesperson whose partner it is, whoever reports for him, have done their duty of the day.</summary>
    private static async Task FulfilAsync(Tx tx, List<AskedLine> lines, Dictionary<string, PartnerRow> partners, Caller caller)
    {
        var done = lines.SelectMany(line => new[] { (Staff: caller.StaffId, line.Day), (Staff: partners[line.PartnerId].AssigneeId, line.Day) })
            .Where(one => one.Staff is not null).Distinct();
        foreach (var (staff, day) in done)
            await ObligationEngine.FulfilAsync(tx, Fulfilments.DailySalesReported, staff!, $"{day:yyyy-MM-dd}", tx.Now, caller.StaffId, day);
    }

    private static Task PublishAsync(Tx tx, SalesRow row) => tx.PublishAsync(new DailySalesReported
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        PartnerId = row.PartnerId,
        Day = row.Day,
        ProductCode = row.ProductCode,
        Quantity = row.Quantity,
    });

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
