using Harbor.Frosting;
using Harbor.Frosting.Sample;

return await new CakeHost()
    .AddAssembly(typeof(SampleContext).Assembly)
    .UseContext(context => new SampleContext(context))
    .UseProduct("Sample", "1.2.3", "./sample")
    .AddOption("services", "Services to deploy", "A,B")
    .AddOption("explain", "Say more")
    .UseExitCode(exception => exception is WrongInputException ? 2 : null)
    .UseOutput(() => new OutputOptions { Filter = SampleSecrets.Masked })
    .OnFinished(report => File.AppendAllText(
        Environment.GetEnvironmentVariable("SAMPLE_REPORT") ?? "/dev/null",
        $"{report.ExitCode}: {string.Join(", ", report.Tasks.Select(task => $"{task.Name} {task.Outcome}"))}\n"))
    .RunAsync(args);
