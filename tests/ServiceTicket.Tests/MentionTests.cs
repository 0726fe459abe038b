using Qudao.Events;
using Qudao.ServiceTicket.Comments;
using Qudao.ServiceTicket.V1;

namespace Qudao.ServiceTicket.Tests;

/// <summary>Whom a comment calls on goes along with its event.</summary>
internal sealed class MentionTests
{
    [TestCase("@王伟 请看", "王伟")]
    [TestCase("请＠王伟看一下，@李娜也看", "王伟看一下 李娜也看")]
    [TestCase("@staff/01k2-x 和 @staff/01k2-x", "staff/01k2-x")]
    [TestCase("写信给 wang@example.com", "")]
    [TestCase("@ 王伟", "")]
    [TestCase("", "")]
    public void What_stands_after_an_at_is_a_mention(string text, string mentions) => Assert.That(string.Join(' ', Mentions.In(text)), Is.EqualTo(mentions));

    [Test]
    public void Nobody_is_called_on_without_end() => Assert.That(Mentions.In(string.Join(' ', Enumerable.Range(0, 50).Select(i => $"@staff/{i}"))), Has.Count.EqualTo(20));

    [Test]
    public async Task A_comment_and_a_hand_off_tell_whom_they_concern()
    {
        await using var house = await TicketHouse.StartAsync();
        var ticket = await house.OpenAsync();
        await house.AfterSales.AddTicketCommentAsync(new AddTicketCommentRequest { Name = ticket.Name, Text = "@王伟请联系客户", Internal = true });
        await house.AfterSales.AddTicketCommentAsync(new AddTicketCommentRequest { Name = ticket.Name, Text = "已联系" });

        var told = await house.EventsAsync(ticket.Name);

        Assert.That(told.Select(e => string.Join(' ', e.Mentions)), Is.EqualTo(new[] { "", "王伟请联系客户", "" }));
        Assert.That(told.Select(e => e.Number).Distinct(), Is.EqualTo(new[] { ticket.Number }));
    }
}
