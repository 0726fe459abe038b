using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace PartnerSystem;

/// <summary>An answer of 4xx or 5xx; the reason is of its application/problem+json.</summary>
public sealed class RefusedException(HttpStatusCode status, string reason, string text, TimeSpan? retryAfter) : Exception($"{(int)status} {text}")
{
    public HttpStatusCode Status => status;

    public string Reason => reason;

    public TimeSpan RetryAfter => retryAfter ?? TimeSpan.Zero;
}

/// <summary>Calls Qudao over REST, and tries again what may succeed later.</summary>
public sealed class QudaoClient(HttpClient http)
{
    private const int Tries = 6;

    /// <summary>An API key as it is, or a token for an hour (OAuth 2.0 client credentials).</summary>
    public async Task SignInAsync()
    {
        if (Environment.GetEnvironmentVariable("QUDAO_API_KEY") is { } key)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
            return;
        }
        var client = $"{Environment.GetEnvironmentVariable("QUDAO_CLIENT_ID")}:{Environment.GetEnvironmentVariable("QUDAO_CLIENT_SECRET")}";
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(client)));
        var granted = await PatientlyAsync(() => http.PostAsync("/oauth2/token", new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials" })));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", granted.GetProperty("access_token").GetString());
    }

    public Task<JsonElement> GetAsync(string path) => PatientlyAsync(() => http.GetAsync(path));

    /// <summary>Posts; the content carries a requestId, so that it may be sent again.</summary>
    public Task<JsonElement> PostAsync(string path, object content) => PatientlyAsync(() => http.PostAsJsonAsync(path, content));

    // No answer, too many requests, a house that restarts.
    private static async Task<JsonElement> PatientlyAsync(Func<Task<HttpResponseMessage>> call)
    {
        for (var attempt = 0; ; attempt++)
        {
            var wait = TimeSpan.FromSeconds(0.2 * Math.Pow(2, attempt));
            try
            {
                using var answer = await call();
                return await ReadAsync(answer);
            }
            catch (RefusedException refused) when (refused.Status is HttpStatusCode.TooManyRequests or >= HttpStatusCode.BadGateway && attempt < Tries - 1)
            {
                wait = refused.RetryAfter > wait ? refused.RetryAfter : wait;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && attempt < Tries - 1)
            {
                // It may have arrived or not.
            }
            await Task.Delay(wait);
        }
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        if (answer.IsSuccessStatusCode)
            return await answer.Content.ReadFromJsonAsync<JsonElement>();
        var text = await answer.Content.ReadAsStringAsync();
        var reason = text.StartsWith('{') && JsonDocument.Parse(text).RootElement.TryGetProperty("reason", out var told) ? told.GetString() : null;
        throw new RefusedException(answer.StatusCode, reason ?? "", text, answer.Headers.RetryAfter?.Delta);
    }
}
