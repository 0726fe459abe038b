using Grpc.Core;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.TestKit;

namespace Qudao.Training.Tests;

/// <summary>What Training asks of Dealer and Contract: the shops “shop” and “shop2” are signed, any other is not; everybody asked for is a lecturer but “seller”.</summary>
internal static class FakeNetwork
{
    public static Task<FakeService> StartAsync() => FakeService.StartAsync(new Partners(), new People(), new Organisations(), new Standings());

    internal sealed class Partners : PartnerService.PartnerServiceBase
    {
        public override Task<Partner> GetPartner(GetPartnerRequest request, ServerCallContext context) =>
            Task.FromResult(new Partner { Name = request.Name, DisplayName = request.Name == "partners/shop2" ? "南京鲁诺" : "南京协众", Organisation = "organisations/js", ScopePath = $"/hq/js/{request.Name["partners/".Length..]}/" });
    }

    internal sealed class People : StaffService.StaffServiceBase
    {
        public override Task<Staff> GetStaff(GetStaffRequest request, ServerCallContext context) =>
            Task.FromResult(new Staff { Name = request.Name, DisplayName = "讲师王", Active = true, Roles = { request.Name == "staff/seller" ? "salesperson" : "trainer" }, ScopePath = "/hq/js/" });
    }

    internal sealed class Organisations : OrganisationService.OrganisationServiceBase
    {
        public override Task<Organisation> GetOrganisation(GetOrganisationRequest request, ServerCallContext context) =>
            Task.FromResult(new Organisation { Name = request.Name, DisplayName = "江苏销售服务中心", ScopePath = request.Name == "organisations/hq" ? "/hq/" : $"/hq/{request.Name["organisations/".Length..]}/" });
    }

    internal sealed class Standings : StandingService.StandingServiceBase
    {
        public override Task<Standing> GetStanding(GetStandingRequest request, ServerCallContext context) =>
            Task.FromResult(new Standing { Partner = request.Partner, Effective = request.Partner is "partners/shop" or "partners/shop2" });
    }
}
