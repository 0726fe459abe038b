using Qudao.Contract.Instalments;
using Qudao.Contract.V1;
using Qudao.Platform;

namespace Qudao.Contract.Dunning;

/// <summary>How overdue money is sorted by age 账龄, and who is asked for it when. Pure.</summary>
public static class DunningRules
{
    /// <summary>The bucket of so many days overdue; none for what is not.</summary>
    public static AgingBucket Bucket(int daysOverdue) => daysOverdue switch
    {
        <= 0 => AgingBucket.Unspecified,
        <= 30 => AgingBucket.UpTo30,
        <= 60 => AgingBucket.UpTo60,
        <= 90 => AgingBucket.UpTo90,
        _ => AgingBucket.Over90,
    };

    /// <summary>The due dates of what is in a bucket today; of all that is overdue when none is asked for.</summary>
    public static (DateOnly From, DateOnly To) DueDates(AgingBucket bucket, DateOnly today) => bucket switch
    {
        AgingBucket.UpTo30 => (today.AddDays(-30), today.AddDays(-1)),
        AgingBucket.UpTo60 => (today.AddDays(-60), today.AddDays(-31)),
        AgingBucket.UpTo90 => (today.AddDays(-90), today.AddDays(-61)),
        AgingBucket.Over90 => (DateOnly.MinValue, today.AddDays(-91)),
        _ => (DateOnly.MinValue, today.AddDays(-1)),
    };

    /// <summary>Nobody promises to have paid.</summary>
    public static IEnumerable<Violation> Record(string promisedDate, DateOnly today) =>
        ServiceRules.Day(promisedDate) < today ? [new("promised_date", "不能早于今天", "must not be earlier than today", "OUT_OF_RANGE")] : [];

    /// <summary>Null, or why nobody is to be asked for it.</summary>
    public static Refusal? RefuseRecord(InstalmentRow row, DateOnly today) => row.DaysOverdue(today) > 0 ? null
        : Errors.Precondition("NOT_OVERDUE", $"{row.Title} 未逾期。", $"Instalment {row.Number} of {row.AgreementNumber} is not overdue.");

    public static string Zh(AgingBucket bucket) => bucket switch
    {
        AgingBucket.UpTo30 => "1–30 天",
        AgingBucket.UpTo60 => "31–60 天",
        AgingBucket.UpTo90 => "61–90 天",
        AgingBucket.Over90 => "90 天以上",
        _ => "",
    };

    public static string Zh(DunningWay way) => way switch
    {
        DunningWay.Call => "电话",
        DunningWay.Visit => "上门",
        DunningWay.Letter => "催款函",
        DunningWay.Notice => "律师函",
        _ => "",
    };
}
