using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Cake.Core;

namespace Harbor.Frosting;

/// <summary>The attributes of a written task. The task object is created lazily.</summary>
internal sealed class DeclaredTask([DynamicallyAccessedMembers(DeclaredTask.Constructors)] Type type)
{
    /// <summary>The members that <see cref="Activator"/> needs, so that trimming keeps them.</summary>
    internal const DynamicallyAccessedMemberTypes Constructors =
        DynamicallyAccessedMemberTypes.PublicParameterlessConstructor | DynamicallyAccessedMemberTypes.NonPublicConstructors;

    private readonly Attribute[] _attributes = Attribute.GetCustomAttributes(type, inherit: false);
    private IFrostingTask? _instance;

    public Type Type => type;

    public string Name => field ??= NameOf(type, _attributes);

    public string? Description => Find<TaskDescriptionAttribute>()?.Description;

    public bool Cleanup => Find<CleanupAttribute>() is not null;

    /// <summary>Null for an internal task.</summary>
    public string? Group => Find<TaskGroupAttribute>()?.Name;

    public List<string> Aliases => [.. All<TaskAliasAttribute>().Select(alias => alias.Words)];

    public bool IsReadOnly => Find<ReadOnlyAttribute>() is not null;

    public bool HasDocument => Find<DocumentAttribute>() is not null;

    public bool PrintsResult => Find<PrintsResultAttribute>() is not null;

    public TakesWordsAttribute? Words => Find<TakesWordsAttribute>();

    public string? RefusedWords => Find<RefusesWordsAttribute>()?.Advice;

    public bool OwnsOutput => Find<OwnsOutputAttribute>() is not null;

    public string? Reads => Find<ReadsAttribute>()?.Text;

    public string? Leaves => Find<LeavesAttribute>()?.Text;

    public IEnumerable<string> Examples => All<ExampleAttribute>().Select(example => example.Arguments);

    /// <summary>Without the options of its dependencies.</summary>
    public IReadOnlyList<CommandOption> OwnOptions => field ??=
    [
        .. All<TaskOptionsAttribute>().SelectMany(set => set.Options).Concat(All<TaskOptionAttribute>())
            .Select(option => new CommandOption(option.Name, option.Description, option.Value, option.Letter == '\0' ? null : option.Letter)
            {
                Suggestions = option.Suggestions,
            }),
    ];

    public IEnumerable<Type> DependsOn => All<IsDependentOnAttribute>().Select(dependency => dependency.Task);

    /// <summary>Names of tasks.</summary>
    public IEnumerable<string> RunsAfter => All<RunsAfterAttribute>().Select(other => NameOf(other.Task));

    public IEnumerable<Type> DependeeOf => All<IsDependeeOfAttribute>().Select(dependee => dependee.Task);

    public IEnumerable<StepTask> Expand(ICakeContext context) => Instance.Expand(context);

    [RequiresUnreferencedCode(CakeHost.NeedsWholeAssembly)]
    public static IEnumerable<DeclaredTask> In(Assembly assembly) =>
        from type in assembly.GetExportedTypes()
        where type.IsClass && !type.IsAbstract && !type.ContainsGenericParameters && type.IsAssignableTo(typeof(IFrostingTask))
        select new DeclaredTask(type);

    public CakeTask ToCakeTask()
    {
        var task = new CakeTask(Name) { Description = Description };
        foreach (var attribute in _attributes)
        {
            if (attribute is IsDependentOnAttribute dependency)
            {
                task.Dependencies.Add(new CakeTaskDependency(NameOf(dependency.Task), required: true));
            }
            else if (attribute is IsDependeeOfAttribute dependee)
            {
                task.Dependees.Add(new CakeTaskDependency(NameOf(dependee.Task), required: true));
            }
        }

        task.Actions.Add(context => Instance.RunAsync(context, TaskScope.Current?.Token ?? CancellationToken.None));
        task.Criterias.Add(new CakeTaskCriteria(context => Instance.ShouldRun(context), null!));
        task.Criterias.Add(new CakeTaskCriteria(context => Reason.Accepts(Instance.WhyNot(context)), null!));
        task.ErrorHandler = HandleError;
        task.FinallyHandler = context =>
        {
            Instance.Finally(context);
            return Task.CompletedTask;
        };
        return task;
    }

    private IFrostingTask Instance =>
        _instance ??= (IFrostingTask)Activator.CreateInstance(
            type, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DoNotWrapExceptions,
            null, null, null)!;

    private Task HandleError(Exception exception, ICakeContext context)
    {
        try
        {
            Instance.OnError(exception, context);
        }
#pragma warning disable CA1031 // OnError rethrows the task's own error unless it is overridden.
        catch (Exception rethrown) when (ReferenceEquals(rethrown, exception) && Find<ContinueOnErrorAttribute>() is not null)
#pragma warning restore CA1031
        {
        }

        return Task.CompletedTask;
    }

    private T? Find<T>()
        where T : Attribute => Array.Find(_attributes, attribute => attribute is T) as T;

    private IEnumerable<T> All<T>()
        where T : Attribute => _attributes.OfType<T>();

    private static string NameOf(Type type) => NameOf(type, Attribute.GetCustomAttributes(type, typeof(TaskNameAttribute), inherit: false));

    private static string NameOf(Type type, Attribute[] attributes) =>
        Array.Find(attributes, attribute => attribute is TaskNameAttribute) is TaskNameAttribute { Name: var name } ? name : type.Name;
}
