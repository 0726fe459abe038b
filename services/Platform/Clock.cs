using Microsoft.Extensions.Configuration;

namespace Qudao.Platform;

/// <summary>
/// The one clock. Times are stored as UTC microseconds. With test facilities on (Faults:Enabled) an offset in seconds,
/// read from Faults:ClockFile, moves it, so that a test can reach the 25th of the month without waiting for it.
/// </summary>
public static class Clock
{
    public static TimeProvider Create(IConfiguration configuration) =>
        Faults.Enabled(configuration) && configuration["Faults:ClockFile"] is { Length: > 0 } file
            ? new OffsetClock(file)
            : TimeProvider.System;

    public static long Micros(this DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / 10;

    public static DateTimeOffset FromMicros(long micros) => new(DateTimeOffset.UnixEpoch.Ticks + micros * 10, TimeSpan.Zero);

    public static long NowMicros(this TimeProvider clock) => clock.GetUtcNow().Micros();

    private sealed class OffsetClock(string file) : TimeProvider
    {
        private const long ReadEveryMilliseconds = 20;
        private long readAt = -ReadEveryMilliseconds;
        private long offsetTicks;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Offset());

        private long Offset()
        {
            var now = Environment.TickCount64;
            if (now - Volatile.Read(ref readAt) < ReadEveryMilliseconds)
                return Volatile.Read(ref offsetTicks);
            Volatile.Write(ref readAt, now);
            // A half-written file keeps the offset of before; the next read sees the whole.
            if (File.Exists(file) && double.TryParse(File.ReadAllText(file), out var seconds))
                Volatile.Write(ref offsetTicks, (long)(seconds * TimeSpan.TicksPerSecond));
            return Volatile.Read(ref offsetTicks);
        }
    }
}
