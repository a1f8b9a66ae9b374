using Cake.Core;

namespace Harbor.Frosting;

/// <summary>What every task gets. Derive from it for what the tasks of a program share.</summary>
public class FrostingContext(ICakeContext context) : CakeContextAdapter(context)
{
    private readonly HostContext? _host = context as HostContext;

    /// <summary>The running task's own token; outside a task, the run's.</summary>
    public CancellationToken CancellationToken => TaskScope.Current?.Token ?? _host?.RunToken ?? CancellationToken.None;

    /// <summary>For text that is no log message: whatever the verbosity, without formatting braces, in the task's own block of output.</summary>
    public IConsole Console => _host?.Console ?? throw new InvalidOperationException("This context was not made by a CakeHost.");

    /// <summary>The exit code of a run that succeeds: a program may answer a question with it.</summary>
    public int SuccessCode
    {
        get => _host?.SuccessCode ?? 0;
        set
        {
            if (_host is not null)
            {
                _host.SuccessCode = value;
            }
        }
    }

    /// <summary>Says that the running task found nothing to do: its status in the report becomes "Up to date".</summary>
    /// <param name="reason">A few words for the report, such as "12 files unchanged".</param>
#pragma warning disable CA1822 // Reads as something said to the context; which task says it is ambient.
    public void UpToDate(string? reason = null) => TaskScope.Current?.MarkUpToDate(reason);
#pragma warning restore CA1822

    /// <summary>
    /// JSON for a program: printed at the end of the run, to standard output even where everything meant for people goes to standard error. Its
    /// values, not its names, pass the output filter.
    /// </summary>
    /// <param name="evenIfFailed">Otherwise a run that fails prints none.</param>
    public void WriteDocument(string json, bool evenIfFailed = false) => Output.WriteDocument(json, evenIfFailed);

    /// <summary>A command to GitHub's runner (Forgejo and Gitea have the same), such as <c>add-mask</c>: at once, past the output filter.</summary>
    public void WriteCommand(string name, string value) => Output.WriteCommand(WorkflowCommands.Of(name, value));

    private RunOutput Output => _host?.Output ?? throw new InvalidOperationException("This context was not made by a CakeHost.");
}
