using System.Net;

namespace Qudao.Gateway.Edge;

/// <summary>
/// Gateway:TrustedProxies names the networks, as CIDR and separated by commas, in which the company's own proxies stand. Of what
/// comes from there X-Forwarded-For tells the client's address: the last that is none of theirs, for what stands before it
/// anybody could have written. Without the setting the header is worth nothing.
/// </summary>
public sealed class TrustedProxies(IConfiguration configuration)
{
    private const string Header = "X-Forwarded-For";

    private readonly IPNetwork[] networks =
        [.. (configuration["Gateway:TrustedProxies"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    /// <summary>Puts the client's address in the place of the proxy's.</summary>
    public void Look(HttpContext http)
    {
        if (networks.Length == 0 || http.Connection.RemoteIpAddress is not { } address || !IsTrusted(address))
            return;
        var told = string.Join(',', http.Request.Headers[Header].Where(value => value is not null)).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = told.Length - 1; i >= 0 && IsTrusted(address); i--)
        {
            // What is no address ends the chain: the last that was one is all that is known.
            if (!IPAddress.TryParse(told[i], out var before))
                break;
            address = before;
        }
        http.Connection.RemoteIpAddress = address;
    }

    private static IPNetwork Parse(string network) =>
        IPNetwork.TryParse(network, out var parsed) ? parsed
        : IPAddress.TryParse(network, out var one) ? new IPNetwork(one, one.GetAddressBytes().Length * 8)
        : throw new InvalidOperationException($"Gateway:TrustedProxies holds '{network}', which is neither a network such as 10.0.0.0/8 nor an address.");

    private bool IsTrusted(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return networks.Any(network => network.Contains(plain));
    }
}
