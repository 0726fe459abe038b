using PartnerSystem;

// dotnet Qudao.Sample.dll integrate sales.csv cursor.txt       QUDAO_URL, and QUDAO_CLIENT_ID with QUDAO_CLIENT_SECRET, or QUDAO_API_KEY
// dotnet Qudao.Sample.dll webhook 8080                         QUDAO_WEBHOOK_SECRET
switch (args)
{
    case ["integrate", var sales, var cursor]:
        await Integration.RunAsync(sales, cursor);
        return 0;
    case ["webhook", var port]:
        await Webhook.RunAsync(int.Parse(port));
        return 0;
    default:
        await Console.Error.WriteLineAsync("integrate SALES CURSOR | webhook PORT");
        return 2;
}
