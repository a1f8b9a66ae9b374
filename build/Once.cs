namespace Harbor.Pipeline;

/// <summary>A result that one task sets once and later tasks read.</summary>
/// <param name="setBy">The task that sets it. The error names it when a task reads too early.</param>
public sealed class Once<T>(string setBy)
    where T : class
{
    private T? _value;

    /// <exception cref="InvalidOperationException">Read before it is set, or set twice.</exception>
    public T Value
    {
        get => _value
            ?? throw new InvalidOperationException($"{typeof(T).Name} is not set yet: the task that reads it must depend on {setBy}.");
        set => _value = _value is null ? value : throw new InvalidOperationException($"{typeof(T).Name} is set twice.");
    }

    public T? OrNull => _value;
}
