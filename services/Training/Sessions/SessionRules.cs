using Qudao.Platform;
using Qudao.Training.V1;

namespace Qudao.Training.Sessions;

/// <summary>What may happen to a session, and when.</summary>
public static class SessionRules
{
    public const string Scheduled = "scheduled";
    public const string Held = "held";
    public const string Closed = "closed";
    public const string Cancelled = "cancelled";

    private const long QuarterMicros = 15L * 60 * 1_000_000;

    /// <summary>scheduled → held → closed; a scheduled one may be scheduled anew or called off.</summary>
    private static readonly HashSet<(string From, string To)> Moves = [(Scheduled, Scheduled), (Scheduled, Held), (Scheduled, Cancelled), (Held, Closed)];

    private static readonly Dictionary<string, (string Zh, string En)> Labels = new()
    {
        [Scheduled] = ("已排期", "scheduled"),
        [Held] = ("已举办", "held"),
        [Closed] = ("已结束", "closed"),
        [Cancelled] = ("已取消", "cancelled"),
    };

    public static IReadOnlyCollection<string> States => Labels.Keys;

    public static bool MayMove(string from, string to) => Moves.Contains((from, to));

    public static void RequireMove(string from, string to)
    {
        if (!MayMove(from, to))
            throw Errors.Precondition("WRONG_STATE", $"培训场次当前为“{Labels[from].Zh}”，不能变为“{Labels[to].Zh}”。",
                $"The session is {Labels[from].En}; it cannot become {Labels[to].En}.");
    }

    /// <summary>A roster changes until the session is held; marks and scores until it is closed.</summary>
    public static void RequireOpen(string state, bool forMarks)
    {
        if (state != Scheduled && !(forMarks && state == Held))
            throw Errors.Precondition("WRONG_STATE", $"培训场次当前为“{Labels[state].Zh}”，名单不能再改。", $"The session is {Labels[state].En}; its roster cannot change any more.");
    }

    /// <summary>A time lies ahead, on quarter hours, and is not too long.</summary>
    public static IEnumerable<Violation> Time(DateTimeOffset? start, DateTimeOffset? end, DateTimeOffset now, TrainingSettings settings, string at = "")
    {
        var (startField, endField) = ($"{at}start_time", $"{at}end_time");
        if (start < now)
            yield return new Violation(startField, "开始时间不能早于现在。", "The start lies in the past.", "PAST");
        else if (start is { } from && from.Micros() % QuarterMicros != 0)
            yield return new Violation(startField, "须为整刻钟。", "Must be on the quarter hour.", "NOT_QUARTER");
        if (end <= start)
            yield return new Violation(endField, "结束时间须晚于开始时间。", "The end must come after the start.", "ORDER") { Given = [startField] };
        else if (end - start > TimeSpan.FromHours(settings.LongestSessionHours))
            yield return new Violation(endField, $"一场培训不能超过 {settings.LongestSessionHours} 小时。", $"A session lasts {settings.LongestSessionHours} hours at most.", "TOO_LONG") { Given = [startField] };
        else if (end is { } until && until.Micros() % QuarterMicros != 0)
            yield return new Violation(endField, "须为整刻钟。", "Must be on the quarter hour.", "NOT_QUARTER");
    }

    /// <summary>What each way 培训方式 needs.</summary>
    public static IEnumerable<Violation> Where(TrainingSession session)
    {
        if (session.Way is not (TrainingWay.External or TrainingWay.Unspecified) && session.Lecturer.Length == 0)
            yield return Needed("lecturer");
        switch (session.Way)
        {
            case TrainingWay.Internal or TrainingWay.Practice when session.Room.Length == 0 && session.Place.Length == 0:
                yield return Needed("place");
                break;
            case TrainingWay.External:
                if (session.Provider.Length == 0)
                    yield return Needed("provider");
                if (session.Place.Length == 0 && session.Link.Length == 0)
                    yield return Needed("place");
                break;
            case TrainingWay.Online:
                if (session.Link.Length == 0)
                    yield return Needed("link");
                if (session.Room.Length > 0)
                    yield return new Violation("training_session.room", "线上培训不占用教室。", "An online session takes no room.", "NOT_ALLOWED");
                break;
        }
        if (session.Link.Length > 0 && !(Uri.TryCreate(session.Link, UriKind.Absolute, out var link) && link.Scheme == Uri.UriSchemeHttps))
            yield return new Violation("training_session.link", "须是 https:// 开头的地址", "must be an address that begins with https://", "BAD_FORMAT");
        if (session is { Room.Length: > 0, Place.Length: > 0 })
            yield return new Violation("training_session.place", "已选教室，请勿再填其他地点。", "A room is chosen; name no other place.", "NOT_ALLOWED") { Given = ["training_session.room"] };
    }

    public static IEnumerable<Violation> Create(TrainingSession session, DateTimeOffset now, TrainingSettings settings) =>
        Where(session).Concat(Time(ServiceRules.Time(session.StartTime), ServiceRules.Time(session.EndTime), now, settings, "training_session."));

    private static Violation Needed(string field) =>
        new($"training_session.{field}", "此培训方式必填", "is required for this way of training", "REQUIRED") { Given = ["training_session.way", "training_session.room"] };
}
