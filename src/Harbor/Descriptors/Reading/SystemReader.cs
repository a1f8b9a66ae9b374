using System.Globalization;
using Harbor.Selection;
using Harbor.Yaml;

namespace Harbor.Descriptors.Reading;

/// <summary><c>etc/harbor.yaml</c>.</summary>
internal sealed class SystemReader(string rootFolder, ProblemList problems, ReferenceList references)
{
    /// <summary>Null if the file is unusable; the reason is reported.</summary>
    public Descriptor? Read(YamlNode root) => Fields.Read(root, "the descriptor", problems, One);

    private Descriptor? One(Fields fields)
    {
        if (!IsSupported(fields))
        {
            fields.AcceptAnything();
            return null;
        }

        var (source, prepare, hooks) =
            (SourceOf(fields), PrepareReader.Read(fields, problems), new HookReader(null, problems, references).Read(fields));
        var profiles = Profiles(fields, source.Rules.Capabilities);
        ReportFilesOutside(fields, source, profiles.Values);
        return new Descriptor
        {
            Name = NameOf(fields),
            Owner = fields.ReadText("owner", Grammar.Name),
            Profiles = profiles,
            Source = source,
            Prepare = prepare?.System() ?? new PrepareSection(),
            Deploy = fields.ReadMap("deploy", stage => new DeploySection
            {
                Steps = Steps(stage, StepAction.In("deploy"), StepAction.ComposeUp),
                Timeout = stage.ReadDuration("timeout"),
                EnvFile = stage.ReadFlag("envFile") ?? false,
            }) ?? new() { Steps = [Step.Default(StepAction.ComposeUp, fields.At)] },
            PostDeploy = fields.ReadMap("post_deploy", stage => new StageSection
            {
                Steps = Steps(stage, StepAction.In("post_deploy")),
                Timeout = stage.ReadDuration("timeout"),
            }) ?? new(),
            Destroy = fields.ReadMap("destroy", stage => new DestroySection
            {
                Steps = Steps(stage, StepAction.In("destroy"), StepAction.ComposeDown),
                Timeout = stage.ReadDuration("timeout"),
                CleanRun = stage.ReadFlag("cleanRun") ?? false,
            }) ?? new() { Steps = [Step.Default(StepAction.ComposeDown, fields.At)] },
            Hooks = new HooksSection { Autodiscover = hooks.Autodiscover ?? false, All = hooks.Hooks },
            Runner = fields.ReadMap("runner", RunnerOf) ?? new(),
        };
    }

    /// <summary>If the version differs, no other problem is reported, because this reader does not know that version.</summary>
    private bool IsSupported(Fields fields)
    {
        if (fields.Expect("version") is not YamlScalar { Kind: ScalarKind.Integer } version)
        {
            var found = fields.Expect("version");
            problems.Add(found?.At ?? fields.At, found is null
                ? "The descriptor needs 'version: 1'." : $"'version' is {found.Description}: expected the number 1.");
            return found is null;
        }

        var isSupported = version.Value == Descriptor.SupportedVersion.ToString(CultureInfo.InvariantCulture);
        if (!isSupported)
        {
            problems.Add(version.At,
                $"The descriptor has version {Excerpt.Of(version.Value)}, but this Harbor reads version {Descriptor.SupportedVersion}.");
        }

        return isSupported;
    }

    private string NameOf(Fields fields)
    {
        if (fields.Contains("name"))
        {
            return fields.ReadRequiredText("name", Grammar.ProjectName);
        }

        fields.Expect("name");
        if (ProjectName.FromText(rootFolder) is { } name)
        {
            return name;
        }

        problems.Add(fields.At, $"The descriptor needs 'name', because the root folder's name, '{Excerpt.Of(rootFolder)}', contains no " +
            $"letter or digit to derive it from.");
        return "";
    }

