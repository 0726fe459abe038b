using System.Text.Json.Nodes;

namespace Qudao.System.Tests.BadInput;

/// <summary>
/// What is well formed and still cannot be: known from the domain, not from the contracts, and seen without the database. The
/// loaded network's day is 2026-11-18.
/// </summary>
public static class DomainFaults
{
    /// <summary>Rpc, the field that is named, what makes it wrong as JSON path = value, and what else must be as it is for that.</summary>
    private static readonly (string Rpc, string Field, string Path, string Value, string[] Needs)[] Known =
    [
        ("CreateOrganisation", "organisationId", "organisationId", "\"J S\"", []),
        ("CreateOrganisation", "organisationId", "organisationId", "\"j\"", []),
        ("CreateOrganisation", "organisation.kind", "organisation.kind", "\"ORGANISATION_KIND_HQ\"", []),
        ("CreateOrganisation", "organisation.provinceCode", "organisation.provinceCode", "\"\"", ["organisation.kind"]),
        ("CreateStaff", "staff.roles[0]", "staff.roles", "[\"king\"]", ["staff.partner"]),
        ("CreateStaff", "staff.roles[1]", "staff.roles", "[\"salesperson\", \"partner-agent\"]", ["staff.partner"]),
        ("CreateStaff", "staff.roles[0]", "staff.roles", "[\"hq-sales\"]", ["staff.organisation", "staff.partner"]),
        ("CreateStaff", "staff.roles[0]", "staff.roles", "[\"auditor\"]", ["staff.organisation", "staff.partner"]),
        ("CreatePartner", "partner.displayName", "partner.displayName", "\"，。\"", []),
        ("UpdatePartner", "partner.displayName", "partner.displayName", "\"（）\"", ["updateMask"]),
        ("UpdatePartner", "updateMask", "updateMask", "\"stage,displayName,cityCode\"", ["partner"]),
        ("ImportSurveys", "month", "month", "\"2027-01\"", []),
        ("PlanVisit", "visit.plannedDate", "visit.plannedDate", "\"2026-11-17\"", []),
        ("PlanVisit", "visit.plannedDate", "visit.plannedDate", "\"2028-01-01\"", []),
        ("ReportVisit", "report.talkTime", "report.talkTime", "\"2026-11-19T02:00:00Z\"", []),
        ("ReportVisit", "report.talkTime", "report.talkTime", "\"9999-12-31T23:59:59Z\"", []),
        ("ReportVisit", "report.nextVisitDate", "report.nextVisitDate", "\"2026-11-17\"", []),
        ("CreateAgreement", "agreement.kind", "agreement.kind", "\"AGREEMENT_KIND_UNSPECIFIED\"", ["agreement.cityCode"]),
        ("CreateAgreement", "agreement.partner", "agreement.partner", "\"\"", []),
        ("CreateAgreement", "agreement.partyA", "agreement.partyA", "\" \"", []),
        ("CreateAgreement", "agreement.effectiveFrom", "agreement.effectiveFrom", "\"\"", ["agreement.effectiveTo"]),
        ("CreateAgreement", "agreement.effectiveTo", "agreement.effectiveTo", "\"2026-11-17\"", ["agreement.effectiveFrom"]),
        ("CreateAgreement", "agreement.cityCode", "agreement.cityCode", "\"3201\"", ["agreement.kind"]),
        ("CreateAgreement", "agreement.products[1]", "agreement.products", "[\"GT-100\", \" \"]", []),
        ("UpdateAgreement", "agreement.effectiveTo", "agreement.effectiveTo", "\"2026-11-17\"", ["agreement.effectiveFrom", "updateMask"]),
        ("UpdateAgreement", "agreement.partyA", "agreement.partyA", "\"\"", ["updateMask"]),
        ("UpdateAgreement", "updateMask", "updateMask", "\"kind,partner\"", ["agreement"]),
        ("ReviewAgreement", "comment", "decision", "\"REVIEW_DECISION_RETURN\"", ["comment"]),
        ("SignAgreement", "signedDate", "signedDate", "\"2026-11-19\"", []),
        ("CreateNumberBlock", "numberBlock.last", "numberBlock.first", "6", ["numberBlock.last"]),
        ("CreateNumberBlock", "numberBlock.last", "numberBlock", "{\"kind\": \"AGREEMENT_KIND_SALES\", \"prefix\": \"X\", \"first\": 1, \"last\": 100000, \"width\": 6}", []),
        ("CreateNumberBlock", "numberBlock.width", "numberBlock.last", "10000", ["numberBlock.first", "numberBlock.width"]),
        ("CreateNumberBlock", "numberBlock.prefix", "numberBlock.prefix", "\"A B\"", []),
        ("GetAgreementStatistics", "reportDay", "reportDay", "\"2026-11-19\"", []),
        ("ExportAgreementStatistics", "reportDay", "reportDay", "\"2199-12-31\"", []),
        ("SubmitAgreementStatistics", "reportDay", "reportDay", "\"2026-11-19\"", []),
        ("ScheduleTraining", "startTime", "startTime", "\"2026-11-17T01:00:00Z\"", ["endTime"]),
        ("ScheduleTraining", "endTime", "endTime", "\"2026-11-20T01:00:00Z\"", ["startTime"]),
        ("ScheduleTraining", "endTime", "endTime", "\"9999-12-31T23:59:59Z\"", ["startTime"]),
        ("HoldTraining", "trainees", "trainees", "[{\"displayName\": \"a\"}]", []),
        ("CreateTicket", "ticket.partner", "ticket.partner", "\"\"", []),
        ("UpdateSlaPolicy", "slaPolicy.name", "slaPolicy.name", "\"slaPolicies/js-nothing-major\"", []),
        ("UpdateSlaPolicy", "slaPolicy.calendar", "slaPolicy.calendar", "\"SLA_CALENDAR_UNSPECIFIED\"", ["updateMask"]),
        ("UpdateSlaPolicy", "updateMask", "updateMask", "\"kind\"", ["slaPolicy"]),
        ("UpdateEscalationChain", "escalationChain.name", "escalationChain.name", "\"escalationChains/js-nothing\"", []),
        ("UpdateEscalationChain", "escalationChain.steps[0].role", "escalationChain.steps", "[{\"role\": \"king\"}]", []),
        ("CreatePlan", "plan.month", "plan.month", "\"\"", []),
        ("CreatePlan", "plan.organisation", "plan.organisation", "\"\"", []),
        ("CreatePlan", "plan", "plan", "{\"month\": \"2026-12\", \"organisation\": \"organisations/js\"}", []),
        ("UpdatePlan", "updateMask", "updateMask", "\"month,organisation\"", ["plan"]),
        ("UpdateObligationRule", "updateMask", "updateMask", "\"recurrence\"", ["obligationRule"]),
        ("UpdateObligationRule", "obligationRule.displayName", "obligationRule.displayName", "\"\"", ["updateMask"]),
        ("UpdateObligationRule", "obligationRule.displayNameEn", "obligationRule.displayNameEn", "\" \"", ["updateMask"]),
        ("UpdateObligationRule", "obligationRule.roles", "obligationRule.roles", "[]", ["updateMask"]),
        ("UpdateObligationRule", "obligationRule.roles[1]", "obligationRule.roles", "[\"finance\", \"king\"]", ["updateMask"]),
        ("UpdateObligationRule", "obligationRule.receivers[0]", "obligationRule.receivers", "[\"finance,legal\"]", ["updateMask"]),
        ("ReportDailySales", "lines[0].day", "lines[0].day", "\"2026-11-19\"", []),
        ("ReportDailySales", "lines[0].productCode", "lines[0].productCode", "\"G T\"", []),
        ("GetSalesSummary", "to", "to", "\"2026-11-17\"", ["from", "grain"]),
        ("GetSalesSummary", "to", "from", "\"1900-01-01\"", ["to", "grain"]),
        ("GetSalesTrend", "to", "from", "\"2026-11-19\"", ["to", "grain"]),
        ("GetTicketTimes", "to", "from", "\"1900-01-01\"", ["to"]),
        ("MarkNotificationsRead", "names", "names", "[\"notifications/01k0000000000000000000000z\"]", ["all"]),
        ("MarkNotificationsRead", "names", "all", "false", []),
        ("UpdateNotificationPreferences", "updateMask", "updateMask", "\"email\"", ["preferences"]),
        ("UpdateNotificationPreferences", "preferences.kinds[0].inApp", "preferences.kinds", "[{\"kind\": \"NOTIFICATION_KIND_MAJOR_COMPLAINT\"}]", ["updateMask"]),
        ("UpdateNotificationPreferences", "preferences.kinds[0].outward", "preferences.kinds", "[{\"kind\": \"NOTIFICATION_KIND_VISIT_DUE\", \"outward\": true}]", ["updateMask"]),
        ("GetTrainingScreen", "to", "from", "\"1900-01-01\"", ["to"]),
        ("GetTicketScreen", "to", "to", "\"1900-01-01\"", ["from"]),
        ("GetObligationHeatMap", "to", "from", "\"1900-01-01\"", ["to", "grain"]),
        ("GetObligationSummary", "dueTo", "dueTo", "\"1900-01-01\"", ["dueFrom"]),
        ("CreateDecomposition", "decomposition.implementer", "decomposition.implementer", "\"\"", []),
        ("CreateDecomposition", "decomposition.organisation", "decomposition.organisation", "\"\"", ["decomposition.parent"]),
        ("CreateDecomposition", "decomposition.month", "decomposition.month", "\"\"", ["decomposition.parent"]),
        ("CreateDecomposition", "decomposition.stages[0].agents", "decomposition.stages", "[{\"kind\": \"STAGE_KIND_START\", \"agents\": 1}]", []),
        ("UpdateDecomposition", "updateMask", "updateMask", "\"month,parent\"", ["decomposition"]),
        ("AdjustDecomposition", "stages", "stages", "[{\"kind\": \"STAGE_KIND_START\", \"dueDate\": \"2026-12-02\"}]", []),
        ("GetDecompositionProgress", "asOf", "asOf", "\"2026-11-19\"", []),
        ("SubmitProgress", "remarks[0].expectedDate", "remarks", "[{\"kind\": \"STAGE_KIND_START\", \"expectedDate\": \"2026-11-17\"}]", []),
        ("CreateJournal", "journal.kind", "journal.kind", "\"JOURNAL_KIND_UNSPECIFIED\"", ["journal.day"]),
        ("CreateJournal", "journal.day", "journal.day", "\"2026-11-19\"", ["journal.kind"]),
        ("UpdateJournal", "updateMask", "updateMask", "\"kind,day\"", ["journal"]),
        ("ScoreEvaluation", "client", "kind", "\"SCORE_KIND_CLIENT\"", ["client"]),
        ("CreateEvaluationTemplate", "evaluationTemplate.indicators[0].formula", "evaluationTemplate.indicators", "[{\"displayName\": \"a\", \"weight\": 100, \"formula\": \"visits +\"}]", []),
        ("CreateEvaluationTemplate", "evaluationTemplate.role", "evaluationTemplate.role", "\"king\"", []),
        ("GetEvaluationFacts", "figure", "figure", "\"growth\"", []),
        ("ExportFormSet", "period", "period", "\"2026-13\"", []),
        ("ExportFormSet", "period", "period", "\"2027\"", []),
        ("ExportManagerReport", "month", "month", "\"2026-12\"", []),
        ("CreateUser", "user.login", "user.login", "\"some body\"", ["user.password"]),
        ("CreateUser", "user.login", "user.login", "\"x\"", ["user.password"]),
        ("CreateUser", "user.staff", "user.staff", "\"\"", []),
        ("CreateUser", "user.password", "user.password", "\"short\"", ["user.login"]),
        ("CreateUser", "user.password", "user.password", "\"xsomebodyx\"", ["user.login"]),
        ("CreateUser", "user.password", "user.password", "\"aaaaaaaaaaaa\"", ["user.login"]),
        ("ChangePassword", "newPassword", "newPassword", "\"short 123\"", []),
        ("ChangePassword", "newPassword", "newPassword", "\"not the old one\"", ["oldPassword"]),
    ];

    public static IEnumerable<Fault> Of(Rpc rpc) =>
        from fault in Known
        where fault.Rpc == rpc.Method.Name
        select new Fault($"{fault.Path} = {fault.Value}", fault.Field, [.. fault.Needs, fault.Path, fault.Field], request => Set(request, fault.Path, JsonNode.Parse(fault.Value)));

    private static void Set(JsonObject request, string path, JsonNode? value)
    {
        var steps = path.Split('.', '[');
        JsonNode at = request;
        foreach (var step in steps[..^1])
            at = step.EndsWith(']') ? at[int.Parse(step[..^1])]! : at[step]!;
        at[steps[^1]] = value;
    }
}
