using Qudao.Platform;
using Qudao.ServiceTicket.Tickets;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Attachments;

/// <summary>What the manuals leave to be set about files.</summary>
/// <param name="MaxBytes">ServiceTicket:AttachmentMaxBytes: the largest file; 20 MB unless set.</param>
public sealed record AttachmentSettings(long MaxBytes);

/// <summary>Who may add what.</summary>
public static class AttachmentRules
{
    public static IEnumerable<Violation> Create(CreateTicketAttachmentRequest request, Caller caller)
    {
        if (request.Internal && TicketRules.IsOutside(caller))
            yield return new("internal", "只有本公司员工可以添加内部附件", "is for members of staff", "STAFF_ONLY");
    }

    /// <summary>The ticket's id and the file's in "tickets/…/attachments/…".</summary>
    public static (string TicketId, string Id) Read(string name) => name.Split('/') is ["tickets", var ticket, "attachments", var id]
        ? (ticket, id)
        : throw Errors.Invalid("name", "名称应为 tickets/…/attachments/…", "must be tickets/…/attachments/…", "BAD_FORMAT");
}
