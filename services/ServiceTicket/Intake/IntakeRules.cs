using Qudao.Platform;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Intake;

/// <summary>A partner that was found, and how.</summary>
public sealed record Found(string PartnerId, string PartnerName, CallerMatchKind By);

/// <summary>A partner with every way it was found.</summary>
public sealed record Ranked(string PartnerId, string PartnerName, IReadOnlyList<CallerMatchKind> By);

/// <summary>What a caller is looked for by, and who is it most surely.</summary>
public static class IntakeRules
{
    /// <summary>So few digits are no telephone number.</summary>
    private const int Fewest = 7;

    /// <summary>The digits of a telephone number; "" for what is none.</summary>
    public static string DigitsOf(string query) => Phones.Digits(query) is { Length: >= Fewest } digits ? digits : "";

    /// <summary>Each partner once: a device's own first, then who was found in more ways than one, then in the order they were found.</summary>
    public static IEnumerable<Ranked> Rank(IEnumerable<Found> found) =>
        found.GroupBy(one => one.PartnerId)
            .Select(ways => new Ranked(ways.Key, ways.First().PartnerName, [.. ways.Select(way => way.By).Distinct().OrderDescending()]))
            .OrderByDescending(one => one.By.Contains(CallerMatchKind.SerialNumber)).ThenByDescending(one => one.By.Count);
}
