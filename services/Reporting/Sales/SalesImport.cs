using Google.Protobuf;
using Qudao.Platform;
using Qudao.Reporting.Network;

namespace Qudao.Reporting.Sales;

/// <summary>
/// The long work behind ImportDailySales: goes through the file in steps, each one transaction that stores lines, what became
/// of them and the progress together; a run that a restart cut off goes on after its last step.
/// </summary>
public static class SalesImport
{
    public const string Kind = "sales-import";

    private const int StepRows = 200;
    private const string Collection = "partners/";

    public static async Task<IMessage?> RunAsync(IServiceProvider services, JobRun run)
    {
        var db = services.GetRequiredService<Db>();
        var rows = SalesSheet.Read((await db.ReadAsync(s => IngestionStore.FileAsync(s, run.Id)))!);
        var named = (await db.ReadAsync(s => NetworkStore.PartnerNamesAsync(s, run.Caller.Scope))).ToLookup(partner => partner.Name, partner => partner.Id);
        for (var done = (int)run.ProgressDone; done < rows.Count;)
        {
            var step = rows.Skip(done).Take(StepRows).ToList();
            var until = done + step.Count;
            await db.WriteAsync(async tx =>
            {
                var row = await SalesIngestions.BeginImportAsync(tx, run.Caller, run.Id);
                await SalesIngestions.TakeAsync(tx, row, run.Caller, await OfferAsync(tx, step, run.Caller.Scope, named));
                if (until == rows.Count)
                    await SalesIngestions.CompleteAsync(tx, row);
                await run.ProgressAsync(tx, until, rows.Count);
            });
            done = until;
        }
        return await db.ReadAsync(async s => await SalesIngestions.ToMessageAsync(s, (await IngestionStore.GetAsync(s, run.Id, run.Caller.Subject))!, Errors.Chinese));
    }

    /// <summary>The file of an import of the owner's own, and the faults of its rows.</summary>
    /// <exception cref="Refusal">NOT_FOUND: it is none of his; OPERATION_RUNNING: it is not done; FILE_NOT_KEPT: its file is kept no longer.</exception>
    public static async Task<(byte[] File, List<LineFaultRow> Faults)> RefusedAsync(Session session, string name, string operationId, string owner)
    {
        var done = await IngestionStore.ImportDoneAsync(session, operationId, owner, Kind) ?? throw Errors.NotFound(name);
        if (!done)
            throw Errors.Precondition("OPERATION_RUNNING", "导入尚未完成，请稍后再下载。", "The import is not done yet.");
        var file = await IngestionStore.FileAsync(session, operationId)
            ?? throw Errors.Precondition("FILE_NOT_KEPT", $"导入文件只保留 {IngestionStore.Kept.Days} 天，已不可下载。", $"An import's file is kept {IngestionStore.Kept.Days} days; it is gone.");
        return (file, await IngestionStore.FaultsAsync(session, operationId, 0, long.MaxValue));
    }

    /// <summary>The rows as lines; people write a partner's name where programs write its id. Faults are told by column.</summary>
    private static async Task<List<SalesIngestions.Offered>> OfferAsync(Tx tx, IEnumerable<SalesSheet.Row> rows, Scope scope, ILookup<string, string> named)
    {
        var offered = new List<SalesIngestions.Offered>();
        var today = ChinaTime.DateOf(tx.Now);
        foreach (var (_, line, known) in rows)
        {
            var faults = new List<Violation>(known);
            if (line.Partner.Length > 0 && await PartnerIdAsync(tx, line.Partner, scope, named, faults) is { } id)
                line.Partner = Collection + id;
            var told = faults.Select(fault => fault.Field).ToHashSet();
            faults.AddRange(SalesRules.CheckAll(line, today).Select(fault => fault with { Field = SalesSheet.Column(fault.Field) }).Where(fault => !told.Contains(fault.Field)));
            offered.Add(new(line, faults));
        }
        return offered;
    }

    private static async Task<string?> PartnerIdAsync(Tx tx, string written, Scope scope, ILookup<string, string> named, List<Violation> faults)
    {
        var id = written.StartsWith(Collection, StringComparison.Ordinal) ? written[Collection.Length..] : written;
        if (await NetworkStore.PartnerAsync(tx, id, scope) is not null)
            return id;
        string[] ids = [.. named[written]];
        if (ids.Length != 1)
            faults.Add(ids.Length > 1
                ? new(SalesSheet.Column("partner"), $"有多个机构名为“{written}”，请填写机构编号", $"several partners are called \"{written}\"; write the id", "AMBIGUOUS")
                : Errors.Missing(SalesSheet.Column("partner"), written));
        return ids.Length == 1 ? ids[0] : null;
    }
}
