namespace Harbor.EndToEnd;

/// <summary>A terminal at which a user answers a question.</summary>
internal static class Terminal
{
    private const string Script = """
        import os, pty, sys
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvp(sys.argv[3], sys.argv[3:])
        seen, typed = b"", False
        while True:
            try:
                part = os.read(terminal, 4096)
            except OSError:
                break
            seen += part
            if not typed and sys.argv[1].encode() in seen:
                os.write(terminal, sys.argv[2].encode() + b"\n")
                typed = True
        print(seen.decode())
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        """;

    /// <summary>Types the answer and Enter as soon as the prompt is seen.</summary>
    /// <returns>The exit code, and all that the terminal showed.</returns>
    public static async Task<(int Code, string Seen)> TypeAsync(TestProject project, string prompt, string answer, params string[] args)
    {
        project.Write("type", Script);
        var command = project.Command(args);
        var result = await (command with
        {
            FileName = "python3",
            Arguments = [project.PathOf("type"), prompt, answer, command.FileName, .. command.Arguments],
        }).TryRunAsync(CancellationToken.None);
        return (result.ExitCode, result.Output);
    }
}
