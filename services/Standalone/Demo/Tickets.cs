using Qudao.ServiceTicket.V1;

namespace Qudao.Standalone.Demo;

/// <summary>What clients ask and complain of, and how far the centres are with it.</summary>
internal sealed class Tickets(DemoRun run)
{
    /// <param name="Until">How far it is handled.</param>
    /// <param name="Reply">The first response.</param>
    /// <param name="Outcome">What the client has to do (waiting), or the result.</param>
    /// <param name="Ratings">The satisfaction 满意度 that each centre's client tells; none: not followed up.</param>
    private sealed record Case(TicketKind Kind, TicketChannel Channel, TicketSeverity Severity, string Subject, string Content, TicketState Until, string Reply, string Outcome, int[] Ratings);

    private static readonly Case[] Cases =
    [
        new(TicketKind.Consultation, TicketChannel.Phone, TicketSeverity.Normal, "续费价格咨询", "客户询问第二年服务费的价格和续费方式。", TicketState.Closed, "第二年服务费可在服务平台直接续费。", "已发送续费说明，客户续费成功。", [5, 5, 4]),
        new(TicketKind.Complaint, TicketChannel.Phone, TicketSeverity.Normal, "终端经常离线", "安装后三天内离线五次，车主不满。", TicketState.InProgress, "非常抱歉，工程师今天上门检查。", "", []),
        new(TicketKind.Complaint, TicketChannel.Phone, TicketSeverity.Major, "被盗车辆未报警", "车辆被拖走时平台没有报警，车主要求书面答复。", TicketState.Resolved, "已由经理电话致歉，正在调取平台记录。", "震动灵敏度设置过低，已远程调整并书面答复车主。", [3, 4, 2]),
        new(TicketKind.ServiceRequest, TicketChannel.Web, TicketSeverity.Normal, "申请上门安装指导", "新到两名技师，希望上门指导一次。", TicketState.Open, "", "", []),
        new(TicketKind.Repair, TicketChannel.Phone, TicketSeverity.Normal, "终端进水返修", "车辆涉水后终端不上电，请安排返修。", TicketState.Waiting, "请将终端寄回中心检测。", "等待客户寄回终端", []),
        new(TicketKind.Return, TicketChannel.Mail, TicketSeverity.Normal, "型号发错换货", "订购 GT-200 十台，收到 GT-100。", TicketState.Closed, "核实为发货差错，今天补发。", "已补发 GT-200 十台，错发货物由物流取回。", [4, 5, 4]),
        new(TicketKind.Suggestion, TicketChannel.Mail, TicketSeverity.Normal, "希望支持批量续费", "集团名下车辆多，希望平台支持批量续费。", TicketState.InProgress, "感谢建议，已转产品部门评估。", "", []),
        new(TicketKind.Consultation, TicketChannel.PartnerApi, TicketSeverity.Normal, "接口字段含义", "对接系统询问报警类型代码的含义。", TicketState.Resolved, "已回复报警类型代码表。", "客户已完成对接。", [5, 4, 5]),
    ];

    /// <summary>In one centre nobody soothes this client: a minute later the promise is broken, and the ticket climbs.</summary>
    private static readonly Case LeftAlone = new(TicketKind.Complaint, TicketChannel.Phone, TicketSeverity.Major, "一周内三台终端故障", "本周安装的三台终端相继故障，客户要求停止供货。", TicketState.Open, "", "", []);

    private static readonly string[] Reporters = ["李雷", "韩梅", "周全", "吴双"];

    public async Task HandleAsync()
    {
        var strict = Company.Centres[^1];
        await PromiseAsync(strict);
        var all = from centre in Company.Centres
                  from one in Cases.Select((matter, i) => (matter, shop: run.ShopsOf(centre).ElementAt(i)))
                  select one;
        await run.EachAsync(all.Append((LeftAlone, run.ShopsOf(strict).First())), one => HandleAsync(one.Item1, one.Item2));
        await AskAsync();
    }

    /// <summary>One centre promises more than headquarters does: major complaints are soothed within a minute, day and night.</summary>
    private async Task PromiseAsync(Centre centre)
    {
        var policies = run.Cast[$"{centre.Id}.service"].As<PolicyService.PolicyServiceClient>();
        if ((await policies.ListSlaPoliciesAsync(new ListSlaPoliciesRequest { Organisation = centre.Resource })).SlaPolicies.Count == 0)
            await policies.UpdateSlaPolicyAsync(new UpdateSlaPolicyRequest
            {
                SlaPolicy = new SlaPolicy { Name = $"slaPolicies/{centre.Id}-complaint-major", FirstResponseMinutes = 1, ResolutionMinutes = 24 * 60, Calendar = SlaCalendar.Always },
            });
    }

    private async Task HandleAsync(Case matter, Shop shop)
    {
        var tickets = run.Cast[$"{shop.Centre.Id}.desk"].As<TicketService.TicketServiceClient>();
        var id = $"demo-{shop.Key}-{(matter == LeftAlone ? "alone" : matter.Kind)}";
        var name = (await tickets.CreateTicketAsync(new CreateTicketRequest { RequestId = id, Ticket = Opened(matter, shop) })).Name;
        if (matter.Until == TicketState.Open)
            return;
        await tickets.RespondToTicketAsync(new RespondToTicketRequest { RequestId = id, Name = name, Text = matter.Reply });
        if (matter.Until == TicketState.Waiting)
            await tickets.PauseTicketAsync(new PauseTicketRequest { RequestId = id, Name = name, Reason = matter.Outcome });
        if (matter.Until is TicketState.Resolved or TicketState.Closed)
            await tickets.ResolveTicketAsync(new ResolveTicketRequest { RequestId = id, Name = name, Result = matter.Outcome });
        if (matter.Until == TicketState.Closed)
            await tickets.CloseTicketAsync(new CloseTicketRequest { RequestId = id, Name = name });
        if (matter.Ratings.Length > 0)
            await tickets.FollowUpTicketAsync(new FollowUpTicketRequest { RequestId = id, Name = name, Usage = "使用正常", Satisfaction = matter.Ratings[Array.IndexOf(Company.Centres, shop.Centre)] });
    }

    /// <summary>A shop asks by itself.</summary>
    private async Task AskAsync() =>
        await run.Cast[Company.ShopsManager.Login].As<TicketService.TicketServiceClient>().CreateTicketAsync(new CreateTicketRequest
        {
            RequestId = "demo",
            Ticket = new Ticket
            {
                Kind = TicketKind.Consultation,
                Channel = TicketChannel.Web,
                Reporter = Company.ShopsManager.Name,
                ReporterPhone = Company.Phone,
                Subject = "新款终端何时到货",
                Content = "客户已预订 BD-300 六台，请告知到货时间。",
            },
        });

    private static Ticket Opened(Case matter, Shop shop) => new()
    {
        Kind = matter.Kind,
        Channel = matter.Channel,
        Severity = matter.Severity,
        Partner = shop.Partner,
        Reporter = Reporters[shop.Place % Reporters.Length],
        ReporterPhone = Company.Phone,
        Subject = matter.Subject,
        Content = matter.Content,
    };
}
