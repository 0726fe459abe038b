using System.Text;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Gateway.V1;
using Qudao.Protocol;
using Qudao.Reporting.V1;
using Qudao.ServiceTicket.V1;
using Qudao.TestKit;
using Qudao.Training.V1;

namespace Qudao.System.Tests.BadInput;

/// <summary>
/// A small network: two centres, somebody with every role, and in Jiangsu one of everything that has a name. Zhejiang has
/// its people, one shop, and nothing else.
/// </summary>
public sealed class Network
{
    /// <summary>Another salesperson of Jiangsu, with no partner of his own.</summary>
    public const string Colleague = "js2.salesperson";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private readonly House house;
    private readonly Dictionary<string, (Person Person, string Staff)> people = [];
    private readonly Dictionary<string, string> names = [];

    private Network(House house) => this.house = house;

    /// <summary>A real resource of Jiangsu for each collection: "partners" → "partners/01k…".</summary>
    public IReadOnlyDictionary<string, string> Names => names;

    /// <summary>Who signed in, by "centre.role": "js.salesperson", "zj.salesperson", "hq.administrator".</summary>
    public IEnumerable<string> People => people.Keys;

    public string Administrator => Token("hq.administrator");

    public static async Task<Network> LoadAsync(House house)
    {
        var network = new Network(house);
        await network.OrganisationsAsync();
        await network.PeopleAsync();
        await network.PartnersAsync();
        await network.FileAsync();
        await network.AgreementAsync();
        await network.TrainingAsync();
        await network.TicketAsync();
        await network.FiguresAsync();
        return network;
    }

    /// <summary>The session token of "centre.role".</summary>
    public string Token(string who) => people[who].Person.Token;

    /// <summary>Whoever may ask anything of the rpc: the administrator, or for what only the staff concerned may do, one of them.</summary>
    public string CallerOf(Rpc rpc) => rpc.Method.Name == "ReportVisit" ? Token("js.salesperson") : Administrator;

    /// <summary>The staff of "centre.role": "staff/01k…".</summary>
    public string Staff(string who) => people[who].Staff;

    /// <summary>A generated client that calls as "centre.role".</summary>
    public TClient As<TClient>(string who)
        where TClient : Grpc.Core.ClientBase<TClient> => people[who].Person.Ask<TClient>();

    private async Task OrganisationsAsync()
    {
        people["hq.administrator"] = (await house.AdministratorAsync(), "");
        foreach (var (id, name, province) in new[] { ("js", "江苏销售服务中心", "32"), ("zj", "浙江销售服务中心", "33") })
            await As<OrganisationService.OrganisationServiceClient>("hq.administrator").CreateOrganisationAsync(new CreateOrganisationRequest
            {
                OrganisationId = id,
                Organisation = new Organisation { DisplayName = name, Kind = OrganisationKind.Centre, Parent = "organisations/hq", ProvinceCode = province },
            });
        names["organisations"] = "organisations/js";
    }

    private async Task PeopleAsync()
    {
        foreach (var role in Roles.Permissions.Keys.Where(role => role != Roles.Administrator && !role.StartsWith("partner-", StringComparison.Ordinal)))
            await HireAsync(role.StartsWith("hq-", StringComparison.Ordinal) || role is "auditor" or "dashboard" ? "hq" : "js", role);
        foreach (var role in new[] { "centre-general-manager", "sales-manager", "salesperson", "after-sales-manager", "training-manager", "back-office" })
            await HireAsync("zj", role);
        await HireAsync("js", "salesperson", who: Colleague);
        (names["staff"], names["trainers"], names["colleagues"]) = (Staff("js.salesperson"), Staff("js.trainer"), Staff(Colleague));
        names["generalManagers"] = Staff("js.centre-general-manager");
    }

