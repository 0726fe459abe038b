using Qudao.Platform;
using Qudao.Training.Courses;
using Qudao.Training.Enrolments;
using Qudao.Training.V1;

namespace Qudao.Training.Certificates;

/// <summary>Who gets a certificate, how long it holds, and when it is to be renewed.</summary>
public static class CertificateRules
{
    public const string Valid = "valid";
    public const string Expired = "expired";
    public const string Revoked = "revoked";

    /// <summary>valid → expired by the clock; valid or expired → revoked.</summary>
    private static readonly HashSet<(string From, string To)> Moves = [(Valid, Expired), (Valid, Revoked), (Expired, Revoked)];

    public static IReadOnlyCollection<string> States { get; } = [Valid, Expired, Revoked];

    public static bool MayMove(string from, string to) => Moves.Contains((from, to));

    public static void RequireMove(string from, string to)
    {
        if (!MayMove(from, to))
            throw Errors.Precondition("WRONG_STATE", "证书已撤销。", "The certificate is revoked already.");
    }

    /// <summary>"PX-JS-2026-00001".</summary>
    public static string Number(string organisation, int year, long number) => $"PX-{organisation.ToUpperInvariant()}-{year}-{number:00000}";

    /// <summary>A number as people type it, as it is stored.</summary>
    public static string Normal(string number) => string.Concat(number.Where(c => !char.IsWhiteSpace(c))).ToUpperInvariant();

    /// <summary>The last day: the day before the same day, that many months on; null for good.</summary>
    public static DateOnly? Expiry(DateOnly issued, int months) => months == 0 ? null : issued.AddMonths(months).AddDays(-1);

    /// <summary>The next day of a reminder after today, and whether today is past one that is due.</summary>
    public static DateOnly? NextReminder(DateOnly? expiry, DateOnly today, TrainingSettings settings) =>
        expiry is { } end ? settings.CertificateLeadDays.Select(days => end.AddDays(-days)).Where(day => day > today).Select(day => (DateOnly?)day).Min() : null;

    /// <summary>What a certificate is today, whether or not the clock has got to it yet.</summary>
    public static string StateOn(string state, DateOnly? expiry, DateOnly today) => state == Valid && expiry < today ? Expired : state;

    /// <summary>Why somebody on the roster gets none; null when he does.</summary>
    public static string? Refusal(EnrolmentRow row, CourseRow course, bool hasOne)
    {
        if (hasOne)
            return "ISSUED";
        if (row.Attendance != EnrolmentRules.Attended)
            return "NOT_ATTENDED";
        if (course.PassScore == 0)
            return null;
        return row.Score is null ? "NO_SCORE" : row.Score < course.PassScore ? "FAILED" : null;
    }

    public static CertificateVerification Public(CertificateRow row, DateOnly today) => new()
    {
        Number = row.Number,
        State = Codes.To<CertificateState>(StateOn(row.State, row.ExpiryDate, today)),
        CourseTitle = row.CourseTitle,
        IssueDate = Times.Day(row.IssueDate),
        ExpiryDate = Times.Day(row.ExpiryDate),
        MaskedHolder = Masking.Name(row.HolderName),
    };
}
