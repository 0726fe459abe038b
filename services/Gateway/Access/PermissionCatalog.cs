using Google.Protobuf.Reflection;
using Qudao.Gateway.Edge;
using Qudao.Platform;

namespace Qudao.Gateway.Access;

/// <summary>
/// Every permission there is, read from the contracts, with what it allows in both languages. A permission is
/// "service.noun.verb"; a noun or a verb without a name here fails a test.
/// </summary>
public static class PermissionCatalog
{
    /// <summary>Permissions that no rpc names: a request asks for them by what is in it.</summary>
    private static readonly string[] ByContent =
    [
        "dealer.contacts.read-plain", "dealer.partners.suspend", "dealer.partners.terminate", "dealer.partners.transfer", "gateway.administrators.create",
    ];

    private static readonly Dictionary<string, (string Zh, string En)> Services = new()
    {
        ["dealer"] = ("渠道", "Network"),
        ["contract"] = ("合同", "Contracts"),
        ["training"] = ("培训", "Training"),
        ["serviceticket"] = ("服务", "Service"),
        ["reporting"] = ("报表", "Reporting"),
        ["gateway"] = ("系统", "System"),
    };

    private static readonly Dictionary<string, (string Zh, string En)> Nouns = new()
    {
        ["accounts"] = ("往来账", "accounts"),
        ["administrators"] = ("管理员", "administrators"),
        ["agreements"] = ("协议", "agreements"),
        ["audit"] = ("操作记录", "the audit trail"),
        ["authorities"] = ("签订权限", "signing authorities"),
        ["backups"] = ("备份", "backups"),
        ["certificates"] = ("证书", "certificates"),
        ["clients"] = ("接口客户端", "API clients"),
        ["contacts"] = ("联系人", "contacts"),
        ["courses"] = ("课程", "courses"),
        ["credit"] = ("信用等级", "credit grades"),
        ["dashboards"] = ("看板", "dashboards"),
        ["decompositions"] = ("计划分解", "plan decompositions"),
        ["diversions"] = ("窜货案件", "diversion cases"),
        ["dunning"] = ("催款", "dunning letters"),
        ["duplicates"] = ("重复机构", "duplicates"),
        ["enrolments"] = ("报名", "enrolments"),
        ["evaluationTemplates"] = ("考评模板", "evaluation templates"),
        ["evaluations"] = ("考评", "evaluations"),
        ["events"] = ("事件", "events"),
        ["exams"] = ("考试", "exams"),
        ["exports"] = ("导出记录", "the export log"),
        ["feeds"] = ("日历订阅", "calendar feeds"),
        ["instalments"] = ("分期款", "instalments"),
        ["journals"] = ("日志", "journals"),
        ["keys"] = ("签名密钥", "signing keys"),
        ["lecturers"] = ("讲师", "lecturers"),
        ["numbers"] = ("合同编号", "contract numbers"),
        ["obligationRules"] = ("报送规则", "obligation rules"),
        ["obligations"] = ("报送事项", "obligations"),
        ["operations"] = ("长任务", "long work"),
        ["organisations"] = ("组织", "organisations"),
        ["parked"] = ("滞留消息", "parked messages"),
        ["partners"] = ("机构", "partners"),
        ["payments"] = ("收款与开票申请", "payment requests"),
        ["plans"] = ("计划", "plans"),
        ["policies"] = ("规则", "policies"),
        ["projections"] = ("汇总数据", "projections"),
        ["questions"] = ("试题", "questions"),
        ["queues"] = ("队列", "queues"),
        ["reconciliations"] = ("对账", "reconciliations"),
        ["records"] = ("客户记录", "client records"),
        ["requests"] = ("培训申请", "training requests"),
        ["roles"] = ("角色", "roles"),
        ["rooms"] = ("教室", "rooms"),
        ["sales"] = ("销量", "sales"),
        ["sessions"] = ("会话与场次", "sessions"),
        ["staff"] = ("员工", "staff"),
        ["standing"] = ("签约状态", "contract standing"),
        ["status"] = ("运行状态", "how services stand"),
        ["statistics"] = ("统计", "statistics"),
        ["surveys"] = ("调研表", "surveys"),
        ["templates"] = ("模板", "templates"),
        ["territories"] = ("区域", "territories"),
        ["tickets"] = ("工单", "tickets"),
        ["trainees"] = ("学员", "trainees"),
        ["users"] = ("用户", "users"),
        ["visits"] = ("拜访", "visits"),
        ["forms"] = ("报表文件", "forms"),
        ["notifications"] = ("通知", "notifications"),
        ["webhooks"] = ("推送地址", "webhooks"),
    };

