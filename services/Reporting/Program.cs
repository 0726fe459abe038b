using Qudao.Platform;
using Qudao.Reporting;

var app = ServiceHost.Build(new ReportingModule(), args);
await app.RunServiceAsync(typeof(ReportingModule).Assembly);
