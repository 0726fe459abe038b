using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Dealer.V1;
using Qudao.TestKit;

namespace Qudao.Dealer.Tests;

/// <summary>A small network to test with: headquarters, two centres, their people, and clients that act as them.</summary>
internal sealed class Network : IAsyncDisposable
{
    public const string Jiangsu = "/hq/js/", Zhejiang = "/hq/zj/";

    private Network(ServiceUnderTest service) => Service = service;

    public ServiceUnderTest Service { get; }

    public Acting Admin => new(this, Service.TokenFor("administrator", "/hq/"));

    public Acting Marketing => new(this, Service.TokenFor("hq-marketing", "/hq/", "marketing", "马红"));

    public Acting HqManager => new(this, Service.TokenFor("hq-general-manager", "/hq/", "hqgm", "郑总"));

    public Acting Finance => new(this, Service.TokenFor("finance", Jiangsu, "finance", "钱会计"));

    public Acting Manager => new(this, Service.TokenFor("sales-manager", Jiangsu, "manager", "陈经理"));

    public Acting CentreManager => new(this, Service.TokenFor("centre-general-manager", Jiangsu, "gm", "周总"));

    /// <summary>A salesperson of Jiangsu: sees what is assigned to her.</summary>
    public Acting Wang => new(this, Service.TokenFor("salesperson", Jiangsu, WangId, "王伟"));

    public Acting Li => new(this, Service.TokenFor("salesperson", Jiangsu, LiId, "李娜"));

    /// <summary>People of an agent or a shop.</summary>
    public Acting PeopleOf(Partner partner) =>
        new(this, Service.TokenFor("partner-agent", partner.ScopePath, null, $"{partner.DisplayName}的人", partner.Name["partners/".Length..], partner.Organisation["organisations/".Length..]));

    public Acting HqSales => new(this, Service.TokenFor("hq-sales", "/hq/", "hqsales", "何部长"));

    public Acting ZhejiangManager => new(this, Service.TokenFor("sales-manager", Zhejiang, "zjmanager", "沈经理"));

    public string WangId { get; private set; } = "";

    public string LiId { get; private set; } = "";

    public static async Task<Network> StartAsync(ServiceOptions? options = null)
    {
        var network = new Network(await ServiceUnderTest.StartAsync(new DealerModule(), options));
        await network.CreateCentreAsync("js", "江苏销售服务中心", "32");
        await network.CreateCentreAsync("zj", "浙江销售服务中心", "33");
        network.WangId = await network.TakeOnAsync("王伟", "js");
        network.LiId = await network.TakeOnAsync("李娜", "js");
        return network;
    }

    public async Task CreateCentreAsync(string id, string name, string province) =>
        await Admin.Organisations.CreateOrganisationAsync(new CreateOrganisationRequest
        {
            OrganisationId = id,
            Organisation = new Organisation { DisplayName = name, Kind = OrganisationKind.Centre, Parent = "organisations/hq", ProvinceCode = province },
        });

    public ValueTask DisposeAsync() => Service.DisposeAsync();

    public async Task<string> TakeOnAsync(string name, string organisation)
    {
        var staff = await Admin.Staff.CreateStaffAsync(new CreateStaffRequest
        {
            Staff = new V1.Staff { DisplayName = name, Organisation = $"organisations/{organisation}", Roles = { "salesperson" } },
        });
        return staff.Name["staff/".Length..];
    }
}

/// <summary>Calls as one person.</summary>
internal sealed record Acting(Network Network, string Token)
{
    public OrganisationService.OrganisationServiceClient Organisations => new(Invoker);

    public StaffService.StaffServiceClient Staff => new(Invoker);

    public PartnerService.PartnerServiceClient Partners => new(Invoker);

    public ClientFileService.ClientFileServiceClient Files => new(Invoker);

    public DuplicateService.DuplicateServiceClient Duplicates => new(Invoker);

    public SurveyService.SurveyServiceClient Surveys => new(Invoker);

    public VisitService.VisitServiceClient Visits => new(Invoker);

    public TerritoryService.TerritoryServiceClient Territories => new(Invoker);

    public BulkActionService.BulkActionServiceClient Bulk => new(Invoker);

    public DiversionService.DiversionServiceClient Diversions => new(Invoker);

    public NetworkPolicyService.NetworkPolicyServiceClient Policies => new(Invoker);

    public OperationsService.OperationsServiceClient Operations => new(Invoker);

    public HttpClient Rest => Network.Service.Rest(Token);

    private CallInvoker Invoker => Network.Service.Grpc(Token);

    public async Task<Partner> ShopAsync(string name, string city = "3201", string? parent = null, string requestId = "") =>
        await Partners.CreatePartnerAsync(new CreatePartnerRequest
        {
            Partner = new Partner { DisplayName = name, Kind = PartnerKind.Terminal, CityCode = city, Parent = parent ?? "" },
            RequestId = requestId,
        });

    public async Task<Partner> AgentAsync(string name, string city = "3201") =>
        await Partners.CreatePartnerAsync(new CreatePartnerRequest { Partner = new Partner { DisplayName = name, Kind = PartnerKind.CityAgent, CityCode = city } });

    public async Task<Partner> AdvanceAsync(Partner partner, PartnerStage stage, string reason = "", params string[] evidence) =>
        await Partners.AdvancePartnerAsync(new AdvancePartnerRequest { Name = partner.Name, Stage = stage, Reason = reason, Evidence = { evidence } });

    public async Task<Partner> GetAsync(Partner partner) => await Partners.GetPartnerAsync(new GetPartnerRequest { Name = partner.Name });
}

/// <summary>What a refused call said.</summary>
internal static class Refused
{
    /// <summary>Runs the call, which must be refused with this status; gives "REASON" and its "field REASON" violations.</summary>
    public static async Task<string[]> Async(StatusCode code, Func<Task> call)
    {
        RpcException? refused = null;
        try
        {
            await call();
        }
        catch (RpcException e)
        {
            refused = e;
        }
        Assert.That(refused?.StatusCode, Is.EqualTo(code), refused?.Message);
        var status = refused!.GetRpcStatus()!;
        return
        [
            status.GetDetail<Google.Rpc.ErrorInfo>()!.Reason,
            .. (status.GetDetail<Google.Rpc.BadRequest>()?.FieldViolations ?? []).Select(v => $"{v.Field} {v.Reason}"),
        ];
    }
}
