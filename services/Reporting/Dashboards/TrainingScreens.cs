using Qudao.Platform;
using Qudao.Reporting.Activity;
using Qudao.Reporting.Network;
using Qudao.Reporting.V1;
using Figures = Qudao.Reporting.V1.TrainingScreen.Types.Figures;

namespace Qudao.Reporting.Dashboards;

/// <summary>The training screen 培训看板.</summary>
public static class TrainingScreens
{
    private const int ExpiringDays = 90;
    private const int Listed = 50;

    /// <summary>What was read of a range of days.</summary>
    public sealed record Facts(IReadOnlyList<SessionRow> Sessions, IReadOnlyDictionary<string, AnswersRow> Answers, IReadOnlyList<EffectRow> Effects);

    public static async Task<TrainingScreen> OfAsync(Session session, Sight sight, (DateOnly From, DateOnly To) range, DateOnly today)
    {
        var until = today.AddDays(ExpiringDays);
        var facts = await ReadAsync(session, sight, range);
        var counts = await TrainingStore.CertificatesAsync(session, sight, range.From, range.To, today, until);
        var screen = new TrainingScreen
        {
            From = $"{range.From:yyyy-MM-dd}",
            To = $"{range.To:yyyy-MM-dd}",
            All = FiguresOf(facts),
            Previous = FiguresOf(await ReadAsync(session, sight, Days.Before(range))),
            YearAgo = FiguresOf(await ReadAsync(session, sight, Days.YearBefore(range))),
            Certificates = new TrainingScreen.Types.Certificates { Valid = counts.Valid, Issued = counts.Issued, Expired = counts.Expired, Expiring = counts.Expiring },
        };
        screen.Cells.Add(CellsOf(facts));
        screen.Expiring.Add((await TrainingStore.ExpiringAsync(session, sight, today, until, Listed)).Select(row => ToMessage(row, today)));
        return screen;
    }

    /// <summary>Figures of what was read.</summary>
    public static Figures FiguresOf(Facts facts)
    {
        var held = facts.Sessions.Where(IsHeld).ToList();
        var answers = facts.Sessions.Select(one => facts.Answers.GetValueOrDefault(one.Id)).OfType<AnswersRow>().ToList();
        var answered = answers.Sum(one => one.Answered);
        var enrolled = held.Sum(one => one.Enrolled);
        return new Figures
        {
            Planned = facts.Sessions.Count(one => one.State != "cancelled"),
            Held = held.Count,
            Cancelled = facts.Sessions.Count(one => one.State == "cancelled"),
            Enrolled = enrolled,
            Attended = held.Sum(one => one.Attended),
            AttendanceRate = Mean(held.Sum(one => one.Attended), enrolled),
            Invited = answers.Sum(one => one.Invited),
            Answered = answered,
            Content = Mean(answers.Sum(one => one.Content), answered),
            Lecturer = Mean(answers.Sum(one => one.Lecturer), answered),
            Usefulness = Mean(answers.Sum(one => one.Usefulness), answered),
            Trainings = facts.Effects.Count,
            Effect = Mean(facts.Effects.Sum(one => one.Effect), facts.Effects.Count),
        };
    }

    /// <summary>The same by organisation and month.</summary>
    public static IEnumerable<TrainingScreen.Types.Cell> CellsOf(Facts facts)
    {
        var sessions = facts.Sessions.ToLookup(one => (one.OrganisationId, Month: $"{ChinaTime.DateOf(Clock.FromMicros(one.StartUs)):yyyy-MM}"));
        var effects = facts.Effects.ToLookup(one => (one.OrganisationId, Month: $"{one.HeldDate:yyyy-MM}"));
        return from key in sessions.Select(own => own.Key).Union(effects.Select(own => own.Key))
               orderby key.OrganisationId, key.Month
               select new TrainingScreen.Types.Cell
               {
                   Organisation = $"organisations/{key.OrganisationId}",
                   OrganisationName = sessions[key].Select(one => one.OrganisationName).Concat(effects[key].Select(one => one.OrganisationName)).First(),
                   Month = key.Month,
                   Figures = FiguresOf(new Facts([.. sessions[key]], facts.Answers, [.. effects[key]])),
               };
    }

    private static async Task<Facts> ReadAsync(Session session, Sight sight, (DateOnly From, DateOnly To) range) => new(
        await TrainingStore.SessionsAsync(session, sight, range.From, range.To),
        (await TrainingStore.AnswersAsync(session, sight, range.From, range.To)).ToDictionary(row => row.SessionId),
        await TrainingStore.EffectsAsync(session, sight, range.From, range.To));

    private static bool IsHeld(SessionRow row) => row.State is "held" or "closed";

    private static double Mean(long sum, long n) => n == 0 ? 0 : (double)sum / n;

    private static TrainingScreen.Types.Expiring ToMessage(CertificateRow row, DateOnly today) => new()
    {
        Certificate = $"certificates/{row.Id}",
        Number = row.Number,
        Partner = row.PartnerId is null ? "" : $"partners/{row.PartnerId}",
        PartnerName = row.PartnerName,
        Course = $"courses/{row.CourseId}",
        ExpiryDate = $"{row.ExpiryDate:yyyy-MM-dd}",
        DaysLeft = row.ExpiryDate!.Value.DayNumber - today.DayNumber,
    };
}
