using Harbor.Hashing;
using Harbor.Masking;
using Harbor.Secrets;

namespace Harbor.Environments;

/// <summary>
/// The merged variables of a stack: the values that all services share, those that each one sees, and where every value comes from.
/// </summary>
public sealed partial class StackEnvironment
{
    private readonly Dictionary<string, Dictionary<string, EnvironmentValue>> _services = [];
    private readonly Dictionary<string, HashSet<string>> _serviceNames = [];

    private readonly ProjectPaths _paths;

    /// <summary>For compose files only: <see cref="MachineVariables"/>.</summary>
    internal IReadOnlyDictionary<string, EnvironmentValue> Machine { get; init; } = new Dictionary<string, EnvironmentValue>();

    private StackEnvironment(ProjectPaths paths, IReadOnlyDictionary<string, EnvironmentValue> shared) =>
        (_paths, Shared) = (paths, shared);

    /// <summary>All layers but the files beside the services.</summary>
    public IReadOnlyDictionary<string, EnvironmentValue> Shared { get; }

    /// <summary>Variables that were used without a value in a file, and are empty there: Compose warns of the same.</summary>
    public IReadOnlyList<Problem> Warnings { get; private init; } = [];

    /// <summary>Every file that was looked for, in ordinal order of their paths: the inputs of a fingerprint.</summary>
    public IReadOnlyList<EnvironmentFile> Files { get; private init; } = [];

    /// <summary>Values of layers that are made from others. Only with <see cref="EnvironmentRequest.KeepHistory"/>.</summary>
    public IReadOnlyList<VariableRead> Reads { get; private init; } = [];

    /// <summary>Secrets that <see cref="SecretsFile.Ensure"/> has not generated yet; until then their value is a placeholder.</summary>
    public IReadOnlySet<string> Pending { get; private init; } = new HashSet<string>();

    /// <summary>
    /// The value is a placeholder for a secret that is not generated yet. Not so where another layer sets a name that is
    /// <see cref="Pending"/>.
    /// </summary>
    public bool IsPending(string name, EnvironmentValue value) => Pending.Contains(name) && value.Origin is { File: not null, Line: 0 };

    /// <summary>The variables that the service sees: the shared layers and its own, in their order.</summary>
    public IReadOnlyDictionary<string, EnvironmentValue> For(string service) => _services.GetValueOrDefault(service) ?? Shared;

    /// <summary>Has every secret value masked from now on.</summary>
    public void RegisterSecrets(Redaction redaction)
    {
        Register(Machine);
        Register(Shared);
        foreach (var service in _services.Values)
        {
            Register(service);
        }

        void Register(IReadOnlyDictionary<string, EnvironmentValue> values)
        {
            foreach (var (name, value) in values)
            {
                if (value.IsSecret)
                {
                    redaction.Add(value.Value, name);
                }
            }
        }
    }

    /// <summary>
    /// Changes exactly when a name or value of the service's environment does. Without the key it says nothing about a value.
    /// </summary>
    /// <param name="key">From <see cref="StateKey"/>.</param>
    public string Digest(string service, ProjectKey key)
    {
        using var hash = key.Begin();
        var values = For(service);
        var names = values.Keys.ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        foreach (var name in names)
        {
            hash.Add(name, values[name].Value);
        }

        return hash.ToHex();
    }
}
