namespace Harbor.Pipeline;

/// <summary>Asks on the terminal before something that can't be undone.</summary>
internal static class Confirmation
{
    public static bool CanAsk => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <param name="question">What is about to happen, as sentences.</param>
    /// <param name="project">Has to be typed.</param>
    /// <exception cref="InvalidStackException">It was not confirmed, or nobody can be asked.</exception>
    public static async Task AskAsync(HarborContext context, string question, string project, CancellationToken ct)
    {
        if (context.Settings.Yes)
        {
            return;
        }

        if (!CanAsk)
        {
            throw new InvalidStackException($"{question} There is no terminal to ask on: add --yes to confirm it.");
        }

        // Not through the task's output, which may be held back while another task prints.
        using var silence = context.Scope.Activities.Silence();
        await Console.Error.WriteAsync($"{question}\nType {project} to confirm: ");
        var typed = await Task.Run(Console.ReadLine, ct).WaitAsync(ct);
        if (typed?.Trim() != project)
        {
            throw new InvalidStackException("It was not confirmed; nothing was changed.");
        }
    }
}
