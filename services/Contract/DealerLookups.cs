using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Contract;

/// <summary>
/// What Dealer is asked on the caller's behalf, so that only what the caller may see can be named. What is not there for
/// him is a fault of the field that names it.
/// </summary>
public static class DealerLookups
{
    /// <summary>The organisation named, or the caller's own when the name is empty.</summary>
    public static Task<Organisation> NamedAsync(this OrganisationService.OrganisationServiceClient organisations, string name, Caller caller, string field)
    {
        var asked = name.Length == 0 ? $"organisations/{caller.OrganisationId}" : name;
        return organisations.GetOrganisationAsync(new GetOrganisationRequest { Name = asked }).NamedInAsync(field, asked);
    }

    /// <summary>The partner an agreement is drafted with.</summary>
    public static Task<Partner> NamedAsync(this PartnerService.PartnerServiceClient partners, string name, string field) =>
        partners.GetPartnerAsync(new GetPartnerRequest { Name = name }).NamedInAsync(field, name);

    /// <summary>The person who is to hold numbers; must still be with us.</summary>
    public static async Task<Staff> HolderAsync(this StaffService.StaffServiceClient staff, string name)
    {
        var holder = await staff.GetStaffAsync(new GetStaffRequest { Name = name }).NamedInAsync("holder", name);
        return holder.Active ? holder : throw Errors.Invalid("holder", $"{holder.DisplayName} 已离职", $"{holder.DisplayName} has left");
    }
}
