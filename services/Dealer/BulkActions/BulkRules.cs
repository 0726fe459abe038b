using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.BulkActions;

/// <summary>What an action on many partners must say.</summary>
public static class BulkRules
{
    public const string AssignPermission = "dealer.partners.assign";
    public const string StagePermission = "dealer.partners.stage";
    public const string TransferPermission = "dealer.partners.transfer";

    public const string GradePermission = "dealer.credit.grade";

    /// <summary>What each partner's own action needs, beyond the permission for many at once.</summary>
    public static string Permission(BulkActionKind kind) => kind switch
    {
        BulkActionKind.Assign => AssignPermission,
        BulkActionKind.Advance => StagePermission,
        BulkActionKind.Grade => GradePermission,
        _ => TransferPermission,
    };

    public static List<Violation> Check(StartBulkActionRequest request)
    {
        var violations = new List<Violation>();
        if (request.Partners.Count == 0 == (request.Filter is null))
            violations.Add(new("partners", "须给出机构名单或筛选条件，二者取一", "give either the partners or a filter", "ONE_OF"));
        if (request.Kind == BulkActionKind.Advance && request.Stage == PartnerStage.Unspecified)
            violations.Add(new("stage", "须指明要转为的阶段", "is required", "REQUIRED"));
        if (request.Kind == BulkActionKind.Transfer && request.Organisation.Length == 0)
            violations.Add(new("organisation", "须指明接收的组织", "is required", "REQUIRED"));
        if (request.Kind == BulkActionKind.Grade && request.CreditGrade == CreditGrade.Unspecified)
            violations.Add(new("credit_grade", "须指明信用等级", "is required", "REQUIRED"));
        if (request.Kind == BulkActionKind.Grade && string.IsNullOrWhiteSpace(request.Reason))
            violations.Add(new("reason", "评定信用等级须说明原因", "is required to grade", "REQUIRED"));
        return violations;
    }
}
