using Grpc.Core;
using Microsoft.IdentityModel.JsonWebTokens;
using Qudao.Common.V1;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.ServiceTicket.V1;
using Qudao.TestKit;
using PolicyClient = Qudao.ServiceTicket.V1.PolicyService.PolicyServiceClient;
using TicketClient = Qudao.ServiceTicket.V1.TicketService.TicketServiceClient;

namespace Qudao.ServiceTicket.Tests;

/// <summary>The service with a stand for the dealer service, a Monday morning, and the people who deal with tickets.</summary>
internal sealed class TicketHouse : IAsyncDisposable
{
    public static readonly DateTimeOffset Monday = At("2026-11-23T10:00");

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeService dealer;

    private TicketHouse(ServiceUnderTest service, FakeService dealer) => (Service, this.dealer) = (service, dealer);

    public ServiceUnderTest Service { get; }

    /// <summary>After-sales staff of the Jiangsu centre.</summary>
    public TicketClient AfterSales => As(Service.TokenFor("after-sales", "/hq/js/", "s-after", "周敏"));

    /// <summary>The people of the first shop.</summary>
    public TicketClient Shop => As(Service.TokenFor("partner-terminal", "/hq/js/p1/", name: "店长", partnerId: "p1", organisationId: "js"));

    /// <summary>A person of the Jiangsu centre with a role.</summary>
    public TicketFlowService.TicketFlowServiceClient Doing(string role) => new(Service.Grpc(Service.TokenFor(role, "/hq/js/", $"s-{role}")));

    public PolicyClient Manager => new(Service.Grpc(Service.TokenFor("after-sales-manager", "/hq/js/", "s-manager", "吴强")));

    public PolicyClient Administrator => new(Service.Grpc(Service.TokenFor("administrator", "/hq/", "s-admin")));

    public static DateTimeOffset At(string local) => DateTimeOffset.Parse(local + "+08:00");

    public static async Task<TicketHouse> StartAsync(DatabaseUnderTest database = DatabaseUnderTest.Sqlite, Dictionary<string, string?>? settings = null)
    {
        var dealer = await FakeService.StartAsync(new PartnerStand(), new ClientFileStand(), new StaffStand(), new OrganisationStand(), new StandingStand());
        try
        {
            var service = await ServiceUnderTest.StartAsync(new ServiceTicketModule(), new ServiceOptions
            {
                Database = database,
                Downstream = new Dictionary<string, string> { ["Dealer"] = dealer.Address, ["Contract"] = dealer.Address },
                Settings = settings ?? [],
            });
            await service.MoveClockAsync(Monday);
            return new TicketHouse(service, dealer);
        }
        catch (IgnoreException)
        {
            await dealer.DisposeAsync();
            throw;
        }
    }

    public TicketClient As(string token) => new(Service.Grpc(token));

    public static CreateTicketRequest Complaint(string partner = "partners/p1", TicketKind kind = TicketKind.Complaint, TicketSeverity severity = TicketSeverity.Normal) => new()
    {
        Ticket = new Ticket
        {
            Kind = kind,
            Channel = TicketChannel.Phone,
            Severity = severity,
            Partner = partner,
            Reporter = "李女士",
            ReporterPhone = "13800000001",
            Subject = "定位不准",
            Content = "车停在店里，地图上却在江对岸。",
        },
    };

    public async Task<Ticket> OpenAsync(string partner = "partners/p1", TicketKind kind = TicketKind.Complaint, TicketSeverity severity = TicketSeverity.Normal) =>
        await AfterSales.CreateTicketAsync(Complaint(partner, kind, severity));

    public async Task<Ticket> GetAsync(string name) => await AfterSales.GetTicketAsync(new GetTicketRequest { Name = name });

    /// <summary>Waits until the clock has brought it about.</summary>
    public async Task<Ticket> UntilAsync(string name, Func<Ticket, bool> condition, string what)
    {
        Ticket ticket = new();
        await Eventually.Async(async () => condition(ticket = await GetAsync(name)), Patience, what);
        return ticket;
    }

    public async Task<List<TicketEntry>> EntriesAsync(string name, TicketClient? caller = null) =>
        [.. (await (caller ?? AfterSales).ListTicketEntriesAsync(new ListTicketEntriesRequest { Ticket = name })).Entries];

    /// <summary>The ticket's events, by version.</summary>
    public async Task<List<TicketChanged>> EventsAsync(string name) =>
        [.. (await Service.PublishedAsync<TicketChanged>()).Where(e => $"tickets/{e.AggregateId}" == name)];

    public async Task<List<AuditEntry>> AuditAsync(string resource)
    {
        var manager = new V1.OperationsService.OperationsServiceClient(Service.Grpc(Service.TokenFor("centre-general-manager", "/hq/js/", "s-gm")));
        return [.. (await manager.ListAuditEntriesAsync(new ListAuditEntriesRequest { Resource = resource })).AuditEntries.Reverse()];
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await dealer.DisposeAsync();
    }

