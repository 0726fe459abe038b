using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Platform;

namespace Qudao.Dealer.Diversions;

/// <summary>Cases counted by what they have in common.</summary>
internal static class DiversionFigures
{
    public static async Task<DiversionStatistics> ReadAsync(Session s, GetDiversionStatisticsRequest request, Caller caller)
    {
        var from = ServiceRules.Day(request.FromDate) is { } first ? ChinaTime.StartOfDay(first).Micros() : 0;
        var to = ServiceRules.Day(request.ToDate) is { } last ? ChinaTime.EndOfDay(last).Micros() : long.MaxValue;
        var statistics = new DiversionStatistics();
        statistics.States.Add((await DiversionStore.CountStatesAsync(s, caller, from, to)).Select(row => Of(row, row.Value, DiversionRules.Chinese(EnumText.Parse<DiversionState>(row.Value)))));
        statistics.Products.Add((await DiversionStore.CountProductsAsync(s, caller, from, to)).Select(row => Of(row, row.Value, row.Name)));
        statistics.Cities.Add((await DiversionStore.CountCitiesAsync(s, caller, from, to)).Select(row => Of(row, row.Value, PartnerRules.CityName(row.Value))));
        statistics.Partners.Add((await DiversionStore.CountPartnersAsync(s, caller, from, to)).Select(row => Of(row, $"partners/{row.Value}", row.Name)));
        statistics.RepeatOffenders.Add((await DiversionStore.CountOffendersAsync(s, caller, from, to)).Select(row => Of(row, $"partners/{row.Value}", row.Name)));
        return statistics;
    }

    private static DiversionCount Of(DiversionCountRow row, string key, string name) => new() { Key = key, DisplayName = name, Count = row.Number };
}
