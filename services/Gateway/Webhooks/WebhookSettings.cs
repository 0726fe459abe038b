namespace Qudao.Gateway.Webhooks;

/// <summary>What a house allows webhooks.</summary>
/// <param name="AllowHttp">Webhooks:AllowHttp; without it only https.</param>
/// <param name="AllowPrivateAddresses">Webhooks:AllowPrivateAddresses: receivers within the house's own network.</param>
/// <param name="Timeout">Webhooks:TimeoutSeconds (15): how long a receiver may take to answer.</param>
/// <param name="Look">How often is looked for what is due.</param>
public sealed record WebhookSettings(bool AllowHttp, bool AllowPrivateAddresses, TimeSpan Timeout, TimeSpan Look)
{
    private const int TimeoutSeconds = 15;
    private const int LongestTimeoutSeconds = 30;
    private const int LookMilliseconds = 500;

    public static WebhookSettings From(IConfiguration configuration) => new(
        configuration.GetValue("Webhooks:AllowHttp", false),
        configuration.GetValue("Webhooks:AllowPrivateAddresses", false),
        TimeSpan.FromSeconds(Math.Clamp(configuration.GetValue("Webhooks:TimeoutSeconds", TimeoutSeconds), 1, LongestTimeoutSeconds)),
        TimeSpan.FromMilliseconds(Platform.Faults.Enabled(configuration) ? configuration.GetValue("Faults:SweepMilliseconds", LookMilliseconds) : LookMilliseconds));
}
