using System.Diagnostics.Metrics;
using Qudao.Platform;

namespace Qudao.Reporting.Notifications;

/// <summary>A message as a channel takes it.</summary>
/// <param name="Id">The same at every try, so that who gets it twice can tell.</param>
public sealed record OutwardMessage(string Id, string Address, string Name, string Subject, string Body);

/// <summary>A way out of the house: throws what went wrong, an OutwardRefusal when trying again is of no use.</summary>
public delegate Task OutwardChannel(OutwardMessage message, CancellationToken cancel);

/// <summary>The other side does not take this message, and never will.</summary>
public sealed class OutwardRefusal(string reason) : Exception(reason);

/// <summary>
/// Sends what is to leave the house. A message is taken for a while by a versioned update, sent, and marked: two instances send it
/// once; an instance that dies between sending and marking sends it again, with the same id.
/// </summary>
public static class Outward
{
    private const int Batch = 50;
    private const int ErrorLength = 400;
    private static readonly TimeSpan Taken = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(30);

    // What is a day old when it could go is no news any more.
    private static readonly TimeSpan Stale = TimeSpan.FromDays(1);
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(6)];
    private static readonly Counter<long> Failed = new Meter(Telemetry.Name).CreateCounter<long>("qudao.reporting.outward.failed", "{message}", "Messages to people that were given up");

    /// <summary>How often a message is tried.</summary>
    public static int Tries => Pauses.Length + 1;

    /// <summary>Sends what is due; returns how many messages it settled, and ends at the first that the channel could not take.</summary>
    public static async Task<int> SendDueAsync(Db db, OutwardChannel channel)
    {
        var settled = 0;
        foreach (var row in await db.ReadAsync(s => OutwardStore.DueAsync(s, db.Clock.NowMicros(), Batch)))
        {
            if (!await db.WriteAsync(tx => OutwardStore.ClaimAsync(tx, row, (tx.Now + Taken).Micros())))
                continue;
            if (!await SendAsync(db, channel, row))
                break;
            settled++;
        }
        return settled;
    }

    private static async Task<bool> SendAsync(Db db, OutwardChannel channel, OutwardRow row)
    {
        if (string.IsNullOrEmpty(row.Email) || db.Clock.NowMicros() - row.CreatedUs > Stale.Ticks / TimeSpan.TicksPerMicrosecond)
            return await EndAsync(db, row, "failed", string.IsNullOrEmpty(row.Email) ? "no address" : "too late");
        try
        {
            using var end = new CancellationTokenSource(AtMost);
            await channel(new OutwardMessage(row.Id, row.Email, row.Name ?? "", row.Subject, row.Body), end.Token);
            return await EndAsync(db, row, "sent", "");
        }
        catch (OutwardRefusal refusal)
        {
            return await EndAsync(db, row, "failed", Short(refusal.Message));
        }
        catch (Exception e)
        {
            if (row.Attempts + 1 >= Tries)
                return await EndAsync(db, row, "failed", Short(e.Message));
            await db.WriteAsync(tx => OutwardStore.PostponeAsync(tx, row.Id, (tx.Now + Pauses[row.Attempts]).Micros(), Short(e.Message)));
            return false;
        }
    }

    private static async Task<bool> EndAsync(Db db, OutwardRow row, string state, string error)
    {
        if (state == "failed")
            Failed.Add(1);
        await db.WriteAsync(tx => OutwardStore.FinishAsync(tx, row.Id, state, error));
        return true;
    }

    private static string Short(string text) => text.Length <= ErrorLength ? text : text[..ErrorLength];
}
