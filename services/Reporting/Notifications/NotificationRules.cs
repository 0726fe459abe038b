using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Notifications;

/// <summary>What may be asked of the inbox, and chosen.</summary>
public static class NotificationRules
{
    private static readonly string[] Changeable = ["kinds", "digest", "digest_hour"];

    public static IEnumerable<Violation> Mark(MarkNotificationsReadRequest request)
    {
        if (request.All && request.Names.Count > 0)
            yield return new("names", "标记全部时不需要逐条列出", "are not named where all are meant", "CONTRADICTS") { Given = ["names", "all"] };
        if (!request.All && request.Names.Count == 0)
            yield return new("names", "必填", "is required", "REQUIRED") { Given = ["all"] };
        if (!request.All && request.Kind != NotificationKind.Unspecified)
            yield return new("kind", "仅在标记全部时使用", "is for where all are meant", "CONTRADICTS") { Given = ["all"] };
    }

    public static IEnumerable<Violation> Prefer(NotificationPreferences preferences, IReadOnlyCollection<string> mask)
    {
        foreach (var field in mask.Where(field => field != "*" && !Changeable.Contains(field)))
            yield return new("update_mask", $"{field} 不能修改。", $"{field} cannot be changed.", "NOT_CHANGEABLE");
        if (!Takes(mask, "kinds"))
            yield break;
        foreach (var (i, one) in preferences.Kinds.Index())
        {
            var path = $"preferences.kinds[{i}]";
            if (Kinds.Of(one.Kind) is { IsCritical: true } && !one.InApp)
                yield return new($"{path}.in_app", "重要通知不能关闭", "cannot be switched off for what is critical", "CRITICAL") { Given = [$"{path}.kind", "update_mask"] };
            if (one.Outward && !one.InApp)
                yield return new($"{path}.outward", "只有进入收件箱的通知才能外发", "is only for what comes into the inbox", "CONTRADICTS") { Given = [$"{path}.in_app", "update_mask"] };
            if (preferences.Kinds.Take(i).Any(other => other.Kind == one.Kind))
                yield return new($"{path}.kind", "重复", "is given twice", "TWICE") { Given = ["update_mask"] };
        }
    }

    /// <summary>Puts what was chosen into the row.</summary>
    public static void Apply(PreferenceRow row, NotificationPreferences asked, IReadOnlyCollection<string> mask, DateTimeOffset now, WorkingCalendar calendar)
    {
        if (Takes(mask, "kinds"))
            foreach (var one in asked.Kinds)
            {
                var code = Kinds.CodeOf(one.Kind);
                row.Muted = With(row.Muted, code, !one.InApp);
                row.Outward = With(row.Outward, code, one.Outward);
            }
        if (Takes(mask, "digest"))
            row.Digest = Codes.Of(asked.Digest) is { Length: > 0 } digest ? digest : DigestRules.None;
        if (Takes(mask, "digest_hour"))
            row.DigestHour = asked.DigestHour;
        row.NextDigestUs = DigestRules.Next(row.Digest, row.DigestHour, now, calendar)?.Micros();
    }

    private static bool Takes(IReadOnlyCollection<string> mask, string field) => mask.Count == 0 || mask.Contains("*") || mask.Contains(field);

    private static string With(string codes, string code, bool on) =>
        string.Join(',', PreferenceRow.Split(codes).Where(one => one != code).Concat(on ? [code] : []).Order(StringComparer.Ordinal));
}
