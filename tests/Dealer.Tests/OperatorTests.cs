using System.Text;
using Grpc.Core;
using Qudao.Common.V1;
using Qudao.Dealer.V1;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Dealer.Tests;

/// <summary>What an operator sees of a service and does about it. Every service has it from the platform; it is tried here.</summary>
public class OperatorTests
{
    private const string InsertParked = """
        INSERT INTO inbox_retry (message_id, consumer, type, body, received_us, attempts, due_us, parked, last_error)
        VALUES (@id, @consumer, 'qudao.training.training-held', '{}', 1, 5, 1, 1, 'no such shop')
        """;
    private const string InsertOperation = """
        INSERT INTO operations (id, kind, owner, caller, argument, done, progress_done, progress_total, created_us, updated_us, lease_until_us, cancel_requested)
        VALUES (@id, @kind, 'somebody', @caller, @argument, @done, 0, 0, 1, 1, 9000000000000000, 0)
        """;

    private Network network = null!;

    private OperationsService.OperationsServiceClient Operator => Of("hq-operator");

    [SetUp]
    public async Task StartAsync() => network = await Network.StartAsync();

    [TearDown]
    public async Task StopAsync() => await network.DisposeAsync();

    [Test]
    public async Task The_status_tells_what_runs_what_waits_and_what_was_given_up()
    {
        await ParkAsync("m1", "SomeConsumer");
        await network.Service.Db.WriteAsync(tx => tx.ExecuteAsync("UPDATE outbox SET delivered_us = NULL, due_us = @later", new { later = long.MaxValue }));
        await OpenAsync("o1", "survey-import", done: 0);
        var status = await Operator.GetServiceStatusAsync(new GetServiceStatusRequest());
        Assert.Multiple(() =>
        {
            Assert.That((status.Service, status.Version, status.Database), Is.EqualTo(("dealer", "0.1.0", "sqlite")));
            Assert.That((status.ParkedMessages, status.RetryingMessages, status.OpenOperations), Is.EqualTo((1L, 0L, 1L)));
            Assert.That(status.OutboxWaiting, Is.Positive);
            Assert.That(status.OutboxOldestTime.ToDateTimeOffset(), Is.EqualTo(network.Service.Clock.GetUtcNow()).Within(TimeSpan.FromMinutes(1)));
            Assert.That(status.Migrations.Select(each => each.Name), Is.SupersetOf(new[] { "Qudao.Platform/0000_platform.sql", "Qudao.Dealer/0001_init.sql" }));
        });
    }

