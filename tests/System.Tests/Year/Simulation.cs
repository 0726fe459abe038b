using Grpc.Core;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.System.Tests.Year;

/// <summary>
/// What five centres do on a day, drawn by lot: they meet shops and agents, sign, renew or let lapse, hand numbers out, void
/// them and take them back; HQ ends an agreement now and then, and once puts two centres below a region.
/// </summary>
internal sealed class Simulation(YearHouse house, Random lot)
{
    private static readonly YearPerson Administrator = new("admin", "administrator", "/");
    private static readonly YearPerson Marketing = new("hq-marketing", "hq-marketing", "/hq/");
    private static readonly YearPerson HqManager = new("hq-gm", "hq-general-manager", "/hq/");
    private static readonly AgreementKind[] Kinds = [AgreementKind.CityAgent, AgreementKind.Terminal];

    private int partners;

    public List<Centre> Centres { get; } = [];

    /// <summary>Claims on a city that another agent held.</summary>
    public int Conflicts { get; private set; }

    public int Renewals { get; private set; }

    public HashSet<string> Terminated { get; } = [];

    public async Task FoundAsync()
    {
        var organisations = house.Dealing<OrganisationService.OrganisationServiceClient>(Administrator);
        foreach (var (id, province) in new[] { ("js", "32"), ("zj", "33"), ("ah", "34"), ("sd", "37"), ("gd", "44") })
        {
            var cities = Divisions.Cities(province).Take(3).Select(city => city.Code).ToList();
            await organisations.CreateOrganisationAsync(new CreateOrganisationRequest
            {
                OrganisationId = id,
                Organisation = new Organisation { DisplayName = $"{Divisions.ByCode(province)!.ShortName}销售服务中心", Kind = OrganisationKind.Centre, Parent = "organisations/hq", ProvinceCode = province },
            });
            var hired = await house.Dealing<StaffService.StaffServiceClient>(Administrator).CreateStaffAsync(
                new CreateStaffRequest { Staff = new Staff { DisplayName = $"{id} 周销售", Organisation = $"organisations/{id}", Roles = { "salesperson" } } });
            Centres.Add(new Centre(id, province, cities) { Salesperson = Ids.Of(hired.Name, "staff") });
            foreach (var kind in Kinds)
                await house.Contracting<NumberService.NumberServiceClient>(Marketing).CreateNumberBlockAsync(new CreateNumberBlockRequest
                {
                    NumberBlock = new NumberBlock { Organisation = $"organisations/{id}", Kind = kind, Prefix = $"{id}-{(kind == AgreementKind.CityAgent ? "SD" : "4S")}-", First = 1, Last = 400, Width = 4 },
                });
        }
    }

    public async Task DayAsync()
    {
        foreach (var centre in Centres)
        {
            if (Chance(0.35))
                await MeetAsync(centre, PartnerKind.Terminal);
            if (Chance(0.05))
                await MeetAsync(centre, PartnerKind.CityAgent);
            foreach (var partner in centre.Courted.ToList())
                if (Chance(0.4))
                    await SignAsync(centre, partner);
            await RenewAsync(centre);
            await HandOutNumbersAsync(centre);
            if (Chance(0.01))
                await TerminateAsync(centre);
        }
    }

    /// <summary>Puts the first two centres below a new region.</summary>
    public async Task ReorganiseAsync()
    {
        var organisations = house.Dealing<OrganisationService.OrganisationServiceClient>(Administrator);
        await organisations.CreateOrganisationAsync(new CreateOrganisationRequest
        {
            OrganisationId = "east",
            Organisation = new Organisation { DisplayName = "华东大区", Kind = OrganisationKind.Region, Parent = "organisations/hq" },
        });
        foreach (var centre in Centres.Take(2))
        {
            await organisations.MoveOrganisationAsync(new MoveOrganisationRequest { Name = $"organisations/{centre.Id}", Parent = "organisations/east", Reason = "设立大区" });
            centre.ScopePath = $"/hq/east/{centre.Id}/";
        }
    }

    private async Task MeetAsync(Centre centre, PartnerKind kind)
    {
        var number = ++partners;
        var partner = await house.Dealing<PartnerService.PartnerServiceClient>(centre.As("salesperson")).CreatePartnerAsync(new CreatePartnerRequest
        {
            Partner = new Partner { DisplayName = $"第{number}汽车销售服务有限公司", Kind = kind, CityCode = centre.Cities[lot.Next(centre.Cities.Count)], Contact = "朱总", Phone = $"138{number:00000000}" },
        });
        centre.Courted.Add(partner);
    }

