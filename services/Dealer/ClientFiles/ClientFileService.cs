using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Qudao.Dealer.Partners;
using Qudao.Dealer.V1;
using Qudao.Dealer.Visits;
using Qudao.Platform;

namespace Qudao.Dealer.ClientFiles;

/// <summary>The client file 客户档案.</summary>
public sealed class ClientFileService(Db db) : V1.ClientFileService.ClientFileServiceBase
{
    private const int ContactsOnPage = 10;

    public override Task<ClientFile> GetClientFile(GetClientFileRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.ReadAsync(async s =>
        {
            var partner = await PartnerAsync(s, request.Name, caller);
            var file = new ClientFile { Partner = Partners.PartnerService.ToMessage(partner, caller), ContactCount = await ClientFileStore.CountContactsAsync(s, partner.Id) };
            file.Contacts.Add((await ClientFileStore.ContactsAsync(s, partner.Id, null, ContactsOnPage)).Select(row => ToMessage(row, caller.SeesPhones(partner))));
            foreach (var kind in new[] { RecordKind.Purchase, RecordKind.Communication, RecordKind.Feedback })
                file.Records.Add(await SummaryAsync(s, partner.Id, kind));
            file.Credit = (await ClientFileStore.GradingsAsync(s, partner.Id, "", 1)) is [var grading] ? ToMessage(grading) : null;
            file.Shipping = await ClientFileStore.ShippingAsync(s, partner.Id) is { } shipping ? ToMessage(shipping, caller.SeesPhones(partner)) : null;
            file.VisitCount = await ClientFileStore.CountVisitsAsync(s, partner.Id);
            // Who sees the partner sees that it was visited; the visit itself has its own rule.
            if (await ClientFileStore.LatestVisitAsync(s, partner.Id) is { } id && await VisitStore.GetAsync(s, id, caller.Scope) is { } visit)
                file.LatestVisit = Visits.VisitService.ToMessage(visit, caller);
            return file;
        });
    }

