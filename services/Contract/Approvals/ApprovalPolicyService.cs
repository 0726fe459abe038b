using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Contract.Agreements;
using Qudao.Contract.Delegations;
using Qudao.Contract.People;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Contract.Approvals;

/// <summary>Approval policies 审批规则, and what they would make of a draft.</summary>
public sealed class ApprovalPolicyService(
    Db db, OrganisationService.OrganisationServiceClient organisations, PartnerService.PartnerServiceClient partners, AgreementSettings settings)
    : V1.ApprovalPolicyService.ApprovalPolicyServiceBase
{
    public override async Task<ApprovalPolicy> CreateApprovalPolicy(CreateApprovalPolicyRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var row = new PolicyRow { Version = 1 };
        PolicyRules.Apply(request.ApprovalPolicy, [], row);
        var organisation = await organisations.FindAsync(request.ApprovalPolicy.Organisation, caller);
        Errors.ThrowIfAny([.. PolicyRules.Check(row), .. Errors.MissingIf(organisation is null, "approval_policy.organisation", request.ApprovalPolicy.Organisation)]);
        row.OrganisationId = Ids.Of(organisation!.Name, "organisations");
        return await db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            (row.Id, row.UpdatedUs, row.ScopePath) = (tx.NewId(), tx.NowMicros, await Places.NowAsync(tx, organisation.ScopePath));
            await PolicyStore.InsertAsync(tx, row);
            await tx.AuditAsync(caller, "approval-policy.create", $"approvalPolicies/{row.Id}", row.ScopePath, null, row);
            return ToMessage(row);
        });
    }

    public override async Task<ApprovalPolicy> GetApprovalPolicy(GetApprovalPolicyRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var id = Ids.Of(request.Name, "approvalPolicies");
        return await db.ReadAsync(async s =>
        {
            var row = await PolicyStore.GetAsync(s, id, caller.Scope) ?? throw Errors.NotFound(request.Name);
            if (request.Version is 0 || request.Version == row.Version)
                return ToMessage(row);
            return ToMessage(await PolicyStore.VersionAsync(s, id, request.Version) ?? throw Errors.NotFound($"{request.Name} v{request.Version}"));
        });
    }

    public override async Task<ListApprovalPoliciesResponse> ListApprovalPolicies(ListApprovalPoliciesRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        var rows = await db.ReadAsync(s => PolicyStore.ListAsync(s, Ids.Of(request.Organisation, "organisations"), caller.Scope, page));
        var next = page.Cut(rows, row => row.Id);
        return new ListApprovalPoliciesResponse { ApprovalPolicies = { rows.Select(ToMessage) }, NextPageToken = next };
    }

    public override Task<ApprovalPolicy> UpdateApprovalPolicy(UpdateApprovalPolicyRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.ApprovalPolicy;
        return db.WriteAsync(async tx =>
        {
            var id = Ids.Of(asked.Name, "approvalPolicies");
            var before = await PolicyStore.GetAsync(tx, id, caller.Scope) ?? throw Errors.NotFound(asked.Name);
            Etag.Check(asked.Etag, before.Version, asked.Name);
            var row = (await PolicyStore.GetAsync(tx, id, caller.Scope))!;
            PolicyRules.Apply(asked, request.UpdateMask?.Paths ?? [], row);
            Errors.ThrowIfAny(PolicyRules.Check(row));
            row.UpdatedUs = tx.NowMicros;
            await PolicyStore.UpdateAsync(tx, row, before);
            await tx.AuditAsync(caller, "approval-policy.update", asked.Name, row.ScopePath, null, new { Before = before, After = row });
            return ToMessage(row);
        }, context.CancellationToken);
    }

    public override async Task<ApprovalPreview> PreviewApproval(PreviewApprovalRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var row = request.Agreement is { } draft ? await DraftAsync(draft)
            : await db.ReadAsync(s => AgreementStore.GetAsync(s, Ids.Of(request.Name, "agreements"), caller)) ?? throw Errors.NotFound(request.Name);
        row.WrittenBy(caller);
        return await db.ReadAsync(s => PreviewAsync(s, row));
    }

    private async Task<AgreementRow> DraftAsync(Agreement draft)
    {
        var partner = await partners.NamedAsync(draft.Partner, "agreement.partner");
        var row = new AgreementRow
        {
            Kind = Codes.Of(draft.Kind),
            ScopePath = partner.ScopePath,
            AssigneeId = partner.Assignee.Length == 0 ? null : Ids.Of(partner.Assignee, "staff"),
        };
        AgreementRules.Apply(draft, [], row);
        return row;
    }

    private async Task<ApprovalPreview> PreviewAsync(Session session, AgreementRow row)
    {
        var policy = PolicyRules.Choose(await PolicyStore.EnabledAsync(session), row, settings.MajorAmountFen) ?? throw PolicyRules.NoPolicy();
        var people = await StaffStore.AboveAsync(session, row.ScopePath);
        var preview = new ApprovalPreview { Policy = $"approvalPolicies/{policy.Id}", PolicyDisplayName = policy.DisplayName, PolicyVersion = policy.Version };
        foreach (var step in PolicyRules.Chain(policy, row.Authors))
        {
            var message = AgreementMessages.ToMessage(step);
            foreach (var person in people.Where(person => ReviewRules.MayActFor(step, row, person.Acting(delegated: false)) && !row.IsWrittenBy($"staff/{person.Id}")))
            {
                message.Candidates.Add(new ReviewCandidate { Staff = $"staff/{person.Id}", DisplayName = person.Name });
                foreach (var delegation in await DelegationStore.FromAsync(session, person.Id, ChinaTime.Today(db.Clock)))
                    if (!row.IsWrittenBy($"staff/{delegation.DelegateId}"))
                        message.Candidates.Add(new ReviewCandidate
                        {
                            Staff = $"staff/{delegation.DelegateId}",
                            DisplayName = delegation.DelegateName,
                            OnBehalfOf = $"staff/{person.Id}",
                            OnBehalfOfName = person.Name,
                        });
            }
            preview.Steps.Add(message);
        }
        return preview;
    }

    private static ApprovalPolicy ToMessage(PolicyRow row)
    {
        var message = new ApprovalPolicy
        {
            Name = $"approvalPolicies/{row.Id}",
            DisplayName = row.DisplayName,
            Organisation = $"organisations/{row.OrganisationId}",
            Kind = Codes.To<AgreementKind>(row.Kind),
            Priority = (int)row.Priority,
            Steps =
            {
                row.Steps.Select(step => new ApprovalPolicyStep
                {
                    Roles = { step.Roles },
                    Mode = Codes.To<ApprovalMode>(step.Mode),
                    EscalateAfterMinutes = step.EscalateAfterMinutes,
                    EscalateTo = step.EscalateTo,
                }),
            },
            Disabled = row.Disabled,
            Version = row.Version,
            Etag = Etag.Of(row.Version),
            UpdateTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.UpdatedUs)),
        };
        if (row.MinAmountFen is { } min)
            message.MinAmountFen = min;
        if (row.MaxAmountFen is { } max)
            message.MaxAmountFen = max;
        if (row.Deviating is { } deviating)
            message.Deviating = deviating;
        if (row.Major is { } major)
            message.Major = major;
        return message;
    }
}
