using Qudao.Platform;
using Qudao.ServiceTicket;

var app = ServiceHost.Build(new ServiceTicketModule(), args);
await app.RunServiceAsync(typeof(ServiceTicketModule).Assembly);
