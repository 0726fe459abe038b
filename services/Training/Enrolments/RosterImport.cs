using Qudao.Platform;
using Qudao.Training.Partners;
using Qudao.Training.Trainees;
using Qudao.Training.V1;

namespace Qudao.Training.Enrolments;

/// <summary>Enrols from a file, row by row in one transaction; a row at fault is reported and the others are taken.</summary>
public sealed class RosterImport(Db db, Lookups lookups)
{
    public async Task<ImportRosterResponse> RunAsync(
        ImportRosterRequest request, Caller caller, string sessionId, string sessionPath, Func<Func<Tx, Task<ImportRosterResponse>>, Task<ImportRosterResponse>> write)
    {
        var errors = new List<SheetError>();
        var entries = RosterForm.Read(request.File.Data.ToByteArray(), errors);
        var usual = request.Partner.Length > 0 ? await lookups.SignedPartnerAsync(request.Partner, "partner") : null;
        var employers = await EmployersAsync(entries, caller, usual, errors);
        Task<ImportRosterResponse> Work(Tx tx) => EnrolAsync(tx, entries, errors, employers, sessionId, sessionPath);
        if (!request.DryRun)
            return await write(Work);
        try
        {
            await db.WriteAsync<ImportRosterResponse>(async tx => throw new Rehearsed(await Work(tx)));
            throw new InvalidOperationException("A dry run was written.");
        }
        catch (Rehearsed rehearsed)
        {
            return rehearsed.Reply;
        }
    }

    private static async Task<ImportRosterResponse> EnrolAsync(
        Tx tx, IEnumerable<RosterEntry> entries, IEnumerable<SheetError> errors, Dictionary<string, PartnerRow?> employers, string sessionId, string sessionPath)
    {
        var reply = new ImportRosterResponse();
        // The transaction may run again: what it meets is not kept with what the file itself is at fault for.
        var faults = new List<SheetError>(errors);
        foreach (var entry in entries.Where(e => employers.ContainsKey(e.Employer)))
        {
            var partner = employers[entry.Employer] is { } asked ? await PartnerStore.NowAsync(tx, asked) : null;
            var person = new Person(entry.Name, entry.Phone, entry.Position, partner, partner?.ScopePath ?? sessionPath, partner?.AssigneeId);
            var (row, fault) = await EnrolmentWrites.EnrolAsync(tx, sessionId, person);
            if (row is not null)
                reply.Created++;
            else if (fault!.Reason == "ENROLLED")
                reply.Unchanged++;
            else
                faults.Add(entry.Record.Error(RosterForm.Name, fault.Zh, fault.En));
        }
        reply.Errors.Add(faults.OrderBy(e => e.Row).Select(e => new RosterError { Row = e.Row, Column = e.Column, MessageZh = e.Zh, MessageEn = e.En }));
        return reply;
    }

    /// <summary>The partners that rows name, each asked for once; "" is the usual one. Names that mean none or several are faults of their rows.</summary>
    private async Task<Dictionary<string, PartnerRow?>> EmployersAsync(IReadOnlyList<RosterEntry> entries, Caller caller, PartnerRow? usual, List<SheetError> errors)
    {
        var found = new Dictionary<string, PartnerRow?> { [""] = usual };
        foreach (var named in entries.Where(e => e.Employer.Length > 0).GroupBy(e => e.Employer))
        {
            var fault = named.Key == usual?.Name ? null : await FindAsync(named.Key, caller, found);
            if (named.Key == usual?.Name)
                found[named.Key] = usual;
            else if (fault is { } reason)
                errors.AddRange(named.Select(e => e.Record.Error(RosterForm.Employer, reason.Zh, reason.En)));
        }
        return found;
    }

    private async Task<(string Zh, string En)?> FindAsync(string name, Caller caller, Dictionary<string, PartnerRow?> found)
    {
        var rows = await db.ReadAsync(s => PartnerStore.NamedAsync(s, name, caller.Scope));
        if (rows is not [var row])
            return rows.Count == 0 ? ("没有这家机构", "there is no such partner") : ("有多家同名机构", "several partners have this name");
        try
        {
            found[name] = await lookups.SignedPartnerAsync($"partners/{row.Id}", "file");
            return null;
        }
        catch (Refusal refusal)
        {
            return (refusal.Zh, refusal.En);
        }
    }

    /// <summary>Takes the transaction of a dry run back and brings out what it would have done.</summary>
    private sealed class Rehearsed(ImportRosterResponse reply) : Exception
    {
        public ImportRosterResponse Reply { get; } = reply;
    }
}
