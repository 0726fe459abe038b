using System.Text.RegularExpressions;
using Qudao.Dealer.Partners;
using Qudao.Platform;

namespace Qudao.Dealer.ClientFiles;

/// <summary>Telephone numbers are shown to those who call, masked to the others.</summary>
public static partial class Privacy
{
    /// <summary>For roles whose work is to call clients.</summary>
    public const string ReadPlainPermission = "dealer.contacts.read-plain";

    /// <summary>Whether the caller sees the partner's numbers: who has the permission, the salesperson of the partner, and its own people.</summary>
    public static bool SeesPhones(this Caller caller, PartnerRow partner) =>
        caller.SeesAllPhones() || (caller.StaffId is not null && caller.StaffId == partner.AssigneeId);

    /// <summary>Whether the caller sees the numbers of whatever is in his scope.</summary>
    public static bool SeesAllPhones(this Caller caller) =>
        caller.May(ReadPlainPermission) || caller.PartnerId is not null || (caller.StaffId is not null && caller.StaffId == caller.Scope.Assignee);

    /// <summary>Each number of a text with its middle hidden: 138****5678, 025-52****88. The form stays, so that it can be told from others.</summary>
    public static string Mask(string phone) => Number().Replace(phone, number => Hidden(number.Value));

    private static string Hidden(string number)
    {
        var digits = number.Count(char.IsAsciiDigit);
        // Of a mobile the first three and last four stay, of anything shorter two at each end.
        var (head, tail) = digits >= 11 ? (3, 4) : digits >= 7 ? (2, 2) : (0, 0);
        var seen = 0;
        return string.Concat(number.Select(character =>
        {
            if (!char.IsAsciiDigit(character))
                return character;
            seen++;
            return seen <= head || seen > digits - tail ? character : '*';
        }));
    }

    // Digits with at most one separator between them; two spaces or a slash part two numbers.
    [GeneratedRegex(@"[0-9](?:[-  ()（）+]{0,2}[0-9])*")]
    private static partial Regex Number();
}
