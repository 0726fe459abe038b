using Qudao.Contract.V1;
using Qudao.Dealer.V1;

namespace Qudao.System.Tests.Year;

/// <summary>A centre in the simulation: its people, its cities, and what it has agreed on, as its own notebook has it.</summary>
/// <param name="Cities">GB/T 2260 codes of the cities it works in.</param>
internal sealed record Centre(string Id, string Province, IReadOnlyList<string> Cities)
{
    /// <summary>Where it stands in the tree; it moves once.</summary>
    public string ScopePath { get; set; } = $"/hq/{Id}/";

    public string Salesperson { get; init; } = "";

    /// <summary>Partners that have not signed.</summary>
    public List<Partner> Courted { get; } = [];

    /// <summary>Agreements as they were signed, newest last.</summary>
    public List<Agreement> Signed { get; } = [];

    public YearPerson As(string role) => new(role == "salesperson" ? Salesperson : $"{Id}-{role}", role, ScopePath);
}
