using Qudao.Dealer.Partners;
using Qudao.Dealer.Staff;
using Qudao.Platform;

namespace Qudao.Dealer.Visits;

/// <summary>A leaver's planned visits become those of whoever looks after the client now; where nobody does, they are called off.</summary>
public static class VisitHandover
{
    private const int StepItems = 50;

    private const string SelectPlanned = """
        SELECT id AS Id, partner_id AS PartnerId, version AS Version FROM visits WHERE assignee_id = @staffId AND state = 'planned' ORDER BY id LIMIT @n
        """;
    private const string GiveTo = """
        UPDATE visits SET assignee_id = @staffId, staff_name = @name, version = version + 1, updated_us = @now WHERE id = @Id AND version = @Version
        """;
    private const string CallOff = """
        UPDATE visits SET state = 'cancelled', cancel_reason = @reason, version = version + 1, updated_us = @now WHERE id = @Id AND version = @Version
        """;

    /// <summary>One step; returns how many visits it moved.</summary>
    public static async Task<int> FollowPartnersAsync(Tx tx, string leaverId, string reason, Caller caller)
    {
        var planned = await tx.QueryAsync<Planned>(SelectPlanned, new { staffId = leaverId, n = StepItems });
        foreach (var visit in planned)
        {
            var assignee = (await PartnerStore.FindAsync(tx, visit.PartnerId))?.AssigneeId;
            var successor = assignee is null || assignee == leaverId ? null : await StaffStore.FindAsync(tx, assignee);
            if (successor is null)
            {
                await tx.UpdateAsync(CallOff, new { visit.Id, visit.Version, now = tx.NowMicros, reason = $"负责人离职：{reason}" }, $"visits/{visit.Id}");
                await VisitReminders.UncoverAsync(tx, visit.Id, caller);
            }
            else
            {
                await tx.UpdateAsync(GiveTo, new { visit.Id, visit.Version, now = tx.NowMicros, staffId = successor.Id, name = successor.Name }, $"visits/{visit.Id}");
            }
            var row = (await VisitStore.GetAsync(tx, visit.Id, new Scope("/", null)))!;
            await tx.PublishAsync(VisitService.Changed(row));
            await tx.AuditAsync(caller, "visit.handover", $"visits/{row.Id}", row.ScopePath, row.AssigneeId, new { From = leaverId, To = successor?.Id });
        }
        return planned.Count;
    }

    private sealed class Planned
    {
        public string Id { get; set; } = "";
        public string PartnerId { get; set; } = "";
        public long Version { get; set; }
    }
}
