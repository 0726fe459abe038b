using Google.Protobuf.WellKnownTypes;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;

namespace Qudao.Standalone.Demo;

/// <summary>The agreements: two city agents and eight shops of each centre have signed, some more are on their way.</summary>
internal sealed class Agreements(DemoRun run, Market market)
{
    public static readonly string[] Products = ["GT-100", "GT-200", "BD-300"];

    /// <summary>How many days ago each agent and each shop of a centre signed; the same numbers in order of time are theirs.</summary>
    private static readonly int[] AgentDays = [96, 58], ShopDays = [90, 82, 70, 61, 47, 33, 15, 4];

    /// <summary>How far the agreement of a shop in talks is, by its place among them; the last has none yet.</summary>
    private static readonly string[] OnTheWay = ["draft", "submitted", "sales-manager", "returned", "legal", ""];

    public async Task SignAsync()
    {
        await OpenNumbersAsync();
        // In order of time within a centre, because the numbers are.
        await run.EachAsync(Company.Centres, async centre =>
        {
            foreach (var agent in centre.Agents)
                await WinAgentAsync(centre, agent);
            foreach (var shop in run.ShopsOf(centre).Where(shop => shop.Fate == Fate.Signed))
                await WinShopAsync(shop);
        });
        await run.EachAsync(run.Shops.Where(shop => shop.Fate == Fate.Negotiating), BeginAsync);
    }

    /// <summary>The day on which a shop signed.</summary>
    public DateOnly SignedDay(Shop shop) => run.Day.AddDays(-ShopDays[shop.Place] - shop.Centre.Shift);

    private async Task OpenNumbersAsync()
    {
        var numbers = run.Cast["hq.marketing"].As<NumberService.NumberServiceClient>();
        foreach (var centre in Company.Centres)
            foreach (var (kind, letters) in new[] { (AgreementKind.CityAgent, "SD"), (AgreementKind.Terminal, "4S") })
                await numbers.CreateNumberBlockAsync(new CreateNumberBlockRequest
                {
                    RequestId = $"demo-{centre.Id}-{letters}",
                    NumberBlock = new NumberBlock { Organisation = centre.Resource, Kind = kind, Prefix = $"QD-{centre.Id.ToUpperInvariant()}-{letters}-{run.Day.Year}-", First = 1, Last = 200, Width = 4 },
                });
    }

    private async Task WinAgentAsync(Centre centre, Agent agent)
    {
        var salesperson = centre.Salespeople[0];
        var partner = await run.Cast[salesperson].As<PartnerService.PartnerServiceClient>().CreatePartnerAsync(new CreatePartnerRequest
        {
            RequestId = $"demo-{agent.CityCode}",
            Partner = new Partner { DisplayName = agent.Name, Kind = PartnerKind.CityAgent, CityCode = agent.CityCode, Advantage = "全市装饰店渠道完善" },
        });
        run.Agents[agent.Name] = partner.Name;
        await market.AdvanceAsync(salesperson, partner.Name, PartnerStage.Target, "");
        await market.AdvanceAsync(salesperson, partner.Name, PartnerStage.Negotiating, "");
        var day = run.Day.AddDays(-AgentDays[Array.IndexOf(centre.Agents, agent)] - centre.Shift);
        var draft = Draft(AgreementKind.CityAgent, partner.Name, "渠道科技总部", day);
        draft.Deviations = agent.Deviations;
        await ApproveAndSignAsync(centre, salesperson, draft, "hq.marketing", day);
    }

    private async Task WinShopAsync(Shop shop)
    {
        if (shop.Centre.Agents.FirstOrDefault(agent => agent.CityCode == shop.CityCode) is { } agent)
            await run.Cast[shop.Centre.Manager].As<PartnerService.PartnerServiceClient>().UpdatePartnerAsync(new UpdatePartnerRequest
            {
                Partner = new Partner { Name = shop.Partner, Parent = run.Agents[agent.Name] },
                UpdateMask = new FieldMask { Paths = { "parent" } },
            });
        var day = SignedDay(shop);
        await ApproveAndSignAsync(shop.Centre, shop.Salesperson, Draft(AgreementKind.Terminal, shop.Partner, shop.Centre.Name, day), shop.Centre.GeneralManager, day);
    }

    private async Task ApproveAndSignAsync(Centre centre, string salesperson, Agreement draft, string signer, DateOnly day)
    {
        var agreement = await SubmitAsync(salesperson, await DraftAsync(salesperson, draft));
        foreach (var step in agreement.Steps)
            await ReviewAsync(centre, agreement, step.Role, ReviewDecision.Approve, "同意");
        await run.Cast[signer].As<AgreementService.AgreementServiceClient>().SignAgreementAsync(
            new SignAgreementRequest { RequestId = $"demo-sign-{agreement.Name}", Name = agreement.Name, SignedDate = $"{day:yyyy-MM-dd}" });
    }

    /// <summary>An agreement that has not come to its signature yet.</summary>
    private async Task BeginAsync(Shop shop)
    {
        var until = OnTheWay[shop.Place - Shop.SignedCount];
        if (until.Length == 0)
            return;
        var agreement = await DraftAsync(shop.Salesperson, Draft(AgreementKind.Terminal, shop.Partner, shop.Centre.Name, run.Day.AddDays(7)));
        if (until == "draft")
            return;
        agreement = await SubmitAsync(shop.Salesperson, agreement);
        if (until == "returned")
            await ReviewAsync(shop.Centre, agreement, "sales-manager", ReviewDecision.Return, "请补充安装时限和退换货条款。");
        else if (agreement.Steps.Any(step => step.Role == until))
            foreach (var role in agreement.Steps.Select(step => step.Role).TakeWhile(role => role != until).Append(until))
                await ReviewAsync(shop.Centre, agreement, role, ReviewDecision.Approve, "同意");
    }

    private async Task<Agreement> DraftAsync(string salesperson, Agreement draft) =>
        await run.Cast[salesperson].As<AgreementService.AgreementServiceClient>().CreateAgreementAsync(
            new CreateAgreementRequest { RequestId = $"demo-{draft.Partner}", Agreement = draft });

    private async Task<Agreement> SubmitAsync(string salesperson, Agreement agreement) =>
        await run.Cast[salesperson].As<AgreementService.AgreementServiceClient>().SubmitAgreementAsync(
            new SubmitAgreementRequest { RequestId = $"demo-submit-{agreement.Name}", Name = agreement.Name });

    private async Task ReviewAsync(Centre centre, Agreement agreement, string role, ReviewDecision decision, string comment)
    {
        var reviewer = role switch
        {
            "sales-manager" => centre.Manager,
            "centre-general-manager" => centre.GeneralManager,
            _ => "hq.legal",
        };
        await run.Cast[reviewer].As<AgreementService.AgreementServiceClient>().ReviewAgreementAsync(
            new ReviewAgreementRequest { RequestId = $"demo-review-{agreement.Name}", Name = agreement.Name, Decision = decision, Comment = comment });
    }

    private static Agreement Draft(AgreementKind kind, string partner, string partyA, DateOnly from) => new()
    {
        Kind = kind,
        Partner = partner,
        PartyA = partyA,
        EffectiveFrom = $"{from:yyyy-MM-dd}",
        EffectiveTo = $"{from.AddYears(1).AddDays(-1):yyyy-MM-dd}",
        Products = { Products },
    };
}
