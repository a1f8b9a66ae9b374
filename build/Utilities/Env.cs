using Cake.Core.Diagnostics;
using Harbor.Build.Prepare;
using Harbor.Build.Source;
using Harbor.Compose;
using Harbor.Environments;
using Harbor.Frosting;

namespace Harbor.Build.Utilities;

[TaskName("Env")]
[TaskDescription("Every variable: its value (secrets masked), the line that sets it, what it overrode, who reads it. --service=S, --key=K.")]
[IsDependentOn(typeof(SelectComposeFiles))]
public sealed class Env : FrostingTask<HarborContext>
{
    private const int MaxShown = 48;

    public override void Run(HarborContext context)
    {
        var services = context.Source.Selection.Services;
        if (context.Settings.Service is { } asked && !services.Contains(asked))
        {
            throw new InvalidStackException($"--service {asked}: this run has no such service.{Nearest.Hint(asked, services)} There are: {string.Join(", ", services)}.");
        }

        var environment = StackEnvironment.Load(MergeEnvironment.Request(context) with { KeepHistory = true });
        environment.RegisterSecrets(Program.Redaction);
        foreach (var warning in environment.Warnings)
        {
            context.Log.Warning("{0}", warning);
        }

        var conflicts = environment.Conflicts();
        var values = Values(context, environment, services);
        if (context.Settings.Service is { } one)
        {
            values = SeenBy(one, values, context.Settings.Key);
        }

        if (context.Settings.Key is { } key)
        {
            var known = values.Select(value => value.Name).Distinct().ToList();
            values = known.Contains(key)
                ? [.. values.Where(value => value.Name == key)]
                : throw new InvalidStackException($"--key {key}: no layer sets it{(context.Settings.Service is { } service ? $" for {service}" : "")}.{Nearest.Hint(key, known)}");
        }

        conflicts = [.. conflicts.Where(conflict => values.Any(value => value.Name == conflict.Name))];
        if (context.Settings.Json)
        {
            context.WriteDocument(Json.Of(new EnvDocument([.. values.Select(Document)], [.. conflicts.Select(Document)])));
        }
        else
        {
            Print(context, values, conflicts);
        }
    }

    private static IReadOnlyList<EffectiveValue> Values(HarborContext context, StackEnvironment environment, IReadOnlyList<string> services)
    {
        var compose = environment.ForCompose(services, []);
        var project = new ComposeProject(
            context.Stack.Descriptor.Name, context.Paths.Root, [.. context.Source.Files.Select(file => Path.Combine(context.Paths.Root, file))], new Dictionary<string, string>());
        var asked = context.Settings.Service;
        var reads = VariableReads.Find(context.Stack.Descriptor, VariableReads.ComposeInputs(project, compose), RenderTemplates.Request(context, environment));
        return EffectiveValue.Find(environment, services, compose, reads.Where(read => asked is null || read.Service is null || read.Service == asked));
    }

    /// <summary>What the service itself sees, and what its compose files get in place of that: a value that another service sets.</summary>
    private static List<EffectiveValue> SeenBy(string service, IReadOnlyList<EffectiveValue> values, string? key)
    {
        var own = values.Where(value => value.Services.Count == 0 || value.Services.Contains(service)).ToLookup(value => value.Name);
        return [.. values.Where(value => own[value.Name].Contains(value) || (value.IsCompose && IsAsked(value.Name) && own[value.Name].All(other => !other.IsCompose)))];

        bool IsAsked(string name) => own.Contains(name) || name == key;
    }

    private static void Print(HarborContext context, IReadOnlyList<EffectiveValue> values, IReadOnlyList<EnvironmentConflict> conflicts)
    {
        var mixed = values.Where(value => !value.IsCompose).Select(value => value.Name).ToHashSet();
        context.Say(Table.Format(["NAME", "SERVICE", "VALUE", "SET BY", "OVERRODE", "READ BY"], values.SelectMany(value => Rows(value, mixed.Contains(value.Name)))));
        foreach (var conflict in conflicts)
        {
            var asks = string.Join(", ", values.Where(value => value.Name == conflict.Name).SelectMany(value => value.Readers).Where(read => read.Kind == ReaderKind.Compose).Select(read => read.ToString()).Distinct());
            context.Say($"\n{conflict.Name} is not the same for all services, so Compose gets none{(asks.Length > 0 ? $", and {asks} asks for it" : "")}:");
            context.Say(Table.Format(["  SERVICE", "VALUE", "SET BY"], conflict.Values.Select(set => (string[])[$"  {set.Service}", Shown(set.Value), set.Value.Origin.ToString()])));
        }
    }

    /// <summary>As many lines as there are readers or overridden values.</summary>
    private static IEnumerable<string[]> Rows(EffectiveValue value, bool isMixed)
    {
        var overrode = Overrode(value.Value).Select(lower => $"{Shown(lower)} ({lower.Origin})").ToList();
        var readers = value.Readers.GroupBy(reader => reader.File).Select(file => $"{file.Key}:{string.Join(',', file.Select(reader => reader.Line).Distinct())}").ToList();
        var services = value.Services.Count == 0 ? "all" : string.Join(", ", isMixed && value.IsCompose ? value.Services.Append("compose files") : value.Services);
        var from = value.IsPending ? $"{value.Value.Origin.File} (made by the first Prepare)" : value.Value.Origin.ToString();
        yield return [value.Name, services, Shown(value.Value), from, overrode.FirstOrDefault("-"), readers.FirstOrDefault("nobody")];
        for (var line = 1; line < Math.Max(overrode.Count, readers.Count); line++)
        {
            yield return ["", "", "", "", overrode.ElementAtOrDefault(line) ?? "", readers.ElementAtOrDefault(line) ?? ""];
        }
    }

    /// <summary>What stands in a table: short, on one line, nothing that a terminal obeys.</summary>
    private static string Shown(EnvironmentValue value)
    {
        var text = string.Concat(Masked(value).Select(c => char.IsControl(c) ? ' ' : c));
        return text.Length > MaxShown ? text[..(MaxShown - 1)] + "…" : text;
    }

    private static string Masked(EnvironmentValue value) => value.IsSecret ? "***" : value.Value;

    private static IEnumerable<EnvironmentValue> Overrode(EnvironmentValue value)
    {
        for (var lower = value.Overrode; lower is not null; lower = lower.Overrode)
        {
            yield return lower;
        }
    }

    private static VariableDocument Document(EffectiveValue value) => new(
        value.Name,
        value.Services,
        value.IsCompose,
        value.Value.IsSecret,
        value.IsPending,
        Document(value.Value),
        [.. Overrode(value.Value).Select(Document)],
        [.. value.Readers.Select(reader => new ReaderDocument(reader.Kind.ToString().ToLowerInvariant(), reader.File, reader.Line, reader.Service))]);

    private static SetDocument Document(EnvironmentValue value) =>
        new(Masked(value), value.Origin.File, value.Origin.Line == 0 ? null : value.Origin.Line, value.Origin.File is null ? value.Origin.Name : null);

    private static ConflictDocument Document(EnvironmentConflict conflict) =>
        new(conflict.Name, [.. conflict.Values.Select(set => new ServiceValueDocument(set.Service, Document(set.Value)))]);
}
