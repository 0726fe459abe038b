namespace Qudao.Standalone.Demo;

/// <summary>
/// What whoever started Qudao sees of the load: on a terminal one line that moves on in place, elsewhere a line for each
/// step.
/// </summary>
internal sealed class Progress(TextWriter console, bool terminal)
{
    private const string Title = "Demonstration network";
    private const string ToLineStart = "\r";
    private const string ClearRest = "\u001b[K";

    private readonly Lock gate = new();
    private string step = "";
    private int shown;

    /// <summary>A step begins.</summary>
    /// <param name="number">From 1.</param>
    public void Begin(int number, int steps, string name)
    {
        lock (gate)
            (step, shown) = ($"{Title} {number}/{steps}: {name}", -1);
        if (terminal)
            Show(0, 1);
        else
            console.WriteLine(step);
    }

    /// <summary>So much of the step is done.</summary>
    public void Show(long done, long total)
    {
        lock (gate)
        {
            var percent = total == 0 ? 0 : (int)(100 * done / total);
            if (!terminal || percent <= shown)
                return;
            shown = percent;
            console.Write($"{ToLineStart}{step} {percent} %{ClearRest}");
        }
    }

    /// <summary>The last word on the load.</summary>
    public void End(string text)
    {
        Leave();
        console.WriteLine(text);
    }

    /// <summary>Takes the line away.</summary>
    public void Leave()
    {
        if (terminal)
            console.Write($"{ToLineStart}{ClearRest}");
    }
}
