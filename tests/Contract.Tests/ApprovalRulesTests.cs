using Qudao.Contract.Agreements;
using Qudao.Contract.Approvals;
using Qudao.Contract.Delegations;
using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Tests;

internal sealed class ApprovalRulesTests
{
    private const long MajorAmount = 100_000_000;
    private const long Monday = 1_795_399_200_000_000; // 2026-11-23T10:00+08:00
    private const int Day = 450;

    private static readonly WorkingCalendar Calendar = WorkingCalendar.Default;
    private static readonly string[] Reviewers = ["sales-manager", "centre-general-manager", "hq-marketing", "legal", "finance", "back-office", "hq-general-manager"];

    /// <summary>As the migration seeds them.</summary>
    private static readonly PolicyRow[] Seeded =
    [
        Policy("hq-standard", 0, [["sales-manager"], ["legal"]]),
        Policy("hq-deviating", 10, [["sales-manager"], ["centre-general-manager"], ["legal"]], p => p.Deviating = true),
        Policy("hq-major", 20, [["sales-manager"], ["centre-general-manager"], ["legal"]], p => p.Major = true),
    ];

    private static PolicyRow Policy(string id, int priority, string[][] steps, Action<PolicyRow>? change = null)
    {
        var row = new PolicyRow { Id = id, DisplayName = id, ScopePath = "/hq/", Priority = priority, Steps = [.. steps.Select(roles => new PolicyStep(roles, "all", 2 * Day, ""))] };
        change?.Invoke(row);
        return row;
    }

    private static AgreementRow Row(params Step[] chain) => new()
    {
        Kind = "terminal",
        State = "in-review",
        ScopePath = "/hq/js/shop/",
        Steps = chain,
        Authors = [new Author("staff/author", ["salesperson"])],
    };

    private static Caller As(string staffId, params string[] roles) => new(staffId, staffId, staffId, null, "js", new Scope("/hq/js/", null), roles, "test");

    private static Acting Lent(string staffId, string scope, params string[] roles) => new($"staff/{staffId}", staffId, roles, new Scope(scope, null), Delegated: true);

    private static string Find(AgreementRow row, Caller caller, Acting[] lent, string role = "", string onBehalfOf = "")
    {
        try
        {
            var (step, acting) = ReviewRules.Find(row, caller, [Acting.Self(caller), .. lent], role, onBehalfOf);
            return $"{step.Role} as {acting.Actor}";
        }
        catch (Refusal refusal)
        {
            return refusal.Reason;
        }
    }

    private static string Text(IEnumerable<Step> chain) => string.Join(" ", chain.Select(step => $"{step.No}:{step.Role}"));

    [TestCase(false, "", null, "1:sales-manager 2:legal")]
    [TestCase(true, "", null, "1:sales-manager 2:centre-general-manager 3:legal")]
    [TestCase(false, "付款期延长", null, "1:sales-manager 2:centre-general-manager 3:legal")]
    [TestCase(false, "", MajorAmount - 1, "1:sales-manager 2:legal")]
    [TestCase(false, "", MajorAmount, "1:sales-manager 2:centre-general-manager 3:legal")]
    public void The_general_manager_reviews_what_is_major_or_deviates(bool major, string deviations, long? amount, string chain)
    {
        var row = Row();
        (row.Major, row.Deviations, row.AmountFen) = (major, deviations, amount);
        Assert.That(Text(PolicyRules.Chain(PolicyRules.Choose(Seeded, row, MajorAmount)!, row.Authors)), Is.EqualTo(chain));
    }

    [TestCase("salesperson", false, "1:sales-manager 2:legal")]
    [TestCase("sales-manager", false, "1:centre-general-manager 2:legal")]
    [TestCase("sales-manager", true, "1:centre-general-manager 2:legal")]
    [TestCase("centre-general-manager", false, "1:sales-manager 2:legal")]
    [TestCase("centre-general-manager", true, "1:sales-manager 2:hq-marketing 3:legal")]
    [TestCase("sales-manager+centre-general-manager", true, "1:hq-marketing 2:legal")]
    [TestCase("hq-marketing", false, "1:sales-manager 2:legal")]
    public void A_step_goes_to_the_superior_of_whoever_took_part_in_the_draft(string roles, bool major, string chain)
    {
        var row = Row();
        (row.Authors, row.Major) = ([new Author("staff/author", roles.Split('+'))], major);
        Assert.That(Text(PolicyRules.Chain(PolicyRules.Choose(Seeded, row, MajorAmount)!, row.Authors)), Is.EqualTo(chain));
    }

