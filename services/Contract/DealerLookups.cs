using Grpc.Core;
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
        return FoundAsync(organisations.GetOrganisationAsync(new GetOrganisationRequest { Name = asked }), field, asked);
    }

    /// <summary>The partner an agreement is drafted with.</summary>
    public static Task<Partner> NamedAsync(this PartnerService.PartnerServiceClient partners, string name, string field) =>
        FoundAsync(partners.GetPartnerAsync(new GetPartnerRequest { Name = name }), field, name);

    /// <summary>Somebody who must still be with us: who is to hold numbers, or to review for another.</summary>
    public static async Task<Staff> ActiveAsync(this StaffService.StaffServiceClient staff, string name, string field)
    {
        var person = await FoundAsync(staff.GetStaffAsync(new GetStaffRequest { Name = name }), field, name);
        return person.Active ? person : throw Errors.Invalid(field, $"{person.DisplayName} 已离职", $"{person.DisplayName} has left");
    }

    private static async Task<T> FoundAsync<T>(AsyncUnaryCall<T> asked, string field, string name)
    {
        try
        {
            return await asked;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            throw Errors.Invalid(field, $"找不到 {name}，或者它不在您的管理范围内", $"{name} was not found, or is outside your scope", "NOT_FOUND");
        }
    }
}
