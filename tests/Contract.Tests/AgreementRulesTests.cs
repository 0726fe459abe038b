using Qudao.Contract.Agreements;
using Qudao.Contract.Approvals;
using Qudao.Contract.Authorities;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Contract.Tests;

internal sealed class AgreementRulesTests
{
    private static readonly string[] AllRoles = [.. Protocol.Roles.Permissions.Keys.Order()];

    private static readonly string[] States = ["draft", "in-review", "approved", "active", "expired", "terminated", "returned", "withdrawn", "expiring", "renewed", "superseded"];

    private static readonly AuthorityRow[] Seeded =
    [
        new() { Id = "city-agent.any", Roles = "hq-marketing" }, new() { Id = "terminal.any", Roles = "centre-general-manager,sales-manager" },
        new() { Id = "sales.any", Roles = "centre-general-manager,sales-manager" },
    ];

    private static AgreementRow Row(string state, string kind = "terminal", string awaits = "") => new()
    {
        Kind = kind,
        State = state,
        Steps = awaits.Length == 0 ? [] : [new Step(awaits) { No = 1 }],
        ScopePath = "/hq/js/shop/",
        PartyA = "甲",
        EffectiveFrom = new DateOnly(2026, 1, 1),
        EffectiveTo = new DateOnly(2026, 12, 31),
        Authors = [new Author("staff/author", ["salesperson"])],
    };

    private static Caller Caller(params string[] roles) => As("staff-1", roles);

    private static Caller As(string staffId, params string[] roles) =>
        new(staffId, staffId, staffId, null, "js", new Scope("/hq/js/", null), roles, "test");

    private static string? Reason(AgreementAction action, AgreementRow row, Caller caller) => Refuse(action, row, caller)?.Reason;

    private static Refusal? Refuse(AgreementAction action, AgreementRow row, Caller caller)
    {
        var refusal = AgreementRules.Refuse(action, row, caller, SigningAuthorities.Signers(Seeded, row));
        if (refusal is not null || action != AgreementAction.Review)
            return refusal;
        try
        {
            ReviewRules.Find(row, caller, [Acting.Self(caller)], "", "");
            return null;
        }
        catch (Refusal awaited)
        {
            return awaited;
        }
    }

    /// <summary>Written out once more, state by state, as the manual has it: who may do what.</summary>
    private static string? Expected(AgreementAction action, string state, string kind, string awaits, string role)
    {
        string[] open = ["draft", "returned"];
        string[] unsigned = ["draft", "returned", "in-review", "approved"];
        string[] inEffect = ["active", "expiring"];
        string[] signers = kind == "city-agent" ? ["hq-marketing"] : ["centre-general-manager", "sales-manager"];
        return action switch
        {
            AgreementAction.Update or AgreementAction.Submit => open.Contains(state) ? null : "AGREEMENT_STATE",
            AgreementAction.Review when state != "in-review" => "AGREEMENT_STATE",
            AgreementAction.Review => role == awaits ? null : "REVIEWER_AWAITED",
            AgreementAction.Recall => state is "in-review" or "approved" ? "DRAFTER_AWAITED" : "AGREEMENT_STATE",
            AgreementAction.Report => unsigned.Contains(state) ? null : "AGREEMENT_STATE",
            AgreementAction.Attach => state is "in-review" or "approved" or "withdrawn" ? "AGREEMENT_STATE" : null,
            AgreementAction.Detach => open.Contains(state) ? null : "AGREEMENT_STATE",
            AgreementAction.Withdraw when !unsigned.Contains(state) => "AGREEMENT_STATE",
            AgreementAction.Withdraw => signers.Contains(role) ? null : "WITHDRAWER_AWAITED",
            AgreementAction.Sign when state != "approved" => "AGREEMENT_STATE",
            AgreementAction.Sign => signers.Contains(role) ? null : "SIGNER_AWAITED",
            AgreementAction.Terminate when !inEffect.Contains(state) => "AGREEMENT_STATE",
            AgreementAction.Terminate => role is "hq-marketing" or "hq-general-manager" ? null : "TERMINATION_BY_HQ",
            AgreementAction.Schedule or AgreementAction.File => unsigned.Append("withdrawn").Contains(state) ? "AGREEMENT_STATE" : null,
            AgreementAction.Renew => inEffect.Append("expired").Contains(state) ? null : "AGREEMENT_STATE",
            AgreementAction.Amend or AgreementAction.Supersede or AgreementAction.Remind or AgreementAction.Expire => inEffect.Contains(state) ? null : "AGREEMENT_STATE",
            _ => "an action nobody wrote down",
        };
    }

