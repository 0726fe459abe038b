using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Platform;

namespace Qudao.Reporting.Projections;

/// <summary>The services whose event logs Reporting's picture is made of.</summary>
public static class Sources
{
    public static readonly IReadOnlyList<string> All = ["dealer", "contract", "training", "serviceticket"];

    /// <summary>Registers a client of each service's log, and of what is compared.</summary>
    public static void AddSources(this IServiceCollection services)
    {
        services.AddServiceClient<Dealer.V1.OperationsService.OperationsServiceClient>("Dealer");
        services.AddServiceClient<Dealer.V1.PartnerService.PartnerServiceClient>("Dealer");
        services.AddServiceClient<Contract.V1.OperationsService.OperationsServiceClient>("Contract");
        services.AddServiceClient<Contract.V1.AgreementService.AgreementServiceClient>("Contract");
        services.AddServiceClient<Training.V1.OperationsService.OperationsServiceClient>("Training");
        services.AddServiceClient<Training.V1.TrainingRequestService.TrainingRequestServiceClient>("Training");
        services.AddServiceClient<Training.V1.TrainingSessionService.TrainingSessionServiceClient>("Training");
        services.AddServiceClient<Training.V1.CertificateService.CertificateServiceClient>("Training");
        services.AddServiceClient<ServiceTicket.V1.OperationsService.OperationsServiceClient>("ServiceTicket");
        services.AddServiceClient<ServiceTicket.V1.TicketService.TicketServiceClient>("ServiceTicket");
    }

    /// <summary>Names of no service whose log is read.</summary>
    public static IEnumerable<Violation> Check(IEnumerable<string> sources) =>
        sources.Index().Where(one => !All.Contains(one.Item)).Select(one => new Violation($"sources[{one.Index}]", $"可选：{string.Join("、", All)}", $"must be one of {string.Join(", ", All)}", "UNKNOWN_VALUE"));

    /// <summary>A page of a service's event log.</summary>
    public static async Task<ListEventsResponse> EventsAsync(IServiceProvider services, string source, string cursor, int n, Metadata headers)
    {
        var request = new ListEventsRequest { PageSize = n, PageToken = cursor };
        return source switch
        {
            "dealer" => await services.GetRequiredService<Dealer.V1.OperationsService.OperationsServiceClient>().ListEventsAsync(request, headers),
            "contract" => await services.GetRequiredService<Contract.V1.OperationsService.OperationsServiceClient>().ListEventsAsync(request, headers),
            "training" => await services.GetRequiredService<Training.V1.OperationsService.OperationsServiceClient>().ListEventsAsync(request, headers),
            _ => await services.GetRequiredService<ServiceTicket.V1.OperationsService.OperationsServiceClient>().ListEventsAsync(request, headers),
        };
    }

    /// <summary>What goes along with a call on behalf of who asked for the work.</summary>
    public static Metadata Headers(string authorization) => new() { { "authorization", authorization } };

    /// <summary>A service that cannot be asked is no fault of the work: it ends, and says what to do.</summary>
    public static async Task<T> AskingAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unauthenticated)
        {
            throw Errors.Precondition("SIGN_IN_EXPIRED", "发起人的登录已过期；请再次发起，可从中断处继续。", "The sign-in of who asked has expired; ask again, a rebuild with resume.");
        }
        catch (RpcException e)
        {
            throw new Refusal(e.StatusCode, "SOURCE_FAILED", $"所读取的服务没有应答：{e.Status.Detail}", $"A service that is read did not answer: {e.Status.Detail}");
        }
    }
}