    /// <summary>Each condition alone, on both sides of its border.</summary>
    [Test]
    public void A_policy_matches_by_kind_amount_deviation_size_and_place()
    {
        var row = Row();
        row.AmountFen = 500;
        Assert.That(Matches(p => p.Kind = "terminal") && !Matches(p => p.Kind = "sales"));
        Assert.That(Matches(p => p.MinAmountFen = 500) && !Matches(p => p.MinAmountFen = 501));
        Assert.That(Matches(p => p.MaxAmountFen = 501) && !Matches(p => p.MaxAmountFen = 500));
        Assert.That(Matches(p => p.Deviating = false) && !Matches(p => p.Deviating = true));
        Assert.That(Matches(p => p.Major = false) && !Matches(p => p.Major = true));
        Assert.That(Matches(p => p.ScopePath = "/hq/js/") && !Matches(p => p.ScopePath = "/hq/zj/") && !Matches(p => p.ScopePath = "/hq/js/shop/below/"));
        Assert.That(!Matches(p => p.Disabled = true));
        row.AmountFen = null;
        Assert.That(Matches(p => p.MaxAmountFen = 1) && !Matches(p => p.MinAmountFen = 1), "no amount counts as 0");

        bool Matches(Action<PolicyRow> change) => PolicyRules.Matches(Policy("p", 0, [["legal"]], change), row, MajorAmount);
    }

    [Test]
    public void The_nearest_policy_holds_then_the_highest_priority_then_the_oldest()
    {
        var near = Policy("z-near", 0, [["legal"]], p => p.ScopePath = "/hq/js/");
        var high = Policy("y-high", 30, [["legal"]]);
        var older = Policy("a-old", 30, [["legal"]]);
        Assert.That(PolicyRules.Choose([.. Seeded, high, near, older], Row(), MajorAmount)!.Id, Is.EqualTo("z-near"));
        Assert.That(PolicyRules.Choose([.. Seeded, high, older], Row(), MajorAmount)!.Id, Is.EqualTo("a-old"));
        Assert.That(PolicyRules.Choose([], Row(), MajorAmount), Is.Null);
    }

    [Test]
    public void All_faults_of_a_policy_are_named_at_once()
    {
        var row = new PolicyRow();
        var faults = PolicyRules.Apply(new ApprovalPolicy
        {
            MinAmountFen = 5,
            MaxAmountFen = 5,
            Steps =
            {
                new ApprovalPolicyStep { Roles = { "legal", "nobody", "dashboard" } },
                new ApprovalPolicyStep { Roles = { "legal" }, EscalateTo = "auditor" },
            },
        }, ["organisation", "min_amount_fen", "max_amount_fen", "steps"], row).Concat(PolicyRules.Check(row));
        Assert.That(faults.Select(f => $"{f.Field} {f.Reason}"), Is.EqualTo(new[]
        {
            "update_mask READ_ONLY", "approval_policy.display_name REQUIRED", "approval_policy.max_amount_fen INVALID", "approval_policy.steps[0].roles[1] UNKNOWN_ROLE",
            "approval_policy.steps[0].roles[2] ROLE_MAY_NOT_REVIEW", "approval_policy.steps[1].roles[0] DUPLICATE", "approval_policy.steps[1].escalate_to ROLE_MAY_NOT_REVIEW",
        }));
        row.Steps = [];
        Assert.That(PolicyRules.Check(row).Select(f => f.Field), Does.Contain("approval_policy.steps"));
    }

    [Test]
    public void Who_drafts_neither_reviews_himself_nor_through_another()
    {
        var row = Row(new Step("legal") { No = 1 });
        Assert.That(Find(row, As("author", "legal"), []), Is.EqualTo("OWN_DRAFT"));
        Assert.That(Find(row, As("author", "salesperson"), [Lent("lawyer", "/hq/js/", "legal")]), Is.EqualTo("OWN_DRAFT"), "the author for a lawyer");
        Assert.That(Find(row, As("deputy", "salesperson"), [Lent("author", "/hq/js/", "legal")]), Is.EqualTo("OWN_DRAFT"), "a deputy for the author");
        Assert.That(Find(row, As("deputy", "salesperson"), [Lent("lawyer", "/hq/js/", "legal")]), Is.EqualTo("legal as staff/lawyer"));
        Assert.That(Find(row, As("deputy", "legal"), [Lent("lawyer", "/hq/js/", "legal")]), Is.EqualTo("legal as staff/deputy"), "for himself first");
        Assert.That(Find(row, As("deputy", "legal"), [Lent("lawyer", "/hq/js/", "legal")], onBehalfOf: "staff/lawyer"), Is.EqualTo("legal as staff/lawyer"));
        Assert.That(Find(row, As("deputy", "salesperson"), [Lent("lawyer", "/hq/zj/", "legal")]), Is.EqualTo("REVIEWER_AWAITED"), "the lawyer of another centre");
    }

    [Test]
    public void Nobody_decides_twice_in_one_step()
    {
        var both = As("both", "legal", "finance");
        var chain = new[] { new Step("legal") { No = 1 }, new Step("finance") { No = 1 } };
        var row = Row(chain);
        Assert.That(Find(row, both, [], role: "finance"), Is.EqualTo("finance as staff/both"));
        row.Steps = ReviewRules.Decide(chain, chain[0], both, Acting.Self(both), approves: true, "", [], Monday);
        Assert.That(Find(row, both, []), Is.EqualTo("ALREADY_REVIEWED"));
        Assert.That(Find(row, As("money", "finance"), []), Is.EqualTo("finance as staff/money"));
    }

