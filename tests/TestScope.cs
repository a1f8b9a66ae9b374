using Harbor.Masking;
using Harbor.Processes;
using Harbor.Runs;

namespace Harbor;

/// <summary>A run of its own for a test: nothing is secret, and it sees the environment of the test process.</summary>
internal static class TestScope
{
    public static RunScope New(params IEnumerable<KeyValuePair<string, string>> variables) => New(new Redaction(), variables);

    public static RunScope New(Redaction redaction, params IEnumerable<KeyValuePair<string, string>> variables)
    {
        var all = RunScope.ProcessVariables();
        foreach (var (name, value) in variables)
        {
            all[name] = value;
        }

        return new RunScope(RunId.New(TimeProvider.System), all, redaction, TimeProvider.System);
    }

    /// <summary>With a clock that the test moves.</summary>
    public static RunScope At(TimeProvider time) => new(RunId.New(time), RunScope.ProcessVariables(), new Redaction(), time);

    public static RunScope Named(string id) => new(id, RunScope.ProcessVariables(), new Redaction(), TimeProvider.System);
}
