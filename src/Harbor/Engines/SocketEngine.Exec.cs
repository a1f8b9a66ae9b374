using System.Text.Json;

namespace Harbor.Engines;

public sealed partial class SocketEngine
{
    private static readonly TimeSpan ExecPause = TimeSpan.FromMilliseconds(10);

    public async Task<ExecResult> ExecAsync(string id, IReadOnlyList<string> command, CancellationToken ct)
    {
        var words = string.Join(',', command.Select(word => $"\"{JsonEncodedText.Encode(word)}\""));
        var (status, body) = await AskAsync(
            "POST", $"/containers/{Uri.EscapeDataString(id)}/exec",
            $"{{\"AttachStdout\":true,\"AttachStderr\":true,\"Cmd\":[{words}]}}", CurrentPatience, ct);
        if (status != 201)
        {
            throw Refused($"exec {id}", status, body);
        }

        using var made = Parse(body);
        var exec = made.RootElement.Text("Id");
        var output = await GuardAsync(() => RunExecAsync(exec, ct), ct);
        while (true)
        {
            using var ended = await GetAsync($"/exec/{exec}/json", ct);
            if (ended.RootElement.GetProperty("Running").ValueKind == JsonValueKind.False)
            {
                return new ExecResult(ended.RootElement.GetProperty("ExitCode").GetInt32(), LogFrames.Text(output.Span));
            }

            await Task.Delay(ExecPause, ct); // The output has ended, but the engine does not know yet that the program has.
        }
    }

    /// <summary>Reads the output until it ends, without a time limit.</summary>
    private async Task<ReadOnlyMemory<byte>> RunExecAsync(string exec, CancellationToken ct)
    {
        var (connection, answer) = await OpenAsync("POST", $"/exec/{exec}/start", "{\"Detach\":false,\"Tty\":false}", ct);
        await using var owned = connection!;
        var output = await answer.ReadToEndAsync(ct);
        return answer.Status == 200 ? output : throw Refused($"exec {exec}", answer.Status, output);
    }
}
