using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Platform;
using Qudao.Protocol;

namespace Qudao.Dealer.Staff;

/// <summary>Who may be taken on, with which roles.</summary>
public static class StaffRules
{
    private static readonly HashSet<string> Outside = ["partner-agent", "partner-terminal"];

    // These act for the whole network, so only HQ has them.
    private static readonly HashSet<string> OnlyAtHq = ["auditor", "dashboard", Roles.Administrator];

    public static List<Violation> Create(V1.Staff staff, Caller caller)
    {
        var violations = new List<Violation>();
        for (var i = 0; i < staff.Roles.Count; i++)
            if (Fault(staff, staff.Roles[i], caller) is var (zh, en, given))
                violations.Add(new($"staff.roles[{i}]", zh, en) { Given = given });
        if (staff.Partner.Length > 0 && !staff.Roles.Any(Outside.Contains))
            violations.Add(new("staff.partner", "只有外部人员属于机构", "only people outside belong to a partner") { Given = ["staff.roles"] });
        return violations;
    }

    /// <summary>What is wrong with where the person is to be, as it was found.</summary>
    public static List<Violation> Place(V1.Staff staff, OrganisationRow? organisation, PartnerRow? partner)
    {
        var violations = new List<Violation>();
        if (organisation is null)
            violations.Add(Errors.Missing("staff.organisation", staff.Organisation));
        else if (partner is not null && partner.OrganisationId != organisation.Id)
            violations.Add(new("staff.organisation", "与机构所属的组织不一致", "is not the partner's organisation"));
        if (partner is null && staff.Partner.Length > 0)
            violations.Add(Errors.Missing("staff.partner", staff.Partner));
        return violations;
    }

    private static (string Zh, string En, string[] Given)? Fault(V1.Staff staff, string role, Caller caller)
    {
        if (!Roles.Permissions.ContainsKey(role))
            return ($"没有角色“{role}”", $"there is no role \"{role}\"", []);
        if (Outside.Contains(role) && staff.Partner.Length == 0)
            return ($"角色“{role}”须指明所属机构", $"the role \"{role}\" needs a partner", ["staff.partner"]);
        if (!Outside.Contains(role) && staff.Partner.Length > 0)
            return ($"外部人员不能有角色“{role}”", $"people outside cannot have the role \"{role}\"", ["staff.partner"]);
        if ((OnlyAtHq.Contains(role) || role.StartsWith("hq-", StringComparison.Ordinal)) && staff.Organisation != $"organisations/{OrganisationRules.Hq}")
            return ($"角色“{role}”只属于总部", $"the role \"{role}\" belongs to headquarters", ["staff.organisation"]);
        if (role == Roles.Administrator && !caller.Roles.Contains(Roles.Administrator))
            return ("只有管理员可以任命管理员", "only an administrator appoints administrators", []);
        return null;
    }
}
