using Qudao.Platform;

namespace Qudao.Training;

/// <summary>Who sees telephone numbers: whose work is to call, a salesperson those of the own clients, a partner's people their own.</summary>
internal static class Privacy
{
    /// <summary>The same as for the client file at Dealer.</summary>
    private const string CallsClientsPermission = "dealer.contacts.read-plain";

    public static string PhoneFor(this Caller caller, string phone, string? assignee) =>
        caller.May(CallsClientsPermission) || caller.PartnerId is not null || (caller.StaffId is not null && caller.StaffId == assignee) ? phone : Phones.Mask(phone);
}
