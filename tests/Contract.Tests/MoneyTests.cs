using System.Net;
using System.Net.Http.Json;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Qudao.Contract.Instalments;
using Qudao.Contract.V1;
using Qudao.Dealer.V1;
using Qudao.Events;
using Qudao.Platform;
using Qudao.TestKit;

namespace Qudao.Contract.Tests;

/// <summary>Money from the plan in the draft to the account, on each database.</summary>
[TestFixture(DatabaseUnderTest.Sqlite)]
[TestFixture(DatabaseUnderTest.SqlServer)]
internal sealed class MoneyTests(DatabaseUnderTest database)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly int[] Offsets = [-7, -1, 1, 15, 30, 60, 90];

    private ContractHouse? started;

    private ContractHouse House => started!;

    private DateOnly Today => ChinaTime.Today(House.Service.Clock);

    [SetUp]
    public async Task Start()
    {
        started = await ContractHouse.StartAsync(database);
        await House.OpenBlockAsync(AgreementKind.Terminal, "JS-");
    }

    [TearDown]
    public async Task Stop()
    {
        if (started is not null)
            await started.DisposeAsync();
    }

    [Test]
    public async Task A_plan_is_drafted_reviewed_signed_and_becomes_instalments()
    {
        House.Dealer.Partners.Put("shop", PartnerKind.Terminal, assignee: "js-sales");
        var draft = ContractHouse.Draft(AgreementKind.Terminal, "shop");
        (draft.AmountFen, draft.EffectiveTo) = (100_00, "2099-12-31");
        draft.Instalments.Add(new PlannedInstalment { DueDate = Day(-1), AmountFen = 60_00, Purpose = "首付款" });
        draft.Instalments.Add(new PlannedInstalment { DueDate = Day(10), AmountFen = 30_00 });
        Assert.That(await Refused.WhyAsync(CreateAsync(draft)), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: agreement.instalments SUM_DIFFERS"));
        draft.InstalmentReason = "余款以返利抵扣";
        draft.Instalments[1].DueDate = "soon";
        Assert.That(await Refused.WhyAsync(CreateAsync(draft)), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: agreement.instalments[1].due_date BAD_FORMAT"));
        draft.Instalments[1].DueDate = Day(10);
        var created = await CreateAsync(draft);
        Assert.That(created.Instalments.Select(one => one.Number), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(await House.SalesManager.InstalmentsAsync(), Is.Empty, "nothing is owed before it is signed");

        await House.ApprovedAsync(created);
        var signed = await House.SalesManager.SignAsync(created.Name);
        var made = await House.SalesManager.InstalmentsAsync(signed.Name);
        Assert.That(made.Select(one => $"{one.Number} {one.DueDate} {one.AmountFen} {one.OpenFen} {one.State} {one.Overdue} {one.AgreementNumber}"), Is.EqualTo(new[]
        {
            $"1 {Day(-1)} 6000 6000 Due True JS-0001", $"2 {Day(10)} 3000 3000 Planned False JS-0001",
        }));
        Assert.That(await Refused.WhyAsync(ScheduleAsync(signed.Name, 100_00)), Is.EqualTo("FailedPrecondition ALREADY_SCHEDULED"));

        Task<Agreement> CreateAsync(Agreement asked) => House.Salesperson.Agreements.CreateAgreementAsync(new CreateAgreementRequest { Agreement = asked }).ResponseAsync;
    }

    [Test]
    public async Task A_signed_agreement_without_a_plan_gets_one_from_the_manager()
    {
        var signed = await House.PaidByAsync("shop");
        Assert.That(await Refused.WhyAsync(ScheduleAsync(signed.Name, 5)), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: instalments SUM_DIFFERS"), "the amount is 0");
        Assert.That(await Refused.WhyAsync(House.Salesperson.Instalments.ScheduleInstalmentsAsync(new ScheduleInstalmentsRequest { Agreement = signed.Name }).ResponseAsync), Is.EqualTo("PermissionDenied PERMISSION_DENIED"));
        var made = await ScheduleAsync(signed.Name, 5, "补充约定");
        Assert.That((made.Instalments.Single().AmountFen, (await House.SalesManager.GetAsync(signed.Name)).Instalments.Count), Is.EqualTo((5L, 1)));
    }

    [Test]
    public async Task A_receipt_goes_through_all_hands_and_is_booked()
    {
        var signed = await House.PaidByAsync("shop", (-40, 100_00), (20, 50_00));
        var (first, second) = await PairAsync(signed.Name);
        Assert.That(await Refused.WhyAsync(House.Salesperson.RequestAsync(PaymentKind.Receipt, (first.Name, 100_01), ("instalments/none", 1))),
            Is.EqualTo("InvalidArgument INVALID_ARGUMENT: payment_request.lines[0].amount_fen EXCEEDS_OPEN, payment_request.lines[1].instalment NOT_FOUND"));
        var draft = await House.Salesperson.RequestAsync(PaymentKind.Receipt, (second.Name, 20_00), (first.Name, 100_00));
        Assert.That((draft.State, draft.AmountFen, draft.Partner, draft.Lines[0].Instalment), Is.EqualTo((PaymentState.Draft, 120_00L, "partners/shop", first.Name)), "the oldest first");
        await House.Salesperson.Payments.SubmitPaymentRequestAsync(new SubmitPaymentRequestRequest { Name = draft.Name, Comment = "请确认" });
        Assert.That((await GetAsync(first.Name)).RequestedFen, Is.EqualTo(100_00));
        var again = await House.Salesperson.Payments.CreatePaymentRequestAsync(new CreatePaymentRequestRequest { PaymentRequest = new PaymentRequest { Kind = PaymentKind.Receipt, Lines = { new PaymentLine { Instalment = second.Name, AmountFen = 30_00 } } } });
        Assert.That(await Refused.WhyAsync(House.Purchasing.Payments.CheckPaymentRequestAsync(new CheckPaymentRequestRequest { Name = draft.Name }).ResponseAsync), Is.EqualTo("FailedPrecondition PAYMENT_STATE"));
        await House.SalesManager.Payments.ConfirmPaymentRequestAsync(new ConfirmPaymentRequestRequest { Name = draft.Name });
        await House.Purchasing.Payments.CheckPaymentRequestAsync(new CheckPaymentRequestRequest { Name = draft.Name });
        Assert.That(await Refused.WhyAsync(House.Finance.ReceivedAsync(draft.Name, Day(1))), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: received_date OUT_OF_RANGE"));
        Assert.That(await Refused.WhyAsync(House.Finance.Payments.RecordInvoiceAsync(new RecordInvoiceRequest { Name = draft.Name, InvoiceDate = Day(0), InvoiceNumber = "1" }).ResponseAsync), Is.EqualTo("FailedPrecondition OTHER_KIND"));
        Assert.That(await Refused.WhyAsync(House.Finance.ReceivedAsync(draft.Name, Day(0), 130_00)), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: allocations REQUIRED"));
        var settled = await House.Finance.ReceivedAsync(draft.Name, Day(-2), 110_00);
        Assert.That((settled.State, settled.SettledFen, settled.SettledDate), Is.EqualTo((PaymentState.AwaitingSignature, 110_00L, Day(-2))));
        Assert.That((await GetAsync(first.Name), await GetAsync(second.Name)) is ({ State: InstalmentState.Paid, OpenFen: 0, RequestedFen: 0 }, { State: InstalmentState.PartlyPaid, OpenFen: 40_00, RequestedFen: 0 }));
        Assert.That(await Refused.WhyAsync(SignAsync(draft.Name, "agreements/x/attachments/y")), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: attachment NOT_FOUND"));
        var paper = await House.SalesManager.Attachments.CreateAttachmentAsync(new CreateAttachmentRequest { Parent = signed.Name, FileName = "回单.pdf", File = new Google.Api.HttpBody { Data = Google.Protobuf.ByteString.CopyFromUtf8("%PDF-1.7\n%%EOF\n") } });
        var closed = await SignAsync(draft.Name, paper.Name);
        Assert.That((closed.State, closed.SignerName, closed.Attachment), Is.EqualTo((PaymentState.Closed, "王店长", paper.Name)));
        Assert.That(closed.Steps.Select(step => $"{step.Action} {step.ActorName} {step.State}"), Is.EqualTo(new[]
        {
            "create js-sales Draft", "submit js-sales AwaitingManager", "confirm js-manager AwaitingPurchasing", "check js-purchasing AwaitingFinance", "settle js-finance AwaitingSignature",
            "sign js-sales Closed",
        }));
        Assert.That(closed.Steps.Skip(1).Select((step, i) => step.SinceTime.Equals(closed.Steps[i].Time)), Is.All.True, "each waited since the one before");

        var statement = await House.Finance.StatementAsync("shop", Day(-100), Day(30));
        Assert.That(statement.Entries.Select(e => $"{e.Date} {e.Kind} {e.AmountFen} {e.BalanceFen}"), Is.EqualTo(new[]
        {
            $"{Day(-40)} Due 10000 10000", $"{Day(-2)} Receipt -11000 -1000", $"{Day(20)} Due 5000 4000",
        }));
        Assert.That((statement.OpeningFen, statement.DueFen, statement.ReceivedFen, statement.ClosingFen), Is.EqualTo((0L, 150_00L, 110_00L, 40_00L)));
        Assert.That((await House.Service.PublishedAsync<PaymentRequestChanged>()).Where(e => e.AggregateId == Ids.Of(draft.Name, "paymentRequests")).Select(e => e.Version), Is.EqualTo(new[] { 1, 2, 3, 4, 5, 6 }));

        // The transfer came back: everything is as before, and the account keeps what happened.
        Assert.That(await Refused.WhyAsync(House.SalesManager.Payments.ReversePaymentRequestAsync(new ReversePaymentRequestRequest { Name = draft.Name, Reason = "退票" }).ResponseAsync), Is.EqualTo("PermissionDenied PERMISSION_DENIED"));
        await House.Finance.Payments.ReversePaymentRequestAsync(new ReversePaymentRequestRequest { Name = draft.Name, Reason = "退票" });
        Assert.That((await GetAsync(first.Name)).OpenFen, Is.EqualTo(100_00));
        Assert.That((await House.Finance.StatementAsync("shop", Day(-100), Day(0))).Entries.Select(e => e.AmountFen), Is.EqualTo(new[] { 100_00, -110_00, 110_00 }));
        Assert.That((again.State, (await House.Finance.Payments.ListPaymentRequestsAsync(new ListPaymentRequestsRequest { State = PaymentState.Reversed })).PaymentRequests.Single().Name), Is.EqualTo((PaymentState.Draft, draft.Name)));
    }

    [Test]
    public async Task An_invoice_is_made_out_once_and_never_for_more_than_was_asked()
    {
        var signed = await House.PaidByAsync("shop", (5, 100_00));
        var one = (await House.SalesManager.InstalmentsAsync(signed.Name)).Single();
        var request = await House.AwaitingFinanceAsync(PaymentKind.Invoice, (one.Name, 60_00));
        Assert.That(await Refused.WhyAsync(House.Salesperson.RequestAsync(PaymentKind.Invoice, (one.Name, 40_01))), Does.Contain("EXCEEDS_OPEN"));
        Assert.That(await Refused.WhyAsync(InvoiceAsync(request.Name, "25112000", 60_01)), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: amount_fen EXCEEDS_OPEN"));
        await InvoiceAsync(request.Name, "25112000", 50_00);
        Assert.That(await GetAsync(one.Name) is { InvoicedFen: 50_00, InvoiceRequestedFen: 0, OpenFen: 100_00 });
        var second = await House.AwaitingFinanceAsync(PaymentKind.Invoice, (one.Name, 50_00));
        Assert.That(await Refused.WhyAsync(InvoiceAsync(second.Name, "25112000")), Is.EqualTo("AlreadyExists INVOICE_NUMBER_EXISTS"));
        await InvoiceAsync(second.Name, "25112001");
        var returned = await House.Finance.Payments.ReturnPaymentRequestAsync(new ReturnPaymentRequestRequest { Name = second.Name, Comment = "抬头有误" });
        Assert.That((returned.State, returned.SettledFen, returned.Steps[^1].Comment), Is.EqualTo((PaymentState.Returned, 0L, "抬头有误")));
        var statement = await House.Finance.StatementAsync("shop");
        Assert.That((statement.InvoicedFen, statement.ClosingFen, statement.Entries.Select(e => e.InvoicedFen).ToArray()), Is.EqualTo((50_00L, 0L, new[] { 50_00L, 50_00L, -50_00L })));

        Task<PaymentRequest> InvoiceAsync(string name, string number, long fen = 0) => House.Finance.Payments.RecordInvoiceAsync(
            new RecordInvoiceRequest { Name = name, InvoiceNumber = number, InvoiceDate = Day(0), AmountFen = fen }).ResponseAsync;
    }

    [Test]
    public async Task Requests_go_back_and_nobody_decides_on_his_own()
    {
        var one = (await House.SalesManager.InstalmentsAsync((await House.PaidByAsync("shop", (5, 100_00))).Name)).Single();
        var own = await House.SalesManager.RequestAsync(PaymentKind.Receipt, (one.Name, 10_00));
        own = await House.SalesManager.Payments.SubmitPaymentRequestAsync(new SubmitPaymentRequestRequest { Name = own.Name, RequestId = "s1" });
        Assert.That(await House.SalesManager.Payments.SubmitPaymentRequestAsync(new SubmitPaymentRequestRequest { Name = own.Name, RequestId = "s1" }), Is.EqualTo(own), "the stored reply");
        Assert.That(await Refused.WhyAsync(House.SalesManager.Payments.ConfirmPaymentRequestAsync(new ConfirmPaymentRequestRequest { Name = own.Name }).ResponseAsync), Is.EqualTo("PermissionDenied OWN_REQUEST"));
        await House.GeneralManager.Payments.ConfirmPaymentRequestAsync(new ConfirmPaymentRequestRequest { Name = own.Name });
        Assert.That(await Refused.WhyAsync(House.Finance.Payments.ReturnPaymentRequestAsync(new ReturnPaymentRequestRequest { Name = own.Name, Comment = "?" }).ResponseAsync), Is.EqualTo("PermissionDenied PERMISSION_DENIED"));
        await House.Purchasing.Payments.ReturnPaymentRequestAsync(new ReturnPaymentRequestRequest { Name = own.Name, Comment = "数量不符" });
        Assert.That((await GetAsync(one.Name)).RequestedFen, Is.Zero);
        var changed = await House.SalesManager.Payments.UpdatePaymentRequestAsync(new UpdatePaymentRequestRequest
        {
            PaymentRequest = new PaymentRequest { Name = own.Name, Lines = { new PaymentLine { Instalment = one.Name, AmountFen = 9_00 } } },
            UpdateMask = new() { Paths = { "lines" } },
        });
        Assert.That((changed.AmountFen, changed.State), Is.EqualTo((9_00L, PaymentState.Returned)));
        await House.SalesManager.Payments.SubmitPaymentRequestAsync(new SubmitPaymentRequestRequest { Name = own.Name });
        Assert.That(await Refused.WhyAsync(House.Salesperson.Payments.WithdrawPaymentRequestAsync(new WithdrawPaymentRequestRequest { Name = own.Name }).ResponseAsync), Is.EqualTo("PermissionDenied DRAFTER_AWAITED"));
        Assert.That((await House.SalesManager.Payments.WithdrawPaymentRequestAsync(new WithdrawPaymentRequestRequest { Name = own.Name })).State, Is.EqualTo(PaymentState.Draft));
        Assert.That((await House.GeneralManager.Payments.CancelPaymentRequestAsync(new CancelPaymentRequestRequest { Name = own.Name, Reason = "重复" })).State, Is.EqualTo(PaymentState.Cancelled));
        Assert.That(await GetAsync(one.Name) is { RequestedFen: 0, OpenFen: 100_00 });
    }

    [Test]
    public async Task Clerks_at_once_cannot_take_more_than_there_is()
    {
        const int Clerks = 12;
        var one = (await House.SalesManager.InstalmentsAsync((await House.PaidByAsync("shop", (5, 100_00))).Name)).Single();
        var drafts = new List<PaymentRequest>();
        for (var i = 0; i < Clerks; i++)
            drafts.Add(await House.Salesperson.RequestAsync(PaymentKind.Receipt, (one.Name, 30_00)));
        var submitted = (await Task.WhenAll(drafts.Select(draft => TriedAsync(House.Salesperson.Payments.SubmitPaymentRequestAsync(new SubmitPaymentRequestRequest { Name = draft.Name }).ResponseAsync)))).OfType<PaymentRequest>().ToList();
        Assert.That((submitted.Count, (await GetAsync(one.Name)).RequestedFen), Is.EqualTo((3, 90_00L)));

        foreach (var request in submitted)
        {
            await House.SalesManager.Payments.ConfirmPaymentRequestAsync(new ConfirmPaymentRequestRequest { Name = request.Name });
            await House.Purchasing.Payments.CheckPaymentRequestAsync(new CheckPaymentRequestRequest { Name = request.Name });
        }
        // Each received 40 for a request of 30, and says where it goes; together that is more than is owed.
        var settled = (await Task.WhenAll(submitted.Select(request => TriedAsync(House.Finance.Payments.RecordReceiptAsync(new RecordReceiptRequest
        {
            Name = request.Name,
            ReceivedDate = Day(0),
            AmountFen = 40_00,
            Allocations = { new PaymentLine { Instalment = one.Name, AmountFen = 40_00 } },
        }).ResponseAsync)))).OfType<PaymentRequest>().ToList();
        var now = await GetAsync(one.Name);
        Assert.That((settled.Count, now.PaidFen, now.RequestedFen), Is.EqualTo((1, 40_00L, 60_00L)), "the second would have taken what the third had asked for");
        Assert.That((await House.Finance.StatementAsync("shop")).ReceivedFen, Is.EqualTo(40_00));

        static async Task<PaymentRequest?> TriedAsync(Task<PaymentRequest> call)
        {
            try
            {
                return await call;
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.InvalidArgument or StatusCode.Aborted)
            {
                return null;
            }
        }
    }

    [Test]
    public async Task What_is_overdue_is_listed_aged_asked_for_and_exported()
    {
        var first = await House.PaidByAsync("alpha", (-100, 100_00), (-45, 50_00), (3, 70_00));
        await House.PaidByAsync("beta", (-1, 25_00), (0, 999_00));
        var listed = new List<OverdueInstalment>();
        var request = new ListOverdueInstalmentsRequest { PageSize = 2 };
        do
        {
            var page = await House.Salesperson.Dunning.ListOverdueInstalmentsAsync(request);
            listed.AddRange(page.OverdueInstalments);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.That(listed.Select(one => $"{one.Instalment.Partner} {one.Instalment.DaysOverdue} {one.Bucket} {one.Instalment.OpenFen}"), Is.EqualTo(new[]
        {
            "partners/alpha 100 Over90 10000", "partners/alpha 45 UpTo60 5000", "partners/beta 1 UpTo30 2500",
        }));
        Assert.That((await House.SalesManager.Dunning.ListOverdueInstalmentsAsync(new ListOverdueInstalmentsRequest { Bucket = AgingBucket.UpTo60, Salesperson = "staff/js-sales", Organisation = "organisations/js" })).OverdueInstalments, Has.Count.EqualTo(1));

        Assert.That(await Refused.WhyAsync(DunAsync((await House.SalesManager.InstalmentsAsync(state: InstalmentState.Planned)).Single().Name, "")), Is.EqualTo("FailedPrecondition NOT_OVERDUE"));
        Assert.That(await Refused.WhyAsync(DunAsync(listed[0].Instalment.Name, Day(-1))), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: promised_date OUT_OF_RANGE"));
        await DunAsync(listed[0].Instalment.Name, "");
        await DunAsync(listed[0].Instalment.Name, Day(0));
        var steps = (await House.Finance.Dunning.ListDunningStepsAsync(new ListDunningStepsRequest { Partner = "partners/alpha" })).DunningSteps;
        Assert.That(steps.Select(step => $"{step.DaysOverdue} {step.OpenFen} {step.PromisedDate} {step.ActorName}"), Is.EqualTo(new[] { "100 10000  js-sales", $"100 10000 {Day(0)} js-sales" }));

        Assert.That((await House.Finance.Dunning.ListDunningStepsAsync(new ListDunningStepsRequest { Instalment = listed[0].Instalment.Name })).DunningSteps, Is.EqualTo(steps));
        Assert.That((await House.Finance.Dunning.ListDunningStepsAsync(new ListDunningStepsRequest { Instalment = listed[1].Instalment.Name })).DunningSteps, Is.Empty);
        Assert.That((await House.Finance.Instalments.ListInstalmentsAsync(new ListInstalmentsRequest { Partner = "partners/beta", DueTo = Day(-1) })).Instalments.Single().AmountFen, Is.EqualTo(25_00));

        var aging = await House.Finance.Dunning.GetAgingAsync(new GetAgingRequest());
        Assert.That(aging.Rows.Select(row => $"{row.Group} {row.UpTo30Fen} {row.UpTo60Fen} {row.UpTo90Fen} {row.Over90Fen} {row.TotalFen} {row.InstalmentCount}"), Is.EqualTo(new[] { "partners/alpha 0 5000 0 10000 15000 2", "partners/beta 2500 0 0 0 2500 1" }));
        Assert.That((aging.Total.TotalFen, (await House.Finance.Dunning.GetAgingAsync(new GetAgingRequest { GroupBy = AgingGroup.Salesperson })).Rows.Single().Group, (await House.Finance.Dunning.GetAgingAsync(new GetAgingRequest { GroupBy = AgingGroup.Organisation, Organisation = "organisations/js" })).Rows.Single().Group),
            Is.EqualTo((175_00L, "staff/js-sales", "organisations/js")));

        // The next day the promise is broken; what was terminated stays open, is flagged and asked for.
        await House.Marketing.Agreements.TerminateAgreementAsync(new TerminateAgreementRequest { Name = first.Name, Reason = "窜货", Evidence = "照片" });
        await House.Service.MoveClockAsync(ChinaTime.StartOfDay(Today.AddDays(1)).AddMinutes(5));
        var late = (await House.Finance.Dunning.ListOverdueInstalmentsAsync(new ListOverdueInstalmentsRequest { Partner = "partners/alpha" })).OverdueInstalments[0];
        Assert.That((late.PromiseBroken, late.StepCount, late.Instalment.AgreementTerminated, late.Instalment.OpenFen), Is.EqualTo((true, 2, true, 100_00L)));
        var answer = await House.Finance.Rest.GetAsync("/v1/instalments:exportOverdue?organisation=organisations/js");
        var sheet = Sheet.Read(await answer.Content.ReadAsByteArrayAsync())[0];
        Assert.That(sheet.Rows.Select(row => string.Join('|', row.Cells)).Where(row => row.Contains("alpha", StringComparison.Ordinal)).First(), Does.Contain("100").And.Contain("101").And.Contain("90 天以上").And.Contain("已终止").And.Contain("再催"));

        Task<DunningStep> DunAsync(string name, string promised) => House.Salesperson.Dunning.RecordDunningStepAsync(
            new RecordDunningStepRequest { Instalment = name, Way = DunningWay.Call, Note = "再催", PromisedDate = promised }).ResponseAsync;
    }

    [Test]
    public async Task What_is_open_is_postponed_or_written_off_by_the_right_people()
    {
        var signed = await House.PaidByAsync("shop", (-10, 100_00), (-5, 60_00));
        var (first, second) = await PairAsync(signed.Name);
        Assert.That(await Refused.WhyAsync(PostponeAsync(House.Salesperson, Day(10))), Is.EqualTo("PermissionDenied PERMISSION_DENIED"));
        Assert.That(await Refused.WhyAsync(PostponeAsync(House.SalesManager, Day(-1))), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: due_date OUT_OF_RANGE"));
        var later = await PostponeAsync(House.SalesManager, Day(10));
        Assert.That((later.DueDate, later.Overdue, (await House.SalesManager.GetAsync(signed.Name)).Instalments[0].DueDate), Is.EqualTo((Day(10), false, Day(10))));
        Assert.That((await House.Finance.StatementAsync("shop", Day(-100), Day(20))).Entries.Select(e => $"{e.Date} {e.Kind} {e.AmountFen}"), Is.EqualTo(new[]
        {
            $"{Day(-10)} Due 10000", $"{Day(-5)} Due 6000", $"{Day(0)} Change -10000", $"{Day(10)} Due 10000",
        }));

        Assert.That(await Refused.WhyAsync(WriteOffAsync(House.Finance)), Is.EqualTo("PermissionDenied PERMISSION_DENIED"));
        var request = await House.AwaitingFinanceAsync(PaymentKind.Receipt, (second.Name, 20_00));
        Assert.That(await Refused.WhyAsync(WriteOffAsync(House.GeneralManager)), Is.EqualTo("FailedPrecondition REQUEST_UNDER_WAY"));
        await House.Finance.ReceivedAsync(request.Name, Day(0));
        var written = await WriteOffAsync(House.GeneralManager);
        Assert.That((written.State, written.PaidFen, written.WrittenOffFen, written.OpenFen), Is.EqualTo((InstalmentState.WrittenOff, 20_00L, 40_00L, 0L)));
        var statement = await House.Finance.StatementAsync("shop", Day(-100), Day(5));
        Assert.That((statement.WrittenOffFen, statement.ClosingFen), Is.EqualTo((40_00L, 0L)));
        Assert.That(await Refused.WhyAsync(WriteOffAsync(House.GeneralManager)), Is.EqualTo("FailedPrecondition NOTHING_OPEN"));

        Task<Instalment> PostponeAsync(People who, string day) => who.Instalments.PostponeInstalmentAsync(new PostponeInstalmentRequest { Name = first.Name, DueDate = day, Reason = "客户资金紧张" }).ResponseAsync;
        Task<Instalment> WriteOffAsync(People who) => who.Instalments.WriteOffInstalmentAsync(new WriteOffInstalmentRequest { Name = second.Name, Reason = "破产" }).ResponseAsync;
    }

    [Test]
    public async Task An_amendment_takes_the_instalments_with_it_by_number()
    {
        var old = await House.PaidByAsync("shop", (-10, 100_00), (20, 60_00), (30, 40_00));
        var instalments = await House.SalesManager.InstalmentsAsync(old.Name);
        var paid = await House.AwaitingFinanceAsync(PaymentKind.Receipt, (instalments[0].Name, 70_00));
        await House.Finance.ReceivedAsync(paid.Name, Day(0));
        var draft = await House.Salesperson.Agreements.AmendAgreementAsync(new AmendAgreementRequest { Name = old.Name, EffectiveFrom = Day(1), Reason = "减量" });
        Assert.That(draft.Instalments, Has.Count.EqualTo(3));
        draft = await PlanAsync(draft, (1, -10, 60_00), (3, 40, 50_00), (4, 50, 10_00));
        await House.ApprovedAsync(draft);
        Assert.That(await Refused.WhyAsync(House.SalesManager.SignAsync(draft.Name)), Is.EqualTo("FailedPrecondition INSTALMENTS_IN_USE"), "70 was received of the first");
        await House.Salesperson.Agreements.RecallAgreementAsync(new RecallAgreementRequest { Name = draft.Name });
        draft = await PlanAsync(draft, (1, -10, 80_00), (3, 40, 50_00), (4, 50, 10_00));
        await House.ApprovedAsync(draft);
        var signed = await House.SalesManager.SignAsync(draft.Name);

        var now = await House.SalesManager.InstalmentsAsync(signed.Name);
        Assert.That(now.Select(one => $"{one.Number} {one.DueDate} {one.AmountFen} {one.OpenFen}"), Is.EqualTo(new[] { $"1 {Day(-10)} 8000 1000", $"3 {Day(40)} 5000 5000", $"4 {Day(50)} 1000 1000" }));
        Assert.That((now[0].Name, now[1].Name), Is.EqualTo((instalments[0].Name, instalments[2].Name)), "they are the same ones");
        Assert.That((await House.SalesManager.InstalmentsAsync(old.Name, InstalmentState.Dropped)).Single().Number, Is.EqualTo(2));
        var statement = await House.Finance.StatementAsync("shop", Day(-100), Day(100));
        Assert.That((statement.DueFen, statement.ReceivedFen, statement.ClosingFen), Is.EqualTo((140_00L, 70_00L, 70_00L)));

        Task<Agreement> PlanAsync(Agreement of, params (int Number, int Days, long Fen)[] plan)
        {
            var changed = new Agreement { Name = of.Name, AmountFen = plan.Sum(one => one.Fen) };
            changed.Instalments.AddRange(plan.Select(one => new PlannedInstalment { Number = one.Number, DueDate = Day(one.Days), AmountFen = one.Fen }));
            return House.Salesperson.Agreements.UpdateAgreementAsync(new UpdateAgreementRequest { Agreement = changed, UpdateMask = new() { Paths = { "amount_fen", "instalments" } } }).ResponseAsync;
        }
    }

    [Test]
    public async Task Everybody_sees_the_money_of_his_own_place_alone()
    {
        var signed = await House.PaidByAsync("shop", (-10, 100_00));
        await House.PaidByAsync("other", (-10, 100_00));
        var one = (await House.SalesManager.InstalmentsAsync(signed.Name)).Single();
        var request = await House.AwaitingFinanceAsync(PaymentKind.Receipt, (one.Name, 40_00));
        foreach (var (partner, found) in new[] { ("partners/shop", new[] { request.Name }), ("partners/other", []) })
            Assert.That((await House.SalesManager.Payments.ListPaymentRequestsAsync(new ListPaymentRequestsRequest { Partner = partner })).PaymentRequests.Select(r => r.Name), Is.EqualTo(found));
        People[] strangers = [House.Zhejiang, House.Of("salesperson", "/hq/js/", "js-else"), House.Of("partner-terminal", "/hq/js/other/", null, "other"), House.Of("partner-agent", "/hq/js/", null, "agent")];
        foreach (var stranger in strangers)
        {
            Assert.That((await stranger.InstalmentsAsync()).Select(i => i.Partner), Has.None.EqualTo("partners/shop"));
            Assert.That(await Refused.WhyAsync(stranger.Instalments.GetInstalmentAsync(new GetInstalmentRequest { Name = one.Name }).ResponseAsync), Is.EqualTo("NotFound NOT_FOUND"));
            Assert.That(await Refused.WhyAsync(stranger.Payments.GetPaymentRequestAsync(new GetPaymentRequestRequest { Name = request.Name }).ResponseAsync), Is.EqualTo("NotFound NOT_FOUND"));
            foreach (var asked in new[] { new ListPaymentRequestsRequest(), new ListPaymentRequestsRequest { Partner = "partners/shop" } })
                Assert.That((await stranger.Payments.ListPaymentRequestsAsync(asked)).PaymentRequests, Is.Empty);
            Assert.That(await Refused.WhyAsync(stranger.StatementAsync("shop")), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: partner NOT_FOUND"));
            Assert.That(await Refused.WhyAsync(stranger.StatementAsync("nobody")), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: partner NOT_FOUND"), "just like what does not exist");
        }
        foreach (var stranger in strangers[..2])
        {
            Assert.That((await stranger.Dunning.ListOverdueInstalmentsAsync(new ListOverdueInstalmentsRequest())).OverdueInstalments, Is.Empty);
            Assert.That((await stranger.Dunning.GetAgingAsync(new GetAgingRequest())).Total.TotalFen, Is.Zero);
        }
        var shop = House.Of("partner-terminal", "/hq/js/shop/", null, "shop");
        Assert.That(((await shop.InstalmentsAsync()).Single().Name, (await shop.StatementAsync("shop")).ClosingFen), Is.EqualTo((one.Name, 100_00L)));
        Assert.That((await shop.Payments.ListPaymentRequestsAsync(new ListPaymentRequestsRequest())).PaymentRequests, Is.Empty, "not before finance has confirmed it");
        Assert.That(await Refused.WhyAsync(shop.Dunning.GetAgingAsync(new GetAgingRequest()).ResponseAsync), Is.EqualTo("PermissionDenied PERMISSION_DENIED"));
        await House.Finance.ReceivedAsync(request.Name, Day(0));
        var closed = await shop.Payments.SignPaymentRequestAsync(new SignPaymentRequestRequest { Name = request.Name, SignerName = "王店长", SignedDate = Day(0) });
        Assert.That((closed.State, closed.Steps.Count, closed.SettledFen), Is.EqualTo((PaymentState.Closed, 0, 40_00L)), "without how we came to it");
    }

    [Test]
    public async Task Money_goes_where_its_partner_goes_and_over_when_it_is_merged()
    {
        var signed = await House.PaidByAsync("shop", (-10, 100_00));
        var one = (await House.SalesManager.InstalmentsAsync(signed.Name)).Single();
        await House.AwaitingFinanceAsync(PaymentKind.Receipt, (one.Name, 40_00));
        await House.Service.HearAsync(Heard("shop", 5, "/hq/zj/shop/", "zj"));
        Assert.That(((await House.Zhejiang.InstalmentsAsync()).Single().Organisation, (await House.SalesManager.InstalmentsAsync()).Count), Is.EqualTo(("organisations/zj", 0)));
        Assert.That(((await House.Zhejiang.StatementAsync("shop")).ClosingFen, (await House.Zhejiang.Payments.ListPaymentRequestsAsync(new ListPaymentRequestsRequest())).PaymentRequests.Count), Is.EqualTo((100_00L, 1)));

        await House.Service.HearAsync(new PartnerMerged { AggregateId = "shop", Version = 9, ScopePath = "/hq/js/other/", AssigneeId = "js-sales", SurvivorId = "other", SurvivorName = "留存的门店", SurvivorVersion = 3 });
        var over = (await House.Salesperson.InstalmentsAsync()).Single();
        Assert.That((over.Partner, over.PartnerName, (await House.Salesperson.StatementAsync("other")).ClosingFen), Is.EqualTo(("partners/other", "留存的门店", 100_00L)));
        Assert.That((await House.Zhejiang.InstalmentsAsync()), Is.Empty);

        static PartnerChanged Heard(string id, long version, string path, string organisation) => new()
        {
            AggregateId = id,
            Version = version,
            ScopePath = path,
            Name = "门店",
            Kind = "terminal",
            Stage = "signed",
            PreviousStage = "signed",
            ProvinceCode = "32",
            CityCode = "3201",
            OrganisationId = organisation,
        };
    }

    [Test]
    public async Task A_statement_is_paged_with_running_balances_and_exported()
    {
        await House.PaidByAsync("shop", [.. Enumerable.Range(1, 7).Select(i => (-10 * (i / 2), i * 1_00L))]);
        var whole = await House.Finance.StatementAsync("shop", Day(-365));
        var paged = new List<AccountEntry>();
        var request = new GetAccountStatementRequest { Partner = "partners/shop", FromDate = Day(-365), PageSize = 2 };
        do
        {
            var page = await House.Finance.Accounts.GetAccountStatementAsync(request);
            Assert.That((page.TotalSize, page.ClosingFen), Is.EqualTo((7L, 28_00L)));
            paged.AddRange(page.Entries);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.That(paged, Is.EqualTo(whole.Entries));
        Assert.That((paged[^1].BalanceFen, paged.Select(e => e.Date)), Is.EqualTo((28_00L, paged.Select(e => e.Date).Order())));
        Assert.That(await Refused.WhyAsync(House.Finance.StatementAsync("shop", Day(0), Day(-1))), Is.EqualTo("InvalidArgument INVALID_ARGUMENT: to_date OUT_OF_RANGE"));

        var rest = await House.Finance.Rest.GetAsync($"/v1/accountStatement:export?partner=partners/shop&fromDate={Day(-365)}");
        Assert.That((rest.StatusCode, rest.Content.Headers.ContentDisposition?.FileNameStar), Is.EqualTo((HttpStatusCode.OK, "往来对账单.xlsx")));
        var sheet = Sheet.Read(await rest.Content.ReadAsByteArrayAsync())[0];
        Assert.That(sheet.Rows.SelectMany(row => row.Cells), Has.Some.Contains("期末余额：28.00 元"));
        Assert.That(sheet.Rows.Count(row => row.Cells.Contains("到期应收")), Is.EqualTo(7));
    }

    [Test]
    public async Task Over_rest_it_is_the_same()
    {
        var one = (await House.SalesManager.InstalmentsAsync((await House.PaidByAsync("shop", (-10, 100_00))).Name)).Single();
        var created = await House.Salesperson.Rest.PostAsJsonAsync("/v1/paymentRequests?requestId=r1", new { kind = "PAYMENT_KIND_RECEIPT", lines = new[] { new { instalment = one.Name, amountFen = "4000" } } });
        var name = PaymentRequest.Parser.ParseJson(await created.Content.ReadAsStringAsync()).Name;
        var submitted = await House.Salesperson.Rest.PostAsJsonAsync($"/v1/{name}:submit", new { });
        Assert.That(PaymentRequest.Parser.ParseJson(await submitted.Content.ReadAsStringAsync()).State, Is.EqualTo(PaymentState.AwaitingManager));
        var wrong = await House.Salesperson.Rest.PostAsJsonAsync("/v1/paymentRequests", new { lines = new[] { new { instalment = one.Name, amountFen = "0" }, new { instalment = "x", amountFen = "1" } } });
        var problem = await wrong.Content.ReadAsStringAsync();
        Assert.That(wrong.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(problem, Does.Contain("paymentRequest.kind").And.Contain("paymentRequest.lines[0].amountFen").And.Contain("paymentRequest.lines[1].instalment"), "all at once");
        Assert.That(await House.Salesperson.Rest.GetStringAsync("/v1/instalments:aging?groupBy=AGING_GROUP_SALESPERSON"), Does.Contain("staff/js-sales"));
        Assert.That(await House.Salesperson.Rest.GetStringAsync("/v1/instalments:overdue"), Does.Contain(one.Name));
    }

    [Test]
    public async Task Each_reminder_is_sent_once_over_two_instances_and_a_restart()
    {
        if (database == DatabaseUnderTest.SqlServer)
            Assert.Ignore("The second instance is started on an SQLite file.");
        await House.PaidByAsync("shop", (10, 1_00), (10, 2_00), (10, 3_00), (10, 4_00));
        var paid = (await House.SalesManager.InstalmentsAsync())[3];
        await House.Finance.ReceivedAsync((await House.AwaitingFinanceAsync(PaymentKind.Receipt, (paid.Name, paid.AmountFen))).Name, Day(0));
        var start = Today;
        await using (var second = await House.SecondInstanceAsync())
        {
            foreach (var (day, count) in new[] { (2, 0), (3, 1), (4, 1), (11, 2), (26, 3) })
            {
                await House.Service.MoveClockAsync(ChinaTime.StartOfDay(start.AddDays(day)).AddHours(1));
                Db[] databases = [House.Service.Db, second.Services.GetRequiredService<Db>()];
                await Task.WhenAll(Enumerable.Range(0, 6).Select(i => InstalmentClock.AlertAsync(databases[i % 2], Offsets)));
                await Eventually.Async(async () => (await House.Service.PublishedAsync<InstalmentAlerted>()).Count >= 3 * count, Patience, $"day {day} is told");
            }
            await second.StopAsync();
        }
        await House.Service.RestartAsync();
        await InstalmentClock.AlertAsync(House.Service.Db, Offsets);
        var told = (await House.Service.PublishedAsync<InstalmentAlerted>()).GroupBy(e => e.AggregateId);
        Assert.That(told.Select(t => string.Join(" ", t.Select(e => $"{e.Offset}:{e.DaysOverdue}"))), Is.All.EqualTo("-7:-7 1:1 15:16").And.Exactly(3).Items, "what is paid is not asked for");
    }

    /// <summary>Whatever people do, in whatever order: the instalments add up, and so does the account, at every day it is cut.</summary>
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task After_random_histories_everything_adds_up(int seed)
    {
        var random = new Random(seed);
        var signed = await House.PaidByAsync("shop", [.. Enumerable.Range(0, 5).Select(_ => (random.Next(-60, 60), random.Next(1, 20) * 1_00L))]);
        for (var i = 0; i < 40; i++)
        {
            var instalments = await House.SalesManager.InstalmentsAsync(signed.Name);
            var one = instalments[random.Next(instalments.Count)];
            try
            {
                switch (random.Next(7))
                {
                    case 0:
                        await House.SalesManager.Instalments.PostponeInstalmentAsync(new PostponeInstalmentRequest { Name = one.Name, DueDate = Day(random.Next(0, 60)), Reason = "x" });
                        break;
                    case 1:
                        await House.GeneralManager.Instalments.WriteOffInstalmentAsync(new WriteOffInstalmentRequest { Name = one.Name, Reason = "x" });
                        break;
                    case 2:
                        await UndoAsync();
                        break;
                    default:
                        await ReceiveAsync(one);
                        break;
                }
            }
            catch (RpcException e) when (e.StatusCode is StatusCode.FailedPrecondition or StatusCode.InvalidArgument)
            {
                // It was not to be; then it must have changed nothing.
            }
        }
        var rows = await House.SalesManager.InstalmentsAsync(signed.Name);
        Assert.That(rows.Select(row => row.PaidFen + row.WrittenOffFen + row.OpenFen == row.AmountFen && row.RequestedFen <= row.OpenFen && row.RequestedFen >= 0), Is.All.True);
        var end = await House.Finance.StatementAsync("shop", Day(-100), Day(100));
        Assert.That((end.ClosingFen, end.Entries.Sum(e => e.AmountFen)), Is.EqualTo((rows.Sum(row => row.OpenFen), end.ClosingFen)));
        Assert.That((end.ReceivedFen, end.WrittenOffFen, end.DueFen), Is.EqualTo((rows.Sum(row => row.PaidFen), rows.Sum(row => row.WrittenOffFen), rows.Sum(row => row.AmountFen))));
        for (var cut = -100; cut < 100; cut += 9)
        {
            var (before, after) = (await House.Finance.StatementAsync("shop", Day(-100), Day(cut)), await House.Finance.StatementAsync("shop", Day(cut + 1), Day(100)));
            Assert.That((after.OpeningFen, after.ClosingFen), Is.EqualTo((before.ClosingFen, end.ClosingFen)));
            Assert.That(before.ClosingFen, Is.EqualTo(before.OpeningFen + before.Entries.Sum(e => e.AmountFen)));
        }

        async Task ReceiveAsync(Instalment one)
        {
            var fen = random.Next(1, (int)Math.Max(2, one.OpenFen + 100));
            var request = await House.AwaitingFinanceAsync(PaymentKind.Receipt, (one.Name, fen));
            if (random.Next(4) == 0)
                await House.SalesManager.Payments.CancelPaymentRequestAsync(new CancelPaymentRequestRequest { Name = request.Name, Reason = "x" });
            else
                await House.Finance.ReceivedAsync(request.Name, Day(-random.Next(30)), random.Next(1, fen + 1));
        }
        async Task UndoAsync()
        {
            var settled = (await House.Finance.Payments.ListPaymentRequestsAsync(new ListPaymentRequestsRequest { State = PaymentState.AwaitingSignature })).PaymentRequests;
            if (settled.Count > 0)
                await House.Finance.Payments.ReversePaymentRequestAsync(new ReversePaymentRequestRequest { Name = settled[random.Next(settled.Count)].Name, Reason = "x" });
        }
    }

    private string Day(int fromToday) => $"{Today.AddDays(fromToday):yyyy-MM-dd}";

    private async Task<(Instalment First, Instalment Second)> PairAsync(string agreement) => await House.SalesManager.InstalmentsAsync(agreement) is [var first, var second] ? (first, second) : throw new AssertionException("There are two.");

    private Task<Instalment> GetAsync(string name) => House.SalesManager.Instalments.GetInstalmentAsync(new GetInstalmentRequest { Name = name }).ResponseAsync;

    private Task<ScheduleInstalmentsResponse> ScheduleAsync(string agreement, long fen, string reason = "") => House.SalesManager.Instalments.ScheduleInstalmentsAsync(new ScheduleInstalmentsRequest
    {
        Agreement = agreement,
        InstalmentReason = reason,
        Instalments = { new PlannedInstalment { DueDate = Day(5), AmountFen = fen } },
    }).ResponseAsync;

    private Task<PaymentRequest> SignAsync(string name, string attachment) => House.Salesperson.Payments.SignPaymentRequestAsync(
        new SignPaymentRequestRequest { Name = name, SignerName = "王店长", SignedDate = Day(0), Attachment = attachment }).ResponseAsync;
}
