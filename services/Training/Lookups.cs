using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.Training.Partners;
using StandingService = Qudao.Contract.V1.StandingService;

namespace Qudao.Training;

/// <summary>
/// What Dealer and Contract are asked on the caller's behalf, so that only what the caller may see can be named. What is not
/// there for him is a fault of the field that names it.
/// </summary>
public sealed class Lookups(
    PartnerService.PartnerServiceClient partners, StaffService.StaffServiceClient staff, OrganisationService.OrganisationServiceClient organisations,
    StandingService.StandingServiceClient standings, TrainingSettings settings)
{
    /// <summary>The organisation named, or the caller's own when the name is empty.</summary>
    public async Task<(string Id, string ScopePath)> OrganisationAsync(string name, Caller caller, string field)
    {
        var asked = name.Length == 0 ? $"organisations/{caller.OrganisationId}" : name;
        var found = await organisations.GetOrganisationAsync(new GetOrganisationRequest { Name = asked }).NamedInAsync(field, asked);
        return (Ids.Of(found.Name, "organisations"), found.ScopePath);
    }

    /// <summary>The name of the organisation a partner belongs to; empty where the caller may not see it.</summary>
    public async Task<string> OrganisationOfAsync(string partner)
    {
        var found = await partners.GetPartnerAsync(new GetPartnerRequest { Name = partner }).FoundAsync();
        return found is null ? "" : (await organisations.GetOrganisationAsync(new GetOrganisationRequest { Name = found.Organisation }).FoundAsync())?.DisplayName ?? "";
    }

    /// <summary>A partner whose people can be trained: it has an effective agreement, where that is asked for.</summary>
    /// <param name="name">The partner's.</param>
    /// <param name="field">The field that names it.</param>
    /// <param name="besides">What else refers to nothing; told together.</param>
    public async Task<PartnerRow> SignedPartnerAsync(string name, string field, params IEnumerable<Violation> besides)
    {
        var partner = await partners.GetPartnerAsync(new GetPartnerRequest { Name = name }).FoundAsync();
        Errors.ThrowIfAny([.. Errors.MissingIf(partner is null, field, name), .. besides]);
        if (settings.RequireAgreement && !(await standings.GetStandingAsync(new Contract.V1.GetStandingRequest { Partner = name })).Effective)
            throw Errors.Precondition("PARTNER_NOT_SIGNED",
                $"“{partner!.DisplayName}”没有有效协议，签约后才能申请培训。", $"{partner.DisplayName} has no effective agreement; training needs one.");
        return new PartnerRow
        {
            Id = Ids.Of(partner!.Name, "partners"),
            Name = partner.DisplayName,
            ScopePath = partner.ScopePath,
            AssigneeId = partner.Assignee.Length > 0 ? Ids.Of(partner.Assignee, "staff") : null,
        };
    }

    /// <summary>Somebody who teaches by his role, and is still with us.</summary>
    /// <param name="name">The person's.</param>
    /// <param name="field">The field that names him.</param>
    /// <param name="besides">What else is wrong; told together.</param>
    public async Task<Staff> LecturerAsync(string name, string field, params IEnumerable<Violation> besides)
    {
        var lecturer = await staff.GetStaffAsync(new GetStaffRequest { Name = name }).FoundAsync();
        Errors.ThrowIfAny([.. Errors.MissingIf(lecturer is null, field, name), .. besides]);
        if (!lecturer!.Active || !lecturer.Roles.Any(role => role is "trainer" or "training-manager" or "hq-training"))
            throw Errors.Invalid(field, $"“{lecturer.DisplayName}”不是培训讲师。", $"{lecturer.DisplayName} is not a lecturer.", "NOT_A_LECTURER");
        return lecturer;
    }
}
