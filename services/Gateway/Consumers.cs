using Qudao.Events;
using Qudao.Gateway.Users;
using Qudao.Platform;

namespace Qudao.Gateway;

/// <summary>A member of staff was taken on, changed or left: the user's name, roles, scope and right to sign in follow.</summary>
public sealed class PersonsFollowStaff : IHear<StaffChanged>
{
    public Task HearAsync(StaffChanged happened, Tx tx) =>
        PersonStore.SaveAsync(tx, new PersonRow
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
}