    /// <summary>The dealer service's partners, seen by the token that came along: scope is the caller's.</summary>
    private sealed class PartnerStand : Qudao.Dealer.V1.PartnerService.PartnerServiceBase
    {
        private static readonly Dictionary<string, Partner> Partners = new[]
        {
            Partner("p1", "/hq/js/p1/", "南京协众汽车", "s-sales"),
            Partner("p2", "/hq/js/p2/", "苏州宝信汽车", ""),
            Partner("p3", "/hq/zj/p3/", "杭州之星汽车", ""),
        }.ToDictionary(partner => partner.Name);

        public override Task<Partner> GetPartner(GetPartnerRequest request, ServerCallContext context) =>
            Partners.TryGetValue(request.Name, out var partner) && ScopeOf(context).Sees(partner.ScopePath, Ids.Of(partner.Assignee, "staff"))
                ? Task.FromResult(partner)
                : throw Errors.ToRpc(Errors.NotFound(request.Name), "zh-CN");

        public override Task<ListPartnersResponse> ListPartners(ListPartnersRequest request, ServerCallContext context) => Task.FromResult(new ListPartnersResponse
        {
            Partners = { Partners.Values.Where(partner => partner.DisplayName.Contains(request.Query) && ScopeOf(context).Sees(partner.ScopePath, Ids.Of(partner.Assignee, "staff"))) },
        });

        private static Partner Partner(string id, string path, string name, string assignee) => new()
        {
            Name = $"partners/{id}",
            DisplayName = name,
            ScopePath = path,
            Assignee = assignee.Length == 0 ? "" : $"staff/{assignee}",
            Etag = Etag.Of(1),
        };
    }

    /// <summary>The second shop is of credit grade A; nobody graded the others.</summary>
    private sealed class ClientFileStand : ClientFileService.ClientFileServiceBase
    {
        public override Task<ClientFile> GetClientFile(GetClientFileRequest request, ServerCallContext context) =>
            Task.FromResult(new ClientFile { Credit = request.Name == "partners/p2" ? new CreditGrading { Grade = CreditGrade.A } : null });
    }

    /// <summary>The first shop has an agreement until the end of 2027.</summary>
    private sealed class StandingStand : StandingService.StandingServiceBase
    {
        public override Task<Standing> GetStanding(GetStandingRequest request, ServerCallContext context) => Task.FromResult(
            request.Partner == "partners/p1" ? new Standing { Partner = request.Partner, Effective = true, Number = "XS-0001", EffectiveTo = "2027-12-31" } : new Standing { Partner = request.Partner });
    }

    private sealed class StaffStand : Qudao.Dealer.V1.StaffService.StaffServiceBase
    {
        private static readonly Dictionary<string, Staff> People = new[]
        {
            new Staff { Name = "staff/s-after", DisplayName = "周敏", Active = true, ScopePath = "/hq/js/" },
            new Staff { Name = "staff/s-tech", DisplayName = "郑工", Active = true, ScopePath = "/hq/js/" },
            new Staff { Name = "staff/s-gone", DisplayName = "钱已离", Active = false, ScopePath = "/hq/js/" },
            new Staff { Name = "staff/s-zj", DisplayName = "孙浙", Active = true, ScopePath = "/hq/zj/" },
        }.ToDictionary(person => person.Name);

        public override Task<Staff> GetStaff(GetStaffRequest request, ServerCallContext context) =>
            People.TryGetValue(request.Name, out var person) && ScopeOf(context).Sees(person.ScopePath, null)
                ? Task.FromResult(person)
                : throw Errors.ToRpc(Errors.NotFound(request.Name), "zh-CN");
    }

    private sealed class OrganisationStand : OrganisationService.OrganisationServiceBase
    {
        public override Task<Organisation> GetOrganisation(GetOrganisationRequest request, ServerCallContext context)
        {
            var path = request.Name switch { "organisations/hq" => "/hq/", "organisations/js" => "/hq/js/", "organisations/zj" => "/hq/zj/", _ => "/none/" };
            return ScopeOf(context).Sees(path, null)
                ? Task.FromResult(new Organisation { Name = request.Name, ScopePath = path })
                : throw Errors.ToRpc(Errors.NotFound(request.Name), "zh-CN");
        }
    }

    private static Scope ScopeOf(ServerCallContext context)
    {
        var token = new JsonWebToken(context.RequestHeaders.GetValue("authorization")!["Bearer ".Length..]);
        return new Scope(token.GetClaim(TokenClaims.ScopePath).Value, token.TryGetClaim(TokenClaims.Assignee, out var assignee) ? assignee.Value : null);
    }
}
