using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Contract.Tests;

/// <summary>The Contract service with a Dealer beside it, and the people of the Jiangsu centre and of HQ.</summary>
internal sealed class ContractHouse : IAsyncDisposable
{
    private ContractHouse(ServiceUnderTest service, FakeDealer dealer) => (Service, Dealer) = (service, dealer);

    public ServiceUnderTest Service { get; }

    public FakeDealer Dealer { get; }

    public People Marketing => Of("hq-marketing", "/hq/", "hq-marketing-1");

    public People HqGeneralManager => Of("hq-general-manager", "/hq/", "hq-gm");

    public People GeneralManager => Of("centre-general-manager", "/hq/js/", "js-gm");

    public People SalesManager => Of("sales-manager", "/hq/js/", "js-manager");

    public People Legal => Of("legal", "/hq/js/", "js-legal");

    public People Finance => Of("finance", "/hq/js/", "js-finance");

    public People Purchasing => Of("purchasing", "/hq/js/", "js-purchasing");

    public People BackOffice => Of("back-office", "/hq/js/", "js-office");

    public People Salesperson => Of("salesperson", "/hq/js/", "js-sales");

    public People Zhejiang => Of("centre-general-manager", "/hq/zj/", "zj-gm");

    public static async Task<ContractHouse> StartAsync(
        DatabaseUnderTest database = DatabaseUnderTest.Sqlite, bool errorsExpected = false, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var dealer = await FakeDealer.StartAsync();
        try
        {
            return new ContractHouse(await ServiceUnderTest.StartAsync(new ContractModule(), new ServiceOptions
            {
                Database = database,
                ErrorsExpected = errorsExpected,
                Settings = settings ?? new Dictionary<string, string?>(),
                Downstream = new Dictionary<string, string> { ["Dealer"] = dealer.Address },
            }), dealer);
        }
        catch
        {
            await dealer.DisposeAsync();
            throw;
        }
    }