    private async Task PartnersAsync()
    {
        var sales = As<PartnerService.PartnerServiceClient>("js.salesperson");
        var agent = await sales.CreatePartnerAsync(New("南京远通汽车用品有限公司", PartnerKind.CityAgent, "3201"));
        var shop = await sales.CreatePartnerAsync(New("南京协众汽车销售有限公司", PartnerKind.Terminal, "3201"));
        await As<PartnerService.PartnerServiceClient>("zj.salesperson").CreatePartnerAsync(New("杭州大众汽车销售有限公司", PartnerKind.Terminal, "3301"));
        names["partners"] = shop.Name;
        names["agents"] = agent.Name;
        await HireAsync("js", "partner-agent", agent.Name);
        await HireAsync("js", "partner-terminal", shop.Name);

        const string Survey = "地区,城市,销售终端(4S店)名称,主营车型,年销量,地址,联系人,电话,是/否为拓展目标,拓展优势\n江苏,苏州,苏州东方汽车有限公司,大众,900,东环路1号,王经理,0512-65112233,是,地段好\n";
        var operation = await As<SurveyService.SurveyServiceClient>("js.salesperson").ImportSurveysAsync(
            new ImportSurveysRequest { File = new HttpBody { ContentType = "text/csv", Data = ByteString.CopyFrom(Survey, Encoding.UTF8) } });
        names["dealer/operations"] = operation.Name;
        await Eventually.Async(async () => (await As<Dealer.V1.OperationsService.OperationsServiceClient>("js.salesperson").GetOperationAsync(
            new Common.V1.GetOperationRequest { Name = operation.Name })).Done, Soon, "the survey is imported");
        names["surveys"] = (await As<SurveyService.SurveyServiceClient>("js.salesperson").ListSurveysAsync(new ListSurveysRequest())).Surveys.Single().Name;
        var visit = await As<VisitService.VisitServiceClient>("js.salesperson").PlanVisitAsync(new PlanVisitRequest
        {
            Visit = new Visit { Partner = shop.Name, Kind = VisitKind.ClientVisit, PlannedDate = "2026-11-18", Purpose = "介绍产品" },
        });
        names["visits"] = visit.Name;
    }

    private async Task FileAsync()
    {
        var files = As<ClientFileService.ClientFileServiceClient>("js.salesperson");
        names["contacts"] = (await files.CreateContactAsync(new CreateContactRequest
        {
            Contact = new Contact { Partner = names["partners"], DisplayName = "李雷", Title = "销售经理", Phone = "13912345678" },
        })).Name;
        names["clientRecords"] = (await files.AddRecordAsync(new AddRecordRequest
        {
            Record = new ClientRecord { Partner = names["partners"], Kind = RecordKind.Communication, OccurDate = "2026-11-17", Content = "介绍产品" },
        })).Name;
        names["networkPolicies"] = (await As<NetworkPolicyService.NetworkPolicyServiceClient>("hq.administrator").UpdateNetworkPolicyAsync(
            new UpdateNetworkPolicyRequest { NetworkPolicy = new NetworkPolicy { Name = "networkPolicies/js", AgentsPerCity = 1 } })).Name;
    }

