namespace Qudao.Gateway.Sessions;

/// <summary>Failed sign-ins of one login so far.</summary>
public sealed class FailureRow
{
    public string Login { get; set; } = "";
    public long Failures { get; set; }
    public long LockedUntilUs { get; set; }
    public long FailedUs { get; set; }
}

/// <summary>When a login is locked 锁定, and how long a session lasts.</summary>
public static class SignInRules
{
    /// <summary>Failures that lock.</summary>
    public const int Failures = 5;

    /// <summary>How long a lock holds, and how long a failure counts; microseconds.</summary>
    public const long LockedUs = 15L * 60 * 1_000_000;

    /// <summary>How long a session lasts without use; microseconds.</summary>
    public const long SessionUs = 12L * 60 * 60 * 1_000_000;

    /// <summary>A use moves the end on when it moves it by this much at least; not every request is a write.</summary>
    public const long ProlongUs = 5L * 60 * 1_000_000;

    public static bool IsLocked(FailureRow? row, long nowUs) => row is not null && row.LockedUntilUs > nowUs;

    /// <summary>The row after one more failure.</summary>
    public static FailureRow Fail(string login, FailureRow? before, long nowUs)
    {
        var counts = before is not null && !(before.LockedUntilUs > 0 && before.LockedUntilUs <= nowUs) && before.FailedUs + LockedUs > nowUs;
        var failures = (counts ? before!.Failures : 0) + 1;
        return new FailureRow
        {
            Login = login,
            Failures = failures,
            LockedUntilUs = failures >= Failures ? nowUs + LockedUs : 0,
            FailedUs = nowUs,
        };
    }
}
