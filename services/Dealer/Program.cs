using Qudao.Dealer;
using Qudao.Platform;

var app = ServiceHost.Build(new DealerModule(), args);
await app.RunServiceAsync(typeof(DealerModule).Assembly);
