using Qudao.Contract;
using Qudao.Platform;

var app = ServiceHost.Build(new ContractModule(), args);
await app.RunServiceAsync(typeof(ContractModule).Assembly);
