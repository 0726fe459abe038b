using Qudao.Reporting;
using Qudao.Platform;

var app = ServiceHost.Build(new ReportingModule(), args);
await app.RunServiceAsync(typeof(ReportingModule).Assembly);
