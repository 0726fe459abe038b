using System.Runtime.InteropServices;

namespace Qudao.Tasks;

/// <summary>Ctrl-C, SIGTERM and a closed terminal, as one task instead of a sudden end.</summary>
internal sealed class StopSignals : IDisposable
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cancel = new();
    private readonly List<PosixSignalRegistration> _registrations;

    public StopSignals() => _registrations =
        [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Take))];

    /// <summary>Ends with the first of these signals.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Cancelled with the first of these signals.</summary>
    public CancellationToken Token => _cancel.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _cancel.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_asked.TrySetResult())
            _cancel.Cancel();
    }
}
