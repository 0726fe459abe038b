using Grpc.Core;
using Qudao.Platform;
using Qudao.Reporting.V1;
using Qudao.TestKit;

namespace Qudao.Reporting.Tests;

/// <summary>
/// A Reporting service that has heard of a small network: HQ; centre js with salespeople s1 and s2, agent a1 in Nanjing with
/// shop p1 (s1's) below it and p2 (s2's) on its own; centre zj with shop p9. Its clock stands at noon of Wednesday 18 November 2026.
/// </summary>
internal sealed class ReportingHouse : IAsyncDisposable
{
    public static readonly DateOnly Today = new(2026, 11, 18);

    private ReportingHouse(ServiceUnderTest service) => Service = service;

    public ServiceUnderTest Service { get; }

    public static async Task<ReportingHouse> StartAsync(DatabaseUnderTest database = DatabaseUnderTest.Sqlite, string? others = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var downstream = others is null ? [] : new Dictionary<string, string> { ["Dealer"] = others, ["Contract"] = others, ["Training"] = others, ["ServiceTicket"] = others };
        var service = await ServiceUnderTest.StartAsync(new ReportingModule(), new ServiceOptions { Database = database, Downstream = downstream, Settings = settings ?? new Dictionary<string, string?>() });
        var house = new ReportingHouse(service);
        await service.MoveClockAsync(ChinaTime.At(Today, new TimeOnly(12, 0)));
        await service.HearAsync(Heard.Organisation("hq", "/hq/", "hq", name: "总部"));
        await service.HearAsync(Heard.Organisation("js", "/hq/js/", name: "江苏销售服务中心"));
        await service.HearAsync(Heard.Organisation("zj", "/hq/zj/", name: "浙江销售服务中心"));
        await service.HearAsync(Heard.Staff("s1", "js", "/hq/js/", "salesperson"));
        await service.HearAsync(Heard.Staff("s2", "js", "/hq/js/", "salesperson"));
        await service.HearAsync(Heard.Staff("m1", "js", "/hq/js/", "sales-manager"));
        await service.HearAsync(Heard.Partner("a1", "/hq/js/a1/", "s1", kind: "city-agent"));
        await service.HearAsync(Heard.Partner("p1", "/hq/js/a1/p1/", "s1", parent: "a1"));
        await service.HearAsync(Heard.Partner("p2", "/hq/js/p2/", "s2", stage: "trained", city: "3205"));
        await service.HearAsync(Heard.Partner("p9", "/hq/zj/p9/", "s9", organisation: "zj", city: "3301"));
        return house;
    }

    public string Hq => Service.TokenFor("hq-sales", "/hq/", "h1");

    public string Manager => Service.TokenFor("sales-manager", "/hq/js/", "m1");

    public string S1 => Service.TokenFor("salesperson", "/hq/js/", "s1");

    public string S2 => Service.TokenFor("salesperson", "/hq/js/", "s2");

    /// <summary>Another centre's general manager.</summary>
    public string Stranger => Service.TokenFor("centre-general-manager", "/hq/zj/", "g9");

    /// <summary>Another centre's salesperson.</summary>
    public string S9 => Service.TokenFor("salesperson", "/hq/zj/", "s9");

    public DailySalesService.DailySalesServiceClient Sales(string token) => new(Service.Grpc(token));

    public PlanService.PlanServiceClient Plans(string token) => new(Service.Grpc(token));

    public ObligationService.ObligationServiceClient Obligations(string token) => new(Service.Grpc(token));

    public ObligationRuleService.ObligationRuleServiceClient Rules(string token) => new(Service.Grpc(token));

    public NotificationService.NotificationServiceClient Inbox(string token) => new(Service.Grpc(token));

    public ScreenService.ScreenServiceClient Screens(string token) => new(Service.Grpc(token));

    public DashboardService.DashboardServiceClient Dashboards(string token) => new(Service.Grpc(token));

    public async Task<ReportDailySalesResponse> ReportAsync(string token, params (string Partner, string Day, string Product, long Quantity)[] lines)
    {
        var request = new ReportDailySalesRequest();
        request.Lines.Add(lines.Select(Line));
        return await Sales(token).ReportDailySalesAsync(request);
    }

    public static DailySalesLine Line((string Partner, string Day, string Product, long Quantity) line) =>
        new() { Partner = $"partners/{line.Partner}", Day = line.Day, ProductCode = line.Product, Quantity = line.Quantity };

    public ValueTask DisposeAsync() => Service.DisposeAsync();

    /// <summary>How a call ends.</summary>
    public static async Task<StatusCode> CodeOfAsync<T>(AsyncUnaryCall<T> call)
    {
        try
        {
            await call;
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }

    /// <summary>The refusal of a call, with its reason and the fields at fault.</summary>
    public static Task<(StatusCode Code, string Reason, string[] Fields)> RefusalOfAsync<T>(AsyncUnaryCall<T> call) => RefusalOfAsync(call.ResponseAsync);

    /// <summary>The refusal of a download.</summary>
    public static Task<(StatusCode Code, string Reason, string[] Fields)> RefusalOfStreamAsync<T>(AsyncServerStreamingCall<T> call) => RefusalOfAsync(call.ResponseStream.MoveNext(default));

    private static async Task<(StatusCode Code, string Reason, string[] Fields)> RefusalOfAsync(Task call)
    {
        try
        {
            await call;
        }
        catch (RpcException e)
        {
            var status = e.GetRpcStatus();
            return (e.StatusCode, status?.GetDetail<Google.Rpc.ErrorInfo>()?.Reason ?? "",
                [.. (status?.GetDetail<Google.Rpc.BadRequest>()?.FieldViolations ?? []).Select(v => $"{v.Field} {v.Reason}")]);
        }
        Assert.Fail("The call was not refused.");
        throw new InvalidOperationException();
    }
}