    public People Of(string role, string scopePath, string? staffId, string? partnerId = null, string language = "zh-CN") =>
        new(Service, Service.TokenFor(role, scopePath, staffId, partnerId: partnerId), language);

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Dealer.DisposeAsync();
    }

    /// <summary>Another instance of the service on the same database (SQLite) and clock.</summary>
    public async Task<WebApplication> SecondInstanceAsync()
    {
        var settings = new Dictionary<string, string?>(Service.Shared)
        {
            ["Listen"] = "http://127.0.0.1:0",
            ["Auth:Jwks"] = "http://127.0.0.1:1/",
            ["Services:Dealer"] = Dealer.Address,
        };
        var app = ServiceHost.Build(new ContractModule(), [], settings, new LocalBus());
        await app.StartServiceAsync(typeof(ContractModule).Assembly);
        return app;
    }

    /// <summary>Numbers "{prefix}0001" to the last, for agreements of the organisation.</summary>
    public Task<NumberBlock> OpenBlockAsync(AgreementKind kind, string prefix, long last = 100, string organisation = "js") =>
        Marketing.Numbers.CreateNumberBlockAsync(new CreateNumberBlockRequest
        {
            NumberBlock = new NumberBlock { Organisation = $"organisations/{organisation}", Kind = kind, Prefix = prefix, First = 1, Last = last, Width = 4 },
        }).ResponseAsync;

    /// <summary>A valid draft with this partner; the term began long ago and lasts.</summary>
    public static Agreement Draft(AgreementKind kind, string partnerId) => new()
    {
        Kind = kind,
        Partner = $"partners/{partnerId}",
        PartyA = "渠道科技有限公司江苏销售服务中心",
        Products = { "车载定位终端" },
        EffectiveFrom = "2026-01-01",
        EffectiveTo = "2099-12-31",
        Terms = "第一条\n第二条",
    };

    /// <summary>A terminal agreement drafted by the salesperson with a new shop assigned to him.</summary>
    public Task<Agreement> DraftedAsync(string partnerId, Action<Agreement>? change = null)
    {
        Dealer.Partners.Put(partnerId, PartnerKind.Terminal, assignee: "js-sales");
        return CreateAsync(AgreementKind.Terminal, partnerId, change);
    }

    /// <summary>A city-agent agreement drafted by the salesperson with a new agent assigned to him.</summary>
    public Task<Agreement> DraftedAgentAsync(string partnerId, string cityCode)
    {
        Dealer.Partners.Put(partnerId, PartnerKind.CityAgent, cityCode, "js-sales");
        return CreateAsync(AgreementKind.CityAgent, partnerId, null);
    }

    /// <summary>A signed terminal agreement whose last day is so many days from today; numbers are there.</summary>
    public async Task<Agreement> ActiveAsync(string partnerId, int daysLeft)
    {
        var today = ChinaTime.Today(Service.Clock);
        var draft = await DraftedAsync(partnerId, a => (a.EffectiveFrom, a.EffectiveTo) = ($"{today.AddDays(-100):yyyy-MM-dd}", $"{today.AddDays(daysLeft):yyyy-MM-dd}"));
        await ApprovedAsync(draft);
        return await SalesManager.SignAsync(draft.Name);
    }

    /// <summary>A signed terminal agreement that is paid so: amounts in fen, due so many days from today.</summary>
    public async Task<Agreement> PaidByAsync(string partnerId, params (int Days, long Fen)[] plan)
    {
        var today = ChinaTime.Today(Service.Clock);
        var draft = await DraftedAsync(partnerId, a =>
        {
            a.AmountFen = plan.Sum(one => one.Fen);
            a.Instalments.AddRange(plan.Select((one, i) => new PlannedInstalment { DueDate = $"{today.AddDays(one.Days):yyyy-MM-dd}", AmountFen = one.Fen, Purpose = i == 0 ? "首付款" : "进度款" }));
        });
        await ApprovedAsync(draft);
        return await SalesManager.SignAsync(draft.Name);
    }

    /// <summary>What waits for finance: a request for so much of one instalment.</summary>
    public async Task<PaymentRequest> AwaitingFinanceAsync(PaymentKind kind, params (string Instalment, long Fen)[] lines)
    {
        var draft = await Salesperson.RequestAsync(kind, lines);
        await Salesperson.Payments.SubmitPaymentRequestAsync(new SubmitPaymentRequestRequest { Name = draft.Name });
        await SalesManager.Payments.ConfirmPaymentRequestAsync(new ConfirmPaymentRequestRequest { Name = draft.Name });
        return await Purchasing.Payments.CheckPaymentRequestAsync(new CheckPaymentRequestRequest { Name = draft.Name });
    }

    /// <summary>Submits a plain agreement and lets sales manager and legal approve it.</summary>
    public async Task<Agreement> ApprovedAsync(Agreement draft)
    {
        await Salesperson.Agreements.SubmitAgreementAsync(new SubmitAgreementRequest { Name = draft.Name });
        await SalesManager.ApproveAsync(draft.Name);
        return await Legal.ApproveAsync(draft.Name);
    }

    private Task<Agreement> CreateAsync(AgreementKind kind, string partnerId, Action<Agreement>? change)
    {
        var draft = Draft(kind, partnerId);
        change?.Invoke(draft);
        return Salesperson.Agreements.CreateAgreementAsync(new CreateAgreementRequest { Agreement = draft }).ResponseAsync;
    }
}

/// <summary>The service as one person calls it.</summary>
internal sealed class People(ServiceUnderTest service, string token, string language)
{
    private CallInvoker Calls => service.Grpc(token, language);

    public AgreementService.AgreementServiceClient Agreements => new(Calls);

    public NumberService.NumberServiceClient Numbers => new(Calls);

    public ApprovalPolicyService.ApprovalPolicyServiceClient Policies => new(Calls);

    public ReviewService.ReviewServiceClient Reviews => new(Calls);

    public DelegationService.DelegationServiceClient Delegations => new(Calls);

    public SigningAuthorityService.SigningAuthorityServiceClient Authorities => new(Calls);

    public AttachmentService.AttachmentServiceClient Attachments => new(Calls);

    public StandingService.StandingServiceClient Standings => new(Calls);

