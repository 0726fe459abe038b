using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.Reporting.V1;
using Qudao.ServiceTicket.V1;
using Qudao.TestKit;
using Qudao.Training.V1;

namespace Qudao.System.Tests;

/// <summary>A centre to write to: a general manager who may do all of it, some shops that every service knows, the first of them signed, and a course.</summary>
public sealed class Network
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private readonly string managersPassword;

    private Network(Person administrator, IReadOnlyDictionary<Transport, Person> manager, IReadOnlyList<Partner> shops, Course course, string managersPassword) =>
        (Administrator, Manager, Shops, Course, this.managersPassword) = (administrator, manager, shops, course, managersPassword);

    public Person Administrator { get; }

    /// <summary>The centre's general manager, once for each way of calling.</summary>
    public IReadOnlyDictionary<Transport, Person> Manager { get; }

    public IReadOnlyList<Partner> Shops { get; }

    public Course Course { get; }

    public static async Task<Network> FoundAsync(House house, int shops = 10)
    {
        var admin = await house.AdministratorAsync();
        await admin.Ask<OrganisationService.OrganisationServiceClient>().CreateOrganisationAsync(new CreateOrganisationRequest
        {
            OrganisationId = "js",
            Organisation = new Organisation { DisplayName = "江苏销售服务中心", Kind = OrganisationKind.Centre, Parent = "organisations/hq", ProvinceCode = "32" },
        });
        var (_, password) = await admin.HireAsync("js.gm", "孙总经理", "js", "centre-general-manager");
        var manager = await house.By(Transport.Grpc).SignInAsync("js.gm", password);
        var (_, reviewersPassword) = await admin.HireAsync("js.reviewer", "李经理", "js", "sales-manager", "legal");
        var reviewer = await house.SignInAsync("js.reviewer", reviewersPassword);

        var created = new List<Partner>();
        for (var i = 0; i < shops; i++)
            created.Add(await manager.Ask<PartnerService.PartnerServiceClient>().CreatePartnerAsync(new CreatePartnerRequest { Partner = Shop($"老店{i}") }));
        await SignAsync(manager, reviewer, created[0]);
        var dealer = manager.Ask<PartnerService.PartnerServiceClient>();
        await Eventually.Async(async () => (await dealer.GetPartnerAsync(new GetPartnerRequest { Name = created[0].Name })).Stage == PartnerStage.Signed, Soon, "the first shop is signed");
        created[0] = await dealer.GetPartnerAsync(new GetPartnerRequest { Name = created[0].Name });
        await Eventually.Async(async () =>
            (await manager.Ask<DashboardService.DashboardServiceClient>().GetFunnelAsync(new GetFunnelRequest())).Total == shops, Soon, "Reporting knows all shops");
        var course = await manager.Ask<CourseService.CourseServiceClient>().CreateCourseAsync(new CreateCourseRequest { Course = new Course { Title = "安装与演示", Minutes = 120 } });
        var people = new Dictionary<Transport, Person> { [Transport.Grpc] = manager, [Transport.Rest] = await house.By(Transport.Rest).SignInAsync("js.gm", password) };
        return new Network(admin, people, created, course, password);
    }

    /// <summary>The same centre in a house that has the same data; everybody signs in anew.</summary>
    public async Task<Network> InAsync(House house) => new(
        await house.AdministratorAsync(),
        new Dictionary<Transport, Person>
        {
            [Transport.Grpc] = await house.By(Transport.Grpc).SignInAsync("js.gm", managersPassword),
            [Transport.Rest] = await house.By(Transport.Rest).SignInAsync("js.gm", managersPassword),
        },
        Shops, Course, managersPassword);

    /// <summary>A shop as one is entered.</summary>
    public static Partner Shop(string name) =>
        new() { DisplayName = name, Kind = PartnerKind.Terminal, CityCode = "3201", Address = "江宁区天元东路1号", Contact = "朱总", Phone = "025-84512345" };

    /// <summary>A draft of an agreement with this shop, told from others by its subject.</summary>
    public static Agreement Draft(Partner shop, string subject)
    {
        var today = ChinaTime.Today(TimeProvider.System);
        return new Agreement
        {
            Kind = AgreementKind.Terminal,
            Partner = shop.Name,
            Subject = subject,
            PartyA = "江苏销售服务中心",
            EffectiveFrom = $"{today:yyyy-MM-dd}",
            EffectiveTo = $"{today.AddYears(1):yyyy-MM-dd}",
        };
    }

    /// <summary>A question about this shop, told from others by its subject.</summary>
    public static Ticket Question(Partner shop, string subject) => new()
    {
        Kind = TicketKind.Consultation,
        Channel = TicketChannel.PartnerApi,
        Severity = TicketSeverity.Normal,
        Partner = shop.Name,
        Reporter = "刘经理",
        ReporterPhone = "13812345678",
        Subject = subject,
        Content = "安装位置",
    };

    private static async Task SignAsync(Person manager, Person reviewer, Partner shop)
    {
        await manager.Ask<NumberService.NumberServiceClient>().CreateNumberBlockAsync(new CreateNumberBlockRequest
        {
            NumberBlock = new NumberBlock { Organisation = "organisations/js", Kind = AgreementKind.Terminal, Prefix = "QD-4S-", First = 1, Last = 50, Width = 4 },
        });
        var agreements = manager.Ask<AgreementService.AgreementServiceClient>();
        var agreement = await agreements.CreateAgreementAsync(new CreateAgreementRequest { Agreement = Draft(shop, "老店协议") });
        agreement = await agreements.SubmitAgreementAsync(new SubmitAgreementRequest { Name = agreement.Name });
        foreach (var _ in agreement.Steps)
            await reviewer.Ask<AgreementService.AgreementServiceClient>().ReviewAgreementAsync(new ReviewAgreementRequest { Name = agreement.Name, Decision = ReviewDecision.Approve });
        await agreements.SignAgreementAsync(new SignAgreementRequest { Name = agreement.Name });
    }
}
