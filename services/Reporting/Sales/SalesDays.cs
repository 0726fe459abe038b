using Qudao.Platform;

namespace Qudao.Reporting.Sales;

/// <summary>
/// Looks once an hour whether the roll-ups of each of the last days are what its lines make, and mends them: an instance of a version that
/// did not know of one yet may have written lines while this one was brought in, and on a server with many writers a line may be
/// counted for the organisation that its partner leaves at that moment.
/// </summary>
public sealed class SalesDays
{
    private const int Days = 62;
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private long nextUs;

    public async Task<int> MendAsync(Db db)
    {
        if (db.Clock.NowMicros() < nextUs)
            return 0;
        nextUs = (db.Clock.GetUtcNow() + Every).Micros();
        var today = ChinaTime.Today(db.Clock);
        for (var back = 0; back < Days; back++)
        {
            await SalesStore.MendDayAsync(db, today.AddDays(-back));
            await OrganisationDays.MendDayAsync(db, today.AddDays(-back));
        }
        return 0;
    }
}
