namespace Harbor.Frosting;

/// <summary>The output of one task that was not printed yet.</summary>
internal sealed class TaskOutput(string name, Func<TextWriter, TextWriter> filter)
{
    private readonly TaskStream _output = new(filter);
    private readonly TaskStream _error = new(filter);

    public string Name => name;

    public bool HeaderWritten { get; set; }

    /// <summary>A timestamp of the output's clock.</summary>
    public long Started { get; init; }

    public bool Closed { get; set; }

    /// <summary>Blocks of whole lines, held until the task may print.</summary>
    public List<(bool IsError, string Text)> Held { get; } = [];

    public bool IsWaiting => _output.IsWaiting || _error.IsWaiting;

    public TaskStream Stream(bool isError) => isError ? _error : _output;
}
