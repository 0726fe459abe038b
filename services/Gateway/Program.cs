using Qudao.Gateway;
using Qudao.Gateway.Edge;
using Qudao.Platform;

if (args is ["--openapi", var file])
{
    Documents.WriteApiDocument(file);
    return;
}
var app = GatewayHost.Build(args);
await app.StartServiceAsync(typeof(GatewayModule).Assembly);
Console.Out.WriteLine($"Qudao is ready at {GatewayHost.AddressOf(app)}");
await app.WaitForShutdownAsync();
