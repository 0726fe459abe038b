using Qudao.Events;
using Qudao.Platform;
using Qudao.Reporting.Notifications;
using Qudao.Reporting.V1;
using Qudao.TestKit;

namespace Qudao.Reporting.Tests;

/// <summary>What leaves the house: by real SMTP, as digests, once.</summary>
internal sealed class OutwardTests
{
    private static readonly DateTimeOffset Noon = ChinaTime.At(ReportingHouse.Today, new TimeOnly(12, 0));

    [Test]
    public async Task What_is_critical_goes_out_by_mail_with_its_Chinese_subject()
    {
        await using var smtp = new SmtpReceiver();
        var secret = Path.GetTempFileName();
        await File.WriteAllTextAsync(secret, "geheim\n");
        await using var house = await ReportingHouse.StartAsync(settings: smtp.Settings("postman", secret));
        await house.Service.HearAsync(Heard.Staff("m1", "js", "/hq/js/", "sales-manager", version: 2) with { Name = "王伟", Email = "wang@example.com" });

        await house.Service.HearAsync(Complaint("k1"), "e1");
        await house.Service.HearAsync(Complaint("k1"), "e2");
        await Eventually.Async(() => smtp.Received.Any(one => one.Subject!.Contains("TS-k1", StringComparison.Ordinal)), TimeSpan.FromSeconds(20), "it came");
        await house.Service.HearAsync(Complaint("k2"));
        await Eventually.Async(() => smtp.Received.Any(one => one.Subject!.Contains("TS-k2", StringComparison.Ordinal)), TimeSpan.FromSeconds(20), "the next came");

        var mail = smtp.Received.Single(one => one.Subject!.Contains("TS-k1", StringComparison.Ordinal));
        Assert.That(mail.Subject, Is.EqualTo("重大投诉：TS-k1 机构p1"));
        Assert.That(mail.To.ToString(), Does.Contain("wang@example.com").And.Contain("王伟"));
        Assert.That(mail.TextBody, Does.Contain("• 重大投诉：TS-k1 机构p1").And.Contain("• Major complaint: TS-k1 机构p1"));
        Assert.That(mail.HtmlBody, Does.Contain("重大投诉：TS-k1").And.Contain("<br>"));
        Assert.That(mail.Headers[MimeKit.HeaderId.AutoSubmitted], Is.EqualTo("auto-generated"));
        Assert.That(mail.MessageId, Does.EndWith("@example.com"));
        Assert.That(smtp.Credentials.First(), Is.EqualTo("\0postman\0geheim"));
        Assert.That(await StatesAsync(house, "k1"), Is.EqualTo(new[] { "sent 1 " }));
        File.Delete(secret);
    }

