using Cake.Core;
using Cake.Core.Diagnostics;

namespace Harbor.Frosting;

public sealed partial class CakeHost
{
    /// <summary>Takes the calling thread: between its tasks a run has nothing to await that would be worth compiling each of its callers for.</summary>
    public int Run(IEnumerable<string> args) => RunHereAsync(args).GetAwaiter().GetResult();

    public Task<int> RunAsync(IEnumerable<string> args) => Task.Run(() => RunHereAsync(args));

    private async Task<int> RunHereAsync(IEnumerable<string> args)
    {
        using var standardOutput = _output is null ? new StreamWriter(Console.OpenStandardOutput()) : null;
        using var standardError = _error is null ? new StreamWriter(Console.OpenStandardError()) : null;
        using var output = new RunOutput(_output ?? standardOutput!, _error ?? standardError!, new OutputOptions());
        var log = new OutputLog(output);
        try
        {
            var commandLine = CommandLine.Parse([.. args], _options);
            output.Options = _outputOptions(commandLine.ToArguments());
            return await RunAsync(commandLine, output, log);
        }
#pragma warning disable CA1031 // The one ladder: every exception becomes a message and an exit code here.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            log.Error("{0}", Describe(exception, log.Verbosity));
            return ExitCodeOf(exception);
        }
    }

    private async Task<int> RunAsync(CommandLine commandLine, RunOutput output, OutputLog log)
    {
        if (commandLine.Has("version"))
        {
            output.Write(isError: false, $"{_version}\n");
            return 0;
        }

        var tasks = _assemblies.SelectMany(DeclaredTask.In).Concat(_taskTypes.Select(type => new DeclaredTask(type))).ToList();
        if (commandLine.Has("help") || commandLine.Has("description"))
        {
            output.Write(isError: false, commandLine.Has("help")
                ? Help.Format(_command, _options, tasks.Where(task => task.Description is not null))
                : Help.Targets(tasks));
            return 0;
        }

        using var signals = new Signals(output);
        var data = new CakeDataService();
        var environment = CakeParts.Environment(commandLine.Working);
        var host = new HostContext(CakeParts.Context(environment, commandLine, data, log), output, signals.RunToken);
        if (commandLine.Has("info"))
        {
            output.Write(isError: false, Info(host, Parallel(commandLine, host)));
            return 0;
        }

        var engine = new ParallelEngine(data, log, new EngineOptions
        {
            Parallel = () => Parallel(commandLine, host),
            RunToken = signals.RunToken,
            CleanupToken = signals.CleanupToken,
            Describe = exception => Describe(exception, log.Verbosity),
            Output = output,
        });
        return await new HostRun(this, commandLine, tasks, host, engine, signals, log).RunAsync();
    }

    private string Info(HostContext context, int parallel) => $"""
        {_product} {_version}
        Cake {context.Environment.Runtime.CakeVersion} on {context.Environment.Runtime.BuiltFramework}
        Working directory: {context.Environment.WorkingDirectory.FullPath}
        Parallel tasks: {parallel}

        """;

    /// <summary>Command line, then <c>Parallel</c> in the section Settings of cake.config, then CAKE_SETTINGS_PARALLEL, then the processors.</summary>
    private static int Parallel(CommandLine commandLine, HostContext context) =>
        commandLine.Parallel ?? (context.Configuration.GetValue("Settings_Parallel") switch
        {
            null => Environment.ProcessorCount,
            var text when int.TryParse(text, out var number) && number > 0 => number,
            var text => throw new InvalidGraphException($"'{text}' is no value for Settings_Parallel in cake.config or CAKE_SETTINGS_PARALLEL: a number from 1."),
        });
}
