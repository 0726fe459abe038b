using System.Net;
using System.Net.Sockets;

namespace Qudao.Gateway.Webhooks;

/// <summary>
/// Which addresses of the internet a webhook may go to: none by which somebody could make the gateway speak to what only the
/// gateway can reach (SSRF). Told by the address that is really connected to, never by a name.
/// </summary>
public static class Addresses
{
    // Special-purpose blocks of IPv4 (RFC 6890 and what followed it), multicast and what is reserved.
    private static readonly IPNetwork[] Closed4 =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24",
            "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    // Of IPv6 only global unicast, without what carries an IPv4 address or is for documents and tests.
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork[] Closed6 = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(IPNetwork.Parse)];

    // An IPv4 address behind a translator (RFC 6052) is that address.
    private static readonly IPNetwork Translated = IPNetwork.Parse("64:ff9b::/96");

    private static readonly string[] OwnEndings = [".localhost", ".local", ".internal", ".home.arpa"];

    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        else if (address.AddressFamily == AddressFamily.InterNetworkV6 && Translated.Contains(address))
            address = new IPAddress(address.GetAddressBytes().AsSpan(12));
        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Closed4.Any(block => block.Contains(address)),
            AddressFamily.InterNetworkV6 => Global6.Contains(address) && !Closed6.Any(block => block.Contains(address)),
            _ => false,
        };
    }

    /// <summary>Whether a name is known to be the machine's or the house's own before it is looked up.</summary>
    public static bool IsOwnName(string host) =>
        host is "localhost" || OwnEndings.Any(end => host.EndsWith(end, StringComparison.OrdinalIgnoreCase));
}
