using Qudao.Gateway;
using Qudao.Platform;

var app = GatewayHost.Build(args);
await app.StartServiceAsync(typeof(GatewayModule).Assembly);
Console.Out.WriteLine($"Qudao is ready at {GatewayHost.AddressOf(app)}");
await app.WaitForShutdownAsync();
