using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Common.V1;

namespace Qudao.Platform;

/// <summary>
/// The export log 导出记录: who took personal data 个人信息 out as a file, over what filter, how many rows. Never what was in
/// it. Written where the export is entered in the audit trail, in the same transaction, before the file is sent.
/// </summary>
public sealed class ExportLog(Db db)
{
    private const string Select = """
        SELECT id AS Id, at_us AS AtUs, actor AS Actor, actor_name AS ActorName, action AS Action, filter AS Filter, row_count AS HeldRows, source AS Source
        FROM personal_exports
        WHERE (@actor = '' OR actor = @actor) AND (@action = '' OR action = @action) AND at_us >= @from AND at_us < @before AND (@after = '' OR id < @after)
        ORDER BY id DESC LIMIT @n
        """;

    public async Task<ListPersonalExportsResponse> ListAsync(ListPersonalExportsRequest request, ServerCallContext call)
    {
        Operator.RequireWhole(call.Caller());
        var page = Page.From(request, call.Caller());
        var rows = await db.ReadAsync(s => s.QueryAsync<ExportRow>(Select, new
        {
            actor = request.Actor,
            action = request.Action,
            from = ServiceRules.Day(request.FromDate) is { } from ? ChinaTime.StartOfDay(from).Micros() : 0,
            before = ServiceRules.Day(request.ToDate) is { } to ? ChinaTime.EndOfDay(to).Micros() : long.MaxValue,
            after = page.After,
            n = page.Fetch,
        }));
        var reply = new ListPersonalExportsResponse { NextPageToken = page.Cut(rows, r => r.Id) };
        reply.PersonalExports.Add(rows.Select(row => new PersonalExport
        {
            Id = row.Id,
            Time = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.AtUs)),
            Actor = row.Actor,
            ActorName = row.ActorName,
            Action = row.Action,
            FilterJson = row.Filter,
            Rows = row.HeldRows,
            Source = row.Source,
        }));
        return reply;
    }

    /// <summary>What is wrong with the days asked for.</summary>
    public static IEnumerable<Violation> Check(ListPersonalExportsRequest request)
    {
        if (ServiceRules.Day(request.FromDate) is { } from && ServiceRules.Day(request.ToDate) is { } to && to < from)
            yield return new Violation("to_date", "不能早于开始日期", "must not be before from_date") { Given = ["from_date"] };
    }

    private sealed class ExportRow
    {
        public string Id { get; set; } = "";
        public long AtUs { get; set; }
        public string Actor { get; set; } = "";
        public string ActorName { get; set; } = "";
        public string Action { get; set; } = "";
        public string Filter { get; set; } = "";
        public long HeldRows { get; set; }
        public string Source { get; set; } = "";
    }
}

/// <summary>How an export of personal data is entered.</summary>
public static class ExportLogEntries
{
    private const string Insert = """
        INSERT INTO personal_exports (id, at_us, actor, actor_name, action, filter, row_count, source)
        VALUES (@Id, @At, @Actor, @ActorName, @Action, @Filter, @Rows, @Source)
        """;

    /// <param name="action">As in the audit trail, for example "survey.export".</param>
    /// <param name="filter">What was asked for, as an object that reads well as JSON; nothing of what was found.</param>
    /// <param name="rows">How many rows the file holds.</param>
    public static Task LogExportAsync(this Tx tx, Caller caller, string action, object filter, long rows) =>
        tx.ExecuteAsync(Insert, new
        {
            Id = tx.NewId(),
            At = tx.NowMicros,
            Actor = caller.Subject,
            ActorName = caller.Name,
            Action = action,
            Filter = JsonSerializer.Serialize(filter, EventJson.Options),
            Rows = rows,
            caller.Source,
        });
}
