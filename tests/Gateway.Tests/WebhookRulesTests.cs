using System.Net;
using Google.Protobuf.WellKnownTypes;
using Qudao.Gateway.V1;
using Qudao.Gateway.Webhooks;
using Qudao.Platform;

namespace Qudao.Gateway.Tests;

public class WebhookRulesTests
{
    private static readonly WebhookSettings Strict = new(AllowHttp: false, AllowPrivateAddresses: false, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    private static readonly WebhookSettings Loose = Strict with { AllowHttp = true, AllowPrivateAddresses = true };

    [TestCase("127.0.0.1"), TestCase("127.8.9.1"), TestCase("10.1.2.3"), TestCase("172.16.0.1"), TestCase("172.31.255.255"), TestCase("192.168.1.1"), TestCase("169.254.169.254")]
    [TestCase("100.64.0.1"), TestCase("100.127.255.255"), TestCase("0.0.0.0"), TestCase("224.0.0.1"), TestCase("239.255.255.255"), TestCase("255.255.255.255"), TestCase("198.18.0.1")]
    [TestCase("192.0.2.1"), TestCase("203.0.113.9"), TestCase("::1"), TestCase("::"), TestCase("fe80::1"), TestCase("fc00::1"), TestCase("fd12::1"), TestCase("ff02::1")]
    [TestCase("::ffff:127.0.0.1"), TestCase("::ffff:10.0.0.1"), TestCase("64:ff9b::7f00:1"), TestCase("64:ff9b::a00:1"), TestCase("2002:7f00:1::"), TestCase("2001:db8::1"), TestCase("2001::1"), TestCase("::127.0.0.1")]
    public void No_address_that_only_the_gateway_can_reach_is_public(string address) => Assert.That(Addresses.IsPublic(IPAddress.Parse(address)), Is.False);

    [TestCase("1.1.1.1"), TestCase("172.15.0.1"), TestCase("172.32.0.1"), TestCase("100.63.0.1"), TestCase("100.128.0.1"), TestCase("223.5.5.5"), TestCase("2400:3200::1"), TestCase("::ffff:1.1.1.1"), TestCase("64:ff9b::101:101")]
    public void Addresses_of_the_internet_are(string address) => Assert.That(Addresses.IsPublic(IPAddress.Parse(address)), Is.True);

    [TestCase("https://partner.example.com/hook?a=b", "", "")]
    [TestCase("http://partner.example.com/hook", "HTTPS_REQUIRED", "")]
    [TestCase("ftp://partner.example.com/", "HTTPS_REQUIRED", "HTTPS_REQUIRED")]
    [TestCase("https://user:pw@partner.example.com/", "BAD_FORMAT", "BAD_FORMAT")]
    [TestCase("https://partner.example.com/#x", "BAD_FORMAT", "BAD_FORMAT")]
    [TestCase("/hook", "BAD_FORMAT|HTTPS_REQUIRED", "BAD_FORMAT|HTTPS_REQUIRED")]
    [TestCase("nonsense", "BAD_FORMAT", "BAD_FORMAT")]
    [TestCase("https://127.0.0.1/", "ADDRESS_NOT_ALLOWED", "")]
    [TestCase("https://2130706433/", "ADDRESS_NOT_ALLOWED", "")]
    [TestCase("https://0x7f.1/", "ADDRESS_NOT_ALLOWED", "")]
    [TestCase("https://[::1]/", "ADDRESS_NOT_ALLOWED", "")]
    [TestCase("https://[::ffff:10.0.0.1]/", "ADDRESS_NOT_ALLOWED", "")]
    [TestCase("https://localhost:8443/", "ADDRESS_NOT_ALLOWED", "")]
    [TestCase("https://db.internal/", "ADDRESS_NOT_ALLOWED", "")]
    public void An_address_is_https_and_outside_unless_the_house_allows_more(string url, string strict, string loose)
    {
        string Found(WebhookSettings settings) => string.Join(',', WebhookRules.Create(new WebhookEndpoint { Url = url }, settings).Select(fault => fault.Reason));
        Assert.Multiple(() =>
        {
            Assert.That(strict.Split('|'), Does.Contain(Found(Strict)));
            Assert.That(loose.Split('|'), Does.Contain(Found(Loose)));
        });
    }

    [Test]
    public void A_change_is_looked_at_as_far_as_it_goes()
    {
        string Found(string url, params string[] mask) =>
            string.Join(',', WebhookRules.Update(new WebhookEndpoint { Url = url, Types_ = { "no.such" } }, new FieldMask { Paths = { mask } }, Strict).Select(fault => $"{fault.Field} {fault.Reason}"));
        Assert.Multiple(() =>
        {
            Assert.That(Found("x", "display_name"), Is.Empty);
            Assert.That(Found("https://a.example.com/", "url"), Is.Empty);
            Assert.That(Found("x", "url"), Is.EqualTo("webhook_endpoint.url BAD_FORMAT"));
            Assert.That(Found("x", "types"), Is.EqualTo("webhook_endpoint.types[0] UNKNOWN_TYPE"));
            Assert.That(Found("x", "state"), Is.EqualTo("update_mask IMMUTABLE"));
            Assert.That(Found("x"), Is.EqualTo("webhook_endpoint.url BAD_FORMAT,webhook_endpoint.types[0] UNKNOWN_TYPE"));
        });
    }

    [TestCase(EndpointRow.Active, null, "WEBHOOK_NOT_PAUSED", null)]
    [TestCase(EndpointRow.Paused, "WEBHOOK_PAUSED", null, "WEBHOOK_PAUSED")]
    public void Each_state_takes_its_own_actions(string state, string? pause, string? resume, string? send) =>
        Assert.Multiple(() =>
        {
            Assert.That(WebhookRules.RefusePause(state)?.Reason, Is.EqualTo(pause));
            Assert.That(WebhookRules.RefuseResume(state)?.Reason, Is.EqualTo(resume));
            Assert.That(WebhookRules.RefuseSending(state)?.Reason, Is.EqualTo(send));
        });

    [Test]
    public void Tries_come_less_and_less_often_for_three_days_and_then_no_more()
    {
        var (since, attempts, pauses) = (TimeSpan.Zero, 0, new List<TimeSpan>());
        while (WebhookRules.Pause(++attempts, since, null, 0.5) is { } pause)
        {
            pauses.Add(pause);
            since += pause;
        }
        Assert.Multiple(() =>
        {
            Assert.That(since, Is.EqualTo(TimeSpan.FromDays(3)), "the last try is at the very end");
            Assert.That(pauses[0], Is.EqualTo(TimeSpan.FromSeconds(5)));
            Assert.That(pauses[..^1], Is.Ordered);
            Assert.That(pauses, Has.All.LessThanOrEqualTo(TimeSpan.FromHours(8)));
            Assert.That(attempts, Is.InRange(15, 20));
            Assert.That(WebhookRules.Pause(1, TimeSpan.Zero, null, 0), Is.EqualTo(TimeSpan.FromSeconds(4)));
            Assert.That(WebhookRules.Pause(1, TimeSpan.Zero, null, 1), Is.EqualTo(TimeSpan.FromSeconds(6)));
            Assert.That(WebhookRules.Pause(1, TimeSpan.Zero, TimeSpan.FromMinutes(7), 1), Is.EqualTo(TimeSpan.FromMinutes(7)));
            Assert.That(WebhookRules.Pause(1, TimeSpan.Zero, TimeSpan.FromDays(30), 1), Is.EqualTo(TimeSpan.FromDays(1)));
            Assert.That(WebhookRules.Pause(9, TimeSpan.Zero, TimeSpan.FromSeconds(1), 0.5), Is.EqualTo(TimeSpan.FromHours(8)), "asking for less changes nothing");
        });
    }

    [Test]
    public void What_two_see_together_is_the_smaller_part_of_one_tree()
    {
        var js = new Scope("/hq/js/", "s1");
        Assert.Multiple(() =>
        {
            Assert.That(Owners.Shared(js, "/hq/"), Is.EqualTo(js));
            Assert.That(Owners.Shared(js, "/hq/js/p1/"), Is.EqualTo(new Scope("/hq/js/p1/", "s1")));
            Assert.That(Owners.Shared(js, "/hq/zj/"), Is.Null);
        });
    }
}
