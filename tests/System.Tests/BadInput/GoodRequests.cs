using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf.Reflection;
using Qudao.Common.V1;

namespace Qudao.System.Tests.BadInput;

/// <summary>
/// A request of each rpc without any fault of its own, with the names of real resources of Jiangsu. Built from the rules of
/// the contracts: what is required, in its format, with the names that Network has or, where it has none, one that nothing has.
/// Only what the domain asks for beyond that stands here, by the rpc's name; a test says so when it is missing.
/// </summary>
public sealed class GoodRequests(IReadOnlyDictionary<string, string> names)
{
    private const string NoSuchId = "01k0000000000000000000000z";

    private static readonly Dictionary<string, string> More = new()
    {
        ["CreateOrganisation"] = """{"organisation": {"kind": "ORGANISATION_KIND_CENTRE", "parent": "organisations/hq", "provinceCode": "34"}, "organisationId": "ah"}""",
        ["CreateStaff"] = """{"staff": {"roles": ["salesperson"]}}""",
        ["UpdateStaff"] = """{"staff": {"name": "{staff}", "roles": ["salesperson"]}}""",
        ["LeaveStaff"] = """{"handovers": [{"successor": "{colleagues}"}]}""",
        ["UpdateOrganisation"] = """{"organisation": {"name": "{organisations}", "kind": "ORGANISATION_KIND_CENTRE", "provinceCode": "32"}}""",
        ["StartBulkAction"] = """{"kind": "BULK_ACTION_KIND_ASSIGN", "partners": ["{partners}"], "assignee": "{staff}"}""",
        ["MarkDistinct"] = """{"second": "{agents}"}""",
        ["MergePartners"] = """{"source": "{agents}", "takeFromSource": ["phone"]}""",
        ["AddRecord"] = """{"record": {"kind": "RECORD_KIND_COMMUNICATION"}}""",
        ["UpdateContact"] = """{"contact": {"name": "{contacts}"}}""",
        ["UpdateNetworkPolicy"] = """{"networkPolicy": {"name": "{networkPolicies}"}}""",
        ["CreateApprovalPolicy"] = """{"approvalPolicy": {"steps": [{"roles": ["legal"]}]}}""",
        ["UpdateApprovalPolicy"] = """{"approvalPolicy": {"name": "{approvalPolicies}", "steps": [{"roles": ["legal"]}]}}""",
        ["UpdateSigningAuthority"] = """{"signingAuthority": {"name": "signingAuthorities/sales.any", "roles": ["sales-manager"]}}""",
        ["CreateDelegation"] = """{"delegation": {"fromDate": "2026-11-18", "toDate": "2026-11-19"}}""",
        ["PreviewApproval"] = """{"name": "{agreements}"}""",
        ["CreateAttachment"] = """{"fileName": "scan.pdf", "file": {"contentType": "application/pdf", "data": "{pdf}"}}""",
        ["UploadTicketAttachment"] = """{"parent": "{tickets}", "fileName": "scan.pdf"}""",
        ["UploadAttachment"] = """{"parent": "{agreements}", "fileName": "scan.pdf"}""",
        ["PlanVisit"] = """{"visit": {"plannedDate": "2026-11-19"}}""",
        ["ReportVisit"] = """{"report": {"talkTime": "2026-11-18T02:00:00Z"}}""",
        ["AdvancePartner"] = """{"stage": "PARTNER_STAGE_SUSPENDED", "reason": "check"}""",
        // New devices go with a reshipment only.
        ["AdvanceTicket"] = """{"move": "TICKET_MOVE_RESHIP", "reference": "SF200"}""",
        ["CreateAgreement"] = """{"agreement": {"kind": "AGREEMENT_KIND_TERMINAL", "partner": "{partners}", "partyA": "Jiangsu", "effectiveFrom": "2026-11-18", "effectiveTo": "2027-11-17"}}""",
        ["UpdateAgreement"] = """{"agreement": {"name": "{agreements}", "partyA": "Jiangsu", "effectiveFrom": "2026-11-18", "effectiveTo": "2027-11-17"}}""",
        ["UpdatePartner"] = """{"partner": {"name": "{partners}"}}""",
        ["ClaimTerritory"] = """{"partner": "{agents}"}""",
        ["CreateNumberBlock"] = """{"numberBlock": {"first": 1, "last": 5, "width": 4, "prefix": "X-"}}""",
        ["CreatePlan"] = """{"plan": {"month": "2026-12", "organisation": "organisations/js", "agents": 1}}""",
        ["UpdatePlan"] = """{"plan": {"name": "{plans}", "agents": 3}}""",
        ["CreateDecomposition"] = """{"decomposition": {"organisation": "{organisations}", "month": "2026-12", "implementer": "{generalManagers}"}}""",
        ["AdjustDecomposition"] = """{"stages": [{"kind": "STAGE_KIND_PREPARE", "dueDate": "2026-12-01"}, {"kind": "STAGE_KIND_START", "dueDate": "2026-12-02"}, {"kind": "STAGE_KIND_ROUND_ONE", "dueDate": "2026-12-10"}, {"kind": "STAGE_KIND_ROUND_TWO", "dueDate": "2026-12-20"}, {"kind": "STAGE_KIND_FINISH", "dueDate": "2026-12-30"}]}""",
        ["ImportDecomposition"] = """{"file": {"contentType": "text/csv", "data": "{decomposition}"}}""",
        ["CheckDecompositionForm"] = """{"file": {"contentType": "text/csv", "data": "{decomposition}"}}""",
        ["CheckJournalForm"] = """{"file": {"contentType": "text/csv", "data": "{decomposition}"}}""",
        ["CreateEvaluationTemplate"] = """{"evaluationTemplate": {"cycle": "EVALUATION_CYCLE_MONTHLY", "role": "salesperson", "indicators": [{"displayName": "a", "weight": 100, "formula": "visits"}], "weights": [{"kind": "SCORE_KIND_COMPUTED", "weight": 100}]}}""",
        ["UpdateEvaluationTemplate"] = """{"evaluationTemplate": {"name": "evaluationTemplates/sales-monthly", "indicators": [{"displayName": "a", "weight": 100, "formula": "visits"}], "weights": [{"kind": "SCORE_KIND_COMPUTED", "weight": 100}]}}""",
        ["CreateEvaluation"] = """{"evaluation": {"template": "evaluationTemplates/sales-monthly"}}""",
        ["ScoreEvaluation"] = """{"kind": "SCORE_KIND_SELF"}""",
        ["WatchNetworkFigures"] = """{"seconds": 1}""",
        ["WatchNotifications"] = """{"seconds": 1}""",
        ["MarkNotificationsRead"] = """{"all": true}""",
        ["GetEvaluationFacts"] = """{"figure": "visits"}""",
        ["ImportJournal"] = """{"file": {"contentType": "text/csv", "data": "{decomposition}"}}""",
        ["CreateJournal"] = """{"journal": {"kind": "JOURNAL_KIND_DAILY", "day": "2026-11-18"}}""",
        ["UpdateSlaPolicy"] = """{"slaPolicy": {"calendar": "SLA_CALENDAR_WORKING"}}""",
        ["UpdateEscalationChain"] = """{"escalationChain": {"steps": [{"afterMinutes": 5, "role": "after-sales"}]}}""",
        ["CreateObligationRule"] = """{"obligationRuleId": "stock-report", "obligationRule": {"displayName": "Duty", "displayNameEn": "Duty", "roles": ["finance"], "receivers": ["hq-sales"], "recurrence": "RECURRENCE_YEARLY", "dueDay": 1, "dueMonth": 1, "shift": "DUE_DAY_SHIFT_NEXT"}}""",
        ["UpdateObligationRule"] = """{"obligationRule": {"name": "{obligationRules}", "displayName": "Duty", "displayNameEn": "Duty", "roles": ["finance"], "receivers": ["hq-sales"], "dueDay": 1, "dueMonth": 1, "shift": "DUE_DAY_SHIFT_NEXT"}}""",
        ["CreateTicket"] = """{"ticket": {"partner": "{partners}"}}""",
        ["ScheduleTraining"] = """{"startTime": "2026-11-20T01:00:00Z", "endTime": "2026-11-20T03:00:00Z", "lecturer": "{trainers}"}""",
        ["HoldTraining"] = """{"trainees": [{"displayName": "a", "attended": true}]}""",
        ["CreateUser"] = """{"user": {"login": "somebody", "staff": "{staff}", "password": "long enough 1"}}""",
        ["CreateApiClient"] = """{"apiClient": {"organisation": "organisations/js", "roles": ["dashboard"]}}""",
        ["UpdateApiClient"] = """{"apiClient": {"name": "{apiClients}", "roles": ["dashboard"]}}""",
        ["SetUserRoles"] = """{"name": "{users}"}""",
        ["CreateRole"] = """{"roleId": "partner-desk", "role": {"displayName": "渠道专员", "displayNameEn": "Partner desk", "granted": ["dealer.partners.read"]}}""",
        ["UpdateRole"] = """{"role": {"name": "roles/legal", "granted": ["dealer.partners.merge"], "removed": ["contract.agreements.review"]}}""",
        ["ChangePassword"] = """{"oldPassword": "not the old one", "newPassword": "long enough 1"}""",
        ["CreateWebhookEndpoint"] = """{"webhookEndpoint": {"url": "https://partner.example.com/qudao", "types": ["qudao.dealer.partner-changed"]}}""",
        ["UpdateWebhookEndpoint"] = """{"webhookEndpoint": {"url": "https://partner.example.com/qudao", "types": ["qudao.dealer.partner-changed"]}}""",
        // Each service lists what it published, too.
        ["EventService.ListEvents"] = """{"types": ["qudao.dealer.partner-changed"]}""",
        ["StreamEvents"] = """{"seconds": 1, "types": ["qudao.dealer.partner-changed"]}""",
        ["CreateSession"] = """{"login": "somebody.else", "password": "long enough 1"}""",
        ["CreateSurvey"] = """{"survey": {"partner": "{partners}", "month": "2026-11"}}""",
        ["CreateDiversion"] = """{"diversion": {"accused": "{partners}", "foundDate": "2026-11-16"}}""",
        ["InviteDiversionStatement"] = """{"dueDate": "2026-11-25"}""",
        ["UpdateServiceCalendar"] = """{"serviceCalendar": {"name": "{serviceCalendars}", "revisions": [{"effectiveFrom": "2026-11-18", "windows": ["08:30-12:00"]}]}}""",
        ["CreateLecturer"] = """{"lecturer": {"staff": "{trainers}", "windows": [{"weekday": 1, "start": "08:30", "end": "12:00"}]}}""",
        ["UpdateLecturer"] = """{"lecturer": {"windows": [{"weekday": 1, "start": "08:30", "end": "12:00"}]}}""",
        ["CreateAbsence"] = """{"absence": {"startTime": "2026-11-20T01:00:00Z", "endTime": "2026-11-20T03:00:00Z"}}""",
        ["CreateTrainingSession"] = """{"trainingSession": {"way": "TRAINING_WAY_INTERNAL", "lecturer": "{trainers}", "place": "Room 1", "startTime": "2026-11-20T01:00:00Z", "endTime": "2026-11-20T03:00:00Z"}}""",
        ["RescheduleTrainingSession"] = """{"startTime": "2026-11-20T01:00:00Z", "endTime": "2026-11-20T03:00:00Z"}""",
        ["RecordAttendance"] = """{"marks": [{"enrolment": "{enrolments}", "attendance": "ATTENDANCE_ATTENDED"}]}""",
        ["CreateExam"] = """{"draw": 5}""",
        ["CreateQuestion"] = """{"question": {"kind": "QUESTION_KIND_MULTIPLE", "options": ["a", "b"], "correct": [1]}}""",
        ["UpdateQuestion"] = """{"question": {"kind": "QUESTION_KIND_MULTIPLE", "options": ["a", "b"], "correct": [1]}}""",
        ["ExportFormSet"] = """{"organisation": "{organisations}", "period": "2026-11", "kinds": ["FORM_KIND_DECOMPOSITION"]}""",
        ["RebuildProjections"] = """{"sources": ["dealer"]}""",
        ["ImportDailySales"] = """{"file": {"contentType": "text/csv", "data": "{sales}"}}""",
        ["ImportSurveys"] = """{"file": {"contentType": "text/csv", "data": "{survey}"}}""",
    };

