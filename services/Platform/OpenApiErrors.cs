using System.Text.Json.Nodes;

namespace Qudao.Platform;

/// <summary>What a call may be refused with: a description and an example of each.</summary>
internal static class OpenApiErrors
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";

    private static readonly (int Status, string Name, string Description, string Code, string Reason, string Title, string Detail)[] All =
    [
        (400, "BadRequest", "请求有误：violations 列出每个有误的字段；或当前状态不允许（FAILED_PRECONDITION），见 reason。The request is at fault: violations name each field; or the state forbids it (FAILED_PRECONDITION): see reason.",
            "INVALID_ARGUMENT", "INVALID_ARGUMENT", "请求有误", "提交的内容有误，请检查所列各项。"),
        (401, "Unauthenticated", "未登录，或 token 已失效。Not signed in, or the token is worth nothing any more.", "UNAUTHENTICATED", "UNAUTHENTICATED", "未登录", "请先登录。"),
        (403, "PermissionDenied", "没有权限；先于是否存在检查。The permission is lacking; asked before existence.", "PERMISSION_DENIED", "PERMISSION_DENIED", "没有权限", "您没有此操作的权限。"),
        (404, "NotFound", "不存在，或不在您的范围内。It does not exist, or is outside of the caller's scope.", "NOT_FOUND", "NOT_FOUND", "未找到", "找不到 partners/01k9z3m4n5p6q7r8s9t0v1w2x3，或者它不在您的管理范围内。"),
        (409, "Conflict", "已被他人修改（etag 不符），或已存在。Somebody has changed it (the etag is another), or it exists already.", "ABORTED", "ETAG_MISMATCH", "冲突", "partners/01k9z3m4n5p6q7r8s9t0v1w2x3 已被他人修改，请刷新后再试。"),
        (429, "TooManyRequests", "请求过于频繁；Retry-After 秒后再试。Too many requests; try again after Retry-After seconds.", "RESOURCE_EXHAUSTED", "RATE_LIMITED", "请求过于频繁", "请求过于频繁，请稍后再试。"),
    ];

    public static JsonObject Ref(int status) => Ref(status == 304 ? "NotModified" : All.Single(error => error.Status == status).Name);

    /// <summary>Everything else: a failure of the house.</summary>
    public static JsonObject Default() => Ref("Problem");

    public static JsonObject Responses()
    {
        var responses = new JsonObject { ["NotModified"] = new JsonObject { ["description"] = "没有变化。Nothing has changed." } };
        foreach (var error in All)
        {
            var response = Problem(error.Description, Example(error.Status, error.Code, error.Reason, error.Title, error.Detail));
            if (error.Status == 429)
                response["headers"] = new JsonObject { ["Retry-After"] = new JsonObject { ["description"] = "秒。Seconds.", ["schema"] = new JsonObject { ["type"] = "integer" } } };
            responses[error.Name] = response;
        }
        responses["Problem"] = Problem(
            "出错：status 与 code 是类别，reason 供程序判断。A failure: status and code tell its kind, a program decides by the reason.",
            Example(503, "UNAVAILABLE", "UNAVAILABLE", "暂不可用", "服务暂时不可用，请稍后再试。"));
        return responses;
    }

    private static JsonObject Ref(string name) => new() { ["$ref"] = $"#/components/responses/{name}" };

    private static JsonObject Problem(string description, JsonObject example) => new()
    {
        ["description"] = description,
        ["content"] = new JsonObject { ["application/problem+json"] = new JsonObject { ["schema"] = OpenApiSchemas.Ref("Problem"), ["example"] = example } },
    };

    private static JsonObject Example(int status, string code, string reason, string title, string detail)
    {
        var example = new JsonObject
        {
            ["type"] = $"urn:qudao:error:{reason}",
            ["title"] = title,
            ["status"] = status,
            ["detail"] = detail,
            ["code"] = code,
            ["reason"] = reason,
        };
        if (status == 400)
            example["violations"] = new JsonArray(new JsonObject { ["field"] = "partner.displayName", ["reason"] = "REQUIRED", ["message"] = "必填" });
        example["traceId"] = Trace;
        return example;
    }
}
