using Qudao.ServiceTicket;
using Qudao.Platform;

var app = ServiceHost.Build(new ServiceTicketModule(), args);
await app.RunServiceAsync(typeof(ServiceTicketModule).Assembly);
