using Qudao.Gateway.Sessions;
using Qudao.Gateway.Users;
using Qudao.Platform;

namespace Qudao.Gateway.SecondFactors;

/// <summary>What counts as the second factor.</summary>
public static class SecondFactorRules
{
    public const int RecoveryCodes = 10;

    private const int CodeDigits = 6;

    /// <summary>Whether it is the form of an app's code, and not of a recovery code.</summary>
    public static bool IsAppCode(string code) => code.Length == CodeDigits && code.All(char.IsAsciiDigit);

    /// <summary>As which a recovery code is stored; blanks and upper case are the typist's.</summary>
    public static string Hash(string code) => SignedInSessions.Hash(code.Trim().ToLowerInvariant());

    /// <summary>"k7mp-x3dq-9wve": 59 bits.</summary>
    public static string NewRecoveryCode() => Passwords.Make(groups: 3);

    /// <summary>Whether this code, of the app or for recovery, lets the user in; it is used up then.</summary>
    public static async Task<bool> TakeAsync(Tx tx, SecondFactorRow factor, string code)
    {
        if (!IsAppCode(code))
            return await SecondFactorStore.TakeCodeAsync(tx, factor.UserId, Hash(code));
        return Totp.StepOf(factor.Secret, code, tx.Now) is { } step && await SecondFactorStore.TakeAsync(tx, factor.UserId, step);
    }
}
