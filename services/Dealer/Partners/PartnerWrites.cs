using Qudao.Dealer.Diversions;
using Qudao.Dealer.Staff;
using Qudao.Dealer.Surveys;
using Qudao.Dealer.Territories;
using Qudao.Dealer.V1;
using Qudao.Dealer.Visits;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Dealer.Partners;

/// <summary>What happens whenever a partner is written, whoever writes it: the row, its event, and the rows that follow it.</summary>
public static class PartnerWrites
{
    public static async Task CreateAsync(Tx tx, PartnerRow row)
    {
        await PartnerStore.InsertAsync(tx, row);
        await tx.PublishAsync(Changed(row, ""));
    }

    /// <summary>Writes a changed row and tells of it.</summary>
    /// <param name="previousStage">The stage before this change.</param>
    public static async Task SaveAsync(Tx tx, PartnerRow row, string previousStage)
    {
        await PartnerStore.UpdateAsync(tx, row);
        await tx.PublishAsync(Changed(row, previousStage));
    }

    /// <summary>Moves a partner to a stage that its agreement or training has reached; nothing when it is there already.</summary>
    public static async Task ReachAsync(Tx tx, PartnerRow row, PartnerStage stage, object why)
    {
        var previous = row.Stage;
        if (previous == EnumText.Of(stage))
            return;
        row.Stage = EnumText.Of(stage);
        await SaveAsync(tx, row, previous);
        await tx.AuditAsync(Caller.System, "partner.stage", $"partners/{row.Id}", row.ScopePath, row.AssigneeId, new { From = previous, To = row.Stage, Why = why });
    }

    /// <summary>Who sees the partner sees its survey, city and visits too, and its people see what it sees: they go where it goes.</summary>
    public static async Task CarryAlongAsync(Tx tx, PartnerRow row)
    {
        await SurveyStore.FollowPartnerAsync(tx, row);
        await TerritoryStore.FollowPartnerAsync(tx, row);
        await VisitStore.FollowPartnerAsync(tx, row);
        await VisitReminderStore.FollowPartnerAsync(tx, row);
        await DiversionStore.FollowPartnerAsync(tx, row);
        foreach (var person in await StaffStore.OfPartnerAsync(tx, row.Id))
        {
            if (person.ScopePath == row.ScopePath)
                continue;
            (person.ScopePath, person.OrganisationId) = (row.ScopePath, row.OrganisationId);
            await StaffStore.UpdateAsync(tx, person);
            await tx.PublishAsync(Staff.StaffService.Changed(person));
        }
    }

    private static PartnerChanged Changed(PartnerRow row, string previousStage) => new()
    {
        AggregateId = row.Id,
        Version = row.Version,
        ScopePath = row.ScopePath,
        AssigneeId = row.AssigneeId,
        Name = row.Name,
        Kind = row.Kind,
        Stage = row.Stage,
        PreviousStage = previousStage,
        ProvinceCode = row.ProvinceCode,
        CityCode = row.CityCode,
        OrganisationId = row.OrganisationId,
        ParentPartnerId = row.ParentId,
    };
}
