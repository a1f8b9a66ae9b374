using Harbor.Yaml;

namespace Harbor.Descriptors.Reading;

/// <param name="stack">The service whose override is read; null for <c>etc/harbor.yaml</c>.</param>
internal sealed class HookReader(string? stack, ProblemList problems, ReferenceList references)
{
    public (bool? Autodiscover, IReadOnlyList<Hook> Hooks) Read(Fields parent)
    {
        bool? autodiscover = null;
        var hooks = new List<Hook>();
        parent.ReadMap("hooks", section =>
        {
            autodiscover = section.ReadFlag("autodiscover");
            foreach (var (word, point) in Words.HookPoints)
            {
                var number = 0;
                hooks.AddRange(
                    section.ReadList(word, node => Fields.Read(node, "a hook", problems, hook => ReadHook(hook, point, ++number))) ?? []);
            }
        });
        ReportSameNames(hooks);
        return (autodiscover, hooks);
    }

    private Hook ReadHook(Fields hook, HookPoint point, int number)
    {
        if (hook.Expect("type") is YamlScalar { Value: "ts_routine" } old)
        {
            hook.AddProblem(
                old.At, "The type 'ts_routine' was removed, because routines are C# files now. Write 'type: routine' and port the " +
                "file to C#.");
            return Unreadable(hook, point);
        }

        if (hook.ReadRequiredChoice("type", Words.HookTypes) is not { } type)
        {
            return Unreadable(hook, point);
        }

        var word = Words.HookTypes.First(known => known.Value == type).Text;
        hook.What = $"a hook of type {word}";
        var common = new Hook(hook.At, point, hook.ReadText("name", Grammar.Name) ?? $"{word}-{number}", type)
        {
            Service = stack ?? hook.ReadText("service", Grammar.Name),
            Timeout = hook.ReadDuration("timeout"),
            ContinueOnError = hook.ReadFlag("continueOnError") ?? false,
        };
        references.Add(hook.LocationOf("service"), "service", common.Service);
        Rule path = point >= HookPoint.PreServicePrepare ? Grammar.InsideForService : Grammar.Inside;
        return type switch
        {
            HookType.Routine => common with { Path = hook.ReadRequiredText("path", path) },
            HookType.Container =>
            common with { Image = hook.ReadRequiredText("image", Grammar.Image), Command = hook.ReadScalars("command") ?? [] },
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
        hook.RequireExactlyOne("run", "path");
        return common with
        {
            Run = hook.ReadText("run", Grammar.NotEmpty),
            Path = hook.ReadText("path", path),
            OnHost = hook.ReadFlag("host") ?? false,
        };
    }

    private void ReportSameNames(List<Hook> hooks)
    {
        var seen = new Dictionary<(HookPoint, string?, string), Location>();
        foreach (var hook in hooks.Where(hook => hook.Name.Length > 0))
        {
            if (!seen.TryAdd((hook.Point, hook.Service, hook.Name), hook.At))
            {
                var first = seen[(hook.Point, hook.Service, hook.Name)];
                problems.Add(
                    hook.At, $"Another hook of this point is already called '{hook.Name}': line {first.Line}, column {first.Column}.");
            }
        }
    }
}
