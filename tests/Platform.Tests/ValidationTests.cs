using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Qudao.Common.V1;
using Qudao.Platform.Tests.Shops;

namespace Qudao.Platform.Tests;

public class ValidationTests
{
    private static string[] Faults(IMessage message) =>
        [.. RequestRules.Check(message).Select(v => $"{v.Field} {v.Reason}")];

    private static CreateShopRequest Good() => new()
    {
        RequestId = "r1",
        Shop = new Shop
        {
            DisplayName = "新街口店",
            CityCode = "3201",
            Turnover = 500,
            Remark = "第一行\n第二行",
            Contacts = { new Contact { Name = "王", Phone = "025-83700000 转 12、13800000000" } },
        },
    };

    [Test]
    public void A_good_request_has_no_faults() => Assert.That(RequestRules.Check(Good()), Is.Empty);

    [Test]
    public void Every_fault_is_named_with_its_path()
    {
        var request = Good();
        request.RequestId = new string('x', 201);
        request.Shop.DisplayName = "  ";
        request.Shop.CityCode = "32O1";
        request.Shop.Turnover = 1_000_001;
        request.Shop.Contacts.Add(new Contact { Phone = "call me" });
        request.Shop.State = (ShopState)77;
        Assert.That(Faults(request), Is.EquivalentTo(new[]
        {
            "request_id TOO_LONG", "shop.display_name REQUIRED", "shop.city_code BAD_FORMAT", "shop.turnover OUT_OF_RANGE",
            "shop.contacts[1].name REQUIRED", "shop.contacts[1].phone BAD_FORMAT", "shop.state UNKNOWN_VALUE",
        }));
    }

    [Test]
    public void A_missing_message_is_required() =>
        Assert.That(Faults(new CreateShopRequest()), Is.EqualTo(new[] { "shop REQUIRED" }));

    [Test]
    public void Lists_and_maps_have_limits_and_their_items_are_checked()
    {
        var kinds = new Kinds { Texts = { "a", "b\u0007" }, States = { ShopState.Open, (ShopState)9 } };
        kinds.Counts["\ud83d"] = 1;
        kinds.People[7] = new Contact();
        kinds.Numbers.AddRange(Enumerable.Range(0, 1_001));
        kinds.Many.Add(new Kinds { Many = { new Kinds { Month = "2026-13" } } });
        Assert.That(Faults(kinds), Is.EquivalentTo(new[]
        {
            "texts[1] BAD_CHARACTERS", "states[1] UNKNOWN_VALUE", "counts[?] BAD_CHARACTERS", "people[7].name REQUIRED",
            "numbers TOO_MANY", "many[0].many[0].month BAD_FORMAT",
        }));
    }

    [TestCase("a\u0000", false)]
    [TestCase("a\u001b[31m", false)]
    [TestCase("a\u007f", false)]
    [TestCase("a\u0085", false)]
    [TestCase("\udc00\ud800", false)]
    [TestCase("坏\ufffd", false)]
    [TestCase("一行\n两行", false)]
    [TestCase("𠮷野家😀", true)]
    public void Texts_are_clean(string text, bool good) =>
        Assert.That(Faults(new Kinds { Text = text }), Is.EqualTo(good ? Array.Empty<string>() : ["text BAD_CHARACTERS"]));

    [Test]
    public void Length_counts_characters_not_code_units()
    {
        var shop = new Shop { DisplayName = string.Concat(Enumerable.Repeat("𠮷", 50)) };
        Assert.That(Faults(shop), Is.Empty);
        shop.DisplayName += "𠮷";
        Assert.That(Faults(shop), Is.EqualTo(new[] { "display_name TOO_LONG" }));
    }

    [TestCase("2026-02-28", true)]
    [TestCase("2026-02-29", false)]
    [TestCase("2026-2-8", false)]
    [TestCase("0026-02-08", false)]
    [TestCase("2026-02-08T00:00", false)]
    public void Dates_are_days_of_the_calendar(string text, bool good) =>
        Assert.That(Faults(new Window { FromDate = text }), Is.EqualTo(good ? Array.Empty<string>() : ["from_date BAD_FORMAT"]));

    [TestCase("13800000000", true)]
    [TestCase("+86 138-0000-0000", true)]
    [TestCase("(025) 8370 0000", true)]
    [TestCase("025-83700000/83700001 转 12", true)]
    [TestCase("400-800-0000", true)]
    [TestCase("138", false)]
    [TestCase("1380000000O", false)]
    [TestCase("13800000000\n", false)]
    public void Phones_are_as_people_write_them(string text, bool good) =>
        Assert.That(Faults(new Contact { Name = "王", Phone = text }).Length, Is.EqualTo(good ? 0 : 1));

    [TestCase("shops/01k2-a", true)]
    [TestCase("shops/", false)]
    [TestCase("shops/A", false)]
    [TestCase("shops/a/b", false)]
    [TestCase("partners/a", false)]
    public void Resource_names_are_of_their_collection(string name, bool good) =>
        Assert.That(Faults(new GetShopRequest { Name = name }), Is.EqualTo(good ? Array.Empty<string>() : ["name BAD_FORMAT"]));

