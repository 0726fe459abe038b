using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Qudao.Standalone;

/// <summary>
/// Loopback sockets that listen before their servers start: every address is known beforehand, and who calls too early
/// waits for the answer instead of being refused.
/// </summary>
internal static class Sockets
{
    private const int Waiting = 512;

    /// <param name="port">0 takes any that is free.</param>
    /// <exception cref="InvalidOperationException">The port is taken; for people.</exception>
    public static Socket Listen(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(Waiting);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new InvalidOperationException($"Port {port} cannot be used ({e.SocketErrorCode}). Choose others with --port and --grpc-port.");
        }
    }

    public static string Address(Socket socket) => $"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}";

    /// <summary>Lets Kestrel serve these sockets instead of opening its own; what else it listens on (Gateway:Https) it opens itself.</summary>
    public static void Serve(WebApplicationBuilder builder, params Socket[] sockets) =>
        builder.WebHost.UseSockets(transport => transport.CreateBoundListenSocket = endpoint =>
            sockets.SingleOrDefault(socket => Equals(socket.LocalEndPoint, endpoint)) ?? SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint));
}
