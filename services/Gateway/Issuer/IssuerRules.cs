using System.Security.Cryptography;
using System.Text;

namespace Qudao.Gateway.Issuer;

/// <summary>What a sign-in through the issuer may be made of.</summary>
public static class IssuerRules
{
    /// <summary>How long somebody may take to sign in there; microseconds.</summary>
    public const long PatienceUs = 10L * 60 * 1_000_000;

    private const int LongestPath = 500;

    /// <summary>Whether a browser may be sent there afterwards: a path of this house, and nothing that could be read as another's address.</summary>
    public static bool IsOwnPath(string path) =>
        path.Length is > 0 and <= LongestPath && path[0] == '/' && (path.Length == 1 || path[1] is not ('/' or '\\'))
        && !path.Any(c => char.IsControl(c) || c is '\\' or '#' || char.IsWhiteSpace(c))
        && Uri.TryCreate(new Uri("http://own.invalid"), path, out var uri) && uri.Host == "own.invalid";

    /// <summary>PKCE (RFC 7636): what is sent first of what is shown later.</summary>
    public static string Challenge(string verifier) => System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    /// <summary>256 bits from the system's generator.</summary>
    public static string NewSecret() => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
