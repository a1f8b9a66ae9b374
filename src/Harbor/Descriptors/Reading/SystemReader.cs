using System.Globalization;
using Harbor.Composition;
using Harbor.Descriptors.Yaml;

namespace Harbor.Descriptors.Reading;

/// <summary><c>etc/harbor.yaml</c>.</summary>
internal sealed class SystemReader(string rootFolder, ProblemList problems, ReferenceList references)
{
    /// <summary>Null where nothing of it can be used, which has been reported then.</summary>
    public Descriptor? Read(YamlNode root) => Fields.Read(root, "the descriptor", problems, One);

    private Descriptor? One(Fields fields)
    {
        if (!IsSupported(fields))
        {
            fields.AcceptAnything();
            return null;
        }

        var (source, prepare, hooks) = (SourceOf(fields), PrepareReader.Read(fields, problems), new HookReader(null, problems, references).Read(fields));
        return new Descriptor
        {
            Name = NameOf(fields),
            Profiles = Profiles(fields, source.Rules.Capabilities),
            Source = source,
            Prepare = prepare?.System() ?? new PrepareSection(),
            Deploy = fields.Map("deploy", stage => new DeploySection
            {
                Steps = Steps(stage, Actions.Deploy),
                Timeout = stage.Time("timeout"),
                EnvFile = stage.Flag("envFile") ?? false,
            }) ?? new(),
            PostDeploy = fields.Map("post_deploy", stage => new StageSection { Steps = Steps(stage, Actions.PostDeploy), Timeout = stage.Time("timeout") }) ?? new(),
            Destroy = fields.Map("destroy", stage => new DestroySection
            {
                Steps = Steps(stage, Actions.Destroy),
                Timeout = stage.Time("timeout"),
                CleanRun = stage.Flag("cleanRun") ?? false,
            }) ?? new(),
            Hooks = new HooksSection { Autodiscover = hooks.Autodiscover ?? false, All = hooks.Hooks },
            Runner = fields.Map("runner", RunnerOf) ?? new(),
        };
    }

    /// <summary>Says nothing more about a file of another version: every further problem could be one of this reader.</summary>
    private bool IsSupported(Fields fields)
    {
        if (fields.Take("version") is not YamlScalar { Kind: ScalarKind.Integer } version)
        {
            var found = fields.Take("version");
            problems.Add(found?.At ?? fields.At, found is null ? "The descriptor needs 'version: 1'." : $"'version' is {found.Description}: expected the number 1.");
            return found is null;
        }

        var isSupported = version.Value == Descriptor.SupportedVersion.ToString(CultureInfo.InvariantCulture);
        if (!isSupported)
        {
            problems.Add(version.At, $"The descriptor is of version {Excerpt.Of(version.Value)}; this Harbor reads version {Descriptor.SupportedVersion}.");
        }

        return isSupported;
    }

    private string NameOf(Fields fields)
    {
        if (fields.Has("name"))
        {
            return fields.Required("name", Grammar.ProjectName);
        }

        fields.Take("name");
        if (ProjectName.Of(rootFolder) is { } name)
        {
            return name;
        }

        problems.Add(fields.At, $"The descriptor needs 'name': the root folder's name, '{Excerpt.Of(rootFolder)}', has no letter or digit that could stand in one.");
        return "";
    }

    private Dictionary<string, Profile> Profiles(Fields fields, IReadOnlyList<string> capabilities)
    {
        var result = new Dictionary<string, Profile>(StringComparer.Ordinal);
        if (!fields.Has("profiles"))
        {
            problems.Add(fields.At, "The descriptor needs 'profiles', with the services of each: profiles: {default: {services: [web]}}.");
        }

        fields.Map("profiles", profiles =>
        {
            profiles.AcceptAnything();
            foreach (var (key, node) in profiles.Entries)
            {
                profiles.CheckKey(key, Grammar.Name);
                var profile = Fields.Read(node, $"profile '{Excerpt.Of(key.Value)}'", problems, profile => ProfileOf(profile, key, capabilities));
                result[key.Value] = profile ?? new Profile(key.At, key.Value);
                if (profile is null || (profile.Services.Count == 0 && ((YamlMap)node).Entries.Any(entry => entry is { Key.Value: "services", Value: not YamlList })))
                {
                    references.GiveUp();
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
        Services = profile.Texts("services", Grammar.Name) ?? [],
        Options = profile.Texts("options", Grammar.Option) ?? [],
        Capabilities = Capabilities(profile, capabilities),
    };

    private static CapabilityChoice? Capabilities(Fields profile, IReadOnlyList<string> known)
    {
        if (profile.Take("capabilities") is YamlList)
        {
            return new CapabilityChoice(Detect: false, profile.Texts("capabilities", Grammar.OneOf(known)) ?? []);
        }

        return profile.Text("capabilities", Grammar.OneOf(["auto", "none"])) switch
        {
            "auto" => CapabilityChoice.Auto,
            "none" => CapabilityChoice.None,
            _ => null,
        };
    }

    private static SourceSection SourceOf(Fields fields)
    {
        var (defaults, rules) = (new SourceSection(), new SelectionRules());
        return fields.Map("source", source => new SourceSection
        {
            Rules = source.Map("rules", fields => new SelectionRules
            {
                AutoCapabilities = fields.Flag("autoCapabilities") ?? rules.AutoCapabilities,
                Capabilities = fields.Texts("capabilities", Grammar.Name) ?? rules.Capabilities,
                Wildcard = fields.Choice("wildcard", Words.Wildcards) ?? rules.Wildcard,
                Base = fields.Texts("base", Grammar.FileName) ?? rules.Base,
                Include = fields.Texts("include", Grammar.FilePattern) ?? rules.Include,
            }) ?? rules,
            Directory = source.Text("directory", Grammar.Inside) ?? defaults.Directory,
        }) ?? defaults;
    }

    private IReadOnlyList<Step> Steps(Fields stage, Actions actions) => new StepReader(actions, null, problems, references).Read(stage);

    private static RunnerSection RunnerOf(Fields runner)
    {
        var defaults = new RunnerSection();
        return new RunnerSection
        {
            Image = runner.Text("image", Grammar.Image),
            Timeout = runner.Time("timeout") ?? defaults.Timeout,
            Network = runner.Flag("network") ?? defaults.Network,
            Env = runner.TextMap("env", Grammar.RunnerVariable) ?? defaults.Env,
        };
    }
}
