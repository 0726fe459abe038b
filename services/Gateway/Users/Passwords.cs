using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;

namespace Qudao.Gateway.Users;

/// <summary>Makes, hashes and checks passwords; the hash is ASP.NET Core Identity's (PBKDF2, salted).</summary>
public sealed class Passwords
{
    // No characters that are taken for one another when read aloud or copied by hand.
    private const string Readable = "abcdefghjkmnpqrstuvwxyz23456789";
    private const int Groups = 5;
    private const int GroupLength = 4;

    private static readonly object Nobody = new();

    private readonly PasswordHasher<object> hasher = new();
    private readonly string hashOfNobody;

    public Passwords() => hashOfNobody = Hash(Make());

    /// <summary>Five groups of four characters, 99 bits: "k7mp-…".</summary>
    public static string Make() => Make(Groups);

    /// <summary>Fewer groups or more.</summary>
    public static string Make(int groups) =>
        string.Join('-', Enumerable.Range(0, groups).Select(_ => RandomNumberGenerator.GetString(Readable, GroupLength)));

    public string Hash(string password) => hasher.HashPassword(Nobody, password);

    /// <summary>Whether the password is right; without a hash the answer is no, and takes as long.</summary>
    public bool Matches(string? hash, string password) =>
        hasher.VerifyHashedPassword(Nobody, hash ?? hashOfNobody, password) != PasswordVerificationResult.Failed && hash is not null;
}
