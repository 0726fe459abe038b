using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Sales;

/// <summary>Takes lines in, piece by piece: a line with a fault is refused by itself, the others are stored.</summary>
public static class SalesIngestions
{
    private const string Stream = "stream:";
    private const int ShownRefusals = 100;
    private const int PiecesAtOnce = 20;

    /// <summary>What a stream or a file offers: a line, or what is wrong with it already.</summary>
    public sealed record Offered(DailySalesLine Line, IReadOnlyList<Violation> Faults);

    /// <summary>The ingestion a request_id names; begun now when there is none.</summary>
    public static Task<IngestionRow> BeginStreamAsync(Tx tx, Caller caller, string requestId) => BeginAsync(tx, caller, Stream + requestId, tx.NewId());

    /// <summary>The ingestion of an import, which has the operation's id.</summary>
    public static Task<IngestionRow> BeginImportAsync(Tx tx, Caller caller, string operationId) => BeginAsync(tx, caller, $"import:{operationId}", operationId);

    /// <summary>
    /// Takes the next lines in, all in one transaction, and moves row on. ABORTED when another stream under the same
    /// request_id took them meanwhile.
    /// </summary>
    public static async Task TakeAsync(Tx tx, IngestionRow row, Caller caller, IReadOnlyList<Offered> lines)
    {
        var today = ChinaTime.DateOf(tx.Now);
        var faults = lines.Select(one => one.Faults.Count > 0 ? one.Faults : SalesRules.CheckAll(one.Line, today)).ToArray();
        var asked = lines.Select((one, i) => faults[i].Count == 0 ? SalesRules.Read(one.Line) : null).ToArray();
        var sound = asked.OfType<AskedLine>().ToList();
        var partners = await SalesWrites.PartnersAsync(tx, sound, caller.Scope);
        var standing = (await SalesWrites.ReportedAsync(tx, sound, partners)).Values.DistinctBy(Key).ToDictionary(Key);
        var added = new List<(AskedLine Line, SalesRow Row)>();
        var outcomes = new char[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            if (asked[i] is not { } line)
                outcomes[i] = PieceRow.Refused;
            else if (!partners.TryGetValue(line.PartnerId, out var partner))
                (outcomes[i], faults[i]) = (PieceRow.Refused, [Errors.Missing("partner", lines[i].Line.Partner)]);
            else if (!standing.TryGetValue((line.PartnerId, line.Day, line.ProductCode), out var row0))
            {
                added.Add((line, SalesWrites.Row(tx, line, partner, caller)));
                standing.Add((line.PartnerId, line.Day, line.ProductCode), added[^1].Row);
                outcomes[i] = PieceRow.Stored;
            }
            else if (row0.Quantity == line.Quantity)
                outcomes[i] = PieceRow.Unchanged;
            else
                (outcomes[i], faults[i]) = (PieceRow.Refused, [SalesRules.AlreadyReported("quantity", row0)]);
        }
        await SalesWrites.InsertAsync(tx, [.. added.Select(one => one.Row)]);
        await SalesWrites.FulfilAsync(tx, added.Select(one => one.Row), caller);
        await KeepAsync(tx, row, outcomes, faults);
        if (added.Count > 0)
            await tx.AuditAsync(caller, "dailySales.ingest", $"salesIngestions/{row.Id}", caller.Scope.Path, caller.StaffId, new { FirstLine = row.LinesDone - lines.Count, Stored = added.Count });
    }

    /// <summary>The stream or file came to its end.</summary>
    public static async Task CompleteAsync(Tx tx, IngestionRow row)
    {
        if (!await IngestionStore.CompleteAsync(tx, row.Id, row.LinesDone))
            throw Moved(row);
        (row.Complete, row.UpdatedUs) = (true, tx.NowMicros);
    }

    /// <summary>An ingestion of the caller's own.</summary>
    public static async Task<IngestionRow> OwnAsync(Session session, string name, Caller caller) =>
        await IngestionStore.GetAsync(session, Ids.Of(name, "salesIngestions"), caller.Subject) ?? throw Errors.NotFound(name);

