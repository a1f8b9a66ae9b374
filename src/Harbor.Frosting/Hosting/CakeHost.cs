using System.Reflection;
using Cake.Core;

namespace Harbor.Frosting;

/// <summary>
/// Runs the tasks of a program: <c>return new CakeHost().AddAssembly(...).UseContext&lt;BuildContext&gt;().Run(args);</c>
/// Exit codes: 0 succeeded, 1 failed, 2 the user's input is wrong, 130 Ctrl-C, 143 SIGTERM, 129 SIGHUP.
/// </summary>
public sealed partial class CakeHost
{
    private readonly List<Assembly> _assemblies = [];
    private readonly List<Type> _taskTypes = [];
    private readonly List<CommandOption> _options = [.. CommandOption.Cake];
    private Func<ICakeContext, ICakeContext> _createContext = context => new FrostingContext(context);
    private Func<IFrostingLifetime>? _createLifetime;
    private Func<IFrostingTaskLifetime>? _createTaskLifetime;
    private Func<Exception, int?> _exitCode = _ => null;
    private Func<ICakeArguments, OutputOptions> _outputOptions = _ => new OutputOptions();
    private Action<RunReport> _finished = _ => { };
    private TextWriter? _output;
    private TextWriter? _error;
    private string _product = "Cake";
    private string _version = "0.0.0";
    private string _command = "./build.sh";

    /// <summary>All its public task classes are tasks.</summary>
    public CakeHost AddAssembly(Assembly assembly)
    {
        _assemblies.Add(assembly);
        return this;
    }

    public CakeHost AddTask<TTask>()
        where TTask : class, IFrostingTask, new()
    {
        _taskTypes.Add(typeof(TTask));
        return this;
    }

    /// <summary>The context is made by its constructor with one parameter, an <see cref="ICakeContext"/>, before the tasks are expanded.</summary>
    public CakeHost UseContext<TContext>()
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

    /// <summary>An option of the program itself; any that is neither declared nor Cake's is refused. Its value is in <c>context.Arguments</c>.</summary>
    /// <param name="name">Without the dashes.</param>
    /// <param name="value">Placeholder of the value, such as "A,B"; null for a flag, whose value is "true".</param>
    public CakeHost AddOption(string name, string description, string? value = null)
    {
        _options.Add(new CommandOption(name, description, value));
        return this;
    }

    /// <summary>
    /// The exit code of an expected exception, which is printed as its message alone; null for an unexpected one: exit code 1,
    /// printed with its type, and at <c>--verbosity=Diagnostic</c> with its stack trace.
    /// </summary>
    public CakeHost UseExitCode(Func<Exception, int?> classify)
    {
        _exitCode = classify;
        return this;
    }

    /// <summary>Called once the command line is parsed; errors of the command line itself are printed before.</summary>
    public CakeHost UseOutput(Func<ICakeArguments, OutputOptions> options)
    {
        _outputOptions = options;
        return this;
    }

    /// <summary>Instead of the process's standard output and standard error.</summary>
    public CakeHost UseWriters(TextWriter output, TextWriter error)
    {
        (_output, _error) = (output, error);
        return this;
    }

    /// <summary>For <c>--version</c>, <c>--info</c> and <c>--help</c>.</summary>
    /// <param name="command">What the user types to start the program.</param>
    public CakeHost UseProduct(string name, string version, string command)
    {
        (_product, _version, _command) = (name, version, command);
        return this;
    }

    /// <summary>Called last in every run (not for a dry run, --tree and the like), also when it failed, was cancelled, or its graph was refused.</summary>
    public CakeHost OnFinished(Action<RunReport> action)
    {
        _finished = action;
        return this;
    }
}
