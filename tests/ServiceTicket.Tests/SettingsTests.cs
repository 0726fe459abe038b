using Qudao.ServiceTicket.V1;
using static Qudao.ServiceTicket.Tests.TicketHouse;

namespace Qudao.ServiceTicket.Tests;

/// <summary>Numbers that the manuals do not give are the company's to set.</summary>
internal sealed class SettingsTests
{
    [Test]
    public async Task What_is_set_holds_instead_of_what_is_usual()
    {
        await using var house = await TicketHouse.StartAsync(settings: new()
        {
            ["ServiceTicket:ReplyGraceHours"] = "1",
            ["ServiceTicket:FollowUpWorkingDays"] = "1",
            ["ServiceTicket:WarrantyMonths"] = "24",
            ["ServiceTicket:BadRating"] = "3",
            ["ServiceTicket:StatisticsDays"] = "7",
            ["ServiceTicket:AttachmentMaxBytes"] = "100",
        });
        var ticket = await house.OpenAsync();
        var warranty = (await house.Doing("technical").CheckTicketWarrantyAsync(new CheckTicketWarrantyRequest { Name = ticket.Name, PurchaseDate = "2025-01-05" })).Warranty;
        Assert.That((warranty.State, warranty.Until), Is.EqualTo((WarrantyState.Covered, "2027-01-05")));
        await house.AfterSales.AssignTicketAsync(new AssignTicketRequest { Name = ticket.Name, Handler = "staff/s-tech" });
        await house.AfterSales.ResolveTicketAsync(new ResolveTicketRequest { Name = ticket.Name, Result = "好了" });
        Assert.That((await house.AfterSales.CloseTicketAsync(new CloseTicketRequest { Name = ticket.Name })).FollowUpDue, Is.EqualTo("2026-11-24"));
        Assert.That((await house.Shop.FollowUpTicketAsync(new FollowUpTicketRequest { Name = ticket.Name, Satisfaction = 3 })).State, Is.EqualTo(TicketState.InProgress), "three is not good enough here");
        await house.AfterSales.ResolveTicketAsync(new ResolveTicketRequest { Name = ticket.Name, Result = "好了" });
        await house.AfterSales.CloseTicketAsync(new CloseTicketRequest { Name = ticket.Name });
        await house.Service.MoveClockAsync(Monday.AddHours(2));
        await house.Shop.AddTicketCommentAsync(new AddTicketCommentRequest { Name = ticket.Name, Text = "又离线了" });
        Assert.That((await house.AfterSales.ListTicketsAsync(new ListTicketsRequest { LinkedTo = ticket.Name })).Tickets.Single().Link, Is.EqualTo(TicketLink.LateReply));
        var figures = new TicketStatisticsService.TicketStatisticsServiceClient(house.Service.Grpc(house.Service.TokenFor("after-sales-manager", "/hq/js/", "s-manager")));
        Assert.That((await figures.GetTicketStatisticsAsync(new GetTicketStatisticsRequest())).From, Is.EqualTo("2026-11-16"));
        var files = new TicketAttachmentService.TicketAttachmentServiceClient(house.Service.Grpc(house.Service.TokenFor("after-sales", "/hq/js/", "s-after")));
        var large = new CreateTicketAttachmentRequest { Parent = ticket.Name, FileName = "x.pdf", File = new Google.Api.HttpBody { Data = Google.Protobuf.ByteString.CopyFrom([.. "%PDF-1.7"u8, .. new byte[93]]) } };
        Assert.That(await Refused.FieldsAsync(files.CreateTicketAttachmentAsync(large)), Is.EqualTo(["file"]));
    }
}
