using System.Text;
using Harbor.Processes;

namespace Harbor.Compose;

/// <param name="Why">The rest of a sentence that begins with the service's name.</param>
/// <param name="LogLines">Its last ones, masked.</param>
/// <param name="HealthOutput">What its health check printed last, masked; empty where health is not the matter.</param>
public sealed record ServiceFailure(string Service, string Why, IReadOnlyList<string> LogLines, string HealthOutput);

/// <summary>Containers were started and did not become ready. The message has all of it; exit code 1.</summary>
/// <param name="compose">What Compose said, where it gave up first.</param>
public sealed class ServiceFailedException(IReadOnlyList<ServiceFailure> failures, CommandFailedException? compose) : DeploymentException(Text(failures), compose)
{
    public IReadOnlyList<ServiceFailure> Failures { get; } = failures;

    private static string Text(IReadOnlyList<ServiceFailure> failures)
    {
        var text = new StringBuilder();
        foreach (var failure in failures)
        {
            text.Append(failure.Service).Append(' ').Append(failure.Why).Append(".\n");
            Block(text, "its health check said:", failure.HealthOutput.Length == 0 ? [] : failure.HealthOutput.Split('\n'));
            Block(text, "its last log lines:", failure.LogLines);
        }

        return text.ToString().TrimEnd();
    }

    private static void Block(StringBuilder text, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        text.Append("  ").Append(title).Append('\n');
        foreach (var line in lines)
        {
            text.Append("    ").Append(line).Append('\n');
        }
    }
}