    [Test]
    public async Task What_is_put_off_is_tried_again_and_what_is_refused_is_not()
    {
        await using var smtp = new SmtpReceiver();
        smtp.Answers.Enqueue("451 later");
        await using var house = await ReportingHouse.StartAsync(settings: smtp.Settings());
        await house.Service.HearAsync(Heard.Staff("m1", "js", "/hq/js/", "sales-manager", version: 2) with { Email = "wang@example.com" });
        await house.Service.HearAsync(Complaint("k1"));
        await Eventually.Async(async () => (await StatesAsync(house, "k1")).Single().StartsWith("pending 1 later", StringComparison.Ordinal), TimeSpan.FromSeconds(20), "it was put off");
        Assert.That(smtp.Received, Is.Empty);
        await house.Service.MoveClockAsync(Noon.AddMinutes(2));
        await Eventually.Async(async () => (await StatesAsync(house, "k1")).Single() == "sent 2 later" || (await StatesAsync(house, "k1")).Single() == "sent 2 ", TimeSpan.FromSeconds(20), "it was tried again");

        smtp.Answers.Enqueue("550 nobody of that name");
        await house.Service.HearAsync(Complaint("k2"));
        await Eventually.Async(async () => (await StatesAsync(house, "k2")).Single().StartsWith("failed 1 550", StringComparison.Ordinal), TimeSpan.FromSeconds(20), "it was given up");
        Assert.That(smtp.Received.Count(one => one.Subject!.Contains("TS-k", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task A_channel_that_never_answers_is_given_up_with_a_record()
    {
        await using var database = new ReportingDatabase(Noon);
        await PrepareAsync(database, "none");
        var tried = 0;
        Task BrokenAsync(OutwardMessage message, CancellationToken cancel) => throw new IOException($"try {++tried}");
        for (var hour = 0; hour < 20; hour++)
        {
            await Outward.SendDueAsync(database.Db, BrokenAsync);
            database.Clock.Advance(TimeSpan.FromHours(1));
        }
        Assert.That(tried, Is.EqualTo(Outward.Tries));
        Assert.That(await database.DumpAsync("SELECT state, attempts, last_error FROM outward_messages"), Is.EqualTo(new[] { "SELECT state, attempts, last_error FROM outward_messages: failed|6|try 6" }));
        Assert.That(await database.DumpAsync("SELECT id FROM outward_messages WHERE due_us IS NOT NULL"), Is.Empty);
    }

    [Test]
    public async Task Two_instances_send_a_message_once_and_none_when_it_is_old_or_its_receiver_gone()
    {
        await using var database = new ReportingDatabase(Noon);
        await PrepareAsync(database, "none");
        await using var other = database.Another();
        var sent = new System.Collections.Concurrent.ConcurrentQueue<string>();
        Task TakeAsync(OutwardMessage message, CancellationToken cancel)
        {
            sent.Enqueue(message.Address);
            return Task.CompletedTask;
        }
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Outward.SendDueAsync(i % 2 == 0 ? database.Db : other, TakeAsync)));
        Assert.That(sent, Is.EqualTo(new[] { "m1@example.com" }));

        await database.HearAsync([Stamped(Complaint("k2"), database.Clock.GetUtcNow())]);
        database.Clock.Advance(TimeSpan.FromHours(25));
        await Outward.SendDueAsync(database.Db, TakeAsync);
        await database.HearAsync([Stamped(Complaint("k3"), database.Clock.GetUtcNow()), Stamped(Heard.Staff("m1", "js", "/hq/js/", "sales-manager", active: false, version: 9), database.Clock.GetUtcNow())]);
        await Outward.SendDueAsync(database.Db, TakeAsync);
        Assert.That(sent, Has.Count.EqualTo(1));
        Assert.That((await database.DumpAsync("SELECT last_error FROM outward_messages WHERE state = 'failed'")).Select(row => row.Split(": ")[1]), Is.EqualTo(new[] { "no address", "too late" }));
    }

    [Test]
    public async Task A_digest_comes_once_on_each_working_day_whoever_looks_and_however_often()
    {
        await using var database = new ReportingDatabase(Noon);
        await PrepareAsync(database, DigestRules.Daily);
        await using var other = database.Another();
        for (var hour = 0; hour < 24 * 9; hour++)
        {
            await Task.WhenAll(Digests.SweepAsync(database.Db, WorkingCalendar.Default), Digests.SweepAsync(other, WorkingCalendar.Default));
            database.Clock.Advance(TimeSpan.FromHours(1));
        }
        var digests = await database.DumpAsync("SELECT message_key, subject FROM outward_messages WHERE message_key LIKE 'digest%'");
        // From Wednesday noon: Thursday, Friday, and Monday to Friday.
        Assert.That(digests.Select(row => row.Split(": ")[1]), Is.EqualTo(new[] { 19, 20, 23, 24, 25, 26, 27 }.Select(day => $"digest|2026-11-{day}|您有 1 条未读通知")));
        // What was read, or is seen no more, is in no digest.
        await database.HearAsync([Stamped(Heard.Partner("p1", "/hq/zj/p1/", "s9", organisation: "zj", version: 5), database.Clock.GetUtcNow())]);
        database.Clock.Advance(TimeSpan.FromDays(3));
        await Digests.SweepAsync(database.Db, WorkingCalendar.Default);
        Assert.That(await database.DumpAsync("SELECT message_key FROM outward_messages WHERE message_key LIKE 'digest%'"), Has.Count.EqualTo(digests.Count));
    }

    [Test]
    public void A_digest_keeps_to_the_working_calendar()
    {
        static string Next(string digest, DateTimeOffset after) => $"{DigestRules.Next(digest, 9, after, WorkingCalendar.Default)?.ToOffset(ChinaTime.Offset):yyyy-MM-dd HH:mm}";
        DateTimeOffset At(int month, int day, int hour) => ChinaTime.At(new(2026, month, day), new TimeOnly(hour, 0));
        Assert.That(Next(DigestRules.None, At(11, 18, 8)), Is.Empty);
        Assert.That(Next(DigestRules.Daily, At(11, 18, 8)), Is.EqualTo("2026-11-18 09:00"));
        Assert.That(Next(DigestRules.Daily, At(11, 18, 9)), Is.EqualTo("2026-11-19 09:00"));
        Assert.That(Next(DigestRules.Daily, At(11, 20, 9)), Is.EqualTo("2026-11-23 09:00"), "not on Saturday");
        Assert.That(Next(DigestRules.Weekly, At(11, 18, 9)), Is.EqualTo("2026-11-23 09:00"));
        // The National Day holiday of 2026 lasts from Thursday 1 to Wednesday 7 October.
        Assert.That(Next(DigestRules.Daily, At(9, 30, 10)), Is.EqualTo("2026-10-08 09:00"));
        Assert.That(Next(DigestRules.Weekly, At(9, 30, 10)), Is.EqualTo("2026-10-08 09:00"), "the first day that is worked");
    }

    [Test]
    public async Task Any_order_of_events_ends_with_the_same_notifications([Values(1, 2, 3, 4)] int seed)
    {
        var random = new Random(seed);
        var people = People().Select(one => Stamped(one, Noon.AddDays(-30))).ToList();
        var events = Enumerable.Range(0, 12).SelectMany(i => new Event[]
        {
            Complaint($"k{i % 4}") with { Version = 1 + i, HandlerId = i % 3 == 0 ? null : $"s{1 + i % 2}", Severity = i % 4 == 0 ? "major" : "normal", Round = 1 + i / 8 },
            Complaint($"k{i % 4}") with { Version = 20 + i, EscalationRole = "sales-manager", EscalationLevel = 1 + i % 2, Severity = "normal", Mentions = ["员工s1", "staff/m1"] },
            Heard.Visit($"v{i % 5}", "p1", new(2026, 11, 17), i % 2 == 0 ? "planned" : "missed", i),
        }).Select((one, i) => Stamped(one, Noon.AddMinutes(-i))).ToList();
        var inOrder = await EndAsync(people, events);
        var shuffled = await EndAsync(people, [.. events.Concat(events.Where(_ => random.Next(3) == 0)).OrderBy(_ => random.Next())]);

        Assert.That(inOrder, Has.Count.GreaterThan(15));
        Assert.That(shuffled, Is.EqualTo(inOrder));
    }

    [Test]
    public async Task Old_news_is_no_news_and_old_notifications_go()
    {
        await using var database = new ReportingDatabase(Noon);
        await PrepareAsync(database, "none");
        await database.HearAsync([Stamped(Complaint("k9"), Noon.AddDays(-8))]);
        Assert.That(await database.DumpAsync("SELECT resource FROM notifications WHERE resource = 'tickets/k9'"), Is.Empty, "a rebuild wakes nobody");
        var retention = new NotificationRetention(TimeSpan.FromDays(60));
        Assert.That(await retention.SweepAsync(database.Db), Is.Zero);
        database.Clock.Advance(TimeSpan.FromDays(61));
        Assert.That(await retention.SweepAsync(database.Db), Is.Positive);
        Assert.That(await database.DumpAsync("SELECT id FROM notifications", "SELECT id FROM outward_messages"), Is.Empty);
    }

    [Test]
    public void A_mail_server_is_configured_whole_or_not_at_all()
    {
        static Mail? Of(params (string Key, string Value)[] settings) => Mail.From(new Microsoft.Extensions.Configuration.ConfigurationManager().With(settings));
        Assert.That(Of(), Is.Null);
        Assert.That(Of(("Mail:Host", "mail"), ("Mail:From", "qudao@example.com")), Is.Not.Null);
        Assert.Throws<InvalidOperationException>(() => Of(("Mail:Host", "mail")));
        Assert.Throws<InvalidOperationException>(() => Of(("Mail:Host", "mail"), ("Mail:From", "qudao@example.com"), ("Mail:Tls", "perhaps")));
        Assert.Throws<InvalidOperationException>(() => Of(("Mail:Host", "mail"), ("Mail:From", "qudao@example.com"), ("Mail:Tls", "none"), ("Mail:User", "postman")), "no password in the clear");
    }

    private static async Task<List<string>> EndAsync(IReadOnlyList<Event> people, IReadOnlyList<Event> events)
    {
        await using var database = new ReportingDatabase(Noon);
        await database.HearAsync(people);
        foreach (var one in events)
            await database.HearAsync([one]);
        return await database.DumpAsync("SELECT receiver_id, notice_key, kind, title_zh, title_en, text_zh, text_en, resource, scope_path, partner_id, at_us FROM notifications",
            "SELECT receiver_id, message_key, subject FROM outward_messages");
    }

    /// <summary>One major complaint that the manager was told of, and has not read.</summary>
    private static async Task PrepareAsync(ReportingDatabase database, string digest)
    {
        await database.HearAsync(People().Select(one => Stamped(one, Noon)));
        await database.HearAsync([Stamped(Complaint("k1"), Noon)]);
        if (digest != DigestRules.None)
            await database.Db.WriteAsync(tx => PreferenceStore.SaveAsync(tx, new PreferenceRow { StaffId = "m1", Digest = digest, NextDigestUs = DigestRules.Next(digest, 9, Noon, WorkingCalendar.Default)!.Value.Micros() }));
    }

    private static IEnumerable<Event> People() =>
    [
        Heard.Organisation("js", "/hq/js/"), Heard.Partner("p1", "/hq/js/a1/p1/", "s1"), Heard.Staff("s1", "js", "/hq/js/", "salesperson"), Heard.Staff("s2", "js", "/hq/js/", "salesperson"),
        Heard.Staff("m1", "js", "/hq/js/", "sales-manager") with { Email = "m1@example.com" },
    ];

    private static TicketChanged Complaint(string id) => Heard.Ticket(id, "p1", Noon, state: "open") with { Number = $"TS-{id}", Severity = "major", ScopePath = "/hq/js/a1/p1/", AssigneeId = "s1" };

    private static T Stamped<T>(T happened, DateTimeOffset at)
        where T : Event => happened with { EventId = Guid.NewGuid().ToString("n"), OccurTime = at };

    private static Task<List<string>> StatesAsync(ReportingHouse house, string ticket) => house.Service.Db.ReadAsync(s =>
        s.QueryAsync<string>("SELECT state || ' ' || attempts || ' ' || last_error FROM outward_messages WHERE message_key = @key", new { key = $"major|{ticket}" }));
}

internal static class Configured
{
    public static Microsoft.Extensions.Configuration.IConfiguration With(this Microsoft.Extensions.Configuration.ConfigurationManager configuration, (string Key, string Value)[] settings)
    {
        foreach (var (key, value) in settings)
            configuration[key] = value;
        return configuration;
    }
}
