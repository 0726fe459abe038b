using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Contract.Partners;
using Qudao.Contract.V1;
using Qudao.Platform;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Contract.Accounts;

/// <summary>Statements of account 往来对账单.</summary>
public sealed class AccountService(Db db) : V1.AccountService.AccountServiceBase
{
    private const int ReadRows = 1000;

    public override async Task<AccountStatement> GetAccountStatement(GetAccountStatementRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var (from, to) = AccountRules.Days(request.FromDate, request.ToDate, ChinaTime.Today(db.Clock));
        return await db.ReadAsync(async s =>
        {
            var partner = await PartnerAsync(s, request.Partner, caller);
            var totals = await AccountStore.TotalsAsync(s, partner.Id, from, to);
            var after = DayKey.After(page);
            var rows = await AccountStore.PageAsync(s, partner.Id, from, to, after, page.Fetch);
            var next = page.Cut(rows, row => new DayKey(row.EntryDate, row.Id).ToString());
            var balance = page.After.Length == 0 ? totals.OpeningFen : await AccountStore.BalanceAsync(s, partner.Id, after);
            return new AccountStatement
            {
                Partner = $"partners/{partner.Id}",
                PartnerName = partner.Name,
                FromDate = $"{from:yyyy-MM-dd}",
                ToDate = $"{to:yyyy-MM-dd}",
                OpeningFen = totals.OpeningFen,
                DueFen = totals.DueFen,
                ReceivedFen = totals.ReceivedFen,
                WrittenOffFen = totals.WrittenOffFen,
                AdjustedFen = totals.AdjustedFen,
                ClosingFen = totals.ClosingFen,
                InvoicedFen = totals.InvoicedFen,
                TotalSize = totals.EntryCount,
                Entries = { rows.Select(row => ToMessage(row, balance += row.AmountFen)) },
                NextPageToken = next,
            };
        });
    }

    public override async Task ExportAccountStatement(ExportAccountStatementRequest request, IServerStreamWriter<HttpBody> responseStream, ServerCallContext context)
    {
        var caller = context.Caller();
        var (from, to) = AccountRules.Days(request.FromDate, request.ToDate, ChinaTime.Today(db.Clock));
        using var file = new MemoryStream();
        var (partner, count) = await db.ReadAsync(async s =>
        {
            var whose = await PartnerAsync(s, request.Partner, caller);
            return (whose, await WriteAsync(s, file, whose, from, to));
        });
        await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            await tx.AuditAsync(caller, "account.export", $"partners/{partner.Id}", partner.ScopePath, partner.AssigneeId, new { From = from, To = to, Rows = count });
            return new Empty();
        });
        await responseStream.SendXlsxAsync(context, "往来对账单", file.GetBuffer().AsMemory(0, (int)file.Length));
    }

    private static async Task<long> WriteAsync(Session session, Stream file, PartnerRow partner, DateOnly from, DateOnly to)
    {
        var totals = await AccountStore.TotalsAsync(session, partner.Id, from, to);
        using var writer = SheetWriter.Create(file, SheetFormat.Xlsx);
        writer.Begin(AccountForm.Form(partner.Name, from, to, totals));
        var balance = totals.OpeningFen;
        long count = 0;
        for (var after = new DayKey(DateOnly.MinValue, ""); ;)
        {
            var rows = await AccountStore.PageAsync(session, partner.Id, from, to, after, ReadRows);
            foreach (var row in rows)
                writer.Row(AccountForm.Cells(row, balance += row.AmountFen));
            count += rows.Count;
            if (rows.Count < ReadRows)
                break;
            after = new DayKey(rows[^1].EntryDate, rows[^1].Id);
        }
        writer.End();
        return count;
    }

    private static async Task<PartnerRow> PartnerAsync(Session session, string name, Caller caller) =>
        await PartnerStore.GetAsync(session, Ids.Of(name, "partners"), PartnerSight.Of(caller))
            ?? throw Errors.Invalid("partner", $"找不到 {name}，或者它不在您的管理范围内", $"{name} was not found, or is outside your scope", "NOT_FOUND");

    private static AccountEntry ToMessage(EntryRow row, long balance) => new()
    {
        Id = row.Id,
        Date = $"{row.EntryDate:yyyy-MM-dd}",
        Kind = Codes.To<AccountEntryKind>(row.Kind),
        Source = row.Source,
        Description = row.Description,
        AmountFen = row.AmountFen,
        InvoicedFen = row.InvoicedFen,
        BalanceFen = balance,
    };
}
