using Grpc.Core;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.TestKit;

namespace Qudao.Training.Tests;

/// <summary>What Training asks of Dealer and Contract: one shop is signed, any other is not; everybody asked for is a lecturer.</summary>
internal static class FakeNetwork
{
    public static Task<FakeService> StartAsync() => FakeService.StartAsync(new Partners(), new People(), new Standings());

    internal sealed class Partners : PartnerService.PartnerServiceBase
    {
        public override Task<Partner> GetPartner(GetPartnerRequest request, ServerCallContext context) =>
            Task.FromResult(new Partner { Name = request.Name, DisplayName = "南京协众", ScopePath = $"/hq/js/{request.Name["partners/".Length..]}/" });
    }

    internal sealed class People : StaffService.StaffServiceBase
    {
        public override Task<Staff> GetStaff(GetStaffRequest request, ServerCallContext context) =>
            Task.FromResult(new Staff { Name = request.Name, DisplayName = "讲师王", Active = true, Roles = { "trainer" } });
    }

    internal sealed class Standings : StandingService.StandingServiceBase
    {
        public override Task<Standing> GetStanding(GetStandingRequest request, ServerCallContext context) =>
            Task.FromResult(new Standing { Partner = request.Partner, Effective = request.Partner == "partners/shop" });
    }
}