    /// <summary>Random policies decided at random: whatever happens, the chain ends, nobody is asked twice, and only what was due was decided.</summary>
    [Test]
    public void Any_policy_s_chain_comes_to_an_end_by_its_own_reviewers([Range(1, 200)] int seed)
    {
        var random = new Random(seed);
        var roles = Reviewers.ToList();
        var steps = new List<PolicyStep>();
        while (roles.Count > 0 && (steps.Count == 0 || random.Next(3) > 0))
        {
            var take = roles.OrderBy(_ => random.Next()).Take(random.Next(1, 4)).ToList();
            steps.Add(new PolicyStep(take, random.Next(2) == 0 ? "all" : "any", random.Next(2) * Day, ""));
            roles.RemoveAll(take.Contains);
        }
        var row = Row();
        row.Steps = ReviewRules.Start(PolicyRules.Chain(new PolicyRow { Steps = steps }, row.Authors), Monday, Calendar);
        var (rounds, no) = (0, 0);
        while (ReviewRules.Open(row.Steps) is { Count: > 0 } open)
        {
            Assert.That(open.All(step => step.SinceUs > 0 && step.No == open[0].No && step.No >= no), "one step at a time, forwards");
            no = open[0].No;
            foreach (var later in row.Steps.Where(step => step.No > no))
                Assert.That(Find(row, As("x", later.Role), [], later.Role), Is.EqualTo("REVIEWER_AWAITED"));
            var decided = open[random.Next(open.Count)];
            var caller = As($"{decided.Role}-1", decided.Role);
            var (step, acting) = ReviewRules.Find(row, caller, [Acting.Self(caller)], decided.Role, "");
            row.Steps = ReviewRules.Start(ReviewRules.Decide(row.Steps, step, caller, acting, random.Next(20) > 0, "", [], Monday), Monday, Calendar);
            if (row.Steps.Any(s => s.State == ReviewRules.Returned))
                break;
            Assert.That(++rounds, Is.LessThanOrEqualTo(Reviewers.Length));
        }
        var returned = row.Steps.Any(step => step.State == ReviewRules.Returned);
        foreach (var step in row.Steps.GroupBy(step => step.No))
        {
            var any = step.First().Mode == "any";
            var enough = any ? step.Count(s => s.State == ReviewRules.Approved) == 1 && step.All(s => s.State is ReviewRules.Approved or ReviewRules.Skipped) : step.All(s => s.State == ReviewRules.Approved);
            Assert.That(enough || returned, $"step {step.Key} of {string.Join(", ", row.Steps)}");
        }
    }

    [Test]
    public void What_waits_too_long_goes_up_the_ladder_by_working_time_and_stops_at_the_top()
    {
        var chain = ReviewRules.Start([new Step("sales-manager") { No = 1, EscalateMinutes = 2 * Day }, new Step("legal") { No = 2, EscalateMinutes = Day }], Monday, Calendar);
        Assert.That(At(chain[0].DueUs), Is.EqualTo("2026-11-25 10:00"));
        Assert.That(chain[1].DueUs, Is.Null, "not due yet");
        Assert.That(ReviewRules.Escalate(chain, chain[0].DueUs!.Value - 1, Calendar), Is.SameAs(chain));

        var seen = new List<string>();
        while (chain[0].DueUs is { } due)
        {
            chain = ReviewRules.Escalate(chain, due, Calendar);
            seen.Add($"{chain[0].Escalated[^1]} {At(chain[0].DueUs)}");
        }
        Assert.That(seen, Is.EqualTo(new[] { "centre-general-manager 2026-11-27 10:00", "hq-marketing 2026-12-01 10:00", "hq-general-manager " }));
        Assert.That(Find(Row([.. chain]), As("gm", "centre-general-manager"), []), Is.EqualTo("sales-manager as staff/gm"));
        Assert.That(Find(Row([.. chain]), As("sm", "sales-manager"), []), Is.EqualTo("sales-manager as staff/sm"), "he may still");

        static string At(long? us) => us is { } at ? $"{Clock.FromMicros(at).ToOffset(ChinaTime.Offset):yyyy-MM-dd HH:mm}" : "";
    }

    [TestCase("2026-03-01", "2026-03-01", "")]
    [TestCase("2026-02-01", "2026-03-01", "")]
    [TestCase("2026-03-02", "2026-03-01", "delegation.to_date")]
    [TestCase("2026-02-01", "2026-02-28", "delegation.to_date")]
    [TestCase("2026-03-01", "2027-03-01", "")]
    [TestCase("2026-03-01", "2027-03-02", "delegation.to_date")]
    public void Days_of_a_delegation(string from, string to, string fault) => Assert.That(
        string.Join(",", DelegationRules.Create(new Delegation { Delegate = "staff/b", FromDate = from, ToDate = to }, "a", new DateOnly(2026, 3, 1)).Select(f => f.Field)), Is.EqualTo(fault));

    [Test]
    public void Nobody_delegates_to_himself() => Assert.That(
        DelegationRules.Create(new Delegation { Delegate = "staff/a", FromDate = "2026-03-01", ToDate = "2026-03-01" }, "a", new DateOnly(2026, 3, 1)).Single().Field, Is.EqualTo("delegation.delegate"));
}
