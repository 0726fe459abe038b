using Qudao.Platform;
using Qudao.Reporting.Obligations;

namespace Qudao.Reporting.Notifications;

/// <summary>Who is told when an obligation moves: who owes it, and who it is owed to.</summary>
public static class ObligationNotices
{
    // What counts itself is no submission that somebody waits for.
    private static readonly HashSet<string> Counted = [Fulfilments.DailySalesReported, Fulfilments.AgreementSigned, Fulfilments.AgreementReported, Fulfilments.AgreementFiled];

    public static async Task TellAsync(Tx tx, ObligationRow row)
    {
        if (Told(row) is not var (kind, key, at) || !Notices.IsFresh(tx, Clock.FromMicros(at)))
            return;
        var place = new Place(row.ScopePath, row.AssigneeId, null);
        var receivers = kind switch
        {
            _ when kind == Kinds.ObligationSubmitted => await SuperiorsAsync(tx, row, place),
            _ when kind == Kinds.ObligationReturned => await Receivers.NamedAsync(tx, row.SubmitterId, row.StaffId),
            _ when kind == Kinds.ObligationOverdue => [.. (await OwersAsync(tx, row, place)).Concat(await SuperiorsAsync(tx, row, place)).DistinctBy(one => one.Id)],
            _ => await OwersAsync(tx, row, place),
        };
        if (receivers.Count == 0)
            return;
        // A row that was only just made has no names yet.
        var named = row.DutyZh.Length > 0 ? row : await ObligationStore.FindAsync(tx, row.Duty, row.SubjectId, row.Period) ?? row;
        await Notices.TellAsync(tx, new Notice(kind, $"{key}|{row.Id}", $"obligations/{row.Id}", place, Clock.FromMicros(at),
            $"{named.DutyZh}（{row.Period}）{Whose(named)}", $"{named.DutyEn} ({row.Period}) {Whose(named)}".TrimEnd(),
            $"应报日期 {row.DueDate:yyyy-MM-dd}。{row.ReviewNote}", $"Due on {row.DueDate:yyyy-MM-dd}. {row.ReviewNote}".TrimEnd()), receivers);
    }

    private static (Kind Kind, string Key, long At)? Told(ObligationRow row) => row.State switch
    {
        States.DueSoon => (Kinds.ObligationDueSoon, "due-soon", row.DueSoonUs),
        States.Missing => (Kinds.ObligationOverdue, "overdue", row.DeadlineUs),
        States.Returned => (Kinds.ObligationReturned, $"returned|{row.ReviewedUs}", row.ReviewedUs ?? 0),
        States.OnTime or States.Late when row.SubmitterId is not null && !Counted.Contains(row.Fulfilment) => (Kinds.ObligationSubmitted, $"submitted|{row.SubmittedUs}", row.SubmittedUs ?? 0),
        _ => null,
    };

    private static Task<List<ReceiverRow>> OwersAsync(Tx tx, ObligationRow row, Place place) =>
        row.StaffId is not null ? Receivers.NamedAsync(tx, row.StaffId) : Receivers.OfRolesAsync(tx, place, ObligationRules.Split(row.Roles));

    private static Task<List<ReceiverRow>> SuperiorsAsync(Tx tx, ObligationRow row, Place place) => Receivers.OfRolesAsync(tx, place, ObligationRules.Split(row.Receivers));

    private static string Whose(ObligationRow row) => row.StaffName.Length > 0 ? row.StaffName : row.OrganisationName;
}
