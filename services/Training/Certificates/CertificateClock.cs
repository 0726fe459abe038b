using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Training.Certificates;

/// <summary>
/// What the clock alone does to certificates, by the days of Asia/Shanghai. The days stand in the rows and each step takes
/// the row's version: any number of instances and restarts does it once.
/// </summary>
public static class CertificateClock
{
    private const int AtOnce = 100;

    /// <summary>Ends certificates on the day after their last. Gives how many.</summary>
    public static Task<int> ExpireAsync(Db db) => SweepAsync(db, CertificateStore.EndedAsync, async (tx, row, today) =>
    {
        if (!(row.ExpiryDate < today))
            return false;
        (row.State, row.RemindDate) = (CertificateRules.Expired, null);
        await CertificateStore.UpdateAsync(tx, row);
        await TellAsync(tx, row, "certificate.expire");
        return true;
    });

    /// <summary>Reminds of renewals at the lead days; after a standstill of the last one only. Gives how many.</summary>
    public static Task<int> RemindAsync(Db db, TrainingSettings settings) => SweepAsync(db, CertificateStore.RemindedAsync, async (tx, row, today) =>
    {
        if (!(row.RemindDate <= today) || row.ExpiryDate is not { } end)
            return false;
        row.RemindDate = CertificateRules.NextReminder(end, today, settings);
        await CertificateStore.UpdateAsync(tx, row);
        if (end < today)
            return true;
        await tx.PublishAsync(new CertificateExpiring
        {
            AggregateId = row.Id,
            Version = row.Version,
            ScopePath = row.ScopePath,
            AssigneeId = row.AssigneeId,
            Number = row.Number,
            TraineeId = row.TraineeId,
            PartnerId = row.PartnerId,
            CourseId = row.CourseId,
            ExpiryDate = end,
            DaysLeft = end.DayNumber - today.DayNumber,
        });
        await tx.AuditAsync(Caller.System, "certificate.remind", $"certificates/{row.Id}", row.ScopePath, row.AssigneeId, new { row.Number, DaysLeft = end.DayNumber - today.DayNumber });
        return true;
    });

    /// <summary>Tells the others what became of a certificate.</summary>
    public static Task TellAsync(Tx tx, CertificateRow row, string action) => TellAsync(tx, row, action, Caller.System);

    /// <inheritdoc cref="TellAsync(Tx, CertificateRow, string)"/>
    public static async Task TellAsync(Tx tx, CertificateRow row, string action, Caller caller)
    {
        await tx.PublishAsync(new CertificateChanged
        {
            AggregateId = row.Id,
            Version = row.Version,
            ScopePath = row.ScopePath,
            AssigneeId = row.AssigneeId,
            Number = row.Number,
            State = row.State,
            TraineeId = row.TraineeId,
            PartnerId = row.PartnerId,
            CourseId = row.CourseId,
            IssueDate = row.IssueDate,
            ExpiryDate = row.ExpiryDate,
        });
        await tx.AuditAsync(caller, action, $"certificates/{row.Id}", row.ScopePath, row.AssigneeId, new { row.Number, row.State, row.Reason });
    }

    private static async Task<int> SweepAsync(Db db, Func<Session, DateOnly, int, Task<List<string>>> due, Func<Tx, CertificateRow, DateOnly, Task<bool>> move)
    {
        var today = ChinaTime.Today(db.Clock);
        var moved = 0;
        foreach (var id in await db.ReadAsync(s => due(s, today, AtOnce)))
            moved += await db.WriteUnlessOvertakenAsync(async tx =>
                await CertificateStore.AnyAsync(tx, id) is { State: CertificateRules.Valid } row && await move(tx, row, today) ? 1 : 0);
        return moved;
    }
}
