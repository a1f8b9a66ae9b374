using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Cake.Core;

namespace Harbor.Frosting;

/// <summary>
/// Runs the tasks of a program: <c>return new CakeHost().AddAssembly(...).UseContext&lt;BuildContext&gt;().Run(args);</c>
/// Exit codes: 0 succeeded, 1 failed, 2 the user's input is wrong, 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.
/// </summary>
public sealed partial class CakeHost
{
    internal const string NeedsWholeAssembly =
        "Task classes are found by reflection. If the program is trimmed, name the assembly in a TrimmerRootAssembly of the " +
            "project.";

    private const DynamicallyAccessedMemberTypes ContextConstructors =
        DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.NonPublicConstructors;

    private readonly List<DeclaredTask> _tasks = [];
    private readonly List<CommandOption> _options = [.. CommandOption.Cake];
    private Func<ICakeContext, ICakeContext> _createContext = context => new FrostingContext(context);
    private Func<IFrostingLifetime>? _createLifetime;
    private Func<IFrostingTaskLifetime>? _createTaskLifetime;
    private Func<Exception, int?> _exitCode = _ => null;
    private Func<Exception, string?> _message = _ => null;
    private Func<Exception, IReadOnlyList<ErrorEntry>?> _errors = _ => null;
    private Func<OutputOptions> _outputOptions = () => new OutputOptions();
    private Action<RunReport> _finished = _ => { };
    private Func<string?> _working = () => null;
    private TextWriter? _output;
    private TextWriter? _error;
    private string _product = "Cake";
    private string _version = "0.0.0";
    private string _command = "./build.sh";
    private readonly Dictionary<string, string> _hints = [];
    private IReadOnlyList<string> _groups = [];

    /// <summary>Adds all public task classes of the assembly.</summary>
    [RequiresUnreferencedCode(NeedsWholeAssembly)]
    public CakeHost AddAssembly(Assembly assembly)
    {
        _tasks.AddRange(DeclaredTask.In(assembly));
        return this;
    }

    public CakeHost AddTask<[DynamicallyAccessedMembers(DeclaredTask.Constructors)] TTask>()
        where TTask : class, IFrostingTask, new()
    {
        _tasks.Add(new DeclaredTask(typeof(TTask)));
        return this;
    }

    /// <summary>
    /// Sets the type of the context. Its constructor gets an <see cref="ICakeContext"/>, and is called before tasks are expanded.
    /// </summary>
    public CakeHost UseContext<[DynamicallyAccessedMembers(ContextConstructors)] TContext>()
        where TContext : class, ICakeContext =>
        UseContext(context => (TContext)Activator.CreateInstance(
            typeof(TContext), BindingFlags.Instance | BindingFlags.Public | BindingFlags.DoNotWrapExceptions, null, [context], null)!);

    public CakeHost UseContext<TContext>(Func<ICakeContext, TContext> create)
        where TContext : class, ICakeContext
    {
        _createContext = create;
        return this;
    }

    public CakeHost UseLifetime<TLifetime>()
        where TLifetime : class, IFrostingLifetime, new()
    {
        _createLifetime = () => new TLifetime();
        return this;
    }

    public CakeHost UseTaskLifetime<TLifetime>()
        where TLifetime : class, IFrostingTaskLifetime, new()
    {
        _createTaskLifetime = () => new TLifetime();
        return this;
    }

    /// <summary>
    /// Adds an option that every run takes. Options of single tasks are declared by <see cref="TaskOptionAttribute"/>. Unknown options are
    /// errors. The value is in <c>context.Arguments</c>.
    /// </summary>
    /// <param name="name">Without the dashes.</param>
    /// <param name="value">Placeholder of the value, such as "A,B"; null for a flag, whose value is "true".</param>
    /// <param name="runsFirst">A target that runs before all others if the flag is given.</param>
    public CakeHost AddOption(string name, string description, string? value = null, string? runsFirst = null)
    {
        _options.Add(new CommandOption(name, description, value) { RunsFirst = runsFirst });
        return this;
    }

    /// <summary>Sets the order of the groups (<see cref="TaskGroupAttribute"/>) in <c>--help</c>.</summary>
    public CakeHost UseGroups(params IReadOnlyList<string> names)
    {
        _groups = names;
        return this;
    }

    /// <summary>Adds an alternative to a target that users expect but that does not exist. It is ignored once the target exists.</summary>
    public CakeHost AddHint(string target, string hint)
    {
        _hints.Add(target, hint);
        return this;
    }

    /// <summary>
    /// Sets the exit codes of expected exceptions; only their message is printed. For an unexpected exception the function returns null:
    /// the exit code is 1, the type is printed, and at <c>--verbosity=Diagnostic</c> the stack trace.
    /// </summary>
    public CakeHost UseExitCode(Func<Exception, int?> classify)
    {
        _exitCode = classify;
        return this;
    }

    /// <summary>Sets how expected exceptions are printed. If the function returns null, their message is printed.</summary>
    public CakeHost UseMessage(Func<Exception, string?> format)
    {
        _message = format;
        return this;
    }

    /// <summary>
    /// Sets the entries of an exception in the document <c>{"error": ...}</c>, which a failed run with <c>--output=json</c> prints. If the
    /// function returns null, the exception's message is the only entry.
    /// </summary>
    public CakeHost UseErrors(Func<Exception, IReadOnlyList<ErrorEntry>?> list)
    {
        _errors = list;
        return this;
    }

    /// <summary>Sets the output options. The function is called after the command line was parsed without errors.</summary>
    public CakeHost UseOutput(Func<OutputOptions> options)
    {
        _outputOptions = options;
        return this;
    }

    /// <summary>Sets the working directory of a run without <c>--working</c>; null is the current one.</summary>
    public CakeHost UseWorking(Func<string?> find)
    {
        _working = find;
        return this;
    }

    /// <summary>Replaces the process's standard output and standard error.</summary>
    public CakeHost UseWriters(TextWriter output, TextWriter error)
    {
        (_output, _error) = (output, error);
        return this;
    }

    /// <summary>Sets the names in <c>--version</c>, <c>--info</c>, <c>--help</c> and <c>--completion</c>.</summary>
    /// <param name="command">The command that starts the program.</param>
    public CakeHost UseProduct(string name, string version, string command)
    {
        (_product, _version, _command) = (name, version, command);
        return this;
    }

    /// <summary>
    /// Sets an action that is called last in every run, also after failure, cancellation or an invalid graph. It is not called for a dry
    /// run, --tree and the like.
    /// </summary>
    public CakeHost OnFinished(Action<RunReport> action)
    {
        _finished = action;
        return this;
    }
}
