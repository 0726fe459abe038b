using Qudao.Training;
using Qudao.Platform;

var app = ServiceHost.Build(new TrainingModule(), args);
await app.RunServiceAsync(typeof(TrainingModule).Assembly);
