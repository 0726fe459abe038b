using Qudao.Platform;
using Qudao.Reporting.Sales;

namespace Qudao.Reporting.Network;

/// <summary>What is counted for a merged partner counts for the survivor. Each statement may run again and again.</summary>
public static class MergedPartners
{
    private const string MoveVisits = "UPDATE visits SET partner_id = @SurvivorId WHERE partner_id = @MergedId";
    private const string MoveAgreements = "UPDATE agreements SET partner_id = @SurvivorId WHERE partner_id = @MergedId";
    private const string MoveRequests = "UPDATE training_requests SET partner_id = @SurvivorId WHERE partner_id = @MergedId";
    private const string MoveTrainings = """
        UPDATE trainings SET partner_id = @SurvivorId
        WHERE partner_id = @MergedId AND id NOT IN (SELECT id FROM trainings WHERE partner_id = @SurvivorId)
        """;
    private const string MoveCertificates = "UPDATE certificates SET partner_id = @SurvivorId WHERE partner_id = @MergedId";
    private const string MoveNotifications = "UPDATE notifications SET partner_id = @SurvivorId WHERE partner_id = @MergedId";
    private const string MoveTickets = "UPDATE tickets SET partner_id = @SurvivorId WHERE partner_id = @MergedId";
    private const string MoveTerritories = "UPDATE territories SET partner_id = @SurvivorId WHERE partner_id = @MergedId";
    private const string MoveHolders = "UPDATE territory_conflicts SET holder_id = @SurvivorId WHERE holder_id = @MergedId";
    private const string MoveClaimants = "UPDATE territory_conflicts SET claimant_id = @SurvivorId WHERE claimant_id = @MergedId";
    private const string MovePeople = "UPDATE staff SET partner_id = @SurvivorId WHERE partner_id = @MergedId";
    private const string MoveChildren = "UPDATE partners SET parent_partner_id = @SurvivorId WHERE parent_partner_id = @MergedId";

    // It is no partner of its own any more. Its stages stay: nobody counts them without the partner.
    private const string Forget = "DELETE FROM partners WHERE id = @MergedId";

    // What both reported of a product and day is added up, and the line says why it changed; the rest goes over as it is.
    private const string ExplainSales = """
        INSERT INTO sales_corrections (id, daily_sales_id, previous_quantity, quantity, reason, corrector_id, corrector_name, created_us)
        SELECT m.id, s.id, s.quantity, s.quantity + m.quantity, @Reason, 'system', @Corrector, @Now
        FROM daily_sales m JOIN daily_sales s ON s.day = m.day AND s.product_code = m.product_code
        WHERE m.partner_id = @MergedId AND s.partner_id = @SurvivorId
        """;
    private const string AddSales = """
        UPDATE daily_sales SET updated_us = @Now, version = version + 1, quantity = quantity + (
            SELECT m.quantity FROM daily_sales m WHERE m.partner_id = @MergedId AND m.day = daily_sales.day AND m.product_code = daily_sales.product_code)
        WHERE partner_id = @SurvivorId
          AND EXISTS (SELECT 1 FROM daily_sales m WHERE m.partner_id = @MergedId AND m.day = daily_sales.day AND m.product_code = daily_sales.product_code)
        """;
    private const string DropAdded = """
        DELETE FROM daily_sales
        WHERE partner_id = @MergedId
          AND EXISTS (SELECT 1 FROM daily_sales s WHERE s.partner_id = @SurvivorId AND s.day = daily_sales.day AND s.product_code = daily_sales.product_code)
        """;
    private const string MoveSales = "UPDATE daily_sales SET partner_id = @SurvivorId WHERE partner_id = @MergedId";
    private const string AddMonths = """
        UPDATE sales_rollup SET quantity = quantity + (
            SELECT m.quantity FROM sales_rollup m WHERE m.partner_id = @MergedId AND m.month = sales_rollup.month AND m.product_code = sales_rollup.product_code)
        WHERE partner_id = @SurvivorId
          AND EXISTS (SELECT 1 FROM sales_rollup m WHERE m.partner_id = @MergedId AND m.month = sales_rollup.month AND m.product_code = sales_rollup.product_code)
        """;
    private const string DropMonths = """
        DELETE FROM sales_rollup
        WHERE partner_id = @MergedId
          AND EXISTS (SELECT 1 FROM sales_rollup s WHERE s.partner_id = @SurvivorId AND s.month = sales_rollup.month AND s.product_code = sales_rollup.product_code)
        """;
    private const string MoveMonths = "UPDATE sales_rollup SET partner_id = @SurvivorId WHERE partner_id = @MergedId";

    public static async Task MoveAsync(Tx tx, RedirectRow merged)
    {
        await tx.ExecuteAsync(MoveVisits, merged);
        await tx.ExecuteAsync(MoveAgreements, merged);
        await tx.ExecuteAsync(MoveRequests, merged);
        await tx.ExecuteAsync(MoveTrainings, merged);
        await tx.ExecuteAsync(MoveCertificates, merged);
        await tx.ExecuteAsync(MoveNotifications, merged);
        await tx.ExecuteAsync(MoveTickets, merged);
        await tx.ExecuteAsync(MoveTerritories, merged);
        await tx.ExecuteAsync(MoveHolders, merged);
        await tx.ExecuteAsync(MoveClaimants, merged);
        await tx.ExecuteAsync(MovePeople, merged);
        await tx.ExecuteAsync(MoveChildren, merged);
        await OrganisationDays.MoveAsync(tx, merged.MergedId,
            await NetworkStore.PartnersOrganisationAsync(tx, merged.MergedId), await NetworkStore.PartnersOrganisationAsync(tx, merged.SurvivorId));
        await MoveSalesAsync(tx, merged);
        await tx.ExecuteAsync(Forget, merged);
    }

    private static async Task MoveSalesAsync(Tx tx, RedirectRow merged)
    {
        var values = new { merged.MergedId, merged.SurvivorId, Reason = "客户合并", Corrector = Caller.System.Name, Now = tx.NowMicros };
        await tx.ExecuteAsync(ExplainSales, values);
        await tx.ExecuteAsync(AddSales, values);
        await tx.ExecuteAsync(DropAdded, values);
        await tx.ExecuteAsync(MoveSales, values);
        await tx.ExecuteAsync(AddMonths, values);
        await tx.ExecuteAsync(DropMonths, values);
        await tx.ExecuteAsync(MoveMonths, values);
    }
}
