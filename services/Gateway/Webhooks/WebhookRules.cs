using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Qudao.Gateway.Events;
using Qudao.Gateway.V1;
using Qudao.Platform;

namespace Qudao.Gateway.Webhooks;

/// <summary>What an address must be, how deliveries are signed, and when they are tried again.</summary>
public static class WebhookRules
{
    public const string PingType = "qudao.gateway.ping";
    public const int MostOfAnOwner = 50;
    private const string SecretPrefix = "whsec_";
    private const int SecretBytes = 32;
    private const int DefaultOverlapHours = 24;

    public static readonly IReadOnlyList<string> Changeable = ["display_name", "url", "types", "organisation"];

    /// <summary>After so long in vain a delivery is given up, and an address that only fails is paused.</summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(3);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(8);
    private static readonly TimeSpan LongestAsked = TimeSpan.FromHours(24);

    /// <summary>What is wrong with a new address.</summary>
    public static IEnumerable<Violation> Create(WebhookEndpoint endpoint, WebhookSettings settings) =>
        [.. Url(endpoint.Url, settings), .. EventRules.Filter(endpoint.Types_, "", "webhook_endpoint.types")];

    /// <summary>What is wrong with a change.</summary>
    public static IEnumerable<Violation> Update(WebhookEndpoint endpoint, FieldMask? mask, WebhookSettings settings)
    {
        var paths = Paths(mask);
        foreach (var path in paths.Where(path => !Changeable.Contains(path)))
            yield return new Violation("update_mask", $"字段“{path}”不能修改", $"the field \"{path}\" cannot be changed", "IMMUTABLE");
        if (paths.Contains("url"))
            foreach (var fault in Url(endpoint.Url, settings))
                yield return fault;
        if (paths.Contains("types"))
            foreach (var fault in EventRules.Filter(endpoint.Types_, "", "webhook_endpoint.types"))
                yield return fault;
    }

    /// <summary>Which fields a change is of.</summary>
    public static IReadOnlyList<string> Paths(FieldMask? mask) => mask is null || mask.Paths.Count == 0 || mask.Paths.Contains("*") ? Changeable : mask.Paths;

    /// <summary>Why an address cannot be sent to now; null when it can.</summary>
    public static Refusal? RefuseSending(string state) =>
        state == EndpointRow.Active ? null : Errors.Precondition("WEBHOOK_PAUSED", "推送已暂停，请先恢复。", "The address is paused; resume it first.");

    public static Refusal? RefusePause(string state) => RefuseSending(state);

    public static Refusal? RefuseResume(string state) =>
        state == EndpointRow.Paused ? null : Errors.Precondition("WEBHOOK_NOT_PAUSED", "推送没有暂停。", "The address is not paused.");

    public static string NewSecret() => SecretPrefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes));

    /// <summary>How long the old secret goes on beside the new one.</summary>
    public static TimeSpan Overlap(RotateWebhookSecretRequest request) => TimeSpan.FromHours(request.HasOverlapHours ? request.OverlapHours : DefaultOverlapHours);

    /// <summary>The header webhook-signature: one signature for each secret.</summary>
    public static string Sign(IEnumerable<string> secrets, string id, string timestamp, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret[SecretPrefix.Length..]), signed))));
    }

    public static string Timestamp(DateTimeOffset now) => now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>How long to wait for the next try: 5 seconds, then three times as long each time, 8 hours at most; null gives up.</summary>
    /// <param name="attempts">Tries so far.</param>
    /// <param name="sinceFirst">Since the first of them.</param>
    /// <param name="asked">What the receiver asked for (Retry-After); a day at most.</param>
    /// <param name="chance">0 to 1: spreads what failed together by a fifth either way.</param>
    public static TimeSpan? Pause(int attempts, TimeSpan sinceFirst, TimeSpan? asked, double chance)
    {
        var left = GiveUpAfter - sinceFirst;
        if (left <= TimeSpan.Zero)
            return null;
        var plain = FirstPause * Math.Pow(3, Math.Min(attempts, 12) - 1);
        var pause = (plain < LongestPause ? plain : LongestPause) * (0.8 + 0.4 * chance);
        if (asked > pause)
            pause = asked < LongestAsked ? asked.Value : LongestAsked;
        // The last try is at the very end.
        return pause < left ? pause : left;
    }

    private static IEnumerable<Violation> Url(string text, WebhookSettings settings)
    {
        const string Field = "webhook_endpoint.url";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.UserInfo.Length > 0 || url.Fragment.Length > 0 || url.HostNameType is UriHostNameType.Unknown or UriHostNameType.Basic)
            yield return new Violation(Field, "须为完整的网址，且不含用户名和 #", "must be a whole address without user name and #", "BAD_FORMAT");
        else if (url.Scheme != Uri.UriSchemeHttps && !(settings.AllowHttp && url.Scheme == Uri.UriSchemeHttp))
            yield return new Violation(Field, "须以 https:// 开头", "must begin with https://", "HTTPS_REQUIRED");
        else if (!settings.AllowPrivateAddresses && (Addresses.IsOwnName(url.IdnHost) || (IPAddress.TryParse(url.IdnHost, out var address) && !Addresses.IsPublic(address))))
            yield return new Violation(Field, "不能是内部网络的地址", "must not be within a private network", "ADDRESS_NOT_ALLOWED");
    }
}