    private async Task AgreementAsync()
    {
        var numbers = As<NumberService.NumberServiceClient>("js.back-office");
        foreach (var kind in new[] { AgreementKind.Terminal, AgreementKind.CityAgent })
            names["numberBlocks"] = (await numbers.CreateNumberBlockAsync(new CreateNumberBlockRequest
            {
                NumberBlock = new NumberBlock { Organisation = "organisations/js", Kind = kind, Prefix = $"QD-{(int)kind}-", First = 1, Last = 20, Width = 4 },
            })).Name;
        var issued = await numbers.IssueNumbersAsync(new IssueNumbersRequest { Kind = AgreementKind.CityAgent, Count = 2, Holder = Staff("js.salesperson") });
        names["contractNumbers"] = issued.ContractNumbers[0].Name;

        var agreements = As<AgreementService.AgreementServiceClient>("js.salesperson");
        var agreement = await agreements.CreateAgreementAsync(new CreateAgreementRequest { Agreement = Draft() });
        await agreements.SubmitAgreementAsync(new SubmitAgreementRequest { Name = agreement.Name });
        foreach (var reviewer in new[] { "js.sales-manager", "js.legal" })
            await As<AgreementService.AgreementServiceClient>(reviewer).ReviewAgreementAsync(
                new ReviewAgreementRequest { Name = agreement.Name, Decision = ReviewDecision.Approve, Comment = "同意" });
        await As<AgreementService.AgreementServiceClient>("js.sales-manager").SignAgreementAsync(new SignAgreementRequest { Name = agreement.Name });
        names["agreements"] = (await agreements.CreateAgreementAsync(new CreateAgreementRequest { Agreement = Draft() })).Name;
        names["agreements/*/attachments"] = (await As<AttachmentService.AttachmentServiceClient>("js.salesperson").CreateAttachmentAsync(new CreateAttachmentRequest
        {
            Parent = names["agreements"],
            FileName = "scan.pdf",
            File = new HttpBody { Data = ByteString.CopyFromUtf8("%PDF-1.4\n%%EOF\n") },
        })).Name;
        names["approvalPolicies"] = (await As<ApprovalPolicyService.ApprovalPolicyServiceClient>("hq.administrator").CreateApprovalPolicyAsync(new CreateApprovalPolicyRequest
        {
            ApprovalPolicy = new ApprovalPolicy { DisplayName = "江苏", Organisation = "organisations/js", Steps = { new ApprovalPolicyStep { Roles = { "legal" } } } },
        })).Name;
        names["delegations"] = (await As<DelegationService.DelegationServiceClient>("js.sales-manager").CreateDelegationAsync(new CreateDelegationRequest
        {
            Delegation = new Delegation { Delegate = Staff("js.legal"), FromDate = "2026-11-18", ToDate = "2026-11-20", Reason = "年假" },
        })).Name;
        names["agreementStatisticsSubmissions"] = (await As<AgreementStatisticsService.AgreementStatisticsServiceClient>("js.back-office").SubmitAgreementStatisticsAsync(
            new SubmitAgreementStatisticsRequest { ReportDay = "2026-11-18" })).Name;
        var partners = As<PartnerService.PartnerServiceClient>("js.salesperson");
        await Eventually.Async(async () => (await partners.GetPartnerAsync(new GetPartnerRequest { Name = names["partners"] })).Stage == PartnerStage.Signed, Soon, "the shop is signed");
    }

    private async Task TrainingAsync()
    {
        names["courses"] = (await As<CourseService.CourseServiceClient>("js.training-manager").CreateCourseAsync(
            new CreateCourseRequest { Course = new Course { Title = "车载终端安装与演示", Minutes = 120 } })).Name;
        var asked = await As<TrainingRequestService.TrainingRequestServiceClient>("js.salesperson").CreateTrainingRequestAsync(new CreateTrainingRequestRequest
        {
            TrainingRequest = new TrainingRequest
            {
                Partner = names["partners"],
                Course = names["courses"],
                ExpectedTrainees = 2,
                WishTime = Timestamp.FromDateTimeOffset(Day.At(11, 25, 9)),
                Place = "南京市江宁区天元东路1号",
                Contact = "李雷",
                Phone = "025-52123456",
                Way = TrainingWay.Practice,
            },
        });
        names["trainingRequests"] = asked.Name;
    }

