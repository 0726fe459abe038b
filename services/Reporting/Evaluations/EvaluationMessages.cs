using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Evaluations;

/// <summary>Templates and evaluations as the API shows them, and as they are kept.</summary>
public static class EvaluationMessages
{
    // What is kept says what its day's version of the contract said.
    private static readonly JsonParser Reading = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public static EvaluationTemplate Of(TemplateRow row)
    {
        var message = Definition(row.Definition);
        message.Name = $"evaluationTemplates/{row.Id}";
        message.DisplayName = row.Name;
        message.Cycle = Codes.To<EvaluationCycle>(row.Cycle);
        message.Role = row.Role;
        message.Active = row.Active;
        message.Department = Codes.To<EvaluationDepartment>(row.Department);
        message.Version = row.Version;
        message.Etag = Etag.Of(row.Version);
        return message;
    }

    public static EvaluationTemplate Definition(string json) => Reading.Parse<EvaluationTemplate>(json);

    public static string Kept(EvaluationTemplate template) =>
        JsonFormatter.Default.Format(new EvaluationTemplate { DisplayName = template.DisplayName, Indicators = { template.Indicators }, Weights = { template.Weights } });

    /// <summary>What is counted as JSON, to stay as it is published.</summary>
    public static string Kept(Evaluation counted) => JsonFormatter.Default.Format(new Evaluation { Figures = { counted.Figures }, Indicators = { counted.Indicators } });

    /// <summary>The facts behind a figure: as they were published, or as they are now.</summary>
    public static async Task<EvaluationFacts> FactsAsync(Session session, EvaluationRow row, string figure, DateOnly today)
    {
        if (row.State != EvaluationRules.Open && await EvaluationStore.FactsAsync(session, row.Id, figure) is { } kept)
            return Reading.Parse<EvaluationFacts>(kept);
        var (span, before) = Spans(row, today);
        return await EvaluationFigures.FactsAsync(session, figure, span, before);
    }

    /// <summary>Keeps what is behind every figure, to stay as it is published.</summary>
    public static async Task KeepFactsAsync(Tx tx, EvaluationRow row, DateOnly today)
    {
        var (span, before) = Spans(row, today);
        foreach (var figure in EvaluationFigures.Counted)
            await EvaluationStore.KeepFactsAsync(tx, row.Id, figure, JsonFormatter.Default.Format(await EvaluationFigures.FactsAsync(tx, figure, span, before)));
    }

    /// <summary>The counted part: as it was published, or as it is now.</summary>
    public static async Task<Evaluation> CountedAsync(Session session, EvaluationRow row, DateOnly today)
    {
        if (row.Figures.Length > 0)
            return Reading.Parse<Evaluation>(row.Figures);
        var (span, before) = Spans(row, today);
        var figures = await EvaluationFigures.OfAsync(session, span, before);
        var counted = new Evaluation();
        counted.Figures.Add(figures.OrderBy(figure => figure.Key, StringComparer.Ordinal).Select(figure => new Figure { Name = figure.Key, Value = figure.Value }));
        counted.Indicators.Add(Definition(row.Definition).Indicators.Select(one => new IndicatorResult
        {
            DisplayName = one.DisplayName,
            Weight = one.Weight,
            Formula = one.Formula,
            Score = EvaluationRules.ScoreOf(one, figures),
        }));
        return counted;
    }

    /// <summary>The evaluation's days up to today, and the period before it.</summary>
    public static (FigureSpan Span, FigureSpan Before) Spans(EvaluationRow row, DateOnly today)
    {
        var period = EvaluationRules.PeriodOf(row.Cycle, row.StartDate);
        var before = period.Shifted(-1);
        return (new FigureSpan(row.SubjectId, row.OrganisationId, period.Start, period.End < today ? period.End : today), new FigureSpan(row.SubjectId, row.OrganisationId, before.Start, before.End));
    }

    /// <summary>
    /// All of it. Its own person sees the scores of others, and what they make, once it is published, and never which peer gave which.
    /// </summary>
    public static async Task<Evaluation> WholeAsync(Session session, EvaluationRow row, Caller reader, DateOnly today)
    {
        var message = InList(row);
        var counted = await CountedAsync(session, row, today);
        message.Figures.Add(counted.Figures);
        message.Indicators.Add(counted.Indicators);
        var isOwn = reader.StaffId == row.SubjectId;
        var scores = await EvaluationStore.ScoresAsync(session, row.Id);
        message.Scores.Add(scores.Where(score => !isOwn || row.State != EvaluationRules.Open || score.ScorerId == row.SubjectId).Select(score => Of(score, hidePeers: isOwn)));
        if (isOwn && row.State == EvaluationRules.Open)
        {
            (message.Calibration, message.CalibrationReason) = (0, "");
            return message;
        }
        message.Shares.Add(EvaluationRules.Shares(Definition(row.Definition).Weights, Computed(counted), scores));
        message.Total = EvaluationRules.Total(message.Shares, row.Calibration) / 100.0;
        return message;
    }

    /// <summary>The counted score: the indicators by their weights.</summary>
    public static double Computed(Evaluation counted) => counted.Indicators.Sum(one => one.Weight * one.Score) / 100;

    public static Evaluation InList(EvaluationRow row) => new()
    {
        Name = row.ResourceName,
        Template = $"evaluationTemplates/{row.TemplateId}",
        TemplateVersion = row.TemplateVersion,
        TemplateName = Definition(row.Definition).DisplayName,
        Subject = $"staff/{row.SubjectId}",
        SubjectName = row.SubjectName,
        Day = $"{row.StartDate:yyyy-MM-dd}",
        Period = row.Period,
        Organisation = $"organisations/{row.OrganisationId}",
        OrganisationName = row.OrganisationName,
        State = Codes.To<EvaluationState>(row.State),
        Calibration = (int)row.Calibration,
        CalibrationReason = row.CalibrationReason,
        Total = row.Total / 100.0,
        AppealReason = row.AppealReason,
        AppealDecision = row.AppealDecision,
        Award = row.Award,
        Department = Codes.To<EvaluationDepartment>(row.Department),
        Feedback = row.Feedback,
        FeedbackName = row.FeedbackName,
        FeedbackTime = row.FeedbackUs is { } said ? Timestamp.FromDateTimeOffset(Clock.FromMicros(said)) : null,
        PublisherName = row.PublisherName,
        PublishTime = row.PublishedUs is { } us ? Timestamp.FromDateTimeOffset(Clock.FromMicros(us)) : null,
        Etag = Etag.Of(row.Version),
    };

    public static EvaluationScore Of(ScoreRow row, bool hidePeers = false) => new()
    {
        Kind = Codes.To<ScoreKind>(row.Kind),
        ScorerName = hidePeers && row.Kind == Codes.Of(ScoreKind.Peer) ? "" : row.ScorerName,
        Score = (int)row.Score,
        Comment = row.Comment,
        ScoreTime = Timestamp.FromDateTimeOffset(Clock.FromMicros(row.CreatedUs)),
    };
}
