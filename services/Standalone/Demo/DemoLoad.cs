using System.Diagnostics;
using Google.Rpc;
using Grpc.Core;
using Qudao.Dealer.V1;
using Qudao.Gateway.Users;
using Qudao.Platform;

namespace Qudao.Standalone.Demo;

/// <summary>
/// Loads the demonstration network into a running house, through its own gateway. Every request has the same id in every
/// run, so a load that was broken off goes on where it stood, and nothing is there twice.
/// </summary>
internal static class DemoLoad
{
    /// <summary>The services keep request ids for seven days; after that, going on would make things anew.</summary>
    private static readonly TimeSpan GoesOnWithin = TimeSpan.FromDays(6);

    private const string GoOn = "Start with --demo again to go on.";

    /// <summary>Loads, goes on, or says why not; whatever happens, the house goes on serving.</summary>
    public static async Task RunAsync(House house, DataFolder data, CancellationToken cancel)
    {
        var files = new DemoFiles(data);
        var progress = new Progress(Console.Out, !Console.IsOutputRedirected);
        try
        {
            using var cast = new Cast(house, cancel);
            if (await WhyNotAsync(house, files, cast) is { } reason)
                progress.End(reason);
            else
                await LoadAsync(house, files, cast, progress, cancel);
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            progress.End($"The demonstration network is not complete yet. {GoOn}");
        }
        catch (Exception e)
        {
            progress.Leave();
            await Console.Error.WriteLineAsync($"The demonstration network could not be loaded: {Explain(e)}\nQudao goes on serving. {GoOn}");
        }
    }

    /// <summary>Why there is nothing to load, or nothing may be loaded, here; null when there is.</summary>
    private static async Task<string?> WhyNotAsync(House house, DemoFiles files, Cast cast)
    {
        var state = files.ReadState();
        if (state is { Loaded: { } loaded })
            return $"The demonstration network is there already, loaded on {ChinaTime.DateOf(loaded):yyyy-MM-dd}. Its users and their passwords: {files.UsersFile}";
        if (state is null)
            return await IsEmptyAsync(cast) ? null : "This data folder holds a network already; the demonstration network is not mixed into it. Choose another folder with --data.";
        if (house.Clock.GetUtcNow() - state.Begun > GoesOnWithin)
            return $"The demonstration network was begun on {ChinaTime.DateOf(state.Begun):yyyy-MM-dd} and never completed; it is too late to go on. Choose another folder with --data.";
        return File.Exists(files.UsersFile) ? null : $"{files.UsersFile} is gone, and with it the passwords of users who are there already. Choose another folder with --data.";
    }

    private static async Task<bool> IsEmptyAsync(Cast cast) =>
        (await cast.Loader.As<OrganisationService.OrganisationServiceClient>().ListOrganisationsAsync(new ListOrganisationsRequest { PageSize = 2 })).Organisations.Count < 2
        && (await cast.Loader.As<StaffService.StaffServiceClient>().ListStaffAsync(new ListStaffRequest { PageSize = 1 })).Staff.Count == 0
        && (await cast.Loader.As<PartnerService.PartnerServiceClient>().ListPartnersAsync(new ListPartnersRequest { PageSize = 1 })).Partners.Count == 0;

    private static async Task LoadAsync(House house, DemoFiles files, Cast cast, Progress progress, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var passwords = files.Passwords(Company.Everybody, Passwords.Make);
        var state = files.ReadState() ?? new DemoState(house.Clock.GetUtcNow(), null);
        files.WriteState(state);

        var run = new DemoRun(cast, house.Clock, ChinaTime.DateOf(state.Begun), progress, cancel);
        var people = new People(run, passwords);
        var market = new Market(run);
        var agreements = new Agreements(run, market);
        var work = new Work(run);
        (string Name, Func<Task> Load)[] steps =
        [
            ("centres and people", people.ArriveAsync),
            ("market survey", market.SurveyAsync),
            ("targets", market.PursueAsync),
            ("visits", market.VisitAsync),
            ("agreements", agreements.SignAsync),
            ("trainings", new Trainings(run, market).TrainAsync),
            ("people of partners", people.InviteAsync),
            ("tickets", new Tickets(run).HandleAsync),
            ("sales and plans", new Sales(run, agreements).ReportAsync),
            ("reports", new Reports(run).SubmitAsync),
            ("plans in detail", work.PlanAsync),
            ("journals", work.WriteAsync),
            ("evaluations", new Appraisals(run).EvaluateAsync),
        ];
        for (var i = 0; i < steps.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            progress.Begin(i + 1, steps.Length, steps[i].Name);
            await steps[i].Load();
        }
        files.WriteState(state with { Loaded = house.Clock.GetUtcNow() });
        progress.End($"The demonstration network is loaded ({watch.Elapsed.TotalSeconds:0} s). Its users and their passwords: {files.UsersFile}");
    }

    private static string Explain(Exception e) => e switch
    {
        RpcException rpc => $"{rpc.StatusCode}: {rpc.Status.Detail}{Violations(rpc)}",
        TimeoutException or InvalidOperationException or IOException => e.Message,
        _ => e.ToString(),
    };

    private static string Violations(RpcException rpc) =>
        string.Concat((rpc.GetRpcStatus()?.GetDetail<BadRequest>()?.FieldViolations ?? []).Select(violation => $" {violation.Field}: {violation.Description}."));
}
