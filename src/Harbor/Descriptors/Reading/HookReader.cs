using Harbor.Descriptors.Yaml;

namespace Harbor.Descriptors.Reading;

/// <param name="stack">The service in whose override the hooks stand, or null in the system's descriptor.</param>
internal sealed class HookReader(string? stack, ProblemList problems, ReferenceList references)
{
    public (bool? Autodiscover, IReadOnlyList<Hook> Hooks) Read(Fields parent)
    {
        bool? autodiscover = null;
        var hooks = new List<Hook>();
        parent.Map("hooks", section =>
        {
            autodiscover = section.Flag("autodiscover");
            foreach (var (word, point) in Words.HookPoints)
            {
                var number = 0;
                hooks.AddRange(section.List(word, node => Fields.Read(node, "a hook", problems, hook => One(hook, point, ++number))) ?? []);
            }
        });
        RefuseSameNames(hooks);
        return (autodiscover, hooks);
    }

    private Hook One(Fields hook, HookPoint point, int number)
    {
        if (hook.Take("type") is YamlScalar { Value: "ts_routine" } old)
        {
            hook.Problem(old.At, "'ts_routine' is no type any more: routines are C# files now. Write 'type: routine', and the routine in C#.");
            return Unreadable(hook, point);
        }

        if (hook.RequiredChoice("type", Words.HookTypes) is not { } type)
        {
            return Unreadable(hook, point);
        }

        var word = Words.HookTypes.First(known => known.Value == type).Text;
        hook.What = $"a hook of type {word}";
        var common = new Hook(hook.At, point, hook.Text("name", Grammar.Name) ?? $"{word}-{number}", type)
        {
            Service = stack ?? hook.Text("service", Grammar.Name),
            Timeout = hook.Time("timeout"),
            ContinueOnError = hook.Flag("continueOnError") ?? false,
        };
        references.Add(hook.Place("service"), "service", common.Service);
        Rule path = point >= HookPoint.PreServicePrepare ? Grammar.InsideForService : Grammar.Inside;
        return type switch
        {
            HookType.Routine => common with { Path = hook.Required("path", path) },
            HookType.Container => common with { Image = hook.Required("image", Grammar.Image), Command = hook.AnyScalars("command") ?? [] },
            _ => Shell(hook, common, path),
        };
    }

    private static Hook Unreadable(Fields hook, HookPoint point)
    {
        hook.AcceptAnything();
        return new Hook(hook.At, point, "", HookType.Shell);
    }

    private static Hook Shell(Fields hook, Hook common, Rule path)
    {
        hook.ExactlyOne("run", "path");
        return common with
        {
            Run = hook.Text("run", Grammar.NotEmpty),
            Path = hook.Text("path", path),
            OnHost = hook.Flag("host") ?? false,
        };
    }

    private void RefuseSameNames(List<Hook> hooks)
    {
        var seen = new Dictionary<(HookPoint, string?, string), Location>();
        foreach (var hook in hooks.Where(hook => hook.Name.Length > 0))
        {
            if (!seen.TryAdd((hook.Point, hook.Service, hook.Name), hook.At))
            {
                var first = seen[(hook.Point, hook.Service, hook.Name)];
                problems.Add(hook.At, $"The name '{hook.Name}' belongs to another hook of this point: at line {first.Line}, column {first.Column}.");
            }
        }
    }
}