    public override Task<Contact> CreateContact(CreateContactRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.Contact;
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var partner = await ForWritingAsync(tx, asked.Partner, "contact.partner", caller, ClientFileRules.Create(asked, ChinaTime.DateOf(tx.Now)));
            var row = new ContactRow { Id = tx.NewId(), PartnerId = partner.Id, Version = 1, CreatedUs = tx.NowMicros, UpdatedUs = tx.NowMicros };
            foreach (var field in ClientFileRules.Changeable)
                Change(row, field, asked, tx.NowMicros);
            await ClientFileStore.InsertAsync(tx, row);
            await MirrorAsync(tx, partner, row);
            await AuditAsync(tx, caller, "contact.create", $"contacts/{row.Id}", partner, new { Partner = partner.Id, row.Title, Consent = asked.Consent });
            return ToMessage(row, caller.SeesPhones(partner));
        });
    }

    public override Task<ListContactsResponse> ListContacts(ListContactsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        return db.ReadAsync(async s =>
        {
            var partner = await PartnerAsync(s, request.Partner, caller);
            var rows = await ClientFileStore.ContactsAsync(s, partner.Id, page.Key(ClientFileStore.ReadContactKey), page.Fetch);
            var reply = new ListContactsResponse { NextPageToken = page.Cut(rows, ClientFileStore.ContactKey) };
            reply.Contacts.Add(rows.Select(row => ToMessage(row, caller.SeesPhones(partner))));
            return reply;
        });
    }

    public override Task<Contact> UpdateContact(UpdateContactRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.Contact;
        var paths = Fields.Paths(request.UpdateMask, ClientFileRules.Changeable);
        return db.WriteAsync(async tx =>
        {
            var (row, partner) = await ContactAsync(tx, asked.Name, caller);
            Etag.Check(asked.Etag, row.Version, asked.Name);
            foreach (var field in paths)
                Change(row, field, asked, tx.NowMicros);
            await ClientFileStore.UpdateAsync(tx, row);
            await MirrorAsync(tx, partner, row);
            await AuditAsync(tx, caller, "contact.update", asked.Name, partner, new { Partner = partner.Id, Fields = paths });
            return ToMessage(row, caller.SeesPhones(partner));
        }, context.CancellationToken);
    }

    public override Task<Contact> DeleteContact(DeleteContactRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteAsync(async tx =>
        {
            var (row, partner) = await ContactAsync(tx, request.Name, caller);
            if (row.IsPrimary)
                throw Errors.Precondition("PRIMARY_CONTACT", "这是首要联系人，请先指定另一位首要联系人。", "This is the primary contact; make another the primary one first.");
            await ClientFileStore.DeleteAsync(tx, row);
            await AuditAsync(tx, caller, "contact.delete", request.Name, partner, new { Partner = partner.Id });
            return new Contact { Name = request.Name, Partner = $"partners/{partner.Id}" };
        }, context.CancellationToken);
    }

    public override Task<ClientRecord> AddRecord(AddRecordRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var asked = request.Record;
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var partner = await ForWritingAsync(tx, asked.Partner, "record.partner", caller, ClientFileRules.Record(asked, ChinaTime.DateOf(tx.Now)));
            var row = NewRecord(tx, asked, partner.Id, caller.Name);
            if (row.Corrects.Length > 0)
                await CorrectAsync(tx, row);
            await ClientFileStore.InsertAsync(tx, row);
            await AuditAsync(tx, caller, "record.add", $"clientRecords/{row.Id}", partner, new { Partner = partner.Id, row.Kind, row.Corrects });
            return ToMessage(row);
        });
    }

    public override Task<ListRecordsResponse> ListRecords(ListRecordsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        return db.ReadAsync(async s =>
        {
            var partner = await PartnerAsync(s, request.Partner, caller);
            var rows = await ClientFileStore.RecordsAsync(s, partner.Id, EnumText.Filter(request.Kind), page.Key(Page.DayAndId), page.Fetch);
            var reply = new ListRecordsResponse { NextPageToken = page.Cut(rows, ClientFileStore.RecordKey) };
            reply.Records.Add(rows.Select(ToMessage));
            return reply;
        });
    }

    public override Task<CreditGrading> GradeCredit(GradeCreditRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var partner = await ForWritingAsync(tx, request.Name, caller);
            return ToMessage(await CreditGradings.GradeAsync(tx, partner, request.Grade, request.Reason, caller));
        });
    }

    public override Task<ListCreditGradingsResponse> ListCreditGradings(ListCreditGradingsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var page = Page.From(request, caller);
        return db.ReadAsync(async s =>
        {
            var partner = await PartnerAsync(s, request.Partner, caller);
            var rows = await ClientFileStore.GradingsAsync(s, partner.Id, page.After, page.Fetch);
            var reply = new ListCreditGradingsResponse { NextPageToken = page.Cut(rows, row => row.Id) };
            reply.Gradings.Add(rows.Select(ToMessage));
            return reply;
        });
    }

    public override Task<Shipping> SetShipping(SetShippingRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        return db.WriteOnceAsync(context, request, request.RequestId, async tx =>
        {
            var partner = await ForWritingAsync(tx, request.Name, caller);
            var asked = request.Shipping;
            var row = new ShippingRow { PartnerId = partner.Id, Address = asked.Address, Receiver = asked.Receiver, Phone = asked.Phone, UpdatedUs = tx.NowMicros };
            await ClientFileStore.SaveAsync(tx, row);
            await AuditAsync(tx, caller, "partner.shipping", request.Name, partner, new { row.Address });
            return ToMessage(row, caller.SeesPhones(partner));
        });
    }

    private static async Task CorrectAsync(Tx tx, RecordRow row)
    {
        var wrong = await ClientFileStore.RecordAsync(tx, row.Corrects);
        if (ClientFileRules.WhyNotCorrects(wrong, row.PartnerId, row.Kind) is { } refusal)
            throw refusal;
        if (!await ClientFileStore.CorrectAsync(tx, row.Corrects, row.Id))
            throw Errors.EtagMismatch($"clientRecords/{row.Corrects}");
    }

    /// <summary>The primary contact is the one that the partner itself names, so that lists and search need not look here.</summary>
    private static async Task MirrorAsync(Tx tx, PartnerRow partner, ContactRow contact)
    {
        // A contact without a number leaves the partner the one it has.
        var phone = contact.Phone.Length > 0 ? contact.Phone : partner.Phone;
        if (!contact.IsPrimary || (partner.Contact, partner.Phone) == (contact.Name, phone))
            return;
        (partner.Contact, partner.Phone) = (contact.Name, phone);
        await PartnerWrites.SaveAsync(tx, partner, partner.Stage);
    }

    private static void Change(ContactRow row, string field, Contact asked, long now)
    {
        switch (field)
        {
            case "display_name":
                row.Name = asked.DisplayName.Trim();
                break;
            case "title":
                row.Title = asked.Title;
                break;
            case "phone":
                // Who saw it masked sends it back masked.
                if (asked.Phone.Length == 0 || asked.Phone != Privacy.Mask(row.Phone))
                    row.Phone = RequirePhone(asked.Phone);
                break;
            case "birthday":
                row.Birthday = asked.Birthday.Length == 0 ? null : ClientFileRules.Date(asked.Birthday);
                break;
            case "primary":
                row.IsPrimary = asked.Primary;
                break;
            case "consent":
                row.ConsentUs = asked.Consent ? row.ConsentUs ?? now : null;
                break;
            case "remark":
                row.Remark = asked.Remark;
                break;
            default:
                throw new InvalidOperationException($"{field} is said to be changeable.");
        }
    }

    private static string RequirePhone(string phone) =>
        phone.Contains('*') ? throw Errors.Invalid([ClientFileRules.MaskedPhone]) : phone;

    private static RecordRow NewRecord(Tx tx, ClientRecord asked, string partnerId, string author) => new()
    {
        Id = tx.NewId(),
        PartnerId = partnerId,
        Kind = EnumText.Of(asked.Kind),
        OccurDate = ClientFileRules.Date(asked.OccurDate),
        Content = asked.Content,
        Product = asked.Product,
        Quantity = asked.Quantity,
        AmountFen = asked.AmountFen,
        Contact = asked.Contact,
        Satisfaction = asked.Satisfaction,
        Corrects = Ids.Of(asked.Corrects, "clientRecords"),
        AuthorName = author,
        CreatedUs = tx.NowMicros,
    };

    private static async Task<RecordSummary> SummaryAsync(Session s, string partnerId, RecordKind kind)
    {
        var latest = await ClientFileStore.RecordsAsync(s, partnerId, EnumText.Of(kind), null, 1);
        return new RecordSummary
        {
            Kind = kind,
            Count = await ClientFileStore.CountRecordsAsync(s, partnerId, EnumText.Of(kind)),
            Latest = latest is [var row] ? ToMessage(row) : null,
        };
    }

    private static async Task<PartnerRow> PartnerAsync(Session s, string name, Caller caller) =>
        await PartnerStore.GetAsync(s, Ids.Of(name, "partners"), caller.Scope) ?? throw Errors.NotFound(name);

    private static async Task<PartnerRow> ForWritingAsync(Tx tx, string name, Caller caller) =>
        await PartnerAsync(tx, name, caller) is var row && row.MergedInto is null ? row : throw PartnerRules.Merged(row);

    /// <summary>The partner that a field names; when it is not there, or other fields are at fault, all of it is told.</summary>
    private static async Task<PartnerRow> ForWritingAsync(Tx tx, string name, string field, Caller caller, IEnumerable<Violation> faults)
    {
        var row = await PartnerStore.GetAsync(tx, Ids.Of(name, "partners"), caller.Scope);
        Errors.ThrowIfAny([.. Errors.MissingIf(row is null, field, name), .. faults]);
        return row!.MergedInto is null ? row : throw PartnerRules.Merged(row);
    }

    private static async Task<(ContactRow Row, PartnerRow Partner)> ContactAsync(Session s, string name, Caller caller)
    {
        var row = await ClientFileStore.ContactAsync(s, Ids.Of(name, "contacts"));
        var partner = row is null ? null : await PartnerStore.GetAsync(s, row.PartnerId, caller.Scope);
        return row is null || partner is null ? throw Errors.NotFound(name) : (row, partner);
    }

    private static Task AuditAsync(Tx tx, Caller caller, string action, string resource, PartnerRow partner, object detail) =>
        tx.AuditAsync(caller, action, resource, partner.ScopePath, partner.AssigneeId, detail);

    private static Contact ToMessage(ContactRow row, bool plain) => new()
    {
        Name = $"contacts/{row.Id}",
        Partner = $"partners/{row.PartnerId}",
        DisplayName = row.Name,
        Title = row.Title,
        Phone = plain ? row.Phone : Privacy.Mask(row.Phone),
        Birthday = plain ? row.Birthday?.ToString("yyyy-MM-dd") ?? "" : "",
        Primary = row.IsPrimary,
        Consent = row.ConsentUs is not null,
        ConsentTime = row.ConsentUs is { } consent ? Time(consent) : null,
        Remark = row.Remark,
        Etag = Etag.Of(row.Version),
        CreateTime = Time(row.CreatedUs),
    };

    private static ClientRecord ToMessage(RecordRow row) => new()
    {
        Name = $"clientRecords/{row.Id}",
        Partner = $"partners/{row.PartnerId}",
        Kind = EnumText.Parse<RecordKind>(row.Kind),
        OccurDate = row.OccurDate.ToString("yyyy-MM-dd"),
        Content = row.Content,
        Product = row.Product,
        Quantity = row.Quantity,
        AmountFen = row.AmountFen,
        Contact = row.Contact,
        Satisfaction = (int)row.Satisfaction,
        Corrects = row.Corrects.Length == 0 ? "" : $"clientRecords/{row.Corrects}",
        CorrectedBy = row.CorrectedBy.Length == 0 ? "" : $"clientRecords/{row.CorrectedBy}",
        Author = row.AuthorName,
        CreateTime = Time(row.CreatedUs),
    };

    private static CreditGrading ToMessage(GradingRow row) => new()
    {
        Partner = $"partners/{row.PartnerId}",
        Grade = EnumText.Parse<CreditGrade>(row.Grade),
        Reason = row.Reason,
        Author = row.AuthorName,
        CreateTime = Time(row.CreatedUs),
    };

    private static Shipping ToMessage(ShippingRow row, bool plain) => new()
    {
        Address = row.Address,
        Receiver = row.Receiver,
        Phone = plain ? row.Phone : Privacy.Mask(row.Phone),
    };

    private static Timestamp Time(long micros) => Timestamp.FromDateTimeOffset(Clock.FromMicros(micros));
}
