using System.Text.Json;

namespace Qudao.Web.Tests;

/// <summary>What the demonstration network has none of and some screens show: money that is owed, a test, a plan. Made once, by REST.</summary>
internal static class Seeds
{
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static string? _exam;

    /// <summary>The partner that owes, "partners/…", and its name.</summary>
    public static (string Name, string Title) Debtor { get; private set; }

    public static string Course { get; private set; } = "";

    /// <summary>Makes sure that it is there.</summary>
    public static async Task ThereAsync() => await ExamAsync();

    /// <summary>The test, "exams/…", of a session that was held.</summary>
    public static async Task<string> ExamAsync()
    {
        await Gate.WaitAsync();
        try
        {
            if (_exam is null)
            {
                await MoneyAsync();
                _exam = await TrainingAsync();
            }
            return _exam;
        }
        finally
        {
            Gate.Release();
        }
    }

    private static async Task MoneyAsync()
    {
        var signed = await House.GetAsync("js.manager", "/v1/agreements?state=AGREEMENT_STATE_ACTIVE&pageSize=200");
        // Signed longest ago: what falls due with it is overdue.
        var agreement = signed.GetProperty("agreements").EnumerateArray().OrderBy(one => Text(one, "effectiveFrom")).First();
        Debtor = (Text(agreement, "partner"), Text(agreement, "partnerName"));
        var name = Text(agreement, "name");
        var from = DateOnly.Parse(Text(agreement, "effectiveFrom"), System.Globalization.CultureInfo.InvariantCulture);
        await House.PostAsync("js.manager", $"/v1/{name}:schedule", new
        {
            instalments = new[] { new { number = 1, dueDate = $"{from.AddDays(10):yyyy-MM-dd}", amountFen = 2_000_000, purpose = "首付款" }, new { number = 2, dueDate = $"{from.AddDays(200):yyyy-MM-dd}", amountFen = 3_000_000, purpose = "尾款" } },
            instalmentReason = "按订货分期",
        });
        var first = (await House.GetAsync("js.manager", $"/v1/instalments?agreement={Uri.EscapeDataString(name)}")).GetProperty("instalments")[0];
        await House.PostAsync("js.office", "/v1/paymentRequests", new { kind = "PAYMENT_KIND_INVOICE", lines = new[] { new { instalment = Text(first, "name"), amountFen = 500_000 } }, note = "南京，税号 91320100" });
        await House.PostAsync("js.manager", "/v1/diversions", new { accused = Debtor.Name, cityCode = "3203", foundDate = $"{from.AddDays(5):yyyy-MM-dd}", description = "在徐州发现南京的货。", goods = new[] { new { product = "GPS-100", quantity = 3, batch = "B-17" } } });
        await House.PostAsync("js.manager", "/v1/reconciliations", new { organisation = "organisations/js", cutoffDate = "2026-06-30" });
    }

    private static async Task<string> TrainingAsync()
    {
        Course = Text((await House.GetAsync("js.training", "/v1/courses?pageSize=1")).GetProperty("courses")[0], "name");
        await House.PostAsync("js.training", "/v1/questions", new { course = Course, kind = "QUESTION_KIND_SINGLE", text = "终端装在哪里？", options = new[] { "仪表台下", "后备箱" }, correct = new[] { 1 }, points = 50 });
        await House.PostAsync("js.training", "/v1/questions", new { course = Course, kind = "QUESTION_KIND_TRUE_FALSE", text = "安装前先断电。", correct = new[] { 1 }, points = 50 });
        await House.PostAsync("js.training", "/v1/rooms", new { organisation = "organisations/js", displayName = "南京一号教室", capacity = 30, address = "南京市玄武区某路 1 号" });
        var staff = (await House.GetAsync("js.training", "/v1/staff?pageSize=1000")).GetProperty("staff").EnumerateArray().First(one => one.GetProperty("roles").EnumerateArray().Any(role => role.GetString() == "trainer"));
        await House.PostAsync("js.training", "/v1/lecturers", new { staff = Text(staff, "name"), introduction = "安装与演示" });
        await House.PostAsync("js.training", "/v1/trainingPlans", new
        {
            organisation = "organisations/js",
            year = 2027,
            goal = "全年覆盖所有签约机构",
            items = new[] { new { course = Course, goal = "会装会讲", way = "TRAINING_WAY_INTERNAL", month = 3, sessions = 2, trainees = 40 } },
        });
        var session = (await House.GetAsync("js.training", "/v1/trainingSessions?pageSize=500")).GetProperty("trainingSessions").EnumerateArray()
            .First(one => Text(one, "course") == Course && Text(one, "state") is "TRAINING_SESSION_STATE_HELD" or "TRAINING_SESSION_STATE_SCHEDULED");
        return Text(await House.PostAsync("js.training", "/v1/exams?draw=2", new { trainingSession = Text(session, "name"), title = "结业考试", passScore = 60, maxAttempts = 3 }), "name");
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;
}
