using System.Runtime.InteropServices;

namespace Qudao.Standalone;

/// <summary>SIGTERM, SIGINT and SIGQUIT ask to stop; the process then ends in its own time.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<PosixSignalRegistration> registrations;

    public StopSignal() =>
        registrations = new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT }.Select(signal => PosixSignalRegistration.Create(signal, Take)).ToList();

    public Task Asked => asked.Task;

    public void Dispose() => registrations.ForEach(registration => registration.Dispose());

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        asked.TrySetResult();
    }
}
