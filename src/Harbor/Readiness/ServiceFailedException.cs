using System.Text;
using Harbor.Processes;

namespace Harbor.Readiness;

/// <param name="Why">The rest of a sentence that begins with the service's name.</param>
/// <param name="LogLines">The last lines of its log, masked.</param>
/// <param name="HealthOutput">The last output of its health check, masked; empty where the health check is not the cause.</param>
public sealed record ServiceFailure(string Service, string Why, IReadOnlyList<string> LogLines, string HealthOutput);

/// <summary>Containers were started but did not become ready. Exit code 1.</summary>
/// <param name="compose">The error of Compose, if it gave up first.</param>
public sealed class ServiceFailedException(IReadOnlyList<ServiceFailure> failures, CommandFailedException? compose)
    : HarborException(Describe(failures), compose)
{
    public IReadOnlyList<ServiceFailure> Failures { get; } = failures;

    private static string Describe(IReadOnlyList<ServiceFailure> failures)
    {
        var text = new StringBuilder();
        foreach (var failure in failures)
        {
            text.Append(failure.Service).Append(' ').Append(failure.Why).Append(".\n");
            AppendBlock(text, "its health check printed:", failure.HealthOutput.Length == 0 ? [] : failure.HealthOutput.Split('\n'));
            AppendBlock(text, "its last log lines:", failure.LogLines);
        }

        return text.ToString().TrimEnd();
    }

    private static void AppendBlock(StringBuilder text, string title, IReadOnlyList<string> lines)
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
