namespace Qudao.Protocol;

/// <summary>
/// The roles of the manuals and what each may do: permissions as in the proto files, "*" for one or more segments.
/// Where a role may act is decided by the place in the tree (scope); whether it sees only what is assigned to it, by AssignedOnly.
/// </summary>
public static class Roles
{
    public const string Administrator = "administrator";

    /// <summary>Stands before a permission that a token takes out of its patterns again.</summary>
    public const string Except = "!";

    private static readonly string[] ReadAll =
        ["dealer.*.read", "contract.*.read", "training.*.read", "serviceticket.*.read", "reporting.*.read", "*.operations.read"];

    // Whoever calls clients sees their telephone numbers; a salesperson those of the own clients, without this. To all others they are masked.
    private const string CallsClients = "dealer.contacts.read-plain";

    // Whoever finds goods where they do not belong claims it 窜货, and acts as a side of the case; see DiversionRules.
    private const string ClaimsDiversions = "dealer.diversions.claim";

    // Whatever somebody is told is his own; he reads it, and chooses what it is.
    private const string OwnInbox = "reporting.notifications.*";

    // Every member of a centre's staff owes something 报送事项, if only the self-appraisal at the month's end.
    private static readonly string[] OwnObligations = ["reporting.obligations.read", "reporting.obligations.submit", "reporting.evaluations.read", "reporting.evaluations.score", OwnInbox];

    // Drafts receipt and invoice requests, brings them to the client, and asks for what is overdue.
    private static readonly string[] AsksForMoney = ["contract.payments.create", "contract.payments.update", "contract.payments.sign", "contract.dunning.create"];

    private static readonly string[] ManagesMoney =
        [.. AsksForMoney, "contract.instalments.update", "contract.payments.confirm", "contract.payments.return", "contract.reconciliations.*"];

    // What somebody outside sees of his own account, and does about it.
    private static readonly string[] OwnAccount =
        ["contract.instalments.read", "contract.payments.read", "contract.payments.sign", "contract.accounts.read", "contract.reconciliations.read", "contract.reconciliations.answer"];

    // All of training but the approval of annual plans, which is the general manager's and HQ's.
    private static readonly string[] GivesTraining =
    [
        "training.*.read", "training.courses.*", "training.lecturers.*", "training.rooms.*", "training.requests.*", "training.sessions.*", "training.enrolments.*",
        "training.certificates.*", "training.evaluations.*", "training.questions.*", "training.exams.*", "training.plans.edit", "training.feeds.*", "training.parked.replay",
    ];

    // People of a partner see what is theirs, and name who comes.
    private static readonly string[] TrainedByUs =
    [
        "training.requests.read", "training.requests.create", "training.requests.cancel", "training.courses.read", "training.sessions.read", "training.enrolments.read", "training.enrolments.create",
        "training.certificates.read", "training.evaluations.read", "training.evaluations.answer", "training.exams.read", "training.exams.submit", "training.trainees.read", "training.feeds.*",
    ];

