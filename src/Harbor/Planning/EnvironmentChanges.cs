using System.Text;
using Harbor.Environments;
using Harbor.Hashing;
using Harbor.State;

namespace Harbor.Planning;

/// <param name="Name"><c>LEVEL</c>, or <c>web:LEVEL</c> for what the service alone sees.</param>
/// <param name="Change"><c>added</c>, <c>changed</c> or <c>removed</c>.</param>
/// <param name="Origin">Where the value comes from: <c>etc/sys.env:3</c>; null where it is removed.</param>
/// <param name="IsPending">The value is made up by the next Deploy.</param>
public sealed record VariableChange(string Name, string Change, string? Origin, bool IsSecret, bool IsPending);

/// <summary>How the variables differ from those that the last Deploy used, without knowing its values.</summary>
public static class EnvironmentChanges
{
    /// <summary>Keyed hashes to be saved, by name.</summary>
    /// <param name="key">From <see cref="Secrets.StateKey"/>.</param>
    public static (IReadOnlyDictionary<string, string> Variables, IReadOnlyDictionary<string, string> Secrets) Hashes(
        StackEnvironment environment, IEnumerable<string> services, ProjectKey key)
    {
        var (variables, secrets) =
            (new SortedDictionary<string, string>(StringComparer.Ordinal), new SortedDictionary<string, string>(StringComparer.Ordinal));
        foreach (var (name, value) in Named(environment, services))
        {
            (value.IsSecret ? secrets : variables)[name] = Hash(name, value, key);
        }

        return (variables, secrets);
    }

    /// <summary>In the names' order.</summary>
    public static IReadOnlyList<VariableChange> Between(
        DeployedInputs before, StackEnvironment environment, IEnumerable<string> services, ProjectKey key)
    {
        var changes = new List<VariableChange>();
        var now = Named(environment, services);
        foreach (var (name, value) in now)
        {
            var was = before.Variables.GetValueOrDefault(name) ?? before.Secrets.GetValueOrDefault(name);
            var isPending = environment.IsPending(name[(name.IndexOf(':') + 1)..], value);
            if (isPending || was != Hash(name, value, key))
            {
                changes.Add(
                    new VariableChange(name, was is null ? "added" : "changed", value.Origin.ToString(), value.IsSecret, isPending));
            }
        }

        foreach (var (name, isSecret) in before.Variables.Keys.Select(name => (name, false))
            .Concat(before.Secrets.Keys.Select(name => (name, true))))
        {
            if (!now.ContainsKey(name))
            {
                changes.Add(new VariableChange(name, "removed", Origin: null, isSecret, IsPending: false));
            }
        }

        return [.. changes.OrderBy(change => change.Name, StringComparer.Ordinal)];
    }

    /// <summary>What all see, and what a service sees otherwise, under its name.</summary>
    private static SortedDictionary<string, EnvironmentValue> Named(StackEnvironment environment, IEnumerable<string> services)
    {
        var named = new SortedDictionary<string, EnvironmentValue>(StringComparer.Ordinal);
        foreach (var (name, value) in environment.Shared)
        {
            named[name] = value;
        }

        foreach (var service in services)
        {
            foreach (var (name, value) in environment.For(service))
            {
                if (!environment.Shared.TryGetValue(name, out var shared) || shared.Value != value.Value)
                {
                    named[$"{service}:{name}"] = value;
                }
            }
        }

        return named;
    }

    private static string Hash(string name, EnvironmentValue value, ProjectKey key) =>
        key.Hash(Encoding.UTF8.GetBytes($"{name}\0{value.Value}"), digits: 16);
}
