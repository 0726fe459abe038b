using System.Buffers;
using Qudao.Gateway.Access;
using Qudao.Platform;
using Qudao.Protocol;

namespace Qudao.Gateway.Users;

/// <summary>What a login and a password must be, and who may give them out.</summary>
public static class UserRules
{
    public const int ShortestLogin = 2;
    public const int ShortestPassword = 10;

    private static readonly SearchValues<char> LoginCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_@");

    /// <summary>Upper and lower case are one login.</summary>
    public static string Normal(string login) => login.Trim().ToLowerInvariant();

    /// <summary>Whether somebody could have this login.</summary>
    public static bool IsLogin(string login) => login.Length >= ShortestLogin && !login.AsSpan().ContainsAnyExcept(LoginCharacters);

    /// <summary>What is wrong with a new user.</summary>
    public static List<Violation> Create(string login, string staff, string password)
    {
        var found = new List<Violation>();
        if (!IsLogin(login))
            found.Add(new("user.login", "须为 2–50 个字母、数字或 . - _ @", "must be 2–50 letters, digits or . - _ @", "BAD_FORMAT"));
        if (staff.Length == 0)
            found.Add(new("user.staff", "必填", "is required", "REQUIRED"));
        if (password.Length > 0)
            found.AddRange(Password("user.password", password, login));
        return found;
    }

    /// <summary>What is wrong with a new password, as far as it can be told without the login.</summary>
    public static IEnumerable<Violation> Change(string oldPassword, string newPassword) =>
        oldPassword == newPassword ? [new("new_password", "须与原密码不同", "must differ from the old one", "UNCHANGED")] : Password("new_password", newPassword, "");

    /// <summary>What is wrong with a password that somebody chose.</summary>
    public static IEnumerable<Violation> Password(string field, string password, string login)
    {
        if (password.Length < ShortestPassword)
            yield return new(field, $"至少 {ShortestPassword} 个字符", $"needs at least {ShortestPassword} characters", "TOO_SHORT");
        if (login.Length >= ShortestLogin && password.Contains(login, StringComparison.OrdinalIgnoreCase))
            yield return new(field, "不能包含用户名", "must not contain the login", "TOO_WEAK") { Given = ["user.login"] };
        if (password.Distinct().Count() < 4 || CommonPasswords.Has(password))
            yield return new(field, "过于简单", "is too simple", "TOO_WEAK");
    }

    /// <summary>What is wrong with roles beside those of the staff's record.</summary>
    public static IEnumerable<Violation> ExtraRoles(IReadOnlyList<string> asked, RoleDefinitions known)
    {
        for (var i = 0; i < asked.Count; i++)
        {
            if (RoleDefinitions.IsBuiltIn(asked[i]))
                yield return new($"extra_roles[{i}]", "手册中的角色在员工档案中设置", "is a role of the manuals: it is given with the staff's record", "BUILT_IN");
            else if (!known.Exists(asked[i]))
                yield return Errors.Missing($"extra_roles[{i}]", $"roles/{asked[i]}");
        }
    }

    /// <summary>Who is no administrator makes none: he would give away more than he has.</summary>
    public static void MayGive(Caller caller, IEnumerable<string> roles)
    {
        if (roles.Contains(Roles.Administrator) && !caller.Roles.Contains(Roles.Administrator))
            throw Errors.Denied("gateway.administrators.create");
    }

    /// <summary>Salespeople 销售人员 see only what is assigned to them, unless another of their roles sees more.</summary>
    public static string? Assignee(string staff, IReadOnlyCollection<string> roles) =>
        roles.Count > 0 && roles.All(Roles.AssignedOnly.Contains) ? staff : null;
}
