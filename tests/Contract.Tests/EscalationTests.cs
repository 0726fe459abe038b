using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Qudao.Contract.Approvals;
using Qudao.Contract.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Contract.Tests;

/// <summary>What waits too long goes to the superior: once, whoever else looks at the clock.</summary>
internal sealed class EscalationTests
{
    [Test]
    public async Task Two_instances_on_one_database_escalate_each_level_once()
    {
        await using var house = await ContractHouse.StartAsync();
        await house.Service.MoveClockAsync(At("2026-11-23T10:00"));
        var waiting = new List<string>();
        for (var i = 0; i < 20; i++)
            waiting.Add((await house.Salesperson.SubmitAsync((await house.DraftedAsync($"shop{i}")).Name)).Name);
        await using var second = await house.SecondInstanceAsync();

        foreach (var (time, level) in new[] { ("2026-11-25T10:05", 1), ("2026-11-27T10:10", 2), ("2026-12-01T10:15", 3) })
        {
            await house.Service.MoveClockAsync(At(time));
            // Beside both instances' own sweeps: all may have read what is due before anybody writes.
            Db[] databases = [house.Service.Db, second.Services.GetRequiredService<Db>()];
            await Task.WhenAll(Enumerable.Range(0, 8).Select(i => ReviewEscalation.SweepAsync(databases[i % 2])));
            foreach (var name in waiting)
                await Eventually.Async(async () => (await house.SalesManager.GetAsync(name)).Steps[0].EscalatedTo.Count == level, TimeSpan.FromSeconds(60), $"{name} is at level {level}");
        }
        await second.StopAsync();

        foreach (var name in waiting)
            Assert.That((await house.SalesManager.GetAsync(name)).Timeline.Where(e => e.Action == "escalate").Select(e => e.Comment), Is.EqualTo(new[]
            {
                "中心销售部经理 → 中心总经理", "中心销售部经理 → 总部营销部", "中心销售部经理 → 总部总经理",
            }));
        var told = (await house.Service.PublishedAsync<ReviewEscalated>()).GroupBy(e => e.AggregateId).ToList();
        Assert.That(told, Has.Count.EqualTo(waiting.Count));
        Assert.That(told.Select(e => string.Join(" ", e.Select(one => $"{one.Role}>{one.ToRole} {one.Level}"))),
            Is.All.EqualTo("sales-manager>centre-general-manager 1 sales-manager>hq-marketing 2 sales-manager>hq-general-manager 3"));
    }

    [Test]
    public async Task The_superior_finds_it_in_his_inbox_and_may_act_for_the_role()
    {
        await using var house = await ContractHouse.StartAsync();
        await house.Service.MoveClockAsync(At("2026-11-23T10:00"));
        var draft = await house.Salesperson.SubmitAsync((await house.DraftedAsync("shop")).Name);
        Assert.That(draft.Steps[0].DueTime.ToDateTimeOffset(), Is.EqualTo(At("2026-11-25T10:00")).Within(TimeSpan.FromSeconds(30)));
        Assert.That(await Refused.WhyAsync(house.GeneralManager.ApproveAsync(draft.Name)), Is.EqualTo("PermissionDenied REVIEWER_AWAITED"));

        await house.Service.MoveClockAsync(At("2026-11-25T10:05"));
        await Eventually.Async(async () => (await house.GeneralManager.InboxAsync()).Count == 1, TimeSpan.FromSeconds(30), "the general manager is told");
        var found = (await house.GeneralManager.InboxAsync()).Single();
        Assert.That((found.Role, found.Awaits, found.Overdue), Is.EqualTo(("sales-manager", "centre-general-manager", true)));
        Assert.That((await house.SalesManager.InboxAsync()).Single().Overdue);

        var approved = await house.GeneralManager.ApproveAsync(draft.Name);
        Assert.That((approved.Steps[0].Role, approved.Steps[0].Reviewer, approved.Steps[0].State), Is.EqualTo(("sales-manager", "staff/js-gm", ApprovalState.Approved)));
        Assert.That(await house.SalesManager.InboxAsync(), Is.Empty);
        Assert.That(approved.Steps[1].DueTime.ToDateTimeOffset(), Is.EqualTo(At("2026-11-27T10:05")).Within(TimeSpan.FromSeconds(30)), "legal's time starts now");
    }

    private static DateTimeOffset At(string chinaTime) => DateTimeOffset.Parse(chinaTime + ":00+08:00");
}