    private Dictionary<string, Profile> Profiles(Fields fields, IReadOnlyList<string> capabilities)
    {
        var result = new Dictionary<string, Profile>(StringComparer.Ordinal);
        if (!fields.Contains("profiles"))
        {
            problems.Add(fields.At, "The descriptor needs 'profiles' with a list of services: profiles: {default: {services: [web]}}.");
        }

        fields.ReadMap("profiles", profiles =>
        {
            profiles.AcceptAnything();
            foreach (var (key, node) in profiles.Entries)
            {
                profiles.CheckKey(key, Grammar.Name);
                var profile =
                    Fields.Read(node, $"profile '{Excerpt.Of(key.Value)}'", problems, profile => ProfileOf(profile, key, capabilities));
                result[key.Value] = profile ?? new Profile(key.At, key.Value);
                if (profile is null
                    || (profile.Services.Count == 0
                    && ((YamlMap)node).Entries.Any(entry => entry is { Key.Value: "services", Value: not YamlList })))
                {
                    references.TurnOff();
                }
            }

            if (result.Count == 0)
            {
                problems.Add(profiles.At, "'profiles' is empty: expected at least one profile.");
            }
        });
        return result;
    }

    private static Profile ProfileOf(Fields profile, YamlScalar key, IReadOnlyList<string> capabilities) => new(key.At, key.Value)
    {
        Services = profile.ReadTexts("services", Grammar.Name) ?? [],
        Options = profile.ReadTexts("options", Grammar.Option) ?? [],
        ComposeProfiles = profile.ReadTexts("composeProfiles", Grammar.Option) ?? [],
        Files = profile.ReadTexts("files", Grammar.BaseFile),
        Capabilities = Capabilities(profile, capabilities),
    };

    private static CapabilityChoice? Capabilities(Fields profile, IReadOnlyList<string> known)
    {
        if (profile.Expect("capabilities") is YamlList)
        {
            return new CapabilityChoice(Detect: false, profile.ReadTexts("capabilities", Grammar.OneOf(known)) ?? []);
        }

        return profile.ReadText("capabilities", Grammar.OneOf(["auto", "none"])) switch
        {
            "auto" => CapabilityChoice.Auto,
            "none" => CapabilityChoice.None,
            _ => null,
        };
    }

    private static SourceSection SourceOf(Fields fields)
    {
        var (defaults, rules) = (new SourceSection(), new SelectionRules());
        return fields.ReadMap("source", source => new SourceSection
        {
            Rules = source.ReadMap("rules", fields => new SelectionRules
            {
                AutoCapabilities = fields.ReadFlag("autoCapabilities") ?? rules.AutoCapabilities,
                Capabilities = fields.ReadTexts("capabilities", Grammar.Name) ?? rules.Capabilities,
                Wildcard = fields.ReadChoice("wildcard", Words.Wildcards) ?? rules.Wildcard,
                Base = fields.ReadTexts("base", Grammar.BaseFile),
                Include = fields.ReadTexts("include", Grammar.FilePattern) ?? rules.Include,
            }) ?? rules,
            Directory = source.ReadText("directory", Grammar.Inside) ?? defaults.Directory,
        }) ?? defaults;
    }

    /// <summary>How many ".." a base file may begin with depends on its folder.</summary>
    private void ReportFilesOutside(Fields fields, SourceSection source, IEnumerable<Profile> profiles)
    {
        Report(fields.LocationOf("source"), "source.rules.base", source.Rules.Base);
        foreach (var profile in profiles)
        {
            Report(profile.At, $"profiles.{profile.Name}.files", profile.Files);
        }

        void Report(Location at, string key, IReadOnlyList<string>? files)
        {
            foreach (var file in (files ?? []).Where(file => source.PathOf(file).StartsWith("..", StringComparison.Ordinal)))
            {
                problems.Add(at, $"{key}: '{Excerpt.Of(file)}' is outside of the project. It is relative to {source.Directory}, the "
                    + "folder of the compose files.");
            }
        }
    }

    /// <param name="otherwise">The step of a stage without the key; null means none.</param>
    private IReadOnlyList<Step> Steps(Fields stage, StageActions actions, StepAction? otherwise = null)
    {
        var steps = new StepReader(actions, null, problems, references).Read(stage);
        return otherwise is null || stage.Contains("steps") ? steps : [Step.Default(otherwise, stage.At)];
    }

    private static RunnerSection RunnerOf(Fields runner)
    {
        var defaults = new RunnerSection();
        return new RunnerSection
        {
            Image = runner.ReadText("image", Grammar.Image),
            Timeout = runner.ReadDuration("timeout") ?? defaults.Timeout,
            Network = runner.ReadFlag("network") ?? defaults.Network,
            Env = runner.ReadTextMap("env", Grammar.RunnerVariable) ?? defaults.Env,
        };
    }
}
