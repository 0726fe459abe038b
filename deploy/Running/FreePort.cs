using System.Net;
using System.Net.Sockets;

namespace Qudao.Running;

/// <summary>
/// Loopback ports for processes that are restarted on the same port. They lie below the range from which the system
/// serves outgoing connections, so that none of those can take one while its owner is down, and a lock file keeps
/// other runs on this machine away from it until this process ends.
/// </summary>
public static class FreePort
{
    private const int First = 20_000, Count = 12_000;
    private static readonly List<FileStream> Held = [];

    /// <summary>A port that nothing listens on and that nobody else is handed while this process lives.</summary>
    /// <exception cref="InvalidOperationException">No port is free.</exception>
    public static int Next()
    {
        var start = Random.Shared.Next(Count);
        for (var i = 0; i < Count; i++)
        {
            var port = First + (start + i) % Count;
            if (Reserve(port))
                return port;
        }
        throw new InvalidOperationException($"No free port between {First} and {First + Count - 1}.");
    }

    /// <summary>Whether nothing listens on this loopback port now.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool Reserve(int port)
    {
        FileStream hold;
        try
        {
            var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"qudao-ports-{Environment.UserName}"));
            hold = new FileStream(Path.Combine(folder.FullName, $"{port}"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            return false;
        }
        if (!IsFree(port))
        {
            hold.Dispose();
            return false;
        }
        lock (Held)
            Held.Add(hold);
        return true;
    }
}
