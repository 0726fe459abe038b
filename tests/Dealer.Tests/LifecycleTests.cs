using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.Protocol;

namespace Qudao.Dealer.Tests;

/// <summary>The lifecycle: every stage × every stage × every role × headquarters or centre, with and without a reason.</summary>
public class LifecycleTests
{
    // Written down anew, not derived: who moves partners, who may stop them, and who sits where the end is decided.
    private static readonly string[] Movers = ["administrator", "hq-general-manager", "hq-marketing", "centre-general-manager", "sales-manager", "salesperson"];
    private static readonly string[] Stoppers = ["administrator", "hq-general-manager", "hq-marketing", "centre-general-manager", "sales-manager"];

    private static readonly PartnerStage[] Stages = [.. Enum.GetValues<PartnerStage>().Where(stage => stage != PartnerStage.Unspecified)];

    private static readonly (PartnerStage From, PartnerStage To, bool NeedsReason)[] Moves =
    [
        (PartnerStage.Surveyed, PartnerStage.Target, false), (PartnerStage.Surveyed, PartnerStage.Lost, true),
        (PartnerStage.Target, PartnerStage.Negotiating, false), (PartnerStage.Target, PartnerStage.Surveyed, true), (PartnerStage.Target, PartnerStage.Lost, true),
        (PartnerStage.Negotiating, PartnerStage.Target, true), (PartnerStage.Negotiating, PartnerStage.Lost, true),
        (PartnerStage.Signed, PartnerStage.Suspended, true), (PartnerStage.Signed, PartnerStage.Terminated, true),
        (PartnerStage.Trained, PartnerStage.Operating, false), (PartnerStage.Trained, PartnerStage.Suspended, true), (PartnerStage.Trained, PartnerStage.Terminated, true),
        (PartnerStage.Operating, PartnerStage.Suspended, true), (PartnerStage.Operating, PartnerStage.Terminated, true),
        (PartnerStage.Suspended, PartnerStage.Trained, false), (PartnerStage.Suspended, PartnerStage.Terminated, true),
        (PartnerStage.Lost, PartnerStage.Target, false),
    ];

    private static IEnumerable<string> AllRoles() => Roles.Permissions.Keys;

    [TestCaseSource(nameof(AllRoles))]
    public void A_role_moves_partners_as_written_down(string role)
    {
        foreach (var path in new[] { "/hq/", "/hq/js/" })
            foreach (var from in Stages)
                foreach (var to in Stages)
                    foreach (var reason in new[] { "", "重大违规" })
                        Assert.That(Outcome(role, path, from, to, reason), Is.EqualTo(Expected(role, path, from, to, reason)), $"{role} at {path}: {from} → {to} “{reason}”");
    }

    private static string Outcome(string role, string path, PartnerStage from, PartnerStage to, string reason)
    {
        var caller = new Caller("x", "x", "x", null, "js", new Scope(path, null), [role], "test");
        // What was suspended here was trained before.
        var refusal = PartnerRules.WhyNotBy(caller, from, to) ?? PartnerRules.WhyNot(from, from == PartnerStage.Suspended ? PartnerStage.Trained : null, to, reason);
        return refusal?.Reason ?? "";
    }

    private static string Expected(string role, string path, PartnerStage from, PartnerStage to, string reason)
    {
        if (!Movers.Contains(role))
            return "PERMISSION_DENIED";
        if ((from == PartnerStage.Suspended || to is PartnerStage.Suspended or PartnerStage.Terminated) && !Stoppers.Contains(role))
            return "PERMISSION_DENIED";
        if (to == PartnerStage.Terminated && path != "/hq/")
            return "PERMISSION_DENIED";
        if (Moves.FirstOrDefault(move => move.From == from && move.To == to) is { To: not PartnerStage.Unspecified } move)
            return move.NeedsReason && reason.Length == 0 ? "INVALID_ARGUMENT" : "";
        return to is PartnerStage.Signed or PartnerStage.Trained ? "STAGE_BY_EVENT" : "STAGE_NOT_ALLOWED";
    }
}
