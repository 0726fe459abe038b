using Google.Protobuf.WellKnownTypes;
using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Diversions;

/// <summary>A case as a caller sees it: people outside see nothing internal, and neither side what is the other's.</summary>
internal static class DiversionMessages
{
    public static async Task<Diversion> ReadAsync(Session s, DiversionCase found, Caller caller) =>
        Of(found, (await DiversionStore.GoodsAsync(s, [found.Row.Id]))[found.Row.Id], caller);

    public static Diversion Of(DiversionCase found, IEnumerable<DiversionGoodsRow> goods, Caller caller)
    {
        var (row, who) = (found.Row, found.WhoIs(caller));
        var message = new Diversion
        {
            Name = $"diversions/{row.Id}",
            State = found.State,
            Claimant = found.Claimant.PartnerId is null ? "" : $"partners/{found.Claimant.PartnerId}",
            ClaimantName = found.Claimant.Name,
            Accused = found.Accused is null ? "" : $"partners/{found.Accused.PartnerId}",
            AccusedName = found.Accused?.Name ?? "",
            AccusedText = row.AccusedText,
            CityCode = row.CityCode,
            City = PartnerRules.CityName(row.CityCode),
            FoundDate = row.FoundDate.ToString("yyyy-MM-dd"),
            Description = row.Description,
            Headquarters = found.IsHeadquarters,
            Investigator = row.InvestigatorId.Length == 0 ? "" : $"staff/{row.InvestigatorId}",
            InvestigatorName = row.InvestigatorName,
            Findings = row.Findings,
            Statement = StatementOf(row),
            Ruling = row.Ruling is null ? null : DiversionRuling.Parser.ParseFrom(row.Ruling),
            AppealDueTime = TimeOf(row.AppealDueUs),
            Appeal = row.Appeal is null ? null : DiversionAppeal.Parser.ParseFrom(row.Appeal),
            Decision = row.Decision is null ? null : DiversionDecision.Parser.ParseFrom(row.Decision),
            FinalTime = TimeOf(row.FinalUs),
            ExecuteTime = TimeOf(row.ExecutedUs),
            WithdrawReason = row.WithdrawReason,
            ReopenReason = row.ReopenReason,
            Round = row.Round,
            Etag = Etag.Of(row.Version),
            CreateTime = TimeOf(row.CreatedUs),
            UpdateTime = TimeOf(row.UpdatedUs),
        };
        message.FinalRuling = row.FinalUs is null || message.Ruling is null ? null : DiversionRules.Final(message.Ruling, message.Decision)?.Clone();
        message.Goods.Add(goods.Select(Of));
        if (!who.HasFlag(DiversionWho.Staff))
            Hide(message, who);
        return message;
    }

    public static DiversionNote Of(DiversionNoteRow row) => new()
    {
        Name = $"diversions/{row.CaseId}/notes/{row.Id}",
        Text = row.Text,
        AuthorName = row.AuthorName,
        CreateTime = TimeOf(row.CreatedUs),
    };

    public static DiversionEvidence Of(DiversionEvidenceRow row) => new()
    {
        Name = $"diversions/{row.CaseId}/evidence/{row.Id}",
        FileName = row.FileName,
        MediaType = row.MediaType,
        SizeBytes = row.SizeBytes,
        Sha256 = row.Sha256,
        Side = EnumText.Parse<DiversionSide>(row.Side),
        AuthorName = row.AuthorName,
        CreateTime = TimeOf(row.CreatedUs),
    };

    public static Timestamp? TimeOf(long? micros) => micros is { } time ? Timestamp.FromDateTimeOffset(Clock.FromMicros(time)) : null;

    private static void Hide(Diversion message, DiversionWho who)
    {
        (message.Investigator, message.InvestigatorName, message.Findings, message.Headquarters) = ("", "", "", false);
        foreach (var ruling in new[] { message.Ruling, message.FinalRuling, message.Decision?.Ruling }.OfType<DiversionRuling>())
            ruling.AuthorName = "";
        if (message.Decision is not null)
            message.Decision.AuthorName = "";
        if (who.HasFlag(DiversionWho.Accused))
        {
            (message.Claimant, message.ClaimantName, message.AccusedText) = ("", "", "");
            if (message.Appeal?.Side == DiversionSide.Claimant)
                message.Appeal.AuthorName = "";
        }
        else
        {
            message.Statement = null;
        }
    }

    private static DiversionStatement? StatementOf(DiversionRow row) => row.StatementDueUs is not { } due ? null : new DiversionStatement
    {
        DueDate = $"{Clock.FromMicros(due - 1).ToOffset(ChinaTime.Offset):yyyy-MM-dd}",
        Text = row.Statement,
        AuthorName = row.StatementAuthor,
        CreateTime = TimeOf(row.StatementUs),
        Expired = row.StatementExpired,
    };

    private static DiversionGoods Of(DiversionGoodsRow row)
    {
        var goods = new DiversionGoods { Product = row.Product, Batch = row.Batch, Quantity = row.Quantity };
        goods.Serials.Add(row.Serials.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return goods;
    }
}
