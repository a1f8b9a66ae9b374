using System.Text.Json;
using Harbor.Processes;

namespace Harbor.Tests.Environments;

[Trait("Category", "Engine")]
public sealed class ComposeDotenvTests
{
    [Fact]
    public async Task Compose_reads_every_case_of_the_table_the_same()
    {
        using var folder = new TemporaryFolder();
        var differences = new List<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        await Parallel.ForAsync(0, DotenvCases.All.Length, options, async (index, ct) =>
        {
            var given = DotenvCases.All[index];
            var actual = await ReadAsync(folder, index, given, ct);
            var expected = given.Values?.Where(value => IsAskable(value.Name))
                .Select(value => $"{value.Name}={value.Value}").Order(StringComparer.Ordinal);
            if ((expected is null ? null : string.Join(";", expected)) is var wanted && wanted != actual)
            {
                lock (differences)
                {
                    differences.Add($"{JsonSerializer.Serialize(given.Text)}: table {JsonSerializer.Serialize(wanted)}, compose " +
                        $"{JsonSerializer.Serialize(actual)}");
                }
            }
        });

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static bool IsAskable(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>The values that compose fills in for the names of the case, or null where it refuses the file.</summary>
    private static async Task<string?> ReadAsync(TemporaryFolder folder, int index, DotenvCase given, CancellationToken ct)
    {
        var names = (given.Values ?? []).Select(value => value.Name).Where(IsAskable).ToList();
        var file = folder.Write($"{index}.env", given.Text);
        var compose = folder.Write($"{index}.yml",
            "services:\n  s:\n    image: none\n    environment:\n      UNUSED: ''\n"
            + string.Concat(names.Select(name => $"      {name}: \"${{{name}-<unset>}}\"\n")));
        var environment = new Dictionary<string, string>(TestScope.New().ChildVariables()) { ["OUTER"] = DotenvCases.Outer };
        var result = await new Command(
            TestScope.New(), "docker", "compose", "-p", "dotenv", "-f", compose, "--env-file", file, "config", "--format", "json")
        {
            Environment = environment,
        }.TryRunAsync(ct);
        if (result.ExitCode != 0)
        {
            return null;
        }

        using var json = JsonDocument.Parse(result.Output);
        var values = json.RootElement.GetProperty("services").GetProperty("s").GetProperty("environment");
        return string.Join(
            ";", names.Select(name => $"{name}={values.GetProperty(name).GetString()!.Replace("$$", "$", StringComparison.Ordinal)}")
            .Order(StringComparer.Ordinal));
    }
}