    // contract.agreements.review lets somebody act where a review awaits his role, or one who delegated to him; see ReviewRules.
    /// <summary>Role → permissions. 总部 HQ, 中心 centre, 外部 outside, 机器 machines.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Permissions = new Dictionary<string, string[]>
    {
        [Administrator] = ["*"],
        ["hq-general-manager"] =
        [
            .. ReadAll, OwnInbox, "*.events.read", "*.audit.read", "gateway.roles.read", "contract.agreements.terminate", "contract.agreements.review", "contract.instalments.write-off", "dealer.organisations.*", "dealer.staff.*", "dealer.policies.*",
            "dealer.partners.stage", "dealer.partners.suspend", "dealer.partners.terminate", "dealer.diversions.*", "gateway.webhooks.*",
        ],
        ["hq-office"] = [.. ReadAll, OwnInbox, "*.events.read", "contract.agreements.review", "reporting.obligations.review", "reporting.evaluations.feedback"],
        ["hq-marketing"] =
        [
            .. ReadAll, OwnInbox, "*.events.read", "dealer.surveys.*", "dealer.partners.*", "dealer.contacts.*", "dealer.records.create", "dealer.credit.grade", "dealer.territories.*", "dealer.diversions.*",
            "contract.agreements.*", "contract.policies.*", "contract.authorities.*", "contract.numbers.*",
            "contract.statistics.*", "reporting.plans.*", "reporting.obligations.review", "reporting.evaluations.feedback",
        ],
        ["hq-sales"] = [.. ReadAll, "*.events.read", "dealer.diversions.*", "contract.agreements.review", "reporting.*"],
        // Keeps it running 运维: sees what waits, what failed and why. He makes backups, and does not take them away.
        ["hq-operator"] =
        [
            OwnInbox, "*.operations.read", "*.events.read", "*.parked.read", "*.parked.replay", "*.audit.read", "reporting.projections.*", "gateway.parked.drop", "gateway.status.read", "gateway.operations.manage",
            "gateway.sessions.read", "gateway.sessions.revoke", "gateway.keys.*", "gateway.backups.read", "gateway.backups.create", "gateway.backups.delete",
        ],
        ["hq-training"] = [.. ReadAll, OwnInbox, "training.*", "reporting.obligations.review", "reporting.evaluations.feedback"],
        ["centre-general-manager"] =
        [
            .. ReadAll, "*.events.read", "*.audit.read", "dealer.*", "contract.agreements.*", "contract.statistics.*", "contract.numbers.*", .. ManagesMoney, "contract.instalments.write-off", "training.*",
            "serviceticket.*", "reporting.*", "gateway.users.*", "gateway.sessions.*", "gateway.webhooks.*",
        ],
        ["sales-manager"] =
        [
            .. ReadAll, OwnInbox, "dealer.surveys.*", "dealer.partners.*", "dealer.contacts.*", "dealer.records.create", "dealer.credit.grade", "dealer.visits.*", "dealer.territories.*", "dealer.diversions.*",
            "contract.agreements.create",
            "contract.agreements.update", "contract.agreements.review", "contract.agreements.sign", "contract.statistics.*", "contract.numbers.*", .. ManagesMoney, "reporting.plans.*", "reporting.decompositions.*", "reporting.journals.*", "reporting.evaluations.*",
            "reporting.sales.*", "reporting.obligations.*", "training.requests.*", "training.feeds.*", "serviceticket.tickets.*",
        ],
        ["salesperson"] =
        [
            .. ReadAll, OwnInbox, "dealer.surveys.*", "dealer.partners.create", "dealer.partners.update", "dealer.partners.stage", "dealer.contacts.create", "dealer.contacts.update",
            "dealer.contacts.delete", "dealer.records.create", "dealer.visits.*", ClaimsDiversions,
            "contract.agreements.create", "contract.agreements.update", "contract.agreements.review", .. AsksForMoney, "contract.reconciliations.answer", "training.requests.create", "training.requests.cancel", "training.feeds.*",
            "reporting.sales.*", "reporting.decompositions.submit", "reporting.journals.write", "reporting.evaluations.score", "reporting.obligations.submit", "serviceticket.tickets.create", "serviceticket.tickets.comment", "serviceticket.tickets.advance",
        ],
        ["legal"] = ["dealer.*.read", ClaimsDiversions, "contract.*.read", "contract.agreements.review", .. OwnObligations],
        ["finance"] =
        [
            "dealer.*.read", "contract.*.read", "contract.agreements.review", "contract.payments.settle", "contract.payments.return", "contract.payments.sign",
            "contract.dunning.create", "contract.reconciliations.*", "reporting.*.read", OwnInbox, "reporting.evaluations.score", "reporting.obligations.submit", "reporting.obligations.review",
        ],
        // Checks what is asked for, and sees to factory returns 采购.
        ["purchasing"] =
        [
            "dealer.*.read", "contract.*.read", "contract.payments.check", "contract.payments.return", "serviceticket.*.read", "serviceticket.tickets.advance",
            "serviceticket.tickets.comment", .. OwnObligations,
        ],
        ["back-office"] =
        [
            .. ReadAll, OwnInbox, CallsClients, ClaimsDiversions, "contract.agreements.review", "contract.agreements.file", "contract.numbers.*", "contract.statistics.*", .. AsksForMoney,
            "contract.reconciliations.create", "contract.reconciliations.answer", "dealer.surveys.*", "reporting.sales.*",
            "reporting.evaluations.score", "reporting.obligations.submit", "serviceticket.tickets.advance",
        ],
        ["training-manager"] = ["dealer.*.read", CallsClients, .. GivesTraining, "contract.standing.read", "reporting.*.read", OwnInbox, "reporting.evaluations.score", "reporting.obligations.submit"],
        ["trainer"] = ["dealer.*.read", CallsClients, .. GivesTraining, "contract.standing.read", "reporting.dashboards.read", .. OwnObligations],
        ["after-sales-manager"] = ["dealer.*.read", CallsClients, ClaimsDiversions, "dealer.records.create", "serviceticket.*", "contract.standing.read", "reporting.*.read", OwnInbox, "reporting.evaluations.score", "reporting.obligations.submit"],
        ["after-sales"] = ["dealer.*.read", CallsClients, ClaimsDiversions, "dealer.records.create", "serviceticket.*.read", "serviceticket.tickets.*", "contract.standing.read", "reporting.dashboards.read", .. OwnObligations],
        // Appraises and repairs 技术部.
        ["technical"] = ["dealer.*.read", CallsClients, "serviceticket.*.read", "serviceticket.tickets.advance", "serviceticket.tickets.comment", "contract.standing.read", .. OwnObligations],
        ["partner-agent"] =
        [
            "dealer.partners.read", "dealer.diversions.read", ClaimsDiversions, "contract.agreements.read", "contract.standing.read", .. OwnAccount, .. TrainedByUs, OwnInbox,
            "serviceticket.tickets.read", "serviceticket.tickets.create", "serviceticket.tickets.comment",
            "serviceticket.tickets.rate", "reporting.sales.read", "reporting.sales.report",
        ],
        ["partner-terminal"] =
        [
            "dealer.partners.read", "dealer.diversions.read", ClaimsDiversions, "contract.agreements.read", "contract.standing.read", .. OwnAccount, .. TrainedByUs, OwnInbox,
            "serviceticket.tickets.read", "serviceticket.tickets.create", "serviceticket.tickets.comment",
            "serviceticket.tickets.rate", "reporting.sales.read", "reporting.sales.report",
        ],
        ["dashboard"] = ["reporting.*.read"],
        ["auditor"] = [.. ReadAll, "*.audit.read", "*.events.read", "gateway.roles.read"],
    };

    /// <summary>Roles that see only the partners assigned to the person, unless another role of theirs sees more.</summary>
    public static readonly IReadOnlySet<string> AssignedOnly = new HashSet<string> { "salesperson" };

    /// <summary>Whether a pattern such as "dealer.*.read" or "training.*" grants the permission.</summary>
    public static bool Grants(string pattern, string permission)
    {
        var star = pattern.IndexOf('*');
        if (star < 0)
            return pattern == permission;
        var tail = pattern[(star + 1)..];
        return permission.Length >= star + tail.Length
            && permission.StartsWith(pattern[..star], StringComparison.Ordinal)
            && permission.EndsWith(tail, StringComparison.Ordinal);
    }

    /// <summary>Whether a token's own list of patterns and exceptions, as the gateway writes one for changed roles, grants the permission.</summary>
    public static bool IsGranted(IReadOnlyList<string> grants, string permission) =>
        grants.Any(pattern => Grants(pattern, permission)) && !grants.Contains(Except + permission);

    public static bool Allows(IEnumerable<string> roles, string permission) =>
        roles.Any(role => Permissions.TryGetValue(role, out var patterns) && patterns.Any(pattern => Grants(pattern, permission)));
}
