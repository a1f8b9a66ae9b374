using System.Text.Json;

namespace Harbor.Pipeline.Repository;

/// <summary>What a test project's CTRF file says.</summary>
/// <param name="HasErrors">Something failed outside of a test: a class or a collection that could not clean up.</param>
internal sealed record TestResults(int Passed, int Skipped, IReadOnlyList<FailedTest> Failed, bool HasErrors)
{
    public static async Task<TestResults> ReadAsync(string file, CancellationToken ct)
    {
        if (!File.Exists(file))
        {
            return new(0, 0, [], HasErrors: true);
        }

        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(file, ct));
        var results = document.RootElement.GetProperty("results");
        var summary = results.GetProperty("summary");
        return new(
            summary.GetProperty("passed").GetInt32(),
            summary.GetProperty("skipped").GetInt32(),
            [.. results.GetProperty("tests").EnumerateArray()
                .Where(test => test.GetProperty("status").GetString() == "failed")
                .Select(FailedTest.Read)],
            results.GetProperty("extra").GetProperty("suites").EnumerateArray()
                .Any(suite => suite.GetProperty("errors").GetArrayLength() > 0));
    }
}

/// <param name="Method">With namespace and class: what the test program's <c>-method</c> takes.</param>
/// <param name="Message">Empty if the test said nothing.</param>
internal sealed record FailedTest(string Name, string Method, string Message)
{
    public static FailedTest Read(JsonElement test)
    {
        var extra = test.GetProperty("extra");
        return new(
            test.GetProperty("name").GetString()!,
            $"{extra.GetProperty("type").GetString()}.{extra.GetProperty("method").GetString()}",
            test.TryGetProperty("message", out var message) ? message.GetString() ?? "" : "");
    }
}