    /// <summary>What became of the lines after one, with this outcome when one is asked for, n at most.</summary>
    public static async Task<List<SalesIngestionLine>> LinesAsync(Session session, string id, SalesOutcome asked, long after, int n, string language)
    {
        var lines = new List<SalesIngestionLine>();
        for (var from = after + 1; lines.Count < n;)
        {
            var pieces = await IngestionStore.PiecesAsync(session, id, from, PiecesAtOnce);
            foreach (var piece in pieces)
                lines.AddRange(Enumerable.Range(0, piece.Outcomes.Length)
                    .Where(i => piece.FirstLine + i >= from && (asked == SalesOutcome.Unspecified || OutcomeOf(piece.Outcomes[i]) == asked))
                    .Select(i => new SalesIngestionLine { Line = piece.FirstLine + i, Outcome = OutcomeOf(piece.Outcomes[i]) }));
            if (pieces.Count < PiecesAtOnce)
                break;
            from = pieces[^1].AfterLine;
        }
        if (lines.Count > n)
            lines.RemoveRange(n, lines.Count - n);
        if (lines.Count == 0)
            return lines;
        var faults = (await IngestionStore.FaultsAsync(session, id, lines[0].Line, lines[^1].Line)).ToLookup(fault => fault.Line);
        foreach (var line in lines)
            line.Faults.Add(faults[line.Line].Select(fault => new SalesIngestionLine.Types.Fault
            {
                Field = fault.Field,
                Reason = fault.Reason,
                Message = language == Errors.English ? fault.MessageEn : fault.MessageZh,
            }));
        return lines;
    }

    /// <summary>Reads the key of a page: a line's number.</summary>
    public static long? ReadLine(string key) => long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var line) ? line : null;

    /// <summary>How it stands, with its first refused lines.</summary>
    public static async Task<SalesIngestion> ToMessageAsync(Session session, IngestionRow row, string language)
    {
        var message = new SalesIngestion
        {
            Name = $"salesIngestions/{row.Id}",
            RequestId = row.BegunBy.StartsWith(Stream, StringComparison.Ordinal) ? row.BegunBy[Stream.Length..] : "",
            LinesDone = row.LinesDone,
            Stored = row.Stored,
            Unchanged = row.Unchanged,
            Refused = row.Refused,
            Complete = row.Complete,
            CreateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
            UpdateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.UpdatedUs)),
        };
        if (row.Refused > 0)
            message.Refusals.Add(await LinesAsync(session, row.Id, SalesOutcome.Refused, -1, ShownRefusals, language));
        return message;
    }

    private static async Task<IngestionRow> BeginAsync(Tx tx, Caller caller, string begunBy, string id)
    {
        if (await IngestionStore.BegunAsync(tx, caller.Subject, begunBy) is { } known)
            return known;
        var row = new IngestionRow { Id = id, Owner = caller.Subject, BegunBy = begunBy, CreatedUs = tx.NowMicros, UpdatedUs = tx.NowMicros };
        await IngestionStore.InsertAsync(tx, row);
        return row;
    }

    private static async Task KeepAsync(Tx tx, IngestionRow row, char[] outcomes, IReadOnlyList<Violation>[] faults)
    {
        var from = row.LinesDone;
        row.LinesDone += outcomes.Length;
        row.Stored += outcomes.Count(one => one == PieceRow.Stored);
        row.Unchanged += outcomes.Count(one => one == PieceRow.Unchanged);
        row.Refused += outcomes.Count(one => one == PieceRow.Refused);
        row.UpdatedUs = tx.NowMicros;
        if (!await IngestionStore.MoveOnAsync(tx, row, from))
            throw Moved(row);
        await IngestionStore.InsertPieceAsync(tx, row.Id, new PieceRow { FirstLine = from, AfterLine = row.LinesDone, Outcomes = new string(outcomes) });
        for (var i = 0; i < outcomes.Length; i++)
            await IngestionStore.InsertFaultsAsync(tx, row.Id, from + i, faults[i]);
    }

    private static SalesOutcome OutcomeOf(char letter) => letter switch
    {
        PieceRow.Stored => SalesOutcome.Stored,
        PieceRow.Unchanged => SalesOutcome.Unchanged,
        _ => SalesOutcome.Refused,
    };

    private static (string Partner, DateOnly Day, string Product) Key(SalesRow row) => (row.PartnerId, row.Day, row.ProductCode);

    private static Refusal Moved(IngestionRow row) => new(Grpc.Core.StatusCode.Aborted, "INGESTED_MEANWHILE",
        $"同一 request_id 的另一路上报正在进行（salesIngestions/{row.Id}）。", $"Another stream under the same request_id goes on (salesIngestions/{row.Id}).");
}
