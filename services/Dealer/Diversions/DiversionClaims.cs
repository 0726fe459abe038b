using Qudao.Dealer.Organisations;
using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Diversions;

/// <summary>How a case comes about, whom it is against, and how it is taken up again.</summary>
internal static class DiversionClaims
{
    public static async Task<DiversionCase> CreateAsync(Tx tx, Diversion asked, Caller caller)
    {
        var claimant = await ClaimantAsync(tx, asked, caller);
        var accused = asked.Accused.Length == 0 ? null : await PartnerAsync(tx, asked.Accused, "diversion.accused", caller);
        if (accused is not null && accused.Id == claimant.PartnerId)
            throw Errors.Invalid("diversion.accused", "不能与举报方相同", "must be another than the claimant");
        var row = new DiversionRow
        {
            Id = tx.NewId(),
            State = EnumText.Of(DiversionState.Claimed),
            Filer = DiversionCase.Actor(caller),
            AccusedText = asked.AccusedText.Trim(),
            CityCode = asked.CityCode,
            FoundDate = ServiceRules.Day(asked.FoundDate)!.Value,
            Description = asked.Description,
            Version = 1,
            CreatedUs = tx.NowMicros,
            UpdatedUs = tx.NowMicros,
        };
        await DiversionStore.InsertAsync(tx, row);
        claimant.CaseId = row.Id;
        await DiversionStore.InsertPartyAsync(tx, claimant);
        if (accused is not null)
            await DiversionStore.InsertPartyAsync(tx, DiversionCase.PartyOf(row.Id, DiversionStore.Accused, accused));
        for (var i = 0; i < asked.Goods.Count; i++)
            await DiversionStore.InsertGoodsAsync(tx, GoodsOf(row.Id, i, asked.Goods[i]));
        var found = await DiversionCase.OfAsync(tx, row);
        await tx.PublishAsync(found.Changed(""));
        await found.NoteAsync(tx, "claim", new { Claimant = claimant.Name, Accused = accused?.Name ?? row.AccusedText, row.CityCode, row.FoundDate }, caller);
        return found;
    }

    public static async Task IdentifyAsync(Tx tx, DiversionCase found, string accused, Caller caller)
    {
        var partner = await PartnerAsync(tx, accused, "accused", caller);
        if (partner.Id == found.Claimant.PartnerId)
            throw Errors.Invalid("accused", "不能与举报方相同", "must be another than the claimant");
        await DiversionStore.ReplaceAccusedAsync(tx, DiversionCase.PartyOf(found.Row.Id, DiversionStore.Accused, partner));
        // What another was asked to say is not this one's to answer.
        if (found.Accused is not null && found.Accused.PartnerId != partner.Id)
            Unask(found.Row);
        var now = await DiversionCase.OfAsync(tx, found.Row);
        await now.SaveAsync(tx, now.State, "identify", new { From = found.Accused?.Name, To = partner.Name }, caller);
    }

    /// <summary>A new round: what was ruled before stands in the timeline.</summary>
    public static void Reopen(DiversionRow row, string reason)
    {
        Unask(row);
        (row.Ruling, row.Ruler, row.AppealDueUs, row.Appeal, row.Decision) = (null, "", null, null, null);
        (row.FinalKind, row.FinalUs, row.ExecutedUs, row.SuspendedUntilUs) = ("", null, null, null);
        (row.WithdrawReason, row.ReopenReason, row.Opened) = ("", reason, true);
        row.Round++;
    }

    private static void Unask(DiversionRow row) =>
        (row.StatementDueUs, row.Statement, row.StatementAuthor, row.StatementUs, row.StatementExpired) = (null, "", "", null, false);

    private static async Task<DiversionPartyRow> ClaimantAsync(Tx tx, Diversion asked, Caller caller)
    {
        if (caller.PartnerId is { } own)
        {
            if (asked.Claimant.Length > 0 && asked.Claimant != $"partners/{own}")
                throw Errors.Invalid("diversion.claimant", "只能为本机构举报", "must be your own partner");
            return DiversionCase.PartyOf("", DiversionStore.Claimant, await PartnerAsync(tx, $"partners/{own}", "diversion.claimant", caller));
        }
        if (asked.Claimant.Length > 0)
            return DiversionCase.PartyOf("", DiversionStore.Claimant, await PartnerAsync(tx, asked.Claimant, "diversion.claimant", caller));
        var organisation = await OrganisationStore.FindAsync(tx, caller.OrganisationId) ?? throw Errors.NotFound($"organisations/{caller.OrganisationId}");
        await OrganisationWrites.HoldAsync(tx, organisation);
        return new DiversionPartyRow { Side = DiversionStore.Claimant, Name = caller.Name, OrganisationId = organisation.Id, ScopePath = organisation.ScopePath, AssigneeId = caller.StaffId };
    }

    private static async Task<PartnerRow> PartnerAsync(Tx tx, string name, string field, Caller caller)
    {
        // Whom the claimant does not see he describes in words, and the manager says who that is.
        var partner = await PartnerStore.GetAsync(tx, Ids.Of(name, "partners"), caller.Scope)
            ?? throw Errors.Invalid(field, "找不到该机构，或它不在您的管理范围内", "was not found, or is outside your scope", "NOT_FOUND");
        return partner.MergedInto is null ? partner : throw PartnerRules.Merged(partner);
    }

    private static DiversionGoodsRow GoodsOf(string caseId, int line, DiversionGoods asked) => new()
    {
        CaseId = caseId,
        Line = line,
        Product = asked.Product.Trim(),
        Batch = asked.Batch.Trim(),
        Serials = string.Join('\n', asked.Serials),
        Quantity = asked.Quantity == 0 ? asked.Serials.Count : asked.Quantity,
    };
}
