using System.Text.Json;
using Qudao.Events;
using Qudao.Gateway.Events;
using Qudao.Gateway.Users;
using Qudao.Platform;

namespace Qudao.Gateway;

/// <summary>A member of staff was taken on, changed or left: the user's name, roles, scope and right to sign in follow.</summary>
public sealed class PersonsFollowStaff : IHear<StaffChanged>
{
    public async Task HearAsync(StaffChanged happened, Tx tx)
    {
        await PersonStore.SaveAsync(tx, new PersonRow
        {
            Id = happened.AggregateId,
            Version = happened.Version,
            IsStaff = true,
            Name = happened.Name,
            OrganisationId = happened.OrganisationId,
            PartnerId = happened.PartnerId,
            Roles = string.Join(',', happened.Roles),
            ScopePath = happened.ScopePath,
            AssigneeId = UserRules.Assignee(happened.AggregateId, [.. happened.Roles]),
            Active = happened.Active,
        });
        await KeepAnAdministratorAsync(tx);
    }

    /// <summary>Where the last administrator who could sign in is none any more, the first one, who is no staff, can again.</summary>
    private static async Task KeepAnAdministratorAsync(Tx tx)
    {
        var administrators = await UserStore.HoldAdministratorsAsync(tx);
        if (administrators.Any(each => !each.Disabled) || administrators.Find(each => !each.IsStaff) is not { } first)
            return;
        await UserStore.SetDisabledAsync(tx, first, disabled: false);
        await tx.AuditAsync(Caller.System, "user.enable", $"users/{first.Id}", first.ScopePath, null, new { first.Login });
    }
}

/// <summary>Whatever happens anywhere goes into the feed, under where it belongs now.</summary>
public sealed class KeepsEvent<TEvent> : IHear<TEvent>
    where TEvent : Event
{
    public async Task HearAsync(TEvent happened, Tx tx)
    {
        if (happened is PartnerChanged or PartnerMerged)
            await PartnerPlaceStore.HearAsync(tx, happened);
        var (path, assignee) = await PartnerPlaceStore.NowAsync(tx, await Places.NowAsync(tx, happened.ScopePath), happened.AssigneeId);
        await EventStore.AppendAsync(tx, new EventRow
        {
            Id = happened.EventId,
            Type = EventCatalog.NameOf(happened.GetType()),
            AggregateId = happened.AggregateId,
            Version = happened.Version,
            ScopePath = path,
            AssigneeId = assignee,
            OccurredUs = happened.OccurTime.Micros(),
            Body = JsonSerializer.Serialize<object>(happened, EventJson.Options),
        });
    }
}