    private async Task SignAsync(Centre centre, Partner partner)
    {
        var draft = await Drafting(centre).CreateAgreementAsync(new CreateAgreementRequest
        {
            Agreement = new Agreement
            {
                Kind = partner.Kind == PartnerKind.CityAgent ? AgreementKind.CityAgent : AgreementKind.Terminal,
                Partner = partner.Name,
                PartyA = "渠道科技有限公司",
                Products = { "GPS-100" },
                EffectiveFrom = $"{house.Today:yyyy-MM-dd}",
                EffectiveTo = $"{house.Today.AddDays(lot.Next(40, 200)):yyyy-MM-dd}",
            },
        });
        if (await ApproveAndSignAsync(centre, draft))
            centre.Courted.Remove(partner);
        else
            await Drafting(centre).WithdrawAgreementAsync(new WithdrawAgreementRequest { Name = draft.Name, Reason = "该市已有代理" });
    }

    // An agreement is renewed in its last ten days, or some days after it lapsed, or never.
    private async Task RenewAsync(Centre centre)
    {
        foreach (var old in centre.Signed.ToList())
        {
            var days = DateOnly.Parse(old.EffectiveTo).DayNumber - house.Today.DayNumber;
            if (days is > 10 or < -20 || Terminated.Contains(old.Name) || !Chance(0.06) || centre.Signed.Exists(later => later.Renews == old.Name))
                continue;
            var from = days < 0 ? house.Today : DateOnly.Parse(old.EffectiveTo).AddDays(1);
            var draft = await Drafting(centre).RenewAgreementAsync(new RenewAgreementRequest
            {
                Name = old.Name,
                EffectiveFrom = $"{from:yyyy-MM-dd}",
                EffectiveTo = $"{from.AddDays(lot.Next(40, 200)):yyyy-MM-dd}",
            });
            if (await ApproveAndSignAsync(centre, draft))
                Renewals++;
            else
                await Drafting(centre).WithdrawAgreementAsync(new WithdrawAgreementRequest { Name = draft.Name, Reason = "该市已有代理" });
        }
    }

    /// <returns>False when another agent holds the city.</returns>
    private async Task<bool> ApproveAndSignAsync(Centre centre, Agreement draft)
    {
        var agreement = await Drafting(centre).SubmitAgreementAsync(new SubmitAgreementRequest { Name = draft.Name });
        foreach (var step in agreement.Steps)
            await house.Contracting<AgreementService.AgreementServiceClient>(centre.As(step.Role)).ReviewAgreementAsync(
                new ReviewAgreementRequest { Name = draft.Name, Decision = ReviewDecision.Approve });
        var signer = draft.Kind == AgreementKind.CityAgent ? Marketing : centre.As("centre-general-manager");
        try
        {
            centre.Signed.Add(await house.Contracting<AgreementService.AgreementServiceClient>(signer).SignAgreementAsync(new SignAgreementRequest { Name = draft.Name }));
            return true;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.FailedPrecondition && draft.Kind == AgreementKind.CityAgent)
        {
            Conflicts++;
            return false;
        }
    }

    private async Task HandOutNumbersAsync(Centre centre)
    {
        var numbers = house.Contracting<NumberService.NumberServiceClient>(centre.As("centre-general-manager"));
        if (Chance(0.05))
            await numbers.IssueNumbersAsync(new IssueNumbersRequest { Organisation = $"organisations/{centre.Id}", Kind = AgreementKind.Terminal, Count = lot.Next(1, 4), Holder = $"staff/{centre.Salesperson}" });
        if (!Chance(0.05))
            return;
        var held = (await numbers.ListContractNumbersAsync(new ListContractNumbersRequest { Organisation = $"organisations/{centre.Id}", State = NumberState.Issued, PageSize = 5 })).ContractNumbers;
        if (held.Count == 0)
            return;
        if (Chance(0.5))
            await numbers.VoidNumberAsync(new VoidNumberRequest { Name = held[^1].Name, Reason = "填写错误" });
        else
            await numbers.ReturnNumberAsync(new ReturnNumberRequest { Name = held[^1].Name });
    }

    private async Task TerminateAsync(Centre centre)
    {
        var lasting = centre.Signed.Where(a => string.CompareOrdinal(a.EffectiveTo, $"{house.Today:yyyy-MM-dd}") > 0 && string.CompareOrdinal(a.EffectiveFrom, $"{house.Today:yyyy-MM-dd}") <= 0
            && !Terminated.Contains(a.Name) && !centre.Signed.Exists(later => later.Renews == a.Name)).ToList();
        if (lasting.Count == 0)
            return;
        var chosen = lasting[lot.Next(lasting.Count)];
        await house.Contracting<AgreementService.AgreementServiceClient>(HqManager).TerminateAgreementAsync(
            new TerminateAgreementRequest { Name = chosen.Name, Reason = "窜货", Evidence = "调查报告 12 号" });
        Terminated.Add(chosen.Name);
    }

    private AgreementService.AgreementServiceClient Drafting(Centre centre) => house.Contracting<AgreementService.AgreementServiceClient>(centre.As("salesperson"));

    private bool Chance(double share) => lot.NextDouble() < share;
}
