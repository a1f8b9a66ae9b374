namespace Harbor.Frosting;

/// <summary>The name to type after <c>--target</c>; without it, the class's own name.</summary>
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

/// <summary>The other way round: the named task waits for this one, without having to know it.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class IsDependeeOfAttribute(Type task) : Attribute
{
    public Type Task { get; } = task;
}

/// <summary>A failure is printed and reported, but blocks nothing and does not fail the run.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ContinueOnErrorAttribute : Attribute;

/// <summary>
/// The task runs after everything else, also after a failure or Ctrl-C, with a token that only a second Ctrl-C cancels.
/// A dependency between it and an ordinary task says that both belong to the same run; between two cleanup tasks it
/// gives their order, but the failure of one does not block the other.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CleanupAttribute : Attribute;
