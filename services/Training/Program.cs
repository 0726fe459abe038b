using Qudao.Platform;
using Qudao.Training;

var app = ServiceHost.Build(new TrainingModule(), args);
await app.RunServiceAsync(typeof(TrainingModule).Assembly);
