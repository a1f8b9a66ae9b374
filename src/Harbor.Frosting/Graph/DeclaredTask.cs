using System.Reflection;
using Cake.Core;

namespace Harbor.Frosting;

/// <summary>A written task as its attributes declare it; the instance is made when something of it is needed.</summary>
internal sealed class DeclaredTask(Type type)
{
    private readonly Attribute[] _attributes = Attribute.GetCustomAttributes(type, inherit: false);
    private IFrostingTask? _instance;

    public string Name => field ??= NameOf(type, _attributes);

    public string? Description => Find<TaskDescriptionAttribute>()?.Description;

    public bool Cleanup => Find<CleanupAttribute>() is not null;

    public IEnumerable<StepTask> Expand(ICakeContext context) => Instance.Expand(context);

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
            type, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DoNotWrapExceptions, null, null, null)!;

    private Task HandleError(Exception exception, ICakeContext context)
    {
        try
        {
            Instance.OnError(exception, context);
        }
#pragma warning disable CA1031 // The task's own error, rethrown by an OnError that was not overridden.
        catch (Exception rethrown) when (ReferenceEquals(rethrown, exception) && Find<ContinueOnErrorAttribute>() is not null)
#pragma warning restore CA1031
        {
        }

        return Task.CompletedTask;
    }

    private T? Find<T>()
        where T : Attribute => Array.Find(_attributes, attribute => attribute is T) as T;

    private static string NameOf(Type type) => NameOf(type, Attribute.GetCustomAttributes(type, typeof(TaskNameAttribute), inherit: false));

    private static string NameOf(Type type, Attribute[] attributes) =>
        Array.Find(attributes, attribute => attribute is TaskNameAttribute) is TaskNameAttribute { Name: var name } ? name : type.Name;
}
