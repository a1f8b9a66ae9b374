using Cake.Core;
using Cake.Core.Diagnostics;

namespace Harbor.Frosting;

public sealed partial class CakeHost
{
    /// <summary>Blocks the calling thread until the run has ended.</summary>
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
            var vocabulary = new Vocabulary(_options, _tasks, _hints);
            var commandLine = CommandLine.Parse([.. args], vocabulary);
            output.Options = _outputOptions();
            if (Answer(commandLine, vocabulary) is { } answer)
            {
                output.Write(isError: false, answer);
                return 0;
            }

            output.WithoutHeader = _tasks.Where(task => task.PrintsResult).Select(task => task.Name).ToHashSet();
            var isTaken = commandLine.Json || commandLine.Tasks.Any(task => task.OwnsOutput);
            output.Options = output.Options with { HumanToStandardError = isTaken };
            if (commandLine.Note is { } note)
            {
                log.Warning("{0}", note);
            }

            return await RunAsync(commandLine, _tasks, output, log);
        }
#pragma warning disable CA1031 // Every exception becomes a message and an exit code here.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            log.Error("{0}", Describe(exception, log.Verbosity));
            if (CommandLine.AsksForJson([.. args]))
            {
                output.WriteDocument(ErrorDocument(exception), evenIfFailed: true);
                output.PrintDocuments(failed: true);
            }

            return ExitCodeOf(exception);
        }
    }

    /// <summary>The output of an option like --help that needs no project; null for a run.</summary>
    private string? Answer(CommandLine commandLine, Vocabulary vocabulary) =>
        commandLine.IsSet("version") ? $"{_version}\n"
        : commandLine.IsSet("help") ? new Help(_command, vocabulary, _groups).Format(commandLine.Targets)
        : commandLine.IsSet("description") ? Help.Descriptions(vocabulary.Tasks)
        : commandLine.Completion is { } shell ? new Completion(_command, vocabulary).Format(shell)
        : null;

    private async Task<int> RunAsync(CommandLine commandLine, IReadOnlyList<DeclaredTask> tasks, RunOutput output, OutputLog log)
    {
        using var signals = new Signals(output);
        var data = new CakeDataService();
        var environment = CakeParts.Environment(commandLine.Working ?? _working());
        var host = new HostContext(CakeParts.Context(environment, commandLine, data, log), output, signals.RunToken)
        {
            Command = _command,
            IsReadOnly = commandLine.Tasks.Count == commandLine.TargetsOrDefault.Count && commandLine.Tasks.All(task => task.IsReadOnly),
        };
        if (commandLine.IsSet("info"))
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

    /// <summary>
    /// The first of: command line, <c>Parallel</c> in the section Settings of cake.config, CAKE_SETTINGS_PARALLEL, number of processors.
    /// </summary>
    private static int Parallel(CommandLine commandLine, HostContext context) =>
        commandLine.Parallel ?? (context.Configuration.GetValue("Settings_Parallel") switch
        {
            null => Environment.ProcessorCount,
            var text when int.TryParse(text, out var number) && number > 0 => number,
            var text => throw new InvalidGraphException(
            $"'{text}' is not a valid value for Settings_Parallel in cake.config or CAKE_SETTINGS_PARALLEL: expected a number from 1."),
        });
}
