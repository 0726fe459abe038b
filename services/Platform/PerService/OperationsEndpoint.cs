using Grpc.Core;
using Qudao.Common.V1;

namespace Qudao.Platform;

/// <summary>
/// Compiled into every service over its own generated OperationsService (the alias ServiceOperations in the project
/// file): one source for what would be the same class five times.
/// </summary>
internal sealed class OperationsEndpoint(Operator shared, StatusReport status, ExportLog exports) : ServiceOperations.OperationsServiceBase
{
    public override Task<Operation> GetOperation(GetOperationRequest request, ServerCallContext context) =>
        shared.GetOperationAsync(request, context);

    public override Task<ListOperationsResponse> ListOperations(ListOperationsRequest request, ServerCallContext context) =>
        shared.ListOperationsAsync(request, context);

    public override Task<Operation> CancelOperation(CancelOperationRequest request, ServerCallContext context) =>
        shared.CancelOperationAsync(request, context);

    public override Task<ListEventsResponse> ListEvents(ListEventsRequest request, ServerCallContext context) =>
        shared.ListEventsAsync(request, context);

    public override Task<ListParkedMessagesResponse> ListParkedMessages(ListParkedMessagesRequest request, ServerCallContext context) =>
        shared.ListParkedMessagesAsync(request, context);

    public override Task<ParkedMessage> ReplayParkedMessage(ReplayParkedMessageRequest request, ServerCallContext context) =>
        shared.ReplayParkedMessageAsync(request, context);

    public override Task<ListAuditEntriesResponse> ListAuditEntries(ListAuditEntriesRequest request, ServerCallContext context) =>
        shared.ListAuditEntriesAsync(request, context);

    public override Task<ServiceStatus> GetServiceStatus(GetServiceStatusRequest request, ServerCallContext context) =>
        status.GetAsync(context);

    public override Task<ParkedMessage> DropParkedMessage(DropParkedMessageRequest request, ServerCallContext context) =>
        shared.DropParkedMessageAsync(request, context);

    public override Task<ListOperationsResponse> ListAllOperations(ListAllOperationsRequest request, ServerCallContext context) =>
        shared.ListAllOperationsAsync(request, context);

    public override Task<Operation> StopOperation(StopOperationRequest request, ServerCallContext context) =>
        shared.StopOperationAsync(request, context);

    public override Task<ListPersonalExportsResponse> ListPersonalExports(ListPersonalExportsRequest request, ServerCallContext context) =>
        exports.ListAsync(request, context);
}
