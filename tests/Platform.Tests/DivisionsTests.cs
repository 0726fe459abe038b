namespace Qudao.Platform.Tests;

public class DivisionsTests
{
    [Test]
    public void The_tables_are_complete()
    {
        Assert.That(Divisions.Provinces, Has.Count.EqualTo(31));
        var cities = Divisions.Provinces.SelectMany(p => Divisions.Cities(p.Code)).ToList();
        var areas = cities.SelectMany(c => Divisions.Areas(c.Code)).ToList();

        // 342 rows, less Chongqing's counties and four that only group what a province administers itself, plus those 32.
        Assert.That(cities, Has.Count.EqualTo(342 - 5 + 32));
        Assert.That(areas, Has.Count.EqualTo(2978 - 32));
    }

    [Test]
    public void Every_place_is_found_by_its_full_name_and_by_its_code()
    {
        var places = Divisions.Provinces.SelectMany(p => Divisions.Cities(p.Code))
            .SelectMany(c => Divisions.Areas(c.Code).Prepend(c)).Select(d => Divisions.PlaceOf(d.Code)!).ToList();
        var wrong = places.Where(p => Divisions.Find("", p.FullName).Place != p)
            // A city without districts is one place with its only area: 东莞市, 中山市, 儋州市, 嘉峪关市.
            .Where(p => p.Area?.Name != p.City.Name).Select(p => p.FullName).ToList();

        Assert.That(wrong, Is.Empty);
    }

    [TestCase("江苏", "江苏省")]
    [TestCase("江苏省", "江苏省")]
    [TestCase(" 内蒙古　", "内蒙古自治区")]
    [TestCase("内蒙", "内蒙古自治区")]
    [TestCase("新疆省", "新疆维吾尔自治区")]
    [TestCase("广西壮族自治区", "广西壮族自治区")]
    [TestCase("西藏", "西藏自治区")]
    [TestCase("上海", "上海市")]
    public void A_province_is_found(string text, string name) => Assert.That(Divisions.Province(text)?.Name, Is.EqualTo(name));

    [TestCase("")]
    [TestCase("江")]
    [TestCase("华东")]
    [TestCase(null)]
    public void What_is_no_province_is_not_found(string? text) => Assert.That(Divisions.Province(text), Is.Null);

    [TestCase("江苏", "南京", "3201", null)]
    [TestCase("江苏省", "南京市", "3201", null)]
    [TestCase("", "南京", "3201", null)]
    [TestCase("", "江苏省南京市", "3201", null)]
    [TestCase("上海", "上海", "3101", null)]
    [TestCase("上海", "", "3101", null)]
    [TestCase("上海", "浦东", "3101", "310115")]
    [TestCase("上海", "闸北区", "3101", "310106")]
    [TestCase("重庆", "重庆永川", "5001", "500118")]
    [TestCase("重庆", "丰都县", "5001", "500230")]
    [TestCase("江苏", "昆山", "3205", "320583")]
    [TestCase("江苏", "苏州昆山", "3205", "320583")]
    [TestCase("江苏", "江苏昆山市", "3205", "320583")]
    [TestCase("江苏", "溧水县", "3201", "320117")]
    [TestCase("浙江", "义乌", "3307", "330782")]
    [TestCase("湖北", "恩施", "4228", null)]
    [TestCase("湖北", "恩施市", "4228", "422801")]
    [TestCase("湖北", "仙桃", "429004", null)]
    [TestCase("湖北", "襄樊", "4206", null)]
    [TestCase("新疆", "伊宁", "6540", "654002")]
    [TestCase("新疆", "伊宁县", "6540", "654021")]
    [TestCase("辽宁", "朝阳", "2113", null)]
    [TestCase("辽宁", "朝阳县", "2113", "211321")]
    [TestCase("北京", "朝阳", "1101", "110105")]
    [TestCase("吉林", "吉林", "2202", null)]
    [TestCase("", "吉林", "2202", null)]
    [TestCase("江苏", "徐州鼓楼区", "3203", "320302")]
    [TestCase("安徽", "合肥高新区", "3401", null)]
    [TestCase("广东", "东莞", "4419", null)]
    [TestCase("四川", "阿坝州", "5132", null)]
    public void A_place_is_found(string province, string city, string cityCode, string? areaCode)
    {
        var place = Divisions.Find(province, city).Place;

        Assert.That((place?.City.Code, place?.Area?.Code), Is.EqualTo((cityCode, areaCode)));
    }

    [TestCase("", "", "均为空")]
    [TestCase("江苏", " ", "城市为空")]
    [TestCase("华东", "南京", "没有名为“华东”的省份")]
    [TestCase("江苏", "杭州", "另有浙江省杭州市")]
    [TestCase("江苏", "鼓楼区", "不唯一：江苏省南京市鼓楼区、江苏省徐州市鼓楼区")]
    [TestCase("", "朝阳", "不唯一")]
    [TestCase("", "海南", "没有名为“海南”的城市")]
    [TestCase("江苏", "亚特兰蒂斯", "江苏省没有名为“亚特兰蒂斯”的城市或区县")]
    public void What_does_not_resolve_says_why(string province, string city, string zh)
    {
        var result = Divisions.Find(province, city);

        Assert.That(result.Place, Is.Null);
        Assert.That(result.Zh, Does.Contain(zh));
        Assert.That(result.En, Is.Not.Empty);
    }

    [TestCase("5002", "重庆市")]
    [TestCase("3205", "苏州市")]
    [TestCase("32", "江苏省")]
    [TestCase("320583", "昆山市")]
    public void A_code_has_a_name(string code, string name) => Assert.That(Divisions.ByCode(code)?.Name, Is.EqualTo(name));

    [TestCase("9999")]
    [TestCase("4290")]
    [TestCase("")]
    [TestCase(null)]
    public void An_unknown_code_has_none(string? code) => Assert.That(Divisions.PlaceOf(code), Is.Null);

    [Test]
    public void Short_names_lose_the_suffix_and_the_peoples()
    {
        string[] codes = ["4228", "6528", "5132", "1501", "310115", "150722", "622926", "630222", "140302"];
        string[] names = ["恩施", "巴音郭楞", "阿坝", "呼和浩特", "浦东", "莫力达瓦", "东乡", "民和", "城区"];

        Assert.That(codes.Select(c => Divisions.ByCode(c)?.ShortName), Is.EqualTo(names));
    }
}
