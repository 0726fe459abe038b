using System.Security.Cryptography;
using System.Text.Json;

namespace PartnerSystem;

/// <summary>
/// A partner system's integration with Qudao, with .NET alone: lists the partners, reports the sales of a file, and reads what
/// has happened since the last run.
/// </summary>
public static class Integration
{
    private const int LinesAtOnce = 1000;
    private const int EventsAtOnce = 1000;
    private static readonly string PageSize = Environment.GetEnvironmentVariable("QUDAO_PAGE_SIZE") ?? "200";

    private sealed record SalesLine(string Partner, string Day, string ProductCode, string Quantity);

    public static async Task RunAsync(string salesFile, string cursorFile)
    {
        using var http = new HttpClient { BaseAddress = new Uri(Environment.GetEnvironmentVariable("QUDAO_URL")!), DefaultRequestHeaders = { { "Accept-Language", "en" } } };
        var qudao = new QudaoClient(http);
        await qudao.SignInAsync();
        var partners = await NamesAsync(ListPartnersAsync(qudao), "name");
        var created = await ReportSalesAsync(qudao, salesFile);
        var events = await NamesAsync(FollowEventsAsync(qudao, cursorFile), "id");
        Console.WriteLine(JsonSerializer.Serialize(new { partners, created, events }));
    }

    /// <summary>All partners in the client's place, page after page.</summary>
    private static async IAsyncEnumerable<JsonElement> ListPartnersAsync(QudaoClient qudao)
    {
        var token = "";
        do
        {
            var page = await qudao.GetAsync($"/v1/partners?pageSize={PageSize}&pageToken={Uri.EscapeDataString(token)}");
            foreach (var partner in page.GetProperty("partners").EnumerateArray())
                yield return partner;
            token = page.GetProperty("nextPageToken").GetString()!;
        }
        while (token.Length > 0);
    }

    /// <summary>Reports every line. The requestId is made from the lines: sent again, even after a crash, they count once.</summary>
    private static async Task<int> ReportSalesAsync(QudaoClient qudao, string file)
    {
        var created = 0;
        var rows = (await File.ReadAllLinesAsync(file)).Skip(1).Select(row => row.Split(','));
        foreach (var lines in rows.Select(row => new SalesLine(row[0], row[1], row[2], row[3])).Chunk(LinesAtOnce))
        {
            var requestId = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(lines)));
            var answer = await qudao.PostAsync("/v1/dailySales:report", new { lines, requestId });
            created += answer.GetProperty("created").GetInt32();
        }
        return created;
    }

    /// <summary>What has happened since the cursor. It is stored after what it stands for was dealt with, so nothing is lost.</summary>
    private static async IAsyncEnumerable<JsonElement> FollowEventsAsync(QudaoClient qudao, string cursorFile)
    {
        var cursor = File.Exists(cursorFile) ? await File.ReadAllTextAsync(cursorFile) : "";
        var more = true;
        while (more)
        {
            if (await PageAfterAsync(qudao, cursor) is not { } page)
            {
                cursor = "";
                continue;
            }
            more = false;
            foreach (var happened in page.GetProperty("events").EnumerateArray())
            {
                more = true;
                yield return happened;
            }
            cursor = page.GetProperty("nextPageToken").GetString()!;
            await File.WriteAllTextAsync(cursorFile + ".new", cursor);
            File.Move(cursorFile + ".new", cursorFile, overwrite: true);
        }
    }

    /// <summary>Null after having been away for longer than events are kept: read everything anew, then begin with the oldest.</summary>
    private static async Task<JsonElement?> PageAfterAsync(QudaoClient qudao, string cursor)
    {
        try
        {
            return await qudao.GetAsync($"/v1/events?pageSize={EventsAtOnce}&pageToken={Uri.EscapeDataString(cursor)}");
        }
        catch (RefusedException refused) when (refused.Reason == "CURSOR_EXPIRED")
        {
            return null;
        }
    }

    private static async Task<List<string>> NamesAsync(IAsyncEnumerable<JsonElement> all, string field)
    {
        var names = new List<string>();
        await foreach (var each in all)
            names.Add(each.GetProperty(field).GetString()!);
        return names;
    }
}
