using Google.Protobuf.WellKnownTypes;
using Qudao.Platform;

namespace Qudao.Training;

/// <summary>Times between rows and messages.</summary>
internal static class Times
{
    public static Timestamp Of(long micros) => Timestamp.FromDateTimeOffset(Clock.FromMicros(micros));

    public static Timestamp? Of(long? micros) => micros is { } known ? Of(known) : null;

    public static long Micros(Timestamp time) => time.ToDateTimeOffset().Micros();

    public static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd") ?? "";

    /// <summary>A time as people of China read it.</summary>
    public static string Shown(long micros) => Clock.FromMicros(micros).ToOffset(ChinaTime.Offset).ToString("yyyy-MM-dd HH:mm");
}
