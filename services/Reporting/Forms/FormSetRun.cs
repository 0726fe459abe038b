using System.IO.Hashing;
using System.Text.Json;
using Google.Protobuf;
using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Forms;

/// <summary>
/// The long work behind ExportFormSet: plans the set, then makes one form after the other, each in a transaction with its progress.
/// A run that a restart cut off goes on after the last form it made; no step holds more than one.
/// </summary>
public static class FormSetRun
{
    public const string Kind = "form-set";

    private static readonly SheetColumn[] Columns =
    [
        new("序号", 8, SheetKind.Integer), new("机构", 28), new("表单", 30), new("对象", 28), new("期间", 14), new("结果", 10), new("文件 / 原因", 70),
    ];

    public static async Task<IMessage?> RunAsync(IServiceProvider services, JobRun run)
    {
        var db = services.GetRequiredService<Db>();
        var asked = JsonSerializer.Deserialize<FormSetAsked>(run.Argument)!;
        var done = run.ProgressDone;
        var total = await db.ReadAsync(s => FormSetStore.CountItemsAsync(s, run.Id));
        if (total == 0)
            total = await PlanAsync(services, db, run, asked);
        for (; done < total - 1; done++)
        {
            var item = (await db.ReadAsync(s => FormSetStore.ItemAsync(s, run.Id, done)))!;
            var file = item.State == FormSetItemRow.Pending ? await MakeAsync(services, run, item, asked) : [];
            await db.GiveWayAsync();
            await db.WriteAsync(tx => StepAsync(tx, run, item, file, total));
        }
        await IndexAsync(db, run, asked, total);
        return await db.ReadAsync(s => ResultAsync(s, run.Id));
    }

    /// <summary>What a set holds.</summary>
    public static async Task<FormSet> ResultAsync(Session session, string id)
    {
        var row = (await FormSetStore.GetAsync(session, id))!;
        var items = await FormSetStore.ItemsAsync(session, id);
        return new FormSet
        {
            FileName = row.FileName,
            Forms = items.Count(item => item.State == FormSetItemRow.Made) - 1,
            Missing = items.Count(item => item.State == FormSetItemRow.Missing),
            SizeBytes = items.Sum(item => item.SizeBytes),
        };
    }

    private static async Task<long> PlanAsync(IServiceProvider services, Db db, JobRun run, FormSetAsked asked)
    {
        var items = await FormSetPlan.OfAsync(services, run, asked);
        items.Add(new FormSetItemRow { OperationId = run.Id, Ordinal = items.Count, Period = asked.Period, FileName = $"{FormNames.Index}.xlsx" });
        await db.WriteAsync(async tx =>
        {
            // Another instance that took this over meanwhile has planned already.
            if (await FormSetStore.CountItemsAsync(tx, run.Id) > 0)
                return;
            foreach (var item in items)
                await FormSetStore.InsertItemAsync(tx, item);
            await run.ProgressAsync(tx, 0, items.Count);
        });
        return await db.ReadAsync(s => FormSetStore.CountItemsAsync(s, run.Id));
    }

    private static async Task<byte[]> MakeAsync(IServiceProvider services, JobRun run, FormSetItemRow item, FormSetAsked asked)
    {
        var (file, reason) = await FormSetFiles.MakeAsync(services, run.Caller, item, asked);
        item.State = reason.Length == 0 ? FormSetItemRow.Made : FormSetItemRow.Missing;
        (item.Reason, item.SizeBytes, item.Crc) = (reason, file.Length, Crc32.HashToUInt32(file));
        return file;
    }

    private static async Task StepAsync(Tx tx, JobRun run, FormSetItemRow item, byte[] file, long total)
    {
        await FormSetStore.SaveAsync(tx, item, file);
        if (await FormSetStore.SizeAsync(tx, run.Id) > FormSetZip.MostBytes)
            throw Errors.Precondition("SET_TOO_LARGE", "表单合计超过 2 GB，请缩小机构或期间的范围。", "The forms are more than 2 GB; ask for less.");
        await run.ProgressAsync(tx, item.Ordinal + 1, total);
    }

    private static Task IndexAsync(Db db, JobRun run, FormSetAsked asked, long total) => db.WriteAsync(async tx =>
    {
        var items = await FormSetStore.ItemsAsync(tx, run.Id);
        var index = items[^1];
        var form = new SheetForm(FormNames.Index, [$"期间：{asked.Period}    制作：{run.Caller.Name}    日期：{ChinaTime.DateOf(tx.Now):yyyy-MM-dd}"], Columns,
            items.SkipLast(1).Select(Cells), [$"共 {items.Count(item => item.State == FormSetItemRow.Made)} 份，缺 {items.Count(item => item.State == FormSetItemRow.Missing)} 份"]);
        var file = FormSetFiles.Written(form);
        (index.State, index.SizeBytes, index.Crc) = (FormSetItemRow.Made, file.Length, Crc32.HashToUInt32(file));
        await FormSetStore.SaveAsync(tx, index, file);
        await FormSetStore.CompleteAsync(tx, run.Id);
        await run.ProgressAsync(tx, total, total);
    });

    private static IReadOnlyList<object?> Cells(FormSetItemRow item) =>
    [
        item.Ordinal + 1, item.OrganisationName, FormNames.Of(Codes.To<FormKind>(item.Kind)), item.Subject, item.Period,
        item.State == FormSetItemRow.Made ? "已导出" : "缺", item.State == FormSetItemRow.Made ? item.FileName : item.Reason,
    ];
}
