using Grpc.Core;
using Qudao.Dealer.ClientFiles;
using Qudao.Dealer.V1;

namespace Qudao.Dealer.Tests;

/// <summary>The client file over the running service.</summary>
public class ClientFileTests
{
    private Network network = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => network = await Network.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await network.DisposeAsync();

    [TestCase("13800135678", "138****5678")]
    [TestCase("138 0013 5678", "138 **** 5678")]
    [TestCase("+86 138-0013-5678", "+86 1**-****-5678")]
    [TestCase("025-52108888", "025-****8888")]
    [TestCase("52108888", "52****88")]
    [TestCase("13800135678/025-52108888", "138****5678/025-****8888")]
    [TestCase("110", "***")]
    [TestCase("", "")]
    public void A_number_is_masked_in_its_middle(string phone, string masked) => Assert.That(Privacy.Mask(phone), Is.EqualTo(masked));

    [FsCheck.NUnit.Property]
    public bool No_masked_number_shows_more_than_seven_digits_in_a_row(string? text) =>
        !System.Text.RegularExpressions.Regex.IsMatch(Privacy.Mask(text ?? ""), "[0-9]{8}");

    [Test]
    public async Task Phones_are_masked_for_who_need_not_call()
    {
        var shop = await network.Wang.Partners.CreatePartnerAsync(new CreatePartnerRequest
        {
            Partner = new Partner { DisplayName = "掩码店", Kind = PartnerKind.Terminal, CityCode = "3201", Contact = "张三", Phone = "13800135678" },
        });
        await network.Wang.Files.CreateContactAsync(new CreateContactRequest { Contact = new Contact { Partner = shop.Name, DisplayName = "李四", Phone = "13911112222" } });
        await network.Wang.Files.SetShippingAsync(new SetShippingRequest { Name = shop.Name, Shipping = new Shipping { Address = "南京", Receiver = "李四", Phone = "13911112222" } });
        foreach (var (caller, phone, contact) in new[] { (network.Wang, "13800135678", "13911112222"), (network.Manager, "13800135678", "13911112222"), (network.Finance, "138****5678", "139****2222") })
        {
            var file = await caller.Files.GetClientFileAsync(new GetClientFileRequest { Name = shop.Name });
            Assert.Multiple(() =>
            {
                Assert.That(file.Partner.Phone, Is.EqualTo(phone));
                Assert.That(file.Contacts.Single().Phone, Is.EqualTo(contact));
                Assert.That(file.Shipping.Phone, Is.EqualTo(contact));
            });
            Assert.That((await caller.GetAsync(shop)).Phone, Is.EqualTo(phone));
            Assert.That((await caller.Partners.ListPartnersAsync(new ListPartnersRequest { Query = "掩码" })).Partners.Single().Phone, Is.EqualTo(phone));
        }
        Assert.That((await network.Finance.Partners.ListPartnersAsync(new ListPartnersRequest { Query = "1380013" })).Partners, Is.Empty, "nobody finds digit by digit what he may not read");
        Assert.That((await network.Finance.Partners.ListPartnersAsync(new ListPartnersRequest { Query = "13800135678" })).Partners, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_primary_contact_is_one_and_stands_in_the_partner()
    {
        var shop = await network.Wang.ShopAsync("联系人店");
        var first = await ContactAsync(shop, "甲", primary: true);
        var second = await ContactAsync(shop, "乙", primary: true);
        var contacts = (await network.Wang.Files.ListContactsAsync(new ListContactsRequest { Partner = shop.Name })).Contacts;
        Assert.That(contacts.Select(c => (c.DisplayName, c.Primary)), Is.EqualTo(new[] { ("乙", true), ("甲", false) }));
        Assert.That((await network.Wang.GetAsync(shop)).Contact, Is.EqualTo("乙"));
        Assert.That((await network.Wang.Partners.ListPartnersAsync(new ListPartnersRequest { Query = "乙" })).Partners.Select(p => p.Name), Does.Contain(shop.Name));

        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, async () => await network.Wang.Files.DeleteContactAsync(new DeleteContactRequest { Name = second.Name })), Is.EqualTo(new[] { "PRIMARY_CONTACT" }));
        await network.Wang.Files.DeleteContactAsync(new DeleteContactRequest { Name = first.Name });
        Assert.That((await network.Wang.Files.ListContactsAsync(new ListContactsRequest { Partner = shop.Name })).Contacts, Has.Count.EqualTo(1));
        await Refused.Async(StatusCode.NotFound, async () => await network.Li.Files.ListContactsAsync(new ListContactsRequest { Partner = shop.Name }));
        await Refused.Async(StatusCode.NotFound, async () => await network.Li.Files.UpdateContactAsync(new UpdateContactRequest { Contact = second }));
    }

