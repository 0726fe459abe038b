namespace Qudao.Standalone.Demo;

/// <summary>A centre of the demonstration network.</summary>
/// <param name="Id">Its code in the tree; its people's logins begin with it.</param>
/// <param name="Name">For example "江苏销售服务中心".</param>
/// <param name="ProvinceCode">GB/T 2260.</param>
/// <param name="Agents">The city agents that it wins.</param>
/// <param name="Shift">Days by which its history differs from that of the others.</param>
/// <param name="SalesPlan">Pieces a month.</param>
internal sealed record Centre(string Id, string Name, string ProvinceCode, Agent[] Agents, int Shift, int SalesPlan)
{
    public string Resource => $"organisations/{Id}";

    public string Manager => $"{Id}.manager";

    public string GeneralManager => $"{Id}.gm";

    /// <summary>The logins of its salespeople.</summary>
    public string[] Salespeople => [$"{Id}.sales1", $"{Id}.sales2"];
}

/// <summary>A city agent 市级代理商.</summary>
internal sealed record Agent(string Name, string CityCode, string Deviations = "");

/// <summary>Somebody with a login.</summary>
internal sealed record Employee(string Login, string Name, string Organisation, string Role);

/// <summary>Who there is in the demonstration network: all invented.</summary>
internal static class Company
{
    /// <summary>For every telephone number that a form wants and nobody has.</summary>
    public const string Phone = "400-000-0000";

    public static readonly Centre[] Centres =
    [
        new("js", "江苏销售服务中心", "32", [new("南京远航车载用品有限公司", "3201"), new("苏州泽通汽车电子有限公司", "3205", "首批订货账期由三十天延至四十五天。")], 0, 1500),
        new("zj", "浙江销售服务中心", "33", [new("杭州临安路汽车用品有限公司", "3301"), new("宁波海曙通达科贸有限公司", "3302")], 5, 1700),
        new("gd", "广东销售服务中心", "44", [new("广州穗安车联科技有限公司", "4401", "安装辅料由代理商自备。"), new("深圳前湾车载电子有限公司", "4403")], 11, 1300),
    ];

    public static readonly Employee[] Staff =
    [
        new("hq.gm", "赵启明", "hq", "hq-general-manager"),
        new("hq.office", "吴国栋", "hq", "hq-office"),
        new("hq.marketing", "钱文慧", "hq", "hq-marketing"),
        new("hq.sales", "李晓东", "hq", "hq-sales"),
        new("hq.training", "周雅琴", "hq", "hq-training"),
        new("hq.legal", "孙立群", "hq", "legal"),
        .. CentreStaff("js", "郑海峰", "王建平", "冯晓燕", "陈志远", "褚丽华", "卫东升", "蒋美玲", "沈佳怡", "韩子涵"),
        .. CentreStaff("zj", "杨立新", "朱国华", "秦晓峰", "尤雨桐", "许家豪", "何静怡", "吕文斌", "施思敏", "张若琳"),
        .. CentreStaff("gd", "孔伟雄", "曹志明", "严德胜", "华敏仪", "金家俊", "魏振邦", "陶淑芬", "姜子轩", "戚嘉欣"),
    ];

    /// <summary>People of an agent and of a shop of Jiangsu; they come once their firms are there.</summary>
    public static readonly Employee AgentsOwner = new("js.agent", "谢永年", "js", "partner-agent"), ShopsManager = new("js.shop", "邹明辉", "js", "partner-terminal");

    public static IEnumerable<Employee> Everybody => [.. Staff, AgentsOwner, ShopsManager];

    private static Employee[] CentreStaff(string centre, params string[] names) =>
    [
        new($"{centre}.gm", names[0], centre, "centre-general-manager"),
        new($"{centre}.manager", names[1], centre, "sales-manager"),
        new($"{centre}.sales1", names[2], centre, "salesperson"),
        new($"{centre}.sales2", names[3], centre, "salesperson"),
        new($"{centre}.training", names[4], centre, "training-manager"),
        new($"{centre}.trainer", names[5], centre, "trainer"),
        new($"{centre}.service", names[6], centre, "after-sales-manager"),
        new($"{centre}.desk", names[7], centre, "after-sales"),
        new($"{centre}.office", names[8], centre, "back-office"),
    ];
}