    public AgreementStatisticsService.AgreementStatisticsServiceClient Statistics => new(Calls);

    public InstalmentService.InstalmentServiceClient Instalments => new(Calls);

    public PaymentRequestService.PaymentRequestServiceClient Payments => new(Calls);

    public DunningService.DunningServiceClient Dunning => new(Calls);

    public AccountService.AccountServiceClient Accounts => new(Calls);

    public ReconciliationService.ReconciliationServiceClient Reconciliations => new(Calls);

    public HttpClient Rest => service.Rest(token, language);

    public Task<PaymentRequest> RequestAsync(PaymentKind kind, params (string Instalment, long Fen)[] lines) => Payments.CreatePaymentRequestAsync(new CreatePaymentRequestRequest
    {
        PaymentRequest = new PaymentRequest { Kind = kind, Lines = { lines.Select(line => new PaymentLine { Instalment = line.Instalment, AmountFen = line.Fen }) } },
    }).ResponseAsync;

    /// <summary>Finance confirms what was received on a day (today when empty).</summary>
    public Task<PaymentRequest> ReceivedAsync(string name, string day, long fen = 0) =>
        Payments.RecordReceiptAsync(new RecordReceiptRequest { Name = name, ReceivedDate = day, AmountFen = fen, Reference = "流水 88" }).ResponseAsync;

    public async Task<IReadOnlyList<Instalment>> InstalmentsAsync(string agreement = "", InstalmentState state = default) =>
        (await Instalments.ListInstalmentsAsync(new ListInstalmentsRequest { Agreement = agreement, State = state, PageSize = 1000 })).Instalments;

    public Task<AccountStatement> StatementAsync(string partner, string from = "", string to = "") =>
        Accounts.GetAccountStatementAsync(new GetAccountStatementRequest { Partner = $"partners/{partner}", FromDate = from, ToDate = to, PageSize = 1000 }).ResponseAsync;

    public Task<Agreement> ApproveAsync(string name, string comment = "") => Agreements.ReviewAgreementAsync(
        new ReviewAgreementRequest { Name = name, Decision = ReviewDecision.Approve, Comment = comment }).ResponseAsync;

    public Task<Agreement> ReturnAsync(string name, string comment) => Agreements.ReviewAgreementAsync(
        new ReviewAgreementRequest { Name = name, Decision = ReviewDecision.Return, Comment = comment }).ResponseAsync;

    public Task<Agreement> SubmitAsync(string name) => Agreements.SubmitAgreementAsync(new SubmitAgreementRequest { Name = name }).ResponseAsync;

    public async Task<IReadOnlyList<Review>> InboxAsync() => (await Reviews.ListReviewsAsync(new ListReviewsRequest())).Reviews;

    public Task<Agreement> SignAsync(string name, string signedDate = "", string requestId = "") => Agreements.SignAgreementAsync(
        new SignAgreementRequest { Name = name, SignedDate = signedDate, RequestId = requestId }).ResponseAsync;

    public Task<Agreement> GetAsync(string name) => Agreements.GetAgreementAsync(new GetAgreementRequest { Name = name }).ResponseAsync;
}

/// <summary>What a refused call says.</summary>
internal static class Refused
{
    /// <summary>The call must be refused; gives "CODE REASON", and ": field REASON, …" when fields are at fault.</summary>
    public static async Task<string> WhyAsync<T>(Task<T> call) => Why(await ErrorAsync(call));

    public static async Task<RpcException> ErrorAsync<T>(Task<T> call)
    {
        try
        {
            var reply = await call;
            throw new AssertionException($"It was not refused: {reply}");
        }
        catch (RpcException e)
        {
            return e;
        }
    }

    public static string Why(RpcException e)
    {
        var status = e.GetRpcStatus();
        var fields = status?.GetDetail<BadRequest>()?.FieldViolations.Select(f => $"{f.Field} {f.Reason}") ?? [];
        return $"{e.StatusCode} {status?.GetDetail<ErrorInfo>()?.Reason}" + (fields.Any() ? ": " + string.Join(", ", fields) : "");
    }
}
