using Cake.Core;

namespace Harbor.Frosting;

/// <summary>The context of every task. Derive from it to share state among the tasks of a program.</summary>
public class FrostingContext(ICakeContext context) : CakeContextAdapter(context)
{
    private readonly HostContext? _host = context as HostContext;

    /// <summary>The token of the running task; outside a task, the token of the run.</summary>
    public CancellationToken CancellationToken => TaskScope.Current?.Token ?? _host?.RunToken ?? CancellationToken.None;

    /// <summary>Prints text at every verbosity, without formatting braces, among the output of the task.</summary>
    public IConsole Console => _host?.Console ?? throw new InvalidOperationException("This context was not made by a CakeHost.");

    /// <summary>Whether output may have colours; see <see cref="OutputOptions.Ansi"/>.</summary>
    public bool UsesColour => _host?.Output.Options.Ansi ?? false;

    /// <summary>The command that starts the program.</summary>
    public string Command => _host?.Command ?? "./build.sh";

    /// <summary>Whether all targets of the run have <see cref="ReadOnlyAttribute"/>.</summary>
    public bool IsReadOnly => _host?.IsReadOnly ?? false;

    /// <summary>The exit code of a successful run. A program may answer a question with it.</summary>
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

    /// <summary>Sets the status of the running task in the report to "Up to date".</summary>
    /// <param name="reason">A few words for the report, such as "12 files unchanged".</param>
#pragma warning disable CA1822 // An instance method reads better; the current task is ambient.
    public void UpToDate(string? reason = null) => TaskScope.Current?.MarkUpToDate(reason);
#pragma warning restore CA1822

    /// <summary>
    /// Prints a JSON document to standard output at the end of the run. Its values, but not its names, pass the output filter.
    /// </summary>
    /// <param name="evenIfFailed">Whether to print the document also if the run fails.</param>
    public void WriteDocument(string json, bool evenIfFailed = false) => Output.WriteDocument(json, evenIfFailed);

    /// <summary>
    /// Sends a command such as <c>add-mask</c> to the runner of GitHub, Forgejo or Gitea, immediately and without the output filter.
    /// </summary>
    public void WriteCommand(string name, string value) => Output.WriteCommand(WorkflowCommands.Format(name, value));

    /// <summary>Removes what <see cref="OutputOptions.Ongoing"/> has on the terminal, before another program writes there.</summary>
    public void HideProgress() => _host?.Output.HideProgress();

    private RunOutput Output => _host?.Output ?? throw new InvalidOperationException("This context was not made by a CakeHost.");
}
