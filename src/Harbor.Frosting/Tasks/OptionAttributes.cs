namespace Harbor.Frosting;

/// <summary>
/// An option of the task. A run takes it if a target reaches the task. The value is in <c>context.Arguments</c>; a flag's value is "true".
/// </summary>
/// <param name="name">Without the dashes.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class TaskOptionAttribute(string name, string description) : Attribute
{
    public string Name { get; } = name;

    public string Description { get; } = description;

    /// <summary>Placeholder of the value, such as "A,B"; null for a flag.</summary>
    public string? Value { get; init; }

    /// <summary>A letter for it, <c>-f</c>. No other option may have it.</summary>
    public char Letter { get; init; }

    /// <summary>Values that completion offers. Other values are allowed too.</summary>
    public string[] Suggestions { get; init; } = [];
}

/// <summary>A set of options that several tasks share. Derive a class for the set and put it on each task.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public abstract class TaskOptionsAttribute : Attribute
{
    public abstract IReadOnlyList<TaskOptionAttribute> Options { get; }
}
