using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Qudao.Platform;
using Qudao.Reporting.V1;

namespace Qudao.Reporting.Journals;

/// <summary>Journals as the API shows them, and their forms as they are kept.</summary>
public static class JournalMessages
{
    // A kept form says what its day's version of the contract said.
    private static readonly JsonParser Reading = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public static string PlaceKey(string writer, JournalKind kind, string period) => $"{writer}|{Codes.Of(kind)}|{period}";

    /// <summary>A form as it was kept.</summary>
    public static Journal Form(string json) => Reading.Parse<Journal>(json);

    public static string Kept(Journal form) => JsonFormatter.Default.Format(form);

    /// <summary>
    /// A journal with its form: as it was handed in, and while it is being written, to its writer alone, with the figures of now.
    /// </summary>
    public static async Task<Journal> WholeAsync(Session session, JournalRow row, string? reader)
    {
        var form = JournalRules.IsOpen(row.State) && (reader == row.WriterId || row.Facts.Length == 0)
            ? await JournalFacts.FillAsync(session, row, Form(row.Words))
            : Form(row.Facts);
        var message = InList(row);
        (message.Daily, message.Weekly, message.Monthly) = (form.Daily, form.Weekly, form.Monthly);
        return message;
    }

    public static Journal InList(JournalRow row) => new()
    {
        Name = row.Name,
        Kind = Codes.To<JournalKind>(row.Kind),
        Day = $"{row.StartDate:yyyy-MM-dd}",
        Period = row.Period,
        Writer = $"staff/{row.WriterId}",
        WriterName = row.WriterName,
        Organisation = $"organisations/{row.OrganisationId}",
        OrganisationName = row.OrganisationName,
        State = Codes.To<JournalState>(row.State),
        Comment = row.Comment,
        ReviewerName = row.ReviewerName,
        SubmitTime = At(row.SubmittedUs),
        ReviewTime = At(row.ReviewedUs),
        CreateTime = At(row.CreatedUs),
        Etag = Etag.Of(row.Version),
    };

    private static Timestamp? At(long? micros) => micros is { } us ? Timestamp.FromDateTimeOffset(Clock.FromMicros(us)) : null;
}