    [Test]
    public async Task One_message_parked_for_two_consumers_is_listed_twice_however_the_pages_fall()
    {
        await ParkAsync("m1", "First");
        await ParkAsync("m1", "Second");
        await ParkAsync("m2", "First");
        var (names, token) = (new List<string>(), "");
        do
        {
            var page = await Operator.ListParkedMessagesAsync(new ListParkedMessagesRequest { PageSize = 1, PageToken = token });
            names.AddRange(page.ParkedMessages.Select(message => message.Name));
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        Assert.That(names, Is.EqualTo(new[] { "dealer/parkedMessages/m1~First", "dealer/parkedMessages/m1~Second", "dealer/parkedMessages/m2~First" }));
    }

    [Test]
    public async Task A_message_is_dropped_for_a_reason_and_never_heard_again()
    {
        await ParkAsync("m1", "First");
        var request = new DropParkedMessageRequest { Name = "dealer/parkedMessages/m1~First" };
        await Refused.Async(StatusCode.InvalidArgument, async () => await Operator.DropParkedMessageAsync(request));
        request.Reason = "店已注销";
        Assert.That((await Operator.DropParkedMessageAsync(request)).LastError, Is.EqualTo("no such shop"));
        Assert.That((await Operator.GetServiceStatusAsync(new GetServiceStatusRequest())).ParkedMessages, Is.Zero);
        Assert.That(await network.Service.Db.ReadAsync(s => s.ScalarAsync<long>("SELECT COUNT(*) FROM inbox WHERE message_id = 'm1' AND consumer = 'First'")), Is.EqualTo(1), "it counts as heard");
        var entry = (await Of("auditor").ListAuditEntriesAsync(new ListAuditEntriesRequest { Resource = request.Name })).AuditEntries.Single();
        Assert.That((entry.Action, entry.DetailJson), Is.EqualTo(("parked-message.drop", """{"type":"qudao.training.training-held","consumer":"First","reason":"店已注销"}""")));
        await Refused.Async(StatusCode.NotFound, async () => await Operator.DropParkedMessageAsync(request));
    }

    [Test]
    public async Task Everybodys_long_work_is_listed_and_stopped()
    {
        await OpenAsync("o1", "survey-import", done: 1);
        await OpenAsync("o2", "bulk", done: 0);
        Assert.That(await NamesAsync(new ListAllOperationsRequest()), Is.EqualTo(new[] { "dealer/operations/o2", "dealer/operations/o1" }));
        Assert.That(await NamesAsync(new ListAllOperationsRequest { OpenOnly = true }), Is.EqualTo(new[] { "dealer/operations/o2" }));
        Assert.That(await NamesAsync(new ListAllOperationsRequest { Kind = "survey-import" }), Is.EqualTo(new[] { "dealer/operations/o1" }));
        var listed = (await Operator.ListAllOperationsAsync(new ListAllOperationsRequest { OpenOnly = true })).Operations.Single();
        Assert.That((listed.Owner, listed.OwnerName), Is.EqualTo(("somebody", "王伟")));

        Assert.That((await Operator.StopOperationAsync(new StopOperationRequest { Name = "dealer/operations/o2", Reason = "太久" })).CancelRequested);
        await Refused.Async(StatusCode.FailedPrecondition, async () => await Operator.StopOperationAsync(new StopOperationRequest { Name = "dealer/operations/o1", Reason = "太久" }));
        await Refused.Async(StatusCode.NotFound, async () => await Operator.StopOperationAsync(new StopOperationRequest { Name = "dealer/operations/o3", Reason = "太久" }));
    }

    [Test]
    public async Task Who_took_personal_data_out_is_told_to_headquarters()
    {
        await DrainAsync(network.Wang.Surveys.ExportSurveys(new ExportSurveysRequest { Month = "2026-03" }));
        await DrainAsync(network.Manager.Surveys.ExportSurveys(new ExportSurveysRequest { Month = "2026-04", Organisation = "organisations/js" }));
        var admin = Of("administrator");
        var all = (await admin.ListPersonalExportsAsync(new ListPersonalExportsRequest())).PersonalExports;
        Assert.That(all.Select(each => (each.ActorName, each.Action, each.FilterJson, each.Rows, each.Source)), Is.EqualTo(new[]
        {
            ("陈经理", "survey.export", """{"month":"2026-04","organisation":"js"}""", 0L, "test"),
            ("王伟", "survey.export", """{"month":"2026-03","organisation":""}""", 0L, "test"),
        }));
        var first = await admin.ListPersonalExportsAsync(new ListPersonalExportsRequest { PageSize = 1 });
        Assert.That((await admin.ListPersonalExportsAsync(new ListPersonalExportsRequest { PageSize = 1, PageToken = first.NextPageToken })).PersonalExports.Single(), Is.EqualTo(all[1]));
        Assert.That((await admin.ListPersonalExportsAsync(new ListPersonalExportsRequest { Actor = all[1].Actor })).PersonalExports.Single(), Is.EqualTo(all[1]));
        var today = ChinaTime.Today(network.Service.Clock);
        Assert.That((await admin.ListPersonalExportsAsync(new ListPersonalExportsRequest { FromDate = $"{today:yyyy-MM-dd}", ToDate = $"{today:yyyy-MM-dd}", Action = "survey.export" })).PersonalExports, Has.Count.EqualTo(2));
        Assert.That((await admin.ListPersonalExportsAsync(new ListPersonalExportsRequest { ToDate = $"{today.AddDays(-1):yyyy-MM-dd}" })).PersonalExports, Is.Empty);
        await Refused.Async(StatusCode.InvalidArgument, async () => await admin.ListPersonalExportsAsync(new ListPersonalExportsRequest { FromDate = "2026-03-02", ToDate = "2026-03-01" }));
    }

    [Test]
    public async Task None_of_it_is_a_centres_nor_a_departments([Values("centre-general-manager", "hq-training", "hq-general-manager", "auditor")] string role)
    {
        await Refused.Async(StatusCode.PermissionDenied, async () => await Of(role).GetServiceStatusAsync(new GetServiceStatusRequest()));
        await Refused.Async(StatusCode.PermissionDenied, async () => await Of(role).ListAllOperationsAsync(new ListAllOperationsRequest()));
        await Refused.Async(StatusCode.PermissionDenied, async () => await Of(role).ListPersonalExportsAsync(new ListPersonalExportsRequest()));
        // Nor an administrator's of a part of the tree, should there be one.
        var part = new OperationsService.OperationsServiceClient(network.Service.Grpc(network.Service.TokenFor("administrator", "/hq/js/")));
        await Refused.Async(StatusCode.PermissionDenied, async () => await part.GetServiceStatusAsync(new GetServiceStatusRequest()));
        await Refused.Async(StatusCode.PermissionDenied, async () => await part.DropParkedMessageAsync(new DropParkedMessageRequest { Name = "dealer/parkedMessages/m1~First", Reason = "x" }));
    }

    private OperationsService.OperationsServiceClient Of(string role) => new(network.Service.Grpc(network.Service.TokenFor(role, role.StartsWith("centre", StringComparison.Ordinal) ? "/hq/js/" : "/hq/")));

    private Task ParkAsync(string id, string consumer) => network.Service.Db.WriteAsync(tx => tx.ExecuteAsync(InsertParked, new { id, consumer }));

    private Task OpenAsync(string id, string kind, long done) => network.Service.Db.WriteAsync(tx => tx.ExecuteAsync(InsertOperation,
        new { id, kind, done, caller = System.Text.Json.JsonSerializer.Serialize(Caller.System with { Name = "王伟" }), argument = Encoding.UTF8.GetBytes("") }));

    private async Task<List<string>> NamesAsync(ListAllOperationsRequest request) => [.. (await Operator.ListAllOperationsAsync(request)).Operations.Select(operation => operation.Name)];

    private static async Task DrainAsync<T>(AsyncServerStreamingCall<T> call)
    {
        using (call)
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
            }
    }
}
