using Qudao.Dealer.Partners;
using Qudao.Platform;

namespace Qudao.Dealer.ClientFiles;

/// <summary>Telephone numbers are shown to those who call, masked to the others.</summary>
public static class Privacy
{
    /// <summary>For roles whose work is to call clients.</summary>
    public const string ReadPlainPermission = "dealer.contacts.read-plain";

    /// <summary>Whether the caller sees the partner's numbers: who has the permission, the salesperson of the partner, and its own people.</summary>
    public static bool SeesPhones(this Caller caller, PartnerRow partner) =>
        caller.SeesAllPhones() || (caller.StaffId is not null && caller.StaffId == partner.AssigneeId);

    /// <summary>Whether the caller sees the numbers of whatever is in his scope.</summary>
    public static bool SeesAllPhones(this Caller caller) =>
        caller.May(ReadPlainPermission) || caller.PartnerId is not null || (caller.StaffId is not null && caller.StaffId == caller.Scope.Assignee);

    /// <summary>Each number of a text with its middle hidden.</summary>
    public static string Mask(string phone) => Masking.Phone(phone);
}