    public JsonObject Of(Rpc rpc)
    {
        var request = Message(rpc.Method.InputType);
        foreach (var (json, pattern) in rpc.PathPatterns.Where(variable => variable.Pattern.Contains('/') && (string?)At(request, variable.Json) is "text" or null))
            Merge(request, json.Split('.').Reverse().Aggregate((JsonNode)JsonValue.Create(Name(pattern[..pattern.LastIndexOf('/')])), (value, step) => new JsonObject { [step] = value }).AsObject());
        if (More.TryGetValue($"{rpc.Method.Service.Name}.{rpc.Method.Name}", out var more) || More.TryGetValue(rpc.Method.Name, out more))
            Merge(request, (JsonObject)JsonNode.Parse(Named(more))!);
        return request;
    }

    /// <summary>The name of nothing, in this collection.</summary>
    public static string Nothing(string collection) => collection.EndsWith("/parkedMessages", StringComparison.Ordinal)
        ? $"{collection}/{NoSuchId}~Somebody" : $"{collection.Replace("*", NoSuchId, StringComparison.Ordinal)}/{NoSuchId}";

    /// <summary>The rules of a field; none where the contract gives none.</summary>
    public static FieldRules RulesOf(FieldDescriptor field) => field.GetOptions()?.GetExtension(OptionsExtensions.Rules) ?? new FieldRules();

