using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;

namespace Qudao.Dealer.Diversions;

/// <summary>A case with its sides and the centres it concerns.</summary>
public sealed class DiversionCase
{
    private readonly IReadOnlyList<OrganisationRow> centres;

    private DiversionCase(DiversionRow row, DiversionPartyRow claimant, DiversionPartyRow? accused, IReadOnlyList<OrganisationRow> centres)
    {
        (Row, Claimant, Accused) = (row, claimant, accused);
        this.centres = centres;
    }

    public DiversionRow Row { get; }

    public DiversionPartyRow Claimant { get; }

    /// <summary>Null while it is not known which partner that is.</summary>
    public DiversionPartyRow? Accused { get; }

    public DiversionState State => EnumText.Parse<DiversionState>(Row.State);

    /// <summary>Two centres are concerned: by claimant, accused or the city where the goods were found.</summary>
    public bool IsHeadquarters => centres.Count > 1;

    /// <summary>Where what is told of the case belongs: to the accused, once that is known.</summary>
    public DiversionPartyRow Place => Accused ?? Claimant;

    /// <summary>The case that the caller is to see; foreign ones are like absent ones.</summary>
    public static async Task<DiversionCase> GetAsync(Session s, string name, Caller caller) =>
        await OfAsync(s, await DiversionStore.GetAsync(s, Ids.Of(name, "diversions"), caller) ?? throw Errors.NotFound(name));

    public static async Task<DiversionCase> OfAsync(Session s, DiversionRow row) => (await OfAsync(s, [row]))[0];

    /// <summary>The cases of these rows, in their order.</summary>
    public static async Task<List<DiversionCase>> OfAsync(Session s, IReadOnlyList<DiversionRow> rows)
    {
        var parties = await DiversionStore.PartiesAsync(s, [.. rows.Select(row => row.Id)]);
        var (organisations, provinces) = (new Dictionary<string, OrganisationRow?>(), new Dictionary<string, OrganisationRow?>());
        var found = new List<DiversionCase>();
        foreach (var row in rows)
        {
            var sides = parties[row.Id].ToList();
            var concerned = new List<OrganisationRow?>();
            foreach (var organisationId in sides.Select(side => side.OrganisationId))
                concerned.Add(organisations.TryGetValue(organisationId, out var known) ? known : organisations[organisationId] = await OrganisationStore.FindAsync(s, organisationId));
            var province = row.CityCode[..2];
            concerned.Add(provinces.TryGetValue(province, out var centre) ? centre : provinces[province] = await OrganisationStore.OfProvinceAsync(s, province));
            found.Add(new(row, sides.Single(side => side.Side == DiversionStore.Claimant), sides.FirstOrDefault(side => side.Side == DiversionStore.Accused), Centres(concerned)));
        }
        return found;
    }

    private static List<OrganisationRow> Centres(IEnumerable<OrganisationRow?> concerned) =>
        [.. concerned.OfType<OrganisationRow>().Where(organisation => organisation.Kind == EnumText.Of(OrganisationKind.Centre)).DistinctBy(organisation => organisation.Id)];

    /// <summary>The key by which somebody is known as who claimed or ruled.</summary>
    public static string Actor(Caller caller) => caller.StaffId ?? caller.Subject;

    /// <summary>Who the caller is to this case.</summary>
    public DiversionWho WhoIs(Caller caller)
    {
        var who = DiversionWho.None;
        if (Row.Filer == Actor(caller))
            who |= DiversionWho.Filer;
        if (caller.PartnerId is { } partnerId)
        {
            who |= partnerId == Claimant.PartnerId ? DiversionWho.Claimant : DiversionWho.None;
            return partnerId == Accused?.PartnerId ? who | DiversionWho.Accused : who;
        }
        who |= DiversionWho.Staff;
        if (caller.StaffId is { } staffId && staffId == Row.InvestigatorId)
            who |= DiversionWho.Investigator;
        if (Row.Ruler.Length > 0 && Row.Ruler == Actor(caller))
            who |= DiversionWho.Ruler;
        if (caller.Scope.IsWhole && caller.May(DiversionRules.DecidePermission))
            who |= DiversionWho.Headquarters;
        if (caller.Scope.IsWhole || (centres is [var only] && caller.Scope.Assignee is null && only.ScopePath.StartsWith(caller.Scope.Path, StringComparison.Ordinal)))
            who |= caller.May(DiversionRules.HandlePermission) ? DiversionWho.Manager : DiversionWho.None;
        return who;
    }

    /// <summary>Refuses what the caller cannot do to the case as it stands.</summary>
    public DiversionWho Require(DiversionAction action, Caller caller)
    {
        var who = WhoIs(caller);
        return DiversionRules.WhyNot(action, State, who) is { } refusal ? throw refusal : who;
    }

    /// <summary>Writes the changed row, tells of it, and notes who did it.</summary>
    public async Task SaveAsync(Tx tx, DiversionState to, string action, object detail, Caller caller)
    {
        var from = Row.State;
        Row.State = EnumText.Of(to);
        await DiversionStore.UpdateAsync(tx, Row);
        await tx.PublishAsync(Changed(from));
        await NoteAsync(tx, action, detail, caller);
    }

    /// <summary>Notes who did what.</summary>
    public Task NoteAsync(Tx tx, string action, object detail, Caller caller) =>
        tx.AuditAsync(caller, $"diversion.{action}", $"diversions/{Row.Id}", Place.ScopePath, Place.AssigneeId, detail);

    /// <summary>The event that tells how the case stands.</summary>
    public DiversionChanged Changed(string from) => new()
    {
        AggregateId = Row.Id,
        Version = Row.Version,
        ScopePath = Place.ScopePath,
        AssigneeId = Place.AssigneeId,
        State = Row.State,
        PreviousState = from,
        ClaimantPartnerId = Claimant.PartnerId,
        AccusedPartnerId = Accused?.PartnerId,
        CityCode = Row.CityCode,
        FinalRuling = Row.FinalKind,
    };

    public static DiversionPartyRow PartyOf(string caseId, string side, PartnerRow partner) => new()
    {
        CaseId = caseId,
        Side = side,
        PartnerId = partner.Id,
        Name = partner.Name,
        OrganisationId = partner.OrganisationId,
        ScopePath = partner.ScopePath,
        AssigneeId = partner.AssigneeId,
    };
}
