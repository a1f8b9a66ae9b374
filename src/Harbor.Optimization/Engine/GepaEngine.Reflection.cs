using Harbor.Optimization.Events;
using Harbor.Optimization.Journal;
using Harbor.Optimization.Prompts;

namespace Harbor.Optimization;

public sealed partial class GepaEngine
{
    /// <summary>One question to the model: a task, a component, and what came of it.</summary>
    private sealed class Question(int task, string component, string prompt, int call)
    {
        public int Task => task;

        public string Component => component;

        public string Prompt => prompt;

        public int Call => call;

        public List<Reflection> Reflections { get; } = [];

        public string? Text { get; set; }

        public string? Failure { get; set; }
    }

    /// <summary>The tasks that got a child, in order.</summary>
    private async Task<List<ProposalTask>> ProposeAsync(List<ProposalTask> tasks, List<string> causes, CancellationToken ct)
    {
        var texts = new IReadOnlyList<KeyValuePair<string, string>>?[tasks.Count];
        var questions = new List<Question>();
        for (var t = 0; t < tasks.Count; t++)
        {
            texts[t] = await ProposedByAdapterAsync(tasks[t], ct);
            if (texts[t] is null)
            {
                questions.AddRange(Questions(t, tasks[t]));
            }
        }

        await AnswerAsync(questions, tasks, ct);
        var proposals = new List<ProposalTask>();
        for (var t = 0; t < tasks.Count; t++)
        {
            Question[] asked = [.. questions.Where(question => question.Task == t)];
            texts[t] ??= asked.Any(question => question.Failure is not null)
                ? []
                : [.. asked.Select(question => KeyValuePair.Create(question.Component, question.Text!))];
            if (texts[t] is { Count: > 0 } changes)
            {
                tasks[t].Child = State.Members[tasks[t].Parent].Candidate.With(changes);
                Emit(new ProposalEnd(tasks[t].Parent, changes, [.. asked.SelectMany(question => question.Reflections)]));
                proposals.Add(tasks[t]);
            }
            else
            {
                ReportFailure(tasks[t], asked, causes);
            }
        }

        return proposals;
    }

    private async Task<IReadOnlyList<KeyValuePair<string, string>>?> ProposedByAdapterAsync(ProposalTask task, CancellationToken ct)
    {
        if (Results.FindTexts(State.ReflectionCalls) is { } known)
        {
            State.ReflectionCalls++;
            return known;
        }

        var proposed = await adapter.ProposeTextsAsync(State.Members[task.Parent].Candidate, task.Records, ct);
        if (proposed is not null)
        {
            Results.AddTexts(State.ReflectionCalls++, proposed);
        }

        return proposed;
    }

    private IEnumerable<Question> Questions(int index, ProposalTask task)
    {
        foreach (var (component, records) in task.Records.Where(entry => task.Components.Contains(entry.Key) && entry.Value.Count > 0))
        {
            var prompt = options.Template.Render(State.Members[task.Parent].Candidate[component], records);
            if (IsNative && State.Complaints.TryGetValue(component, out var complaint))
            {
                prompt += Complain(complaint);
            }

            prompt += RejectedEdits.Section(State.Members[task.Parent], component, options.ShowRejectedEdits);
            yield return new Question(index, component, prompt, State.ReflectionCalls++);
        }
    }

    // In order; natively several at once, which changes nothing but the time.
    private async Task AnswerAsync(List<Question> questions, List<ProposalTask> tasks, CancellationToken ct)
    {
        if (!IsNative)
        {
            foreach (var question in questions)
            {
                await AskPlainlyAsync(question, ct);
            }

            return;
        }

        Results.Show();
        using var slots = new SemaphoreSlim(options.MaxConcurrentReflections);
        await Task.WhenAll(questions.Select(async question =>
        {
            await slots.WaitAsync(ct);
            try
            {
                await AskStrictlyAsync(question, State.Members[tasks[question.Task].Parent].Candidate[question.Component], ct);
            }
            finally
            {
                slots.Release();
            }
        }));
        foreach (var question in questions)
        {
            foreach (var reflection in question.Reflections)
            {
                CountCost(reflection.Answer);
            }

            if (question.Failure is { } failure)
            {
                State.Complaints[question.Component] = failure;
            }
            else
            {
                State.Complaints.Remove(question.Component);
            }
        }
    }

    // Upstream's way: any answer is a text, and a call that throws drops the task.
    private async Task AskPlainlyAsync(Question question, CancellationToken ct)
    {
        try
        {
            var completion = await CompleteAsync(question, 0, question.Prompt, ct);
            CountCost(completion);
            question.Text = AnswerText.Extract(completion.Text);
        }
#pragma warning disable CA1031 // Upstream's contract: a call that fails, in whatever way, drops its task.
        catch (Exception e) when (e is not (OperationCanceledException or BudgetException or JournalException))
#pragma warning restore CA1031
        {
            question.Failure = $"the call failed: {e.Message}";
        }
    }

    // An answer that is no use is told to the model once; then the proposal has failed.
    private async Task AskStrictlyAsync(Question question, string current, CancellationToken ct)
    {
        var prompt = question.Prompt;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            string? failure;
            try
            {
                var completion = await CompleteAsync(question, attempt, prompt, ct);
                failure = Answers.Failure(completion, current, out var text);
                question.Text = text;
            }
#pragma warning disable CA1031 // A provider's client may throw anything; the cause is reported.
            catch (Exception e) when (e is not JournalException && !(e is OperationCanceledException && ct.IsCancellationRequested))
#pragma warning restore CA1031
            {
                question.Failure = $"the reflection call failed: {e.Message}";
                continue;
            }

            failure ??= options.TextRules.Complaint(question.Component, question.Text!)
                ?? CopiedText.Complaint(question.Text!, current, options.TrainSet, options.MaxCopiedCharacters);
            question.Failure = failure;
            if (failure is null)
            {
                return;
            }

            prompt = question.Prompt + Complain(failure);
        }
    }

    private async Task<Completion> CompleteAsync(Question question, int attempt, string prompt, CancellationToken ct)
    {
        var completion = Results.FindCompletion(question.Call, attempt);
        if (completion is null)
        {
            Results.Show();
            completion = await model.CompleteAsync(prompt, ct);
            Results.AddCompletion(question.Call, attempt, question.Component, prompt, completion);
        }

        question.Reflections.Add(new Reflection(question.Component, prompt, completion));
        return completion;
    }

    private void CountCost(Completion completion) =>
        State.ReflectionCost += completion.Cost ?? (conditions.Any(condition => condition.NeedsReflectionPrices)
            ? throw new BudgetException("A budget in dollars is set, but the reflection model's price is not known. Give its price.")
            : 0);

    private static string Complain(string reason) => $"\n\nThe last new instructions could not be used: {reason}.";

    private void ReportFailure(ProposalTask task, Question[] asked, List<string> causes)
    {
        var failed = asked.FirstOrDefault(question => question.Failure is not null);
        var cause = failed?.Failure ?? "there was no record to reflect on";
        causes.Add(cause);
        if (IsNative)
        {
            Emit(new ProposalFailed(task.Parent, failed?.Component, cause, [.. asked.SelectMany(question => question.Reflections)]));
        }
        else if (failed is not null)
        {
            Log($"The proposal for candidate {task.Parent} was dropped: {cause}");
        }
    }
}
