using Qudao.Platform;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Comments;

/// <summary>What becomes of a comment.</summary>
public enum CommentFate
{
    /// <summary>It stands in the ticket's timeline.</summary>
    Stays,

    /// <summary>It ends the waiting, and stands in the timeline.</summary>
    Resumes,

    /// <summary>It takes the ticket up again.</summary>
    Reopens,

    /// <summary>It opens a ticket of its own.</summary>
    OpensAnother,
}

/// <summary>Who may write what, and what it brings about.</summary>
public static class CommentRules
{
    public static IEnumerable<Violation> Comment(AddTicketCommentRequest request, Caller caller)
    {
        if (request.Internal && TicketRules.IsOutside(caller))
            yield return new("internal", "只有本公司员工可以写内部备注", "is for members of staff", "STAFF_ONLY");
        if (request.Internal && (request.FromClient || request.Reopen))
            yield return new("internal", "客户所说的不是内部备注", "what the client says is not internal", "CONTRADICTS");
    }

    /// <param name="fromClient">The client says it, to whomever.</param>
    /// <param name="reopen">He says that it is not settled.</param>
    /// <param name="isPast">The grace period is over.</param>
    public static CommentFate FateOf(TicketState state, bool fromClient, bool reopen, bool isPast) => state switch
    {
        _ when !fromClient => CommentFate.Stays,
        TicketState.Waiting => CommentFate.Resumes,
        TicketState.Closed when isPast => CommentFate.OpensAnother,
        TicketState.Closed or TicketState.Resolved when reopen => CommentFate.Reopens,
        _ => CommentFate.Stays,
    };
}
