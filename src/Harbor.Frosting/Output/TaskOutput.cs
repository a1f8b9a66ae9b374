namespace Harbor.Frosting;

/// <summary>What one task has written and nobody has seen yet.</summary>
internal sealed class TaskOutput(string name, Func<TextWriter, TextWriter> filter)
{
    private readonly TaskStream _output = new(filter);
    private readonly TaskStream _error = new(filter);

    public string Name => name;

    public bool HeaderWritten { get; set; }

    public bool Closed { get; set; }

    /// <summary>Blocks of whole lines that wait for the task's turn.</summary>
    public List<(bool IsError, string Text)> Held { get; } = [];

    public bool IsWaiting => _output.IsWaiting || _error.IsWaiting;

    public TaskStream Stream(bool isError) => isError ? _error : _output;
}