    [Test]
    public async Task A_record_is_corrected_by_a_new_one_only()
    {
        var shop = await network.Wang.ShopAsync("记录店");
        var wrong = await RecordAsync(shop, RecordKind.Purchase, r => (r.Product, r.Quantity, r.AmountFen) = ("卫星定位终端", 10, 1_200_000));
        var right = await RecordAsync(shop, RecordKind.Purchase, r => (r.Product, r.Quantity, r.Corrects) = ("卫星定位终端", 12, wrong.Name));
        await RecordAsync(shop, RecordKind.Feedback, r => r.Satisfaction = 4);
        Assert.That(await Refused.Async(StatusCode.FailedPrecondition, () => RecordAsync(shop, RecordKind.Purchase, r => (r.Product, r.Quantity, r.Corrects) = ("x", 1, wrong.Name))), Is.EqualTo(new[] { "RECORD_CORRECTED" }));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => RecordAsync(shop, RecordKind.Feedback, r => r.Corrects = right.Name)), Does.Contain("record.corrects NOT_FOUND"));
        Assert.That(await Refused.Async(StatusCode.InvalidArgument, () => RecordAsync(shop, RecordKind.Purchase, r => (r.OccurDate, r.Satisfaction) = ("2099-01-01", 3))),
            Is.SupersetOf(new[] { "record.occur_date TOO_LATE", "record.product REQUIRED", "record.quantity REQUIRED", "record.satisfaction INVALID" }));

        var listed = (await network.Manager.Files.ListRecordsAsync(new ListRecordsRequest { Partner = shop.Name, Kind = RecordKind.Purchase })).Records;
        Assert.That(listed.Select(r => (r.Name, r.CorrectedBy, r.Author)), Is.EqualTo(new[] { (right.Name, "", "王伟"), (wrong.Name, right.Name, "王伟") }));
        var file = await network.Manager.Files.GetClientFileAsync(new GetClientFileRequest { Name = shop.Name });
        Assert.That(file.Records.Select(r => (r.Kind, r.Count, r.Latest?.Name ?? "")), Is.EqualTo(new[] { (RecordKind.Purchase, 2L, right.Name), (RecordKind.Communication, 0L, ""), (RecordKind.Feedback, 1L, file.Records[2].Latest.Name) }));
    }

    [Test]
    public async Task Credit_grades_have_a_history()
    {
        var shop = await network.Wang.ShopAsync("信用店");
        foreach (var grade in new[] { CreditGrade.B, CreditGrade.D })
            await network.Manager.Files.GradeCreditAsync(new GradeCreditRequest { Name = shop.Name, Grade = grade, Reason = $"按 {grade}" });
        await Refused.Async(StatusCode.PermissionDenied, async () => await network.Wang.Files.GradeCreditAsync(new GradeCreditRequest { Name = shop.Name, Grade = CreditGrade.A, Reason = "x" }));
        var gradings = (await network.Wang.Files.ListCreditGradingsAsync(new ListCreditGradingsRequest { Partner = shop.Name })).Gradings;
        Assert.That(gradings.Select(g => (g.Grade, g.Reason, g.Author)), Is.EqualTo(new[] { (CreditGrade.D, "按 D", "陈经理"), (CreditGrade.B, "按 B", "陈经理") }));
        Assert.That((await network.Wang.Files.GetClientFileAsync(new GetClientFileRequest { Name = shop.Name })).Credit.Grade, Is.EqualTo(CreditGrade.D));
    }

    private async Task<Contact> ContactAsync(Partner shop, string name, bool primary) =>
        await network.Wang.Files.CreateContactAsync(new CreateContactRequest { Contact = new Contact { Partner = shop.Name, DisplayName = name, Phone = "13800000000", Primary = primary, Consent = true } });

    private async Task<ClientRecord> RecordAsync(Partner shop, RecordKind kind, Action<ClientRecord> fill)
    {
        var record = new ClientRecord { Partner = shop.Name, Kind = kind, OccurDate = "2026-11-01", Content = "内容" };
        fill(record);
        return await network.Wang.Files.AddRecordAsync(new AddRecordRequest { Record = record });
    }
}
