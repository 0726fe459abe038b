using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Sales;

/// <summary>
/// A stream of lines: one piece is in memory at a time, and is on disk before the next is read. So a client that sends faster
/// than we store is held up by the wire, and a break loses nothing that was dealt with.
/// </summary>
public static class SalesStream
{
    private const int Tries = 3;

    public static async Task<SalesIngestion> TakeAsync(Db db, IAsyncStreamReader<IngestDailySalesRequest> pieces, ServerCallContext context)
    {
        var (caller, cancel) = (context.Caller(), context.CancellationToken);
        var isFirst = await pieces.MoveNext(cancel);
        var first = isFirst ? pieces.Current : new IngestDailySalesRequest();
        Check(first, isFirst: true);
        var row = await OnceMoreAsync(db, tx => SalesIngestions.BeginStreamAsync(tx, caller, first.RequestId), cancel);
        if (first.FirstLine > row.LinesDone)
            throw Errors.Invalid("first_line", $"之前的行尚未处理完：请从第 {row.LinesDone} 行开始。", $"Lines before it were not dealt with: begin with line {row.LinesDone}.", "OUT_OF_RANGE");
        for (var (at, more) = (first.FirstLine, isFirst); more; more = await pieces.MoveNext(cancel))
        {
            var piece = pieces.Current;
            if (piece != first)
                Check(piece, isFirst: false);
            await TakeAsync(db, row, caller, [.. piece.Lines.Skip((int)Math.Clamp(row.LinesDone - at, 0, piece.Lines.Count))], cancel);
            at += piece.Lines.Count;
        }
        if (!row.Complete)
            await db.WriteAsync(tx => SalesIngestions.CompleteAsync(tx, row), cancel);
        return await db.ReadAsync(s => SalesIngestions.ToMessageAsync(s, row, Errors.Language(context)));
    }

    private static async Task TakeAsync(Db db, IngestionRow row, Caller caller, List<DailySalesLine> lines, CancellationToken cancel)
    {
        if (lines.Count == 0)
            return;
        if (row.Complete)
            throw Errors.Invalid("request_id", "该 request_id 的上报已完成，不能再追加。", "The ingestion under this request_id is complete; nothing can be added.", "REQUEST_ID_REUSED");
        var before = (row.LinesDone, row.Stored, row.Unchanged, row.Refused);
        await OnceMoreAsync(db, async tx =>
        {
            // The work may run again.
            (row.LinesDone, row.Stored, row.Unchanged, row.Refused) = before;
            await SalesIngestions.TakeAsync(tx, row, caller, [.. lines.Select(line => new SalesIngestions.Offered(line, []))]);
            return row;
        }, cancel);
    }

    /// <summary>Where somebody else reports the same line at the same moment, the second look finds it reported.</summary>
    private static async Task<T> OnceMoreAsync<T>(Db db, Func<Tx, Task<T>> work, CancellationToken cancel)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                return await db.WriteAsync(work, cancel);
            }
            catch (Exception e) when (tried < Tries && db.Dialect.IsUniqueViolation(e))
            {
                // Read again what stands now.
            }
        }
    }

    /// <summary>What is wrong with a piece as such; the faults of its lines are told line by line.</summary>
    private static void Check(IngestDailySalesRequest piece, bool isFirst)
    {
        var faults = RequestRules.Check(piece).Where(fault => !fault.Field.StartsWith("lines[", StringComparison.Ordinal) && (isFirst || fault.Reason != "REQUIRED"));
        Errors.ThrowIfAny([.. faults]);
    }
}
