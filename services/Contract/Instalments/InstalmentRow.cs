using Qudao.Contract.V1;

namespace Qudao.Contract.Instalments;

/// <summary>An instalment 分期 as an agreement plans it.</summary>
public sealed record Planned(int Number, DateOnly DueDate, long AmountFen, string Purpose);

/// <summary>An instalment as it stands in the table, with what its agreement and its partner are now.</summary>
public sealed class InstalmentRow
{
    public string Id { get; set; } = "";
    public long Version { get; set; }
    public string AgreementId { get; set; } = "";
    public string PartnerId { get; set; } = "";
    public long Number { get; set; }
    public DateOnly DueDate { get; set; }
    public string Purpose { get; set; } = "";
    public long AmountFen { get; set; }
    public long PaidFen { get; set; }
    public long WrittenOffFen { get; set; }

    /// <summary>Amount less paid and written off; 0 when an amendment took it out.</summary>
    public long OpenFen { get; set; }

    /// <summary>What receipt requests under way are for; never more than what is open.</summary>
    public long RequestedFen { get; set; }
    public long InvoicedFen { get; set; }
    public long InvoiceRequestedFen { get; set; }

    /// <summary>An amendment took it out.</summary>
    public bool Dropped { get; set; }
    public string WriteOffReason { get; set; } = "";

    /// <summary>The last alert: so many days after the due date, before it when negative.</summary>
    public long? AlertedOffset { get; set; }

    /// <summary>The day on which the clock looks at it.</summary>
    public DateOnly NextAlert { get; set; } = DateOnly.MaxValue;
    public long CreatedUs { get; set; }
    public long UpdatedUs { get; set; }

    public string AgreementNumber { get; set; } = "";
    public string AgreementState { get; set; } = "";
    public string PartnerName { get; set; } = "";
    public string OrganisationId { get; set; } = "";
    public string ScopePath { get; set; } = "";
    public string? AssigneeId { get; set; }

    /// <summary>What can still be asked for with a receipt request.</summary>
    public long ReceivableFen => OpenFen - RequestedFen;

    /// <summary>What can still be asked for with an invoice request.</summary>
    public long InvoiceableFen => Dropped ? 0 : AmountFen - WrittenOffFen - InvoicedFen - InvoiceRequestedFen;

    /// <summary>Money has gone, or is about to go, by it.</summary>
    public bool InUse => PaidFen > 0 || WrittenOffFen > 0 || RequestedFen > 0 || InvoicedFen > 0 || InvoiceRequestedFen > 0;

    /// <summary>How it is called in accounts: "JS-0001 第1期 首付款".</summary>
    public string Title => $"{AgreementNumber} 第{Number}期 {Purpose}".TrimEnd();

    public int DaysOverdue(DateOnly today) => OpenFen > 0 && today > DueDate ? today.DayNumber - DueDate.DayNumber : 0;

    public InstalmentState State(DateOnly today) => this switch
    {
        { Dropped: true } => InstalmentState.Dropped,
        { OpenFen: 0, WrittenOffFen: > 0 } => InstalmentState.WrittenOff,
        { OpenFen: 0 } => InstalmentState.Paid,
        { PaidFen: > 0 } => InstalmentState.PartlyPaid,
        _ => DueDate <= today ? InstalmentState.Due : InstalmentState.Planned,
    };
}
