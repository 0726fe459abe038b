using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Contract;

/// <summary>
/// What Dealer is asked on the caller's behalf, so that only what the caller may see can be named. What is not there for
/// him is a fault of the field that names it.
/// </summary>
public static class DealerLookups
{
    /// <summary>The organisation named, or the caller's own when the name is empty; null when it is not there for him.</summary>
    public static Task<Organisation?> FindAsync(this OrganisationService.OrganisationServiceClient organisations, string name, Caller caller) =>
        organisations.GetOrganisationAsync(new GetOrganisationRequest { Name = name.Length == 0 ? $"organisations/{caller.OrganisationId}" : name }).FoundAsync();

    /// <inheritdoc cref="FindAsync"/>
    public static async Task<Organisation> NamedAsync(this OrganisationService.OrganisationServiceClient organisations, string name, Caller caller, string field) =>
        await organisations.FindAsync(name, caller) ?? throw Errors.Invalid([Errors.Missing(field, name)]);

    /// <summary>The partner an agreement is drafted with.</summary>
    public static Task<Partner> NamedAsync(this PartnerService.PartnerServiceClient partners, string name, string field) =>
        partners.GetPartnerAsync(new GetPartnerRequest { Name = name }).NamedInAsync(field, name);

    /// <summary>Somebody who must still be with us: who is to hold numbers, or to review for another.</summary>
    public static async Task<Staff> ActiveAsync(this StaffService.StaffServiceClient staff, string name, string field)
    {
        var person = await staff.GetStaffAsync(new GetStaffRequest { Name = name }).FoundAsync();
        Errors.ThrowIfAny([.. WhyNotActive(person, name, field)]);
        return person!;
    }

    /// <summary>What is wrong with naming somebody who must still be with us.</summary>
    public static IEnumerable<Violation> WhyNotActive(Staff? person, string name, string field)
    {
        if (person is null)
            yield return Errors.Missing(field, name);
        else if (!person.Active)
            yield return new(field, $"{person.DisplayName} 已离职", $"{person.DisplayName} has left");
    }
}
