namespace Harbor.Frosting;

/// <summary>The task's name for <c>--target</c>. The default is the class's name.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TaskNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TaskDescriptionAttribute(string description) : Attribute
{
    public string Description { get; } = description;
}

[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class IsDependentOnAttribute(Type task) : Attribute
{
    public Type Task { get; } = task;
}

/// <summary>Reverse dependency: the named task waits for this one.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class IsDependeeOfAttribute(Type task) : Attribute
{
    public Type Task { get; } = task;
}

/// <summary>
/// The task, and each of its steps, waits for the named one if that is in the same run. It does not bring it into the run.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class RunsAfterAttribute(Type task) : Attribute
{
    public Type Task { get; } = task;
}

/// <summary>A failure of the task is reported, but blocks no other task and does not fail the run.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ContinueOnErrorAttribute : Attribute;

/// <summary>
/// The task runs after all other tasks, also after a failure or Ctrl-C. Only a second Ctrl-C cancels its token. A dependency between a
/// cleanup task and another task only means that both belong to the same run. A dependency between two cleanup tasks defines their order,
/// but a failure of one does not block the other.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CleanupAttribute : Attribute;
