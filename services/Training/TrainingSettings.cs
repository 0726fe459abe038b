namespace Qudao.Training;

/// <summary>What the manuals leave to be set about training, each as Training:{its name}.</summary>
public sealed record TrainingSettings
{
    /// <summary>Days before its end at which the renewal of a certificate is reminded of, each once; with commas between.</summary>
    public IReadOnlyList<int> CertificateLeadDays { get; init; } = [60, 30, 7];

    /// <summary>Days after a session at which those who attended are asked a second time what it brought.</summary>
    public int FollowUpDays { get; init; } = 90;

    /// <summary>Days for which an invitation to give feedback stands.</summary>
    public int InvitationDays { get; init; } = 30;

    /// <summary>Hours a session lasts at most.</summary>
    public int LongestSessionHours { get; init; } = 12;

    /// <summary>Days a training that a request is scheduled for lasts at most.</summary>
    public int LongestTrainingDays { get; init; } = 7;

    /// <summary>How many days around the wish free times are looked for, where the caller does not say.</summary>
    public int ProposalDays { get; init; } = 14;

    /// <summary>How many free times are proposed, where the caller does not say.</summary>
    public int Proposals { get; init; } = 5;

    /// <summary>Only a partner with an effective agreement can have its people trained.</summary>
    public bool RequireAgreement { get; init; } = true;

    /// <summary>Days gone by that a calendar feed shows.</summary>
    public int FeedDaysBack { get; init; } = 90;

    /// <summary>Days to come that a calendar feed shows.</summary>
    public int FeedDaysAhead { get; init; } = 366;

    public static TrainingSettings From(IConfiguration configuration)
    {
        var usual = new TrainingSettings();
        T Of<T>(string name, T value) => configuration.GetValue($"Training:{name}", value)!;
        return new TrainingSettings
        {
            CertificateLeadDays = [.. Of(nameof(CertificateLeadDays), string.Join(',', usual.CertificateLeadDays)).Split(',').Select(int.Parse)],
            FollowUpDays = Of(nameof(FollowUpDays), usual.FollowUpDays),
            InvitationDays = Of(nameof(InvitationDays), usual.InvitationDays),
            LongestSessionHours = Of(nameof(LongestSessionHours), usual.LongestSessionHours),
            LongestTrainingDays = Of(nameof(LongestTrainingDays), usual.LongestTrainingDays),
            ProposalDays = Of(nameof(ProposalDays), usual.ProposalDays),
            Proposals = Of(nameof(Proposals), usual.Proposals),
            RequireAgreement = Of(nameof(RequireAgreement), usual.RequireAgreement),
            FeedDaysBack = Of(nameof(FeedDaysBack), usual.FeedDaysBack),
            FeedDaysAhead = Of(nameof(FeedDaysAhead), usual.FeedDaysAhead),
        };
    }
}