    private string Name(string collection) => names.TryGetValue(collection, out var name) ? name : Nothing(collection);

    private static JsonNode? At(JsonObject request, string json) => json.Split('.').Aggregate((JsonNode?)request, (at, step) => (at as JsonObject)?[step]);

    /// <summary>Whether the contract says that it must be there, to be checked or only to be read.</summary>
    private static bool IsRequired(FieldDescriptor field) =>
        RulesOf(field).Required || field.GetOptions()?.GetExtension(FieldBehaviorExtensions.FieldBehavior)?.Contains(FieldBehavior.Required) == true;

    private JsonObject Message(MessageDescriptor type)
    {
        var message = new JsonObject();
        foreach (var field in type.Fields.InDeclarationOrder().Where(IsRequired))
            message[field.JsonName] = field.IsRepeated ? new JsonArray(Value(field)) : Value(field);
        return message;
    }

    /// <summary>One good value of the field.</summary>
    public JsonNode Value(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String => JsonValue.Create(Text(RulesOf(field).Format)),
        FieldType.Enum => JsonValue.Create(field.EnumType.Values.First(value => value.Number != 0).Name),
        FieldType.Bool => JsonValue.Create(true),
        FieldType.Message when field.MessageType.FullName == "google.protobuf.Timestamp" => JsonValue.Create("2026-11-20T01:00:00Z"),
        FieldType.Message when field.MessageType.FullName == "google.protobuf.FieldMask" => JsonValue.Create(""),
        FieldType.Message => Message(field.MessageType),
        FieldType.Bytes => JsonValue.Create("AAE="),
        _ => JsonValue.Create(Math.Max(1, RulesOf(field).Min)),
    };