    [Test]
    public void Every_action_in_every_state_by_every_role_on_every_kind()
    {
        var wrong = from action in Enum.GetValues<AgreementAction>()
                    from state in States
                    from kind in new[] { "city-agent", "terminal", "sales" }
                    from awaits in new[] { "sales-manager", "centre-general-manager", "hq-marketing", "legal" }
                    from role in AllRoles
                    let expected = Expected(action, state, kind, awaits, role)
                    let actual = Reason(action, Row(state, kind, awaits), Caller(role))
                    where actual != expected
                    select $"{action} {state} {kind} awaits {awaits} by {role}: {actual}, not {expected}";
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void The_table_of_states_is_all_the_states_there_are() =>
        Assert.That(Enum.GetValues<AgreementState>().Select(Codes.Of).Where(code => code.Length > 0), Is.EquivalentTo(States));

    [Test]
    public void Nobody_reviews_what_he_took_part_in()
    {
        var row = Row("in-review", awaits: "legal");
        Assert.That(Reason(AgreementAction.Review, row, As("author", "legal")), Is.EqualTo("OWN_DRAFT"));
        row.WrittenBy(As("helper", "legal"));
        Assert.That(Reason(AgreementAction.Review, row, As("helper", "legal")), Is.EqualTo("OWN_DRAFT"));
        Assert.That(Reason(AgreementAction.Review, row, As("other", "legal")), Is.Null);
    }

    [Test]
    public void Who_drafted_it_may_take_it_back_and_give_it_up() =>
        Assert.That(new[] { AgreementAction.Withdraw, AgreementAction.Recall }.Select(action => Reason(action, Row("in-review"), As("author", "salesperson"))), Is.All.Null);

    [Test]
    public void The_refusal_names_who_is_awaited()
    {
        var refusal = Refuse(AgreementAction.Review, Row("in-review", awaits: "legal"), Caller("sales-manager"))!;
        Assert.That(refusal.Zh, Does.Contain("法务"));
        Assert.That(refusal.En, Does.Contain("legal"));
    }

    [Test]
    public void What_is_said_of_a_partner_s_level_goes_before_any()
    {
        AuthorityRow[] all = [.. Seeded, new() { Id = "sales.city-agent", Roles = "hq-marketing" }];
        var row = Row("approved", "sales");
        Assert.That(SigningAuthorities.Signers(all, row), Is.EqualTo(new[] { "centre-general-manager", "sales-manager" }));
        row.PartnerLevel = "terminal";
        Assert.That(SigningAuthorities.Signers(all, row), Is.EqualTo(new[] { "centre-general-manager", "sales-manager" }));
        row.PartnerLevel = "city-agent";
        Assert.That(SigningAuthorities.Signers(all, row), Is.EqualTo(new[] { "hq-marketing" }));
    }

    [TestCase("sales.city-agent", true)]
    [TestCase("terminal.any", true)]
    [TestCase("sales.", false)]
    [TestCase(".any", false)]
    [TestCase("sales", false)]
    [TestCase("sales.any.any", false)]
    [TestCase("lease.any", false)]
    public void Names_of_signing_authorities(string id, bool good) => Assert.That(SigningAuthorities.Parse(id) is not null, Is.EqualTo(good));

    /// <summary>Day by day over a whole term, for random leads and terms: each lead at most once, the nearest only, and none that was passed.</summary>
    [Test]
    public void Each_lead_is_alerted_once_however_long_the_clock_stood_still([Range(1, 100)] int seed)
    {
        var random = new Random(seed);
        int[] leads = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(0, 120)).Distinct()];
        var row = Row("active");
        row.EffectiveTo = row.EffectiveFrom.AddDays(random.Next(1, 200));
        (_, row.NextAlert) = AgreementRules.Alert(row, DateOnly.MinValue, leads);
        var told = new List<(long Lead, int Left)>();
        for (var today = row.EffectiveFrom; today <= row.EffectiveTo; today = today.AddDays(random.Next(5) == 0 ? random.Next(1, 60) : 1))
        {
            if (row.NextAlert > today)
                continue;
            (var lead, row.NextAlert) = AgreementRules.Alert(row, today, leads);
            Assert.That(row.NextAlert, Is.GreaterThan(today));
            if (lead is null)
                continue;
            row.AlertedLead = lead;
            told.Add((lead.Value, row.EffectiveTo.DayNumber - today.DayNumber));
            Assert.That(lead, Is.EqualTo(leads.Where(l => l >= told[^1].Left).Min()), "the nearest that was reached");
        }
        Assert.That(told.Select(t => t.Lead), Is.Ordered.Descending);
        Assert.That(told.Select(t => t.Lead), Is.Unique);
        row.RenewedBy = "next";
        Assert.That(AgreementRules.Alert(row, row.EffectiveTo, leads), Is.EqualTo(((long?)null, DateOnly.MaxValue)));
    }

    [TestCase(null, "NOT_REPORTED")]
    [TestCase("2026-06-02T00:00:00+08:00", "NOT_REPORTED")]
    [TestCase("2026-06-01T23:59:00+08:00", null)]
    public void Signed_before_it_was_reported(string? reported, string? reason)
    {
        var row = Row("approved");
        row.ReportedUs = reported is null ? null : DateTimeOffset.Parse(reported).Micros();
        Assert.That(AgreementRules.RefuseUnreported(row, new DateOnly(2026, 6, 1))?.Reason, Is.EqualTo(reason));
    }

    [Test]
    public void All_faults_of_a_draft_are_named_at_once()
    {
        var faults = AgreementRules.Create(new Agreement { CityCode = "3201", EffectiveTo = "2026-01-01", Products = { "a", " " } });
        Assert.That(faults.Select(f => $"{f.Field} {f.Reason}"), Is.EqualTo(new[]
        {
            "agreement.kind REQUIRED", "agreement.partner REQUIRED", "agreement.party_a REQUIRED", "agreement.effective_from REQUIRED",
            "agreement.city_code INVALID", "agreement.products[1] REQUIRED",
        }));
    }

    [TestCase("terminal", "3201", "agreement.city_code INVALID")]
    [TestCase("city-agent", "3201", null)]
    [TestCase("sales", "", null)]
    public void Only_a_city_agent_agreement_has_a_territory(string kind, string cityCode, string? fault)
    {
        var row = Row("draft", kind);
        row.CityCode = cityCode;
        Assert.That(AgreementRules.Content(row).Select(f => $"{f.Field} {f.Reason}"), Is.EqualTo(fault is null ? Array.Empty<string>() : [fault]));
    }

    [TestCase("2026-03-01", "2026-03-01", true)]
    [TestCase("2026-03-01", "2026-02-28", false)]
    public void A_term_ends_on_its_first_day_or_later(string from, string to, bool good)
    {
        var row = Row("draft");
        (row.EffectiveFrom, row.EffectiveTo) = (DateOnly.Parse(from), DateOnly.Parse(to));
        Assert.That(AgreementRules.Content(row).Any(), Is.Not.EqualTo(good));
    }

    [Test]
    public void Agreements_are_for_the_partners_they_are_named_after([Values] AgreementKind kind, [Values] PartnerKind partner)
    {
        var fits = kind switch
        {
            AgreementKind.CityAgent => partner == PartnerKind.CityAgent,
            AgreementKind.Terminal => partner == PartnerKind.Terminal,
            _ => true,
        };
        Assert.That(AgreementRules.PartnerFits(kind, new Partner { Kind = partner }).Any(), Is.Not.EqualTo(fits));
    }

    [TestCase("2026-06-01", "2026-06-01", null)]
    [TestCase("2025-01-01", "2026-06-01", null)]
    [TestCase("2026-12-31", "2026-12-31", null)]
    [TestCase("2026-12-31", "2027-01-01", "TERM_ENDED")]
    [TestCase("2027-01-01", "2027-01-01", "INVALID_ARGUMENT")]
    public void Signed_dates(string signed, string today, string? reason) =>
        Assert.That(AgreementRules.RefuseSignedDate(Row("approved"), DateOnly.Parse(signed), DateOnly.Parse(today))?.Reason, Is.EqualTo(reason));

    [TestCase("2026-06-02", false)]
    [TestCase("2026-06-01", true)]
    [TestCase("", true)]
    public void Nothing_is_signed_in_the_future(string signed, bool good) =>
        Assert.That(AgreementRules.Sign(signed, new DateOnly(2026, 6, 1)).Any(), Is.Not.EqualTo(good));

    [Test]
    public void An_update_names_each_field_that_cannot_be_changed()
    {
        var faults = AgreementRules.Update(new Agreement { Name = "agreements/1" }, ["terms", "kind", "partner", "number", "state"]);
        Assert.That(faults.Select(f => f.Reason), Is.EqualTo(new[] { "READ_ONLY", "READ_ONLY", "READ_ONLY", "READ_ONLY" }));
    }

    [Test]
    public void A_mask_changes_only_its_fields()
    {
        var row = Row("draft");
        row.AmountFen = 5;
        AgreementRules.Apply(new Agreement { Terms = "新", PartyA = "乙" }, ["terms"], row);
        Assert.That((row.Terms, row.PartyA, row.AmountFen), Is.EqualTo(("新", "甲", (long?)5)));
        AgreementRules.Apply(new Agreement { PartyA = "乙" }, ["*"], row);
        Assert.That((row.Terms, row.PartyA, row.AmountFen), Is.EqualTo(("", "乙", (long?)null)));
    }
}
