using Grpc.Core;
using Qudao.Platform;
using Qudao.Training.V1;

namespace Qudao.Training.Statistics;

/// <summary>Training statistics per partner, for the lifecycle and for evaluations 考评.</summary>
public sealed class TrainingStatisticsService(Db db) : V1.TrainingStatisticsService.TrainingStatisticsServiceBase
{
    private const int MostPartners = 1000;

    /// <summary>The last day does not come before the first.</summary>
    public static IEnumerable<Violation> Days(string from, string until)
    {
        if (ServiceRules.Day(until) < ServiceRules.Day(from))
            yield return new Violation("until_date", "不能早于开始日期。", "Must not come before the first day.", "ORDER") { Given = ["from_date"] };
    }

    public override Task<ListPartnerTrainingStatisticsResponse> ListPartnerTrainingStatistics(ListPartnerTrainingStatisticsRequest request, ServerCallContext context) =>
        db.ReadAsync(async s =>
        {
            var (from, until) = (ChinaTime.StartOfDay(ServiceRules.Day(request.FromDate)!.Value).Micros(), ChinaTime.EndOfDay(ServiceRules.Day(request.UntilDate)!.Value).Micros());
            var rows = await TrainingStatisticsStore.PartnersAsync(s, from, until, Ids.Of(request.Partner, "partners"), context.Caller().Scope, MostPartners);
            var certificates = await TrainingStatisticsStore.CertificatesAsync(s, [.. rows.Select(row => row.PartnerId)], ChinaTime.Today(db.Clock));
            var reply = new ListPartnerTrainingStatisticsResponse();
            reply.Partners.Add(rows.Select(row => ToMessage(row, certificates.GetValueOrDefault(row.PartnerId))));
            return reply;
        });

    private static PartnerTrainingStatistics ToMessage(PartnerTrainingRow row, long certificates) => new()
    {
        Partner = $"partners/{row.PartnerId}",
        PartnerDisplayName = row.PartnerName,
        Sessions = (int)row.Sessions,
        Enrolled = (int)row.Enrolled,
        Attended = (int)row.Attended,
        People = (int)row.People,
        AttendanceRate = Ratio(row.Attended, row.Enrolled, 4),
        AverageScore = Ratio(row.ScoreSum, row.Scores, 2),
        AverageEffect = Ratio(row.EffectSum, row.Effects, 2),
        ValidCertificates = (int)certificates,
        LastDate = row.LastUs > 0 ? Times.Day(ChinaTime.DateOf(Clock.FromMicros(row.LastUs))) : "",
    };

    private static double Ratio(long part, long whole, int digits) => whole == 0 ? 0 : Math.Round((double)part / whole, digits);
}
