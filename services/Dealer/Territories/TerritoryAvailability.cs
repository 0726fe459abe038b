using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Dealer.Policies;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Territories;

/// <summary>Which cities of a province still take an agent.</summary>
public static class TerritoryAvailability
{
    public static async Task<ListCityAvailabilityResponse> ListAsync(Session s, OrganisationRow organisation, ListCityAvailabilityRequest request, Caller caller, long nowMicros)
    {
        var province = Province(organisation, request.ProvinceCode);
        var policy = await PolicyStore.EffectiveAsync(s, organisation.ScopePath);
        var held = (await TerritoryStore.LiveOfProvinceAsync(s, province)).Where(row => !TerritoryRules.HasExpired(row, nowMicros)).ToLookup(row => row.CityCode);
        var reply = new ListCityAvailabilityResponse();
        foreach (var city in Divisions.Cities(province))
        {
            var holders = held[city.Code].ToList();
            var limit = PolicyRules.AgentLimit(policy, city.Code);
            if (request.FreeOnly && holders.Count >= limit)
                continue;
            var availability = new CityAvailability { CityCode = city.Code, City = PartnerRules.CityName(city.Code), AgentLimit = limit, AgentCount = holders.Count, Free = holders.Count < limit };
            availability.Holders.Add(holders.Where(row => caller.Scope.Sees(row.ScopePath, row.AssigneeId)).Select(TerritoryService.ToMessage));
            reply.Cities.Add(availability);
        }
        return reply;
    }

    private static string Province(OrganisationRow organisation, string asked)
    {
        if (organisation.ProvinceCode is { } own && asked.Length > 0 && asked != own)
            throw Errors.Invalid("province_code", "不是该中心所在的省份", "is not the centre's province", "OUTSIDE_PROVINCE");
        var province = organisation.ProvinceCode ?? asked;
        return Divisions.ByCode(province) is { Level: DivisionLevel.Province } ? province
            : throw Errors.Invalid("province_code", "须指明省份", "is required", "REQUIRED");
    }
}
