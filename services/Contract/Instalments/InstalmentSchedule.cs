using Qudao.Contract.Accounts;
using Qudao.Contract.Agreements;
using Qudao.Contract.Partners;
using Qudao.Platform;

namespace Qudao.Contract.Instalments;

/// <summary>Makes instalments of what a signed agreement plans, and keeps the partner's account in step with what falls due.</summary>
public static class InstalmentSchedule
{
    /// <summary>An agreement was signed: its plan becomes instalments. An amendment takes those of what it amends with it.</summary>
    public static async Task SignAsync(Tx tx, Caller caller, AgreementRow signed, IReadOnlyList<int> offsets) =>
        await StartAsync(tx, caller, signed, signed.AmendsId is { } amended ? await InstalmentStore.OfAsync(tx, amended) : [], offsets);

    /// <param name="tx">Writes.</param>
    /// <param name="caller">Who.</param>
    /// <param name="signed">The signed agreement with its plan.</param>
    /// <param name="existing">The instalments whose place the plan takes.</param>
    /// <param name="offsets">When to alert.</param>
    public static async Task StartAsync(Tx tx, Caller caller, AgreementRow signed, IReadOnlyList<InstalmentRow> existing, IReadOnlyList<int> offsets)
    {
        if (existing.Count == 0 && signed.Schedule.Count == 0)
            return;
        var carried = InstalmentRules.Carry(existing, signed.Schedule);
        if (carried.Conflicts.Count > 0)
            throw InstalmentRules.InUse(carried.Conflicts);
        await PartnerAsync(tx, signed);
        foreach (var (row, plan) in carried.Kept)
            await KeepAsync(tx, caller, row, signed, plan, offsets);
        foreach (var row in carried.Dropped)
        {
            row.Dropped = true;
            await ChangedAsync(tx, caller, row, "drop", "");
        }
        foreach (var plan in carried.Added)
            await AddAsync(tx, caller, signed, plan, offsets);
    }

    /// <summary>Writes a changed instalment with what follows from it: the account, the event, the audit.</summary>
    public static async Task ChangedAsync(Tx tx, Caller caller, InstalmentRow row, string action, string reason)
    {
        row.UpdatedUs = tx.NowMicros;
        await InstalmentStore.UpdateAsync(tx, row);
        await AccountStore.FollowAsync(tx, row);
        await TellAsync(tx, caller, row, action, reason);
    }

    /// <summary>Tells of an instalment as it is in the database now.</summary>
    public static async Task TellAsync(Tx tx, Caller caller, InstalmentRow row, string action, string reason)
    {
        await tx.PublishAsync(InstalmentMessages.Changed(row, ChinaTime.DateOf(tx.Now)));
        await tx.AuditAsync(caller, $"instalment.{action}", $"instalments/{row.Id}", row.ScopePath, row.AssigneeId,
            new { row.Number, row.DueDate, row.AmountFen, row.PaidFen, row.WrittenOffFen, row.OpenFen, Reason = reason });
    }

    private static Task KeepAsync(Tx tx, Caller caller, InstalmentRow row, AgreementRow signed, Planned plan, IReadOnlyList<int> offsets)
    {
        if (row.DueDate != plan.DueDate)
            (row.AlertedOffset, row.NextAlert) = (null, InstalmentRules.Alert(plan.DueDate, null, DateOnly.MinValue, offsets).Next);
        (row.AgreementId, row.AgreementNumber, row.AgreementState) = (signed.Id, signed.Number!, signed.State);
        (row.DueDate, row.AmountFen, row.Purpose) = (plan.DueDate, plan.AmountFen, plan.Purpose);
        return ChangedAsync(tx, caller, row, "amend", "");
    }

    private static async Task AddAsync(Tx tx, Caller caller, AgreementRow signed, Planned plan, IReadOnlyList<int> offsets)
    {
        var row = new InstalmentRow
        {
            Id = tx.NewId(),
            Version = 1,
            AgreementId = signed.Id,
            PartnerId = signed.PartnerId,
            Number = plan.Number,
            DueDate = plan.DueDate,
            Purpose = plan.Purpose,
            AmountFen = plan.AmountFen,
            OpenFen = plan.AmountFen,
            NextAlert = InstalmentRules.Alert(plan.DueDate, null, DateOnly.MinValue, offsets).Next,
            CreatedUs = tx.NowMicros,
            UpdatedUs = tx.NowMicros,
            AgreementNumber = signed.Number!,
            AgreementState = signed.State,
            PartnerName = signed.PartnerName,
            OrganisationId = signed.OrganisationId,
            ScopePath = signed.ScopePath,
            AssigneeId = signed.AssigneeId,
        };
        await InstalmentStore.InsertAsync(tx, row);
        await AccountStore.FollowAsync(tx, row);
        await TellAsync(tx, caller, row, "create", "");
    }

    /// <summary>Instalments are seen where their partner is; of this one no event may have told yet.</summary>
    private static Task PartnerAsync(Tx tx, AgreementRow signed) => PartnerStore.SeenAsync(tx, new PartnerRow
    {
        Id = signed.PartnerId,
        Name = signed.PartnerName,
        ScopePath = signed.ScopePath,
        AssigneeId = signed.AssigneeId,
        OrganisationId = signed.OrganisationId,
    });
}
