using System.Diagnostics.CodeAnalysis;
using Harbor.Descriptors;
using Harbor.Frosting;
using Harbor.Masking;
using Harbor.Processes;
using Harbor.Runs;

namespace Harbor.Pipeline;

internal static class Program
{
    /// <summary>
    /// Private keys. They are read once and removed from this process's environment, so that no child process inherits them.
    /// </summary>
    private static readonly string[] PrivateKeys = ["AGE_PRIVATE_KEY", "SOPS_AGE_KEY"];

    public static int Main(string[] args)
    {
        ProcessHardening.Apply();
        var variables = RunScope.ProcessVariables();
        if (IsInstalled)
        {
            variables.TryAdd("HARBOR_COMMAND", "harbor");
        }

        var scope = new RunScope(RunId.New(TimeProvider.System), variables, new Redaction(), TimeProvider.System);
        foreach (var name in PrivateKeys)
        {
            System.Environment.SetEnvironmentVariable(name, null);
        }

        return Host(scope).Run(args);
    }

    /// <summary>As the installer names it. In Harbor's own folder, build.sh starts Harbor.Pipeline.</summary>
    private static bool IsInstalled => Path.GetFileNameWithoutExtension(System.Environment.ProcessPath) == "harbor";

    private static IReadOnlyList<OngoingWork>? Ongoing(RunScope scope) => scope.Activities.Current is { } activities
        ? [.. activities.Select(activity => new OngoingWork(activity.Subject, activity.Doing, activity.Elapsed, activity.Detail))] : null;

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Build.csproj names this assembly in a TrimmerRootAssembly.")]
    private static CakeHost Host(RunScope scope)
    {
        var context = default(HarborContext); // Null until the command line is parsed.
        var project = default(FoundProject);
        var host = new CakeHost()
            .AddAssembly(typeof(Program).Assembly)
            .UseWorking(() => (project = FoundProject.From(System.Environment.CurrentDirectory))?.Root)
            .UseContext(cake => context = new HarborContext(cake, scope, project))
            .UseLifetime<HarborLifetime>()
            .UseProduct(
                "Harbor",
                typeof(Program).Assembly.GetName().Version!.ToString(3),
                scope.HarborCommand)
            .UseGroups(Groups.EveryDay, Groups.Look, Groups.Variables, Groups.Tunnels, Groups.Secrets, Groups.Evaluations, Groups.Machinery)
            .AddOption("setup", "First install and start a missing engine and Compose", runsFirst: "Setup")
            .UseOutput(() => new OutputOptions
            {
                Filter = writer => new MaskingWriter(writer, scope.Redaction),
                Ongoing = () => Ongoing(scope),
                Width = () => TerminalSize.Columns,
            })
            .UseExitCode(exception => exception switch
            {
                InvalidStackException => 2,
                HarborException or CommandFailedException => 1,
                UnauthorizedAccessException or IOException => 1, // .NET's message names the file and the cause.
                _ => null,
            })
            .UseErrors(exception => (exception as InvalidStackException)?.Problems
                .Select(problem => new ErrorEntry(problem.File, problem.Line, problem.Column, problem.Message)).ToList())
            .UseMessage(exception => exception is InvalidStackException invalid && context is not null
                ? ProblemText.Format(invalid, context.Paths.Root, scope.Redaction) : null)
            .OnFinished(report =>
            {
                if (context is not null)
                {
                    HarborLifetime.OnFinished(context, report);
                }
            });
        foreach (var (words, advice) in OtherTools.Words)
        {
            foreach (var word in words.Split(' '))
            {
                host.AddHint(word, advice);
            }
        }

        return host;
    }
}
