using NUnit.Framework;
using Qudao.Running;

namespace Qudao.TestKit;

/// <summary>Skips a test, visibly and with the reason, where a program it needs is not installed.</summary>
public static class Needs
{
    /// <summary>Skips unless a RabbitMQ node can be started.</summary>
    public static void RabbitMq() => Unless(Tools.HasRabbitMq, "RabbitMQ", Tools.InstallRabbitMq);

    /// <summary>Skips unless there is a browser.</summary>
    /// <returns>Its path.</returns>
    public static string Chromium()
    {
        Unless(Tools.Chromium is not null, "Chromium", Tools.InstallChromium);
        return Tools.Chromium!;
    }

    /// <summary>Skips unless buf, in the version we use, is there.</summary>
    /// <returns>Its path.</returns>
    public static string Buf()
    {
        Unless(Tools.Buf is not null, $"buf {Tools.BufVersion}", Tools.InstallBuf);
        return Tools.Buf!;
    }

    /// <summary>Skips unless Node and the packages of tests/Clients are there.</summary>
    public static void ClientPackages() => Unless(Tools.HasClientPackages, "What tests/Clients uses, of Node 20 or later,", Tools.InstallClientPackages);

    /// <summary>Skips unless there is Python.</summary>
    /// <returns>Its path.</returns>
    public static string Python()
    {
        Unless(Tools.Python is not null, "Python 3", Tools.InstallPython);
        return Tools.Python!;
    }

    /// <summary>Skips unless there is Python with grpcio.</summary>
    /// <returns>Python's path.</returns>
    public static string PythonGrpc()
    {
        Unless(Tools.HasPythonGrpc, "Python 3 with grpcio", Tools.InstallPython);
        return Tools.Python!;
    }

    private static void Unless(bool installed, string what, string install)
    {
        if (!installed)
            Assert.Ignore($"{what} is not installed: {install}");
    }
}
