using System.Text;
using Qudao.Platform;

namespace Qudao.Training.Calendars;

/// <summary>Writes iCalendar (RFC 5545) that calendar programs read: UTC times, CRLF, lines of at most 75 octets.</summary>
public static class ICalendar
{
    public const string MediaType = "text/calendar; charset=utf-8";

    private const int LineOctets = 75;

    public static string Write(string title, IEnumerable<CalendarRow> sessions)
    {
        var text = new StringBuilder();
        Line(text, "BEGIN:VCALENDAR");
        Line(text, "VERSION:2.0");
        Line(text, "PRODID:-//Qudao//Training//ZH");
        Line(text, "CALSCALE:GREGORIAN");
        Line(text, "METHOD:PUBLISH");
        Line(text, $"X-WR-CALNAME:{Escaped(title)}");
        Line(text, "X-WR-TIMEZONE:Asia/Shanghai");
        Line(text, "REFRESH-INTERVAL;VALUE=DURATION:PT1H");
        foreach (var session in sessions)
            Event(text, session);
        Line(text, "END:VCALENDAR");
        return text.ToString();
    }

    private static void Event(StringBuilder text, CalendarRow row)
    {
        Line(text, "BEGIN:VEVENT");
        Line(text, $"UID:{row.Id}@qudao");
        Line(text, $"SEQUENCE:{row.Version}");
        Line(text, $"DTSTAMP:{Utc(row.UpdatedUs)}");
        Line(text, $"DTSTART:{Utc(row.StartUs)}");
        Line(text, $"DTEND:{Utc(row.EndUs)}");
        Line(text, $"SUMMARY:{Escaped($"培训：{row.CourseTitle}")}");
        if (row.LecturerName.Length > 0)
            Line(text, $"DESCRIPTION:{Escaped($"讲师：{row.LecturerName}")}");
        if (Place(row) is { Length: > 0 } place)
            Line(text, $"LOCATION:{Escaped(place)}");
        if (row.Link.Length > 0)
            Line(text, $"URL:{row.Link}");
        Line(text, row.State == Sessions.SessionRules.Cancelled ? "STATUS:CANCELLED" : "STATUS:CONFIRMED");
        Line(text, "END:VEVENT");
    }

    private static string Place(CalendarRow row) => row.RoomName is null ? row.Place : $"{row.RoomName} {row.RoomAddress}".Trim();

    private static string Utc(long micros) => Clock.FromMicros(micros).ToString("yyyyMMdd'T'HHmmss'Z'");

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal)
        .Replace(",", "\\,", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>A line longer than allowed goes on in the next, behind a space; no character is cut in two.</summary>
    private static void Line(StringBuilder text, string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > LineOctets)
            {
                text.Append("\r\n ");
                octets = 1;
            }
            text.Append(rune);
            octets += rune.Utf8SequenceLength;
        }
        text.Append("\r\n");
    }
}