    private static readonly Dictionary<string, (string Zh, string En)> Verbs = new()
    {
        ["adjust"] = ("调整", "Adjust"),
        ["advance"] = ("推进", "Advance"),
        ["answer"] = ("答复", "Answer"),
        ["approve"] = ("批准", "Approve"),
        ["assess"] = ("评定", "Assess"),
        ["assign"] = ("分配", "Assign"),
        ["bulk"] = ("批量处理", "Change many"),
        ["calibrate"] = ("校准", "Calibrate"),
        ["cancel"] = ("取消", "Cancel"),
        ["check"] = ("核对", "Check"),
        ["claim"] = ("申报", "Claim"),
        ["close"] = ("撤销", "Close"),
        ["comment"] = ("评论", "Comment on"),
        ["confirm"] = ("确认", "Confirm"),
        ["correct"] = ("更正", "Correct"),
        ["create"] = ("新建", "Create"),
        ["decide"] = ("裁决", "Decide"),
        ["delete"] = ("删除", "Delete"),
        ["disable"] = ("停用", "Disable"),
        ["dismiss"] = ("免除", "Dismiss"),
        ["download"] = ("下载", "Download"),
        ["drop"] = ("放弃", "Drop"),
        ["edit"] = ("编辑", "Edit"),
        ["evaluate"] = ("评估", "Evaluate"),
        ["export"] = ("导出", "Export"),
        ["file"] = ("归档", "File"),
        ["grade"] = ("评级", "Grade"),
        ["grant"] = ("授权", "Grant roles to"),
        ["handle"] = ("处理", "Handle"),
        ["hold"] = ("举行", "Hold"),
        ["import"] = ("导入", "Import"),
        ["issue"] = ("发放", "Issue"),
        ["leave"] = ("办理离职", "Let go"),
        ["manage"] = ("管理", "Manage"),
        ["mark"] = ("标记", "Mark"),
        ["merge"] = ("合并", "Merge"),
        ["move"] = ("调整上级", "Move"),
        ["plan"] = ("安排", "Plan"),
        ["publish"] = ("公布", "Publish"),
        ["rate"] = ("评价", "Rate"),
        ["read"] = ("查看", "See"),
        ["read-plain"] = ("查看完整电话", "See telephone numbers of"),
        ["release"] = ("释放", "Release"),
        ["replay"] = ("重新处理", "Replay"),
        ["renew"] = ("更换", "Renew"),
        ["report"] = ("报告", "Report"),
        ["reset"] = ("重置", "Reset"),
        ["retire"] = ("停用", "Retire"),
        ["return"] = ("退回", "Return"),
        ["review"] = ("审批", "Review"),
        ["revoke"] = ("撤销", "Revoke"),
        ["rotate"] = ("更换密钥", "Rotate keys of"),
        ["rule"] = ("裁定", "Rule on"),
        ["run"] = ("重建", "Run"),
        ["schedule"] = ("排期", "Schedule"),
        ["score"] = ("评分", "Score"),
        ["settle"] = ("结清", "Settle"),
        ["sign"] = ("签订", "Sign"),
        ["stage"] = ("变更阶段", "Stage"),
        ["submit"] = ("提交", "Submit"),
        ["suspend"] = ("暂停", "Suspend"),
        ["terminate"] = ("终止", "Terminate"),
        ["transfer"] = ("转移", "Transfer"),
        ["update"] = ("修改", "Change"),
        ["void"] = ("作废", "Void"),
        ["waive"] = ("豁免", "Waive"),
        ["write"] = ("填写", "Write"),
        ["write-off"] = ("核销", "Write off"),
        ["feedback"] = ("反馈", "Give feedback on"),
        ["pause"] = ("暂停", "Pause"),
        ["ping"] = ("测试", "Test"),
        ["redeliver"] = ("重新推送", "Redeliver"),
    };

    /// <summary>Permission → the rpcs that ask for it, in order.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<MethodDescriptor>> All = Read();

    /// <summary>"渠道：修改机构" and "Network: Change partners"; null while a part of it has no name.</summary>
    public static (string Zh, string En)? Title(string permission) =>
        permission.Split('.') is [var service, var noun, var verb] && Services.TryGetValue(service, out var of) && Nouns.TryGetValue(noun, out var what) && Verbs.TryGetValue(verb, out var does)
            ? ($"{of.Zh}：{does.Zh}{what.Zh}", $"{of.En}: {does.En} {what.En}")
            : null;

    private static SortedDictionary<string, IReadOnlyList<MethodDescriptor>> Read()
    {
        var all = new SortedDictionary<string, IReadOnlyList<MethodDescriptor>>(StringComparer.Ordinal);
        foreach (var permission in ByContent)
            all[permission] = [];
        foreach (var group in Backends.Services.SelectMany(service => service.Methods).GroupBy(Calls.Permission).Where(group => group.Key.Contains('.')))
            all[group.Key] = [.. group];
        return all;
    }
}
