using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Qudao.Contract.Attachments;
using Qudao.Contract.V1;
using Qudao.Platform;
using Qudao.Running;
using Qudao.TestKit;
using AttachmentService = Qudao.Contract.V1.AttachmentService;
using HttpBody = Google.Api.HttpBody;

namespace Qudao.Contract.Tests;

/// <summary>Attachments 附件, on each database and on a real disk.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class AttachmentTests(DatabaseUnderTest database)
{
    private string folder = "";
    private ContractHouse? started;
    private Agreement draft = new();

    private ContractHouse House => started!;

    private string[] Contents => Directory.GetFiles(folder, "*", SearchOption.AllDirectories);

    [SetUp]
    public async Task Start()
    {
        folder = Directory.CreateTempSubdirectory("qudao-attachments-").FullName;
        var script = Path.Combine(folder, "..", $"{Path.GetFileName(folder)}.sh");
        // As a scanner answers: 1 for what it finds, 2 when it fails.
        await File.WriteAllTextAsync(script, "grep -q INFECTED \"$1\" && exit 1\ngrep -q BROKEN \"$1\" && exit 2\nexit 0\n");
        started = await ContractHouse.StartAsync(database, settings: new Dictionary<string, string?>
        {
            ["Contract:AttachmentFolder"] = folder,
            ["Contract:AttachmentMaxBytes"] = "1048576",
            ["Contract:ScanCommand"] = $"sh {script} {{file}}",
        });
        draft = await House.DraftedAsync("shop");
    }

    [TearDown]
    public async Task Stop()
    {
        if (started is not null)
            await started.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        File.Delete($"{folder}.sh");
    }

    [Test]
    public async Task A_file_comes_over_REST_or_as_a_stream_is_kept_once_and_goes_out_as_it_came()
    {
        var file = TestFiles.Pdf(700_000);
        var posted = await PostAsync("协议 扫描.pdf", file);
        var streamed = await UploadAsync(House.Salesperson.Attachments, "copy.pdf", file);

        Assert.That((posted.FileName, posted.MediaType, posted.SizeBytes, posted.Sha256, posted.Uploader),
            Is.EqualTo(("协议 扫描.pdf", "application/pdf", 700_000L, Convert.ToHexStringLower(SHA256.HashData(file)), "staff/js-sales")));
        Assert.That((streamed.Sha256, Contents.Length), Is.EqualTo((posted.Sha256, 1)), "the same content once");
        Assert.That((await House.SalesManager.Attachments.ListAttachmentsAsync(new ListAttachmentsRequest { Parent = draft.Name })).Attachments, Is.EqualTo(new[] { posted, streamed }));
        Assert.That((await House.SalesManager.GetAsync(draft.Name)).Timeline.Select(e => $"{e.Action} {e.Comment}"), Is.EqualTo(new[] { "create ", "attach 协议 扫描.pdf", "attach copy.pdf" }));
        Assert.That(await DownloadAsync(House.SalesManager, posted.Name), Is.EqualTo(file));
        Assert.That(await DownloadAsync(House.SalesManager, posted.Name, 100, 50), Is.EqualTo(file[100..150]));
        Assert.That(await DownloadAsync(House.SalesManager, posted.Name, 699_990, 50), Is.EqualTo(file[^10..]));
        Assert.That(await WhyAsync(() => DownloadAsync(House.SalesManager, posted.Name, 700_000)), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: offset OUT_OF_RANGE"));
    }

    [TestCase(0L, 9L, "bytes 0-9/2000")]
    [TestCase(1_990L, null, "bytes 1990-1999/2000")]
    [TestCase(null, 5L, "bytes 1995-1999/2000")]
    [TestCase(1_990L, 5_000L, "bytes 1990-1999/2000")]
    public async Task Ranges_over_REST(long? from, long? to, string contentRange)
    {
        var file = TestFiles.Pdf();
        var attachment = await PostAsync("a.pdf", file);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/{attachment.Name}:download") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Range = new RangeHeaderValue(from, to);
        var reply = await House.SalesManager.Rest.SendAsync(request);

        var range = reply.Content.Headers.ContentRange!;
        Assert.That((reply.StatusCode, range.ToString(), reply.Content.Headers.ContentType!.MediaType), Is.EqualTo((HttpStatusCode.PartialContent, contentRange, "application/pdf")));
        Assert.That(await reply.Content.ReadAsByteArrayAsync(), Is.EqualTo(file[(int)range.From!.Value..((int)range.To!.Value + 1)]));
    }

    [Test]
    public async Task A_whole_file_over_REST_says_what_it_is()
    {
        var file = TestFiles.Pdf();
        var attachment = await PostAsync("协议.pdf", file);
        var reply = await House.SalesManager.Rest.GetAsync($"/v1/{attachment.Name}:download");
        Assert.That((reply.StatusCode, reply.Content.Headers.ContentDisposition!.FileNameStar, reply.Headers.GetValues("X-Content-Type-Options").Single()), Is.EqualTo((HttpStatusCode.OK, "协议.pdf", "nosniff")));
        Assert.That(await reply.Content.ReadAsByteArrayAsync(), Is.EqualTo(file));
    }

    [Test]
    public async Task What_a_file_is_is_told_by_its_content()
    {
        foreach (var (name, content) in new[] { ("a.pdf", TestFiles.Pdf()), ("a.jpg", TestFiles.Jpeg), ("A.JPEG", TestFiles.Jpeg), ("a.png", TestFiles.Png), ("a.docx", TestFiles.Docx), ("a.xlsx", TestFiles.Xlsx) })
            Assert.That((await UploadAsync(House.Salesperson.Attachments, name, content)).FileName, Is.EqualTo(name));
        var kept = Contents.Length;
        foreach (var (name, content) in new[]
        {
            ("a.pdf", TestFiles.Png), ("a.exe", TestFiles.Pdf()), ("a", TestFiles.Pdf()), ("a.pdf", "MZ..."u8.ToArray()), ("a.pdf", "%PD"u8.ToArray()), ("a.docx", TestFiles.Docm),
            ("a.docx", TestFiles.Xlsx), ("a.xlsx", TestFiles.OtherZip), ("a.xlsx", TestFiles.Xlsx[..40]), ("a.html", "<script>"u8.ToArray()), ("a.pdf", []),
        })
            Assert.That(await WhyAsync(() => UploadAsync(House.Salesperson.Attachments, name, content)), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: file FILE_TYPE"), $"{name} of {content.Length} bytes");
        Assert.That(Contents, Has.Length.EqualTo(kept), "nothing of them is left");
    }

    [Test]
    public async Task What_is_too_large_or_infected_or_cannot_be_scanned_is_refused_and_leaves_nothing()
    {
        Assert.That(await WhyAsync(() => UploadAsync(House.Salesperson.Attachments, "a.pdf", TestFiles.Pdf(1_048_577))), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: file TOO_LARGE"));
        Assert.That(await WhyAsync(() => UploadAsync(House.Salesperson.Attachments, "a.pdf", [.. TestFiles.Pdf(), .. "INFECTED"u8])), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: file INFECTED"));
        Assert.That(await WhyAsync(() => UploadAsync(House.Salesperson.Attachments, "a.pdf", [.. TestFiles.Pdf(), .. "BROKEN"u8])), Is.EqualTo("Unavailable SCAN_FAILED"));
        Assert.That(Contents, Is.Empty);
        Assert.That((await UploadAsync(House.Salesperson.Attachments, "a.pdf", TestFiles.Pdf(1_048_576))).SizeBytes, Is.EqualTo(1_048_576));
    }

    [Test]
    public async Task Who_does_not_see_the_agreement_sees_no_attachment_and_what_is_under_review_stays_as_it_is()
    {
        var attachment = await PostAsync("a.pdf", TestFiles.Pdf());
        Assert.That(await WhyAsync(() => DownloadAsync(House.Zhejiang, attachment.Name)), Is.EqualTo("NotFound NOT_FOUND"));
        Assert.That(await WhyAsync(() => UploadAsync(House.Zhejiang.Attachments, "a.pdf", TestFiles.Pdf())), Is.EqualTo("NotFound NOT_FOUND"));
        Assert.That(await Refused.WhyAsync(House.Zhejiang.Attachments.ListAttachmentsAsync(new ListAttachmentsRequest { Parent = draft.Name }).ResponseAsync), Is.EqualTo("NotFound NOT_FOUND"));
        Assert.That(await Refused.WhyAsync(House.Salesperson.Attachments.GetAttachmentAsync(new GetAttachmentRequest { Name = "attachments/1" }).ResponseAsync), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: name BAD_FORMAT"));
        var other = await House.DraftedAsync("other");
        Assert.That(await Refused.WhyAsync(House.Salesperson.Attachments.GetAttachmentAsync(new GetAttachmentRequest { Name = attachment.Name.Replace(draft.Name, other.Name) }).ResponseAsync), Is.EqualTo("NotFound NOT_FOUND"));

        await House.Salesperson.SubmitAsync(draft.Name);
        Assert.That(await WhyAsync(() => UploadAsync(House.Salesperson.Attachments, "b.pdf", TestFiles.Pdf())), Is.EqualTo("FailedPrecondition AGREEMENT_STATE"));
        Assert.That(await WhyAsync(() => DeleteAsync(attachment.Name)), Is.EqualTo("FailedPrecondition AGREEMENT_STATE"));
        await House.SalesManager.ReturnAsync(draft.Name, "附件不清楚");
        Assert.That(await WhyAsync(() => DeleteAsync(attachment.Name)), Is.EqualTo(""));
        Assert.That((await House.Salesperson.Attachments.ListAttachmentsAsync(new ListAttachmentsRequest { Parent = draft.Name })).Attachments, Is.Empty);
    }

    [Test]
    public async Task The_same_request_adds_once()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => UploadAsync(House.Salesperson.Attachments, "a.pdf", TestFiles.Pdf(), "r1")));
        Assert.That(replies.Distinct(), Has.Exactly(1).Items);
        Assert.That(await WhyAsync(() => UploadAsync(House.Salesperson.Attachments, "a.pdf", TestFiles.Pdf(seed: 9), "r1")), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: request_id REQUEST_ID_REUSED"));
    }

    [Test]
    public async Task What_nobody_speaks_of_is_swept_away_after_an_hour_and_nothing_else()
    {
        var (kept, deleted) = (await PostAsync("kept.pdf", TestFiles.Pdf(seed: 1)), await PostAsync("deleted.pdf", TestFiles.Pdf(seed: 2)));
        await DeleteAsync(deleted.Name);
        Directory.CreateDirectory(Path.Combine(folder, "incoming"));
        await File.WriteAllTextAsync(Path.Combine(folder, "incoming", "broken-off"), "half");
        var contents = House.Service.Services.GetRequiredService<ContentFolder>();
        Assert.That(await OrphanSweep.SweepAsync(contents, House.Service.Db, AttachmentStore.IsUsedAsync), Is.Zero, "all are young");
        foreach (var file in Contents)
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow - ContentFolder.Grace - TimeSpan.FromMinutes(1));

        Assert.That(await OrphanSweep.SweepAsync(contents, House.Service.Db, AttachmentStore.IsUsedAsync), Is.EqualTo(2));
        Assert.That(Contents.Select(Path.GetFileName), Is.EqualTo(new[] { kept.Sha256 }));
        Assert.That(await DownloadAsync(House.Salesperson, kept.Name), Is.EqualTo(TestFiles.Pdf(seed: 1)));
    }

    /// <summary>An upload of a content while the sweep is about to delete it: whichever comes first, the upload's content is there.</summary>
    [Test]
    public async Task A_sweep_takes_nothing_that_is_uploaded_meanwhile()
    {
        var contents = House.Service.Services.GetRequiredService<ContentFolder>();
        for (var round = 0; round < 20; round++)
        {
            var file = TestFiles.Pdf(seed: 100 + round);
            await DeleteAsync((await PostAsync("a.pdf", file)).Name);
            foreach (var old in Contents)
                File.SetLastWriteTimeUtc(old, DateTime.UtcNow - ContentFolder.Grace - TimeSpan.FromMinutes(1));
            var (sweep, upload) = (Task.Run(() => OrphanSweep.SweepAsync(contents, House.Service.Db, AttachmentStore.IsUsedAsync)), UploadAsync(House.Salesperson.Attachments, "b.pdf", file));
            await Task.WhenAll(sweep, upload);
            Assert.That(await DownloadAsync(House.Salesperson, (await upload).Name), Is.EqualTo(file));
            await DeleteAsync((await upload).Name);
        }
    }

    [Test]
    public async Task A_crash_between_file_and_row_loses_no_answer_and_what_was_answered_outlives_a_kill()
    {
        if (database == DatabaseUnderTest.SqlServer)
            Assert.Ignore("The process beside is started on an SQLite file.");
        var (first, second) = (TestFiles.Pdf(seed: 11), TestFiles.Pdf(seed: 12));
        await using (var child = await LaunchAsync(ContentFolder.Stored))
        {
            Assert.That(await WhyAsync(() => UploadAsync(child.Attachments, "first.pdf", first)), Does.StartWith("Unavailable").Or.StartWith("Internal"));
            Assert.That(await child.Process.Exit.WaitAsync(TimeSpan.FromSeconds(60)), Is.EqualTo(137), child.Process.Tail());
        }
        Assert.That((await House.Salesperson.Attachments.ListAttachmentsAsync(new ListAttachmentsRequest { Parent = draft.Name })).Attachments, Is.Empty);
        Assert.That(Contents.Select(ContentFolder.ContentOf), Is.EqualTo(new[] { Convert.ToHexStringLower(SHA256.HashData(first)) }), "the file alone, for the sweep");
        var again = await UploadAsync(House.Salesperson.Attachments, "first.pdf", first);

        Attachment answered;
        await using (var child = await LaunchAsync(null))
        {
            answered = await UploadAsync(child.Attachments, "second.pdf", second);
            child.Process.Kill();
        }
        Assert.That(await DownloadAsync(House.Salesperson, again.Name), Is.EqualTo(first));
        Assert.That(await DownloadAsync(House.Salesperson, answered.Name), Is.EqualTo(second));
    }

    private async Task<Attachment> PostAsync(string fileName, byte[] content)
    {
        using var body = new ByteArrayContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var reply = await House.Salesperson.Rest.PostAsync($"/v1/{draft.Name}/attachments?fileName={Uri.EscapeDataString(fileName)}", body);
        var text = await reply.Content.ReadAsStringAsync();
        Assert.That(reply.StatusCode, Is.EqualTo(HttpStatusCode.OK), text);
        return JsonParser.Default.Parse<Attachment>(text);
    }

    private async Task<Attachment> UploadAsync(AttachmentService.AttachmentServiceClient attachments, string fileName, byte[] content, string requestId = "")
    {
        using var call = attachments.UploadAttachment();
        try
        {
            await call.RequestStream.WriteAsync(new UploadAttachmentRequest { Parent = draft.Name, FileName = fileName, RequestId = requestId });
            foreach (var piece in content.Chunk(50_000))
                await call.RequestStream.WriteAsync(new UploadAttachmentRequest { Data = ByteString.CopyFrom(piece) });
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // It answered before it was told all; the answer says why.
        }
        return await call;
    }

    private Task<Google.Protobuf.WellKnownTypes.Empty> DeleteAsync(string name) => House.Salesperson.Attachments.DeleteAttachmentAsync(new DeleteAttachmentRequest { Name = name }).ResponseAsync;

    private static async Task<byte[]> DownloadAsync(People who, string name, long offset = 0, long length = 0)
    {
        using var call = who.Attachments.DownloadAttachment(new DownloadAttachmentRequest { Name = name, Offset = offset, Length = length });
        using var file = new MemoryStream();
        await foreach (HttpBody piece in call.ResponseStream.ReadAllAsync())
            file.Write(piece.Data.Span);
        return file.ToArray();
    }

    /// <summary>Why a call is refused; empty when it is not.</summary>
    private static async Task<string> WhyAsync<T>(Func<Task<T>> call)
    {
        try
        {
            await call();
            return "";
        }
        catch (RpcException e)
        {
            return Refused.Why(e);
        }
    }

    /// <summary>The service as a process of its own, on the same data and keys; without a broker, which uploads do not need.</summary>
    private async Task<Beside> LaunchAsync(string? crashAt)
    {
        var file = await House.Service.Db.ReadAsync(s => s.ScalarAsync<string>("SELECT file FROM pragma_database_list WHERE name = 'main'"));
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            var address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
            free.Stop();
            var process = new ChildProcess("contract", ["dotnet", Path.Combine(AppContext.BaseDirectory, "Qudao.Contract.dll")],
            [
                new("Listen", address), new("Database__Path", file), new("Contract__AttachmentFolder", folder), new("Services__Dealer", House.Dealer.Address),
                new("Auth__Jwks", House.Service.Services.GetRequiredService<IConfiguration>()["Auth:Jwks"]), new("Broker__Uri", "amqp://127.0.0.1:1"),
                new("Faults__Enabled", "true"), new("Faults__CrashAt", crashAt),
            ]);
            using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
            await Eventually.Async(async () => await AnswersAsync(client, address), TimeSpan.FromSeconds(120), "the process serves");
            return new Beside(process, GrpcChannel.ForAddress(address), House.Service.TokenFor("salesperson", "/hq/js/", "js-sales"));
        }
    }

    private static async Task<bool> AnswersAsync(HttpClient client, string address)
    {
        try
        {
            return (await client.GetAsync($"{address}/readyz")).StatusCode != 0;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private sealed class Beside(ChildProcess process, GrpcChannel channel, string token) : IAsyncDisposable
    {
        public ChildProcess Process => process;

        public AttachmentService.AttachmentServiceClient Attachments => new(channel.CreateCallInvoker().Intercept(headers =>
        {
            headers.Add("authorization", "Bearer " + token);
            return headers;
        }));

        public async ValueTask DisposeAsync()
        {
            channel.Dispose();
            await process.DisposeAsync();
        }
    }
}
