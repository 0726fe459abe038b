using Qudao.Platform;
using Qudao.ServiceTicket.Assignment;
using Qudao.ServiceTicket.Attachments;
using Qudao.ServiceTicket.Calendars;
using Qudao.ServiceTicket.Comments;
using Qudao.ServiceTicket.Flows;
using Qudao.ServiceTicket.FollowUps;
using Qudao.ServiceTicket.Policies;
using Qudao.ServiceTicket.Statistics;
using Qudao.ServiceTicket.Templates;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket;

/// <summary>Which rules look at which request before its method runs.</summary>
internal static class Checks
{
    public static void AddChecks(this IServiceCollection services, TicketSettings settings)
    {
        services.AddRule<CreateTicketRequest>((request, asking) => TicketRules.Create(request.Ticket, asking.Caller));
        services.AddRule<AddTicketCommentRequest>((request, asking) => CommentRules.Comment(request, asking.Caller));
        services.AddRule<AdvanceTicketRequest>(FlowRules.Advance);
        services.AddRule<CreateTicketAttachmentRequest>((request, asking) => AttachmentRules.Create(request, asking.Caller));
        services.AddRule<CreateQueueRequest>(request => QueueRules.Check(request.Queue));
        services.AddRule<UpdateQueueRequest>(request => QueueRules.Update(request.Queue, request.UpdateMask?.Paths ?? []));
        services.AddRule<PlanFollowUpRequest>((request, asking) => FollowUpRules.Plan(request, asking.Today));
        services.AddRule<CreateAnswerTemplateRequest>(request => TemplateRules.Check(request.AnswerTemplate));
        services.AddRule<UpdateAnswerTemplateRequest>(request => TemplateRules.Update(request.AnswerTemplate, request.UpdateMask?.Paths ?? []));
        services.AddRule<GetTicketStatisticsRequest>((request, asking) => StatisticsRules.Check(request, asking.Today, settings));
        services.AddRule<UpdateServiceCalendarRequest>(request => CalendarRules.Update(request.ServiceCalendar));
        services.AddRule<UpdateSlaPolicyRequest>(request => PolicyRules.Update(request.SlaPolicy, request.UpdateMask?.Paths ?? []));
        services.AddRule<UpdateEscalationChainRequest>(request => PolicyRules.Update(request.EscalationChain));
    }
}
