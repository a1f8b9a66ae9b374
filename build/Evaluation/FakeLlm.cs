namespace Harbor.Pipeline.Evaluation;

/// <summary>
/// The provider <c>fake</c>. Its project stays in tests/, since no product has it: it is compiled when somebody asks for it, as the
/// server is.
/// </summary>
internal static class FakeLlm
{
    /// <returns>The program.</returns>
    public static async Task<string> EnsureAsync(HarborContext context, CancellationToken ct)
    {
        var folder = Path.Combine(context.Repository, "var", "artifacts", "fake-llm");
        await ServerPublish.EnsureAsync(context, folder, "--no-self-contained", ct, "tests/Harbor.FakeLlm");
        return Path.Combine(folder, "harbor-fake-llm.dll");
    }
}