    private async Task TicketAsync()
    {
        names["tickets"] = (await As<TicketService.TicketServiceClient>("js.after-sales").CreateTicketAsync(new CreateTicketRequest
        {
            Ticket = new Ticket
            {
                Kind = TicketKind.Consultation,
                Channel = TicketChannel.Phone,
                Partner = names["partners"],
                Reporter = "李雷",
                ReporterPhone = "13912345678",
                Subject = "终端怎么安装",
                Content = "请告诉我们终端怎么安装。",
            },
        })).Name;
        var policies = As<PolicyService.PolicyServiceClient>("js.after-sales-manager");
        var policy = await policies.UpdateSlaPolicyAsync(new UpdateSlaPolicyRequest
        {
            SlaPolicy = new SlaPolicy { Name = "slaPolicies/js-complaint-major", FirstResponseMinutes = 60, ResolutionMinutes = 480, Calendar = SlaCalendar.Working },
        });
        var chain = await policies.UpdateEscalationChainAsync(new UpdateEscalationChainRequest
        {
            EscalationChain = new EscalationChain { Name = "escalationChains/js-complaint", Steps = { new EscalationStep { AfterMinutes = 60, Role = "after-sales-manager" } } },
        });
        (names["slaPolicies"], names["escalationChains"]) = (policy.Name, chain.Name);
    }

    private async Task FiguresAsync()
    {
        var gm = "js.centre-general-manager";
        names["plans"] = (await As<PlanService.PlanServiceClient>(gm).CreatePlanAsync(
            new CreatePlanRequest { Plan = new Plan { Month = "2026-11", Organisation = "organisations/js", Agents = 2 } })).Name;
        await Eventually.Async(async () =>
        {
            var reported = await As<DailySalesService.DailySalesServiceClient>("js.salesperson").ReportDailySalesAsync(new ReportDailySalesRequest
            {
                Lines = { new DailySalesLine { Partner = names["partners"], Day = "2026-11-17", ProductCode = "GT-100", Quantity = 3 } },
            });
            names["dailySales"] = reported.DailySales[0].Name;
            return true;
        }, Soon, "Reporting knows the shop");
        await Eventually.Async(async () =>
        {
            var owed = await As<ObligationService.ObligationServiceClient>(gm).ListObligationsAsync(new ListObligationsRequest { Organisation = "organisations/js", PageSize = 1 });
            names["obligations"] = owed.Obligations[0].Name;
            return true;
        }, Soon, "the centre owes something");
        names["obligationRules"] = (await As<ObligationRuleService.ObligationRuleServiceClient>(gm).ListObligationRulesAsync(new ListObligationRulesRequest())).ObligationRules[0].Name;
        names["users"] = people["js.salesperson"].Person.User.Name;
        var clients = As<ApiClientService.ApiClientServiceClient>("hq.administrator");
        var client = await clients.CreateApiClientAsync(new CreateApiClientRequest { ApiClient = new ApiClient { DisplayName = "接口", Organisation = "organisations/js", Roles = { "dashboard" } } });
        names["apiClients"] = client.Name;
        names["apiClients/*/keys"] = (await clients.CreateApiKeyAsync(new CreateApiKeyRequest { Parent = client.Name, ApiKey = new ApiKey { DisplayName = "测试" } })).Name;
    }

    private async Task HireAsync(string organisation, string role, string partner = "", string? who = null)
    {
        who ??= $"{organisation}.{role}";
        var staff = await As<StaffService.StaffServiceClient>("hq.administrator").CreateStaffAsync(
            new CreateStaffRequest { Staff = new Staff { DisplayName = who, Organisation = $"organisations/{organisation}", Roles = { role }, Partner = partner } });
        var user = await As<UserService.UserServiceClient>("hq.administrator").CreateUserAsync(new CreateUserRequest { User = new User { Login = who, Staff = staff.Name } });
        people[who] = (await house.SignInAsync(who, user.InitialPassword), staff.Name);
    }

    private static CreatePartnerRequest New(string name, PartnerKind kind, string city) =>
        new() { Partner = new Partner { DisplayName = name, Kind = kind, CityCode = city, Contact = "朱总", Phone = "025-84512345" } };

    private Agreement Draft() => new()
    {
        Kind = AgreementKind.Terminal,
        Partner = names["partners"],
        PartyA = "江苏销售服务中心",
        EffectiveFrom = "2026-11-18",
        EffectiveTo = "2027-11-17",
        Products = { "GT-100" },
    };
}