    private string Text(string format) => format switch
    {
        "" => "text",
        "date" => "2026-11-18",
        "month" => "2026-11",
        "phone" => "13812345678",
        "email" => "wang@example.com",
        "city" => "3201",
        "province" => "32",
        _ => Name(format["name:".Length..]),
    };

    /// <summary>What stands for a file's content in the samples.</summary>
    private static readonly (string Placeholder, string Text)[] Files =
    [
        ("{pdf}", "%PDF-1.4\n%%EOF\n"),
        ("{sales}", "日期,机构,产品编码,销量\n2026-11-17,no such partner,GT-100,3\n"),
        ("{decomposition}", "阶段,工作内容,市代,4S店,完成时间\n准备阶段,名单,,,2026-11-02\n"),
        ("{survey}", "地区,城市,销售终端(4S店)名称\n江苏,苏州,苏州西方汽车有限公司\n"),
    ];

    private string Named(string json)
    {
        foreach (var (placeholder, text) in Files)
            json = json.Replace(placeholder, Convert.ToBase64String(Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal);
        return Regex.Replace(json, @"\{([A-Za-z*/]+)\}", name => Name(name.Groups[1].Value));
    }

    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach (var (name, value) in from)
        {
            if (into[name] is JsonObject inner && value is JsonObject more)
                Merge(inner, more);
            else
                into[name] = value?.DeepClone();
        }
    }
}
