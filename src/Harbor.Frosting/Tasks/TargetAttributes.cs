namespace Harbor.Frosting;

/// <summary>
/// The heading under which <c>--help</c> lists the task. A task without a group is internal: it can be a target, but help and completion
/// do not list it.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TaskGroupAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>
/// Another name of the task, with one or two words (<c>up</c>, <c>run prepare</c>), or with a word of capitals that stands for any word:
/// <c>env SERVICE set</c>. The task gets that word as its first one.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class TaskAliasAttribute(string words) : Attribute
{
    public string Words { get; } = words;
}

/// <summary>
/// The task takes words after its own name, <c>logs web db</c>. They are in <c>context.Arguments</c> as <c>word</c>. After
/// <c>--target=NAME</c> they follow <c>--</c>.
/// </summary>
/// <param name="placeholder">For the help, such as <c>[SERVICE...]</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TakesWordsAttribute(string placeholder) : Attribute
{
    /// <summary>The name under which the words are in <c>context.Arguments</c>.</summary>
    public const string Argument = "word";

    public string Placeholder { get; } = placeholder;

    /// <summary>
    /// After this many words, the rest is another program's command line: its options are not Harbor's. -1: never.
    /// </summary>
    public int CommandAfter { get; init; } = -1;
}

/// <summary>The task takes no words, though users of other tools type some.</summary>
/// <param name="advice">What to type instead; <c>{0}</c> is the word.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RefusesWordsAttribute(string advice) : Attribute
{
    public string Advice { get; } = advice;
}

/// <summary>The task changes nothing. If all targets have this attribute, the run is <see cref="FrostingContext.IsReadOnly"/>.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ReadOnlyAttribute : Attribute;

/// <summary>As a target with <c>--output=json</c>, the task calls <see cref="FrostingContext.WriteDocument"/>.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DocumentAttribute : Attribute;

/// <summary>What the task prints is the answer to a question or the result of the run: it has no header.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PrintsResultAttribute : Attribute;

/// <summary>As a target, the task writes to standard output itself; everything else goes to standard error.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class OwnsOutputAttribute : Attribute;

/// <summary>Text of <c>--help NAME</c>: the inputs of the task.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ReadsAttribute(string text) : Attribute
{
    public string Text { get; } = text;
}

/// <summary>Text of <c>--help NAME</c>: the results of the task.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class LeavesAttribute(string text) : Attribute
{
    public string Text { get; } = text;
}

/// <summary>Text of <c>--help NAME</c>: an example of arguments, such as <c>deploy --site=prod</c>.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class ExampleAttribute(string arguments) : Attribute
{
    public string Arguments { get; } = arguments;
}
