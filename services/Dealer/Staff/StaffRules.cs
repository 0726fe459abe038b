using Google.Protobuf.WellKnownTypes;
using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.Protocol;

namespace Qudao.Dealer.Staff;

/// <summary>Who may be taken on, with which roles.</summary>
public static class StaffRules
{
    /// <summary>People outside are where their partner is.</summary>
    public static readonly Violation WithThePartner = new(OrganisationField, "外部人员的组织随其机构", "is that of the person's partner");

    private const string OrganisationField = "staff.organisation";

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

    /// <summary>Fields a person's record may be changed in, as update_mask names them.</summary>
    public static readonly IReadOnlyList<string> Changeable = ["display_name", "organisation", "department", "roles", "phone", "email"];

    /// <summary>Roles that there are not, where an update is about roles.</summary>
    public static IEnumerable<Violation> Unknown(V1.Staff staff, FieldMask? mask) => !Fields.Paths(mask, Changeable).Contains("roles") ? []
        : staff.Roles.Index().Where(role => !Roles.Permissions.ContainsKey(role.Item)).Select(role => new Violation($"staff.roles[{role.Index}]", NoRole(role.Item).Zh, NoRole(role.Item).En));

    /// <summary>Why somebody cannot be changed or leave; null when it is all right.</summary>
    public static Refusal? WhyNot(StaffRow row) => row.Active ? null
        : Errors.Precondition("STAFF_LEFT", $"{row.Name} 已于 {row.LeftDate:yyyy-MM-dd} 离职。", $"{row.Name} left on {row.LeftDate:yyyy-MM-dd}.");

    /// <summary>What is wrong with who takes over what; the successors themselves are looked up later.</summary>
    public static List<Violation> Handovers(LeaveStaffRequest request)
    {
        var violations = new List<Violation>();
        var (cities, partners, rest) = (new HashSet<string>(), new HashSet<string>(), 0);
        for (var i = 0; i < request.Handovers.Count; i++)
        {
            var handover = request.Handovers[i];
            if (handover.Successor == request.Name)
                violations.Add(new($"handovers[{i}].successor", "不能移交给离职者本人", "is the leaver"));
            if (handover.Cities.Count + handover.Partners.Count == 0 && ++rest > 1)
                violations.Add(new($"handovers[{i}]", "其余客户只能由一人接手", "only one can take all the rest", "TWICE"));
            for (var j = 0; j < handover.Cities.Count; j++)
                if (!cities.Add(handover.Cities[j]))
                    violations.Add(new($"handovers[{i}].cities[{j}]", "该城市已有接手人", "is taken over by somebody already", "TWICE"));
            for (var j = 0; j < handover.Partners.Count; j++)
                if (!partners.Add(handover.Partners[j]))
                    violations.Add(new($"handovers[{i}].partners[{j}]", "该机构已有接手人", "is taken over by somebody already", "TWICE"));
        }
        return violations;
    }

    /// <summary>What is wrong with where the person is to be, as it was found.</summary>
    public static IEnumerable<Violation> Place(V1.Staff staff, OrganisationRow? organisation, PartnerRow? partner)
    {
        if (Organisation(staff, organisation) is { } violation)
            yield return violation;
        else if (partner is not null && partner.OrganisationId != organisation!.Id)
            yield return new(OrganisationField, "与机构所属的组织不一致", "is not the partner's organisation");
        if (partner is null && staff.Partner.Length > 0)
            yield return Errors.Missing("staff.partner", staff.Partner);
    }

    /// <summary>Why the person cannot belong to the organisation, as it was found; null when he can.</summary>
    public static Violation? Organisation(V1.Staff staff, OrganisationRow? organisation) =>
        OrganisationRules.WhyNotIn(OrganisationField, organisation, staff.Organisation)
        ?? (organisation!.Kind != EnumText.Of(OrganisationKind.Department) ? null
            : new(OrganisationField, "须是部门所属的组织，部门填入 department", "must be the organisation that the department belongs to; name that in department", "WRONG_KIND"));

    /// <summary>What is wrong with the department, as it was found.</summary>
    /// <param name="department">With the organisation it is a department of.</param>
    /// <param name="organisation">The person's own; null when that is not known.</param>
    public static IEnumerable<Violation> Department(V1.Staff staff, (OrganisationRow Row, OrganisationRow Home)? department, OrganisationRow? organisation)
    {
        const string Field = "staff.department";
        if (staff.Department.Length == 0)
            yield break;
        if (OrganisationRules.WhyNotIn(Field, department?.Row, staff.Department) is { } violation)
            yield return violation;
        else if (department!.Value.Row.Kind != EnumText.Of(OrganisationKind.Department) || (organisation is not null && department.Value.Home.Id != organisation.Id))
            yield return new(Field, "须是该组织的部门", "must be a department of the organisation", "WRONG_KIND");
    }

    private static (string Zh, string En, string[] Given)? Fault(V1.Staff staff, string role, Caller caller)
    {
        if (!Roles.Permissions.ContainsKey(role))
            return (NoRole(role).Zh, NoRole(role).En, []);
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

    private static (string Zh, string En) NoRole(string role) => ($"没有角色“{role}”", $"there is no role \"{role}\"");
}