    [Test]
    public void Times_and_spans_have_ranges()
    {
        var kinds = new Kinds
        {
            Time = new Timestamp { Seconds = 253402300800 },
            Span = new Duration { Seconds = 1, Nanos = -1 },
            Inner = new Kinds { Time = new Timestamp { Nanos = -1 }, Span = new Duration { Seconds = long.MinValue } },
        };
        Assert.That(Faults(kinds), Is.EquivalentTo(new[]
        {
            "time OUT_OF_RANGE", "span OUT_OF_RANGE", "inner.time OUT_OF_RANGE", "inner.span OUT_OF_RANGE",
        }));
    }

    [Test]
    public void Reals_are_finite()
    {
        var kinds = new Kinds { Single = float.NaN, Real = double.NegativeInfinity };
        Assert.That(Faults(kinds), Is.EquivalentTo(new[] { "single OUT_OF_RANGE", "real OUT_OF_RANGE" }));
    }

    [Test]
    public void A_chosen_zero_is_checked_and_an_unset_one_is_not()
    {
        Assert.That(Faults(new Kinds { Chosen = 0 }), Is.Empty);
        Assert.That(Faults(new Kinds { Chosen = -1 }), Is.EqualTo(new[] { "chosen OUT_OF_RANGE" }));
        Assert.That(Faults(new ListShopsRequest { PageSize = 0 }), Is.Empty);
        Assert.That(Faults(new ListShopsRequest { PageSize = -1 }), Is.EqualTo(new[] { "page_size OUT_OF_RANGE" }));
    }

    [Test]
    public void Wrapped_values_are_checked_like_bare_ones() =>
        Assert.That(Faults(new Kinds { MaybeText = new string('x', 201), MaybeSmall = 0 }), Is.EqualTo(new[] { "maybe_text TOO_LONG" }));

    [TestCase("3201", true)]
    [TestCase("419001", true)]
    [TestCase("419999", false)]
    [TestCase("320102", false)]
    [TestCase("32O1", false)]
    [TestCase("32", false)]
    public void A_city_has_four_digits_or_is_a_county_its_province_administers(string code, bool good)
    {
        var request = Good();
        request.Shop.CityCode = code;
        Assert.That(Faults(request), Is.EqualTo(good ? Array.Empty<string>() : ["shop.city_code BAD_FORMAT"]));
    }

    [Test]
    public void A_mask_names_fields_of_the_resource()
    {
        var request = new UpdateShopRequest
        {
            Shop = Good().Shop,
            UpdateMask = new FieldMask { Paths = { "display_name", "contacts", "create_time.seconds", "nothing", "display_name.x", "" } },
        };
        Assert.That(Faults(request), Is.EqualTo(Enumerable.Repeat("update_mask UNKNOWN_FIELD", 3)));
        request.UpdateMask = new FieldMask { Paths = { "*" } };
        Assert.That(Faults(request), Is.Empty);
    }

    [Test]
    public void What_an_update_leaves_out_of_its_mask_need_not_be_good()
    {
        var request = new UpdateShopRequest { Shop = new Shops.Shop { Name = "x", CityCode = "x", Contacts = { new Contact() } } };
        Assert.That(Faults(request), Is.EqualTo(new[]
        {
            "shop.name BAD_FORMAT", "shop.display_name REQUIRED", "shop.city_code BAD_FORMAT", "shop.contacts[0].name REQUIRED",
        }));
        request.UpdateMask = new FieldMask { Paths = { "contacts", "remark", "display" } };
        Assert.That(Faults(request), Is.EqualTo(new[] { "shop.name BAD_FORMAT", "shop.contacts[0].name REQUIRED", "update_mask UNKNOWN_FIELD" }));
    }

    [Test]
    public void Faults_are_told_in_both_languages_and_in_a_bounded_number()
    {
        var kinds = new Kinds();
        kinds.Texts.AddRange(Enumerable.Repeat("\u0001", 900));
        kinds.Numbers.AddRange(Enumerable.Repeat(-1, 2_000));
        kinds.Inner = kinds.Clone();
        var found = RequestRules.Check(kinds);
        Assert.That(found, Has.Count.EqualTo(RequestRules.MaxViolations));
        Assert.That((found[^1].Field, found[^1].Reason), Is.EqualTo(("", Errors.MoreViolations)));
        Assert.That(found, Has.All.Matches<Violation>(v => v.Zh.Any(c => c > 0x4e00) && v.En.All(c => c < 0x80)));
    }

    [Test]
    public void Every_message_of_the_product_has_rules_that_make_sense()
    {
        var files = typeof(OptionsExtensions).Assembly.GetTypes()
            .Where(t => t.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(t => t.GetProperty("Descriptor")?.GetValue(null)).OfType<Google.Protobuf.Reflection.FileDescriptor>().ToList();
        Assert.That(files, Is.Not.Empty);
        foreach (var type in files.SelectMany(f => f.MessageTypes))
            Assert.That(() => RequestRules.Check(type.Parser.ParseFrom([])), Throws.Nothing, type.FullName);
    }

    [Test]
    public void A_good_request_is_checked_with_almost_no_garbage()
    {
        var request = Good();
        RequestRules.Check(request);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10000; i++) RequestRules.Check(request);
        // A boxed number for each enum and each number that has rules, and little else.
        Assert.That((GC.GetAllocatedBytesForCurrentThread() - before) / 10000, Is.LessThanOrEqualTo(256));
    }
}
