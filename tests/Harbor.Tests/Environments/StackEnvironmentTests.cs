using FsCheck;
using FsCheck.Fluent;
using Harbor.Environments;
using Harbor.Hashing;
using Harbor.Masking;

namespace Harbor.Tests.Environments;

public sealed class StackEnvironmentTests : IDisposable
{
    private static readonly EnvironmentSource[] Sources =
    [
        // Not in order: the kind decides.
        new(LayerKind.Secrets, "etc/secrets.env", null, null, Optional: true, []),
        new(LayerKind.Dotenv, ".env.local", null, null, Optional: true, []),
        new(LayerKind.Service, null, "stacks", "service.env", Optional: true, []),
        new(LayerKind.Site, "etc/site.env", null, null, Optional: true, []),
        new(LayerKind.Sys, "etc/sys.env", null, null, Optional: true, []),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_highest_layer_that_sets_a_name_wins_and_is_named_as_its_origin()
    {
        // Every subset of the eight layers.
        Prop.ForAll(Gen.Choose(1, 255).ToArbitrary(), layers =>
        {
            using var folder = new TemporaryFolder();
            string[] files =
                ["etc/sys.env", "etc/site.env", "etc/sites/prod.env", "stacks/web/service.env", ".env.local", "etc/secrets.env"];
            var expected = "";
            for (var layer = 0; layer < files.Length; layer++)
            {
                var set = (layers & 1 << layer) != 0;
                WriteSecret(folder, files[layer], $"# {layer}\n" + (set ? $"NAME=from-{layer}\n" : ""));
                expected = set ? $"from-{layer} {files[layer]}:2" : expected;
            }

            var request = Request(folder, "web") with
            {
                Site = "prod",
                ProcessEnvironment = (layers & 64) != 0
                ? new Dictionary<string, string> { ["HARBOR_ENV_NAME"] = "from-6", ["NAME"] = "leaked" } : new() { ["NAME"] = "leaked" },
                Settings = (layers & 128) != 0 ? ["NAME=from-7"] : [],
            };
            expected = (layers & 128) != 0 ? "from-7 --set" : (layers & 64) != 0 ? "from-6 HARBOR_ENV_NAME" : expected;

            var value = StackEnvironment.Load(request).For("web")["NAME"];

            Assert.Equal(expected, $"{value.Value} {value.Origin}");
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));
    }

    /// <summary>What is expected is looked up from above, layer by layer.</summary>
    [Fact]
    public void Of_many_names_in_many_layers_each_has_the_value_and_the_origin_of_the_highest_that_sets_it()
    {
        string[] files = ["etc/sys.env", "etc/site.env", "etc/sites/prod.env", "stacks/web/service.env", ".env.local", "etc/secrets.env"];
        var layer = from names in Gen.Shuffle(["A", "B", "C", "D", "E", "F", "G"]) from count in Gen.Choose(0, 5) select names[..count];
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(layer.ArrayOf(8).ToArbitrary(), layers =>
        {
            using var folder = new TemporaryFolder();
            foreach (var (number, file) in files.Index())
            {
                WriteSecret(folder, file, string.Concat(layers[number].Select(name => $"{name}={number}\n")));
            }

            var environment = StackEnvironment.Load(Request(folder, "web") with
            {
                Site = "prod",
                ProcessEnvironment = layers[6].ToDictionary(name => $"HARBOR_ENV_{name}", _ => "6"),
                Settings = [.. layers[7].Select(name => $"{name}=7")],
            }).For("web");

            foreach (var name in layers.SelectMany(names => names).Distinct())
            {
                var highest = Array.FindLastIndex(layers, names => names.Contains(name));
                var origin =
                    highest switch
                    {
                        7 => "--set",
                        6 => $"HARBOR_ENV_{name}",
                        _ => $"{files[highest]}:{Array.IndexOf(layers[highest], name) + 1}"
                    };
                Assert.Equal((name, $"{highest}", origin), (name, environment[name].Value, $"{environment[name].Origin}"));
            }

            Assert.Equal(layers.SelectMany(names => names).Distinct().Order(), environment.Keys.Where(name => name.Length == 1).Order());
        }));
    }

    [Fact]
    public void Nothing_of_the_process_environment_leaks_in()
    {
        _folder.Write("etc/sys.env", "A=$HOSTNAME\nHOSTNAME\n");

        var environment =
            Load(Request(_folder) with { ProcessEnvironment = new Dictionary<string, string> { ["HOSTNAME"] = "this-machine" } });

        Assert.Equal("", environment.Shared["A"].Value);
        Assert.Equal(["A"], environment.Shared.Keys);
    }

    [Fact]
    public void A_service_sees_its_own_file_between_the_sites_and_the_dotenv()
    {
        _folder.Write("etc/sys.env", "PORT=1\nALL=sys\n");
        _folder.Write("stacks/web/service.env", "PORT=2\nURL=http://x:$PORT\nALL=web\n");
        _folder.Write(".env.local", "ALL=local\n");

        var environment = Load(Request(_folder, "web", "db"));

        Assert.Equal(("2", "http://x:2", "local"),
            (environment.For("web")["PORT"].Value, environment.For("web")["URL"].Value, environment.For("web")["ALL"].Value));
        Assert.Equal("1", environment.For("db")["PORT"].Value);
        Assert.Equal("1", environment.Shared["PORT"].Value);
        Assert.False(environment.Shared.ContainsKey("URL"));
    }

    [Fact]
    public void What_is_set_from_outside_is_seen_by_the_values_made_from_it()
    {
        _folder.Write("etc/sys.env", "HOST=a\nURL=http://$HOST\n");

        Assert.Equal("http://b", Load(Request(_folder) with { Settings = ["HOST=b"] }).Shared["URL"].Value);
    }

    [Fact]
    public void A_later_layer_is_made_from_earlier_ones_and_not_the_other_way()
    {
        _folder.Write("etc/sys.env", "A=1\nB=$A$LATER\n");
        _folder.Write("etc/site.env", "A=2\nLATER=x\nC=$A$B\n");

        var environment = Load(Request(_folder));

        Assert.Equal(("1", "21"), (environment.Shared["B"].Value, environment.Shared["C"].Value));
        Assert.Equal(
            "etc/sys.env:2:1: in the value of B: LATER has no value. This layer and those below don't set it, so it is left empty.",
            Assert.Single(environment.Warnings).ToString());
    }

    [Fact]
    public void A_site_without_a_file_is_an_error_with_the_nearest_one()
    {
        _folder.Write("etc/sites/staging.env", "");
        _folder.Write("etc/sites/prod.env", "");

        var error = Assert.Throws<InvalidStackException>(() => Load(Request(_folder, "web", "db") with { Site = "stagin" }));

        Assert.Equal("--site stagin: there is no etc/sites/stagin.env. Did you mean 'staging'? Known sites: prod, staging.", error.Message);
    }

    [Theory]
    [InlineData("../sys")]
    [InlineData("")]
    [InlineData("a/b")]
    public void A_site_names_a_file_of_its_folder_and_no_other(string site) =>
        Assert.StartsWith($"--site '{site}': the name of a file",
            Assert.Throws<InvalidStackException>(() => Load(Request(_folder) with { Site = site })).Message);

    [Fact]
    public void Everything_wrong_in_all_layers_is_reported_at_once()
    {
        _folder.Write("etc/sys.env", "PATH=/tmp\nA-B=1\nA=${B:?set B}\n");
        _folder.Write("etc/site.env", "X='\n");
        var request = Request(_folder) with
        {
            Sources = [.. Sources, new(LayerKind.Dotenv, "must.env", null, null, Optional: false, [])],
            ProcessEnvironment = new Dictionary<string, string> { ["HARBOR_ENV_LD_PRELOAD"] = "x" },
            Settings = ["secret-in-the-wrong-place!", "1A=x"],
        };

        var problems = Assert.Throws<InvalidStackException>(() => Load(request)).Problems.Select(problem => problem.ToString()).ToList();

        Assert.Equal(8, problems.Count);
        Assert.StartsWith("etc/sys.env:1:1: PATH can't be set here", problems[0]);
        Assert.StartsWith("etc/sys.env:2:1: 'A-B' can't be a variable's name", problems[1]);
        Assert.Equal("etc/site.env:1:3: the value of X starts with ' and no ' ends it.", problems[2]);
        Assert.StartsWith("must.env: is missing.", problems[3]);
        Assert.StartsWith("HARBOR_ENV_LD_PRELOAD: LD_PRELOAD can't be set here", problems[4]);
        Assert.Equal("--set: NAME=value is expected.", problems[5]);
        Assert.StartsWith("--set: '1A' can't be a variable's name", problems[6]);
        Assert.Equal("etc/sys.env:3:1: in the value of A: B needs a value: set B", problems[7]);
    }

    [Theory]
    [InlineData("PATH")]
    [InlineData("LD_LIBRARY_PATH")]
    [InlineData("BASH_ENV")]
    [InlineData("NODE_OPTIONS")]
    [InlineData("DOTNET_STARTUP_HOOKS")]
    [InlineData("DOCKER_HOST")]
    [InlineData("COMPOSE_FILE")]
    [InlineData("GIT_SSH_COMMAND")]
    [InlineData("HOME")]
    public void A_name_that_steers_programs_of_this_machine_is_refused_in_secrets_too(string name)
    {
        WriteSecret(_folder, "etc/secrets.env", $"{name}=x\n");

        Assert.Contains(
            $"etc/secrets.env:1:1: {name} can't be set here", Assert.Throws<InvalidStackException>(() => Load(Request(_folder))).Message);
    }

    [Fact]
    public void A_secret_name_stays_secret_wherever_its_value_comes_from_and_taints_what_is_made_from_it()
    {
        _folder.Write("etc/sys.env", "DB_PASSWORD=from-sys\nDSN=pg://u:${DB_PASSWORD}@db\nPLAIN=x\n");
        WriteSecret(_folder, "etc/secrets.env", "DB_PASSWORD=hidden\n");
        var environment = Load(Request(_folder) with { Settings = ["DB_PASSWORD=typed"] });

        Assert.Equal([("DB_PASSWORD", true), ("DSN", true), ("PLAIN", false)],
            environment.Shared.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value.IsSecret)));
        var redaction = new Redaction();
        environment.RegisterSecrets(redaction);
        Assert.Equal("*** ***", redaction.Apply("typed pg://u:typed@db"));
        Assert.Empty(redaction.Warnings);
        Assert.DoesNotContain("typed", $"{environment.Shared["DB_PASSWORD"]}");
    }

    [Fact]
    public void The_files_looked_for_are_told_with_whether_they_exist()
    {
        _folder.Write("etc/sys.env", "");

        Assert.Equal(".env.local=False etc/secrets.env=False etc/site.env=False etc/sys.env=True stacks/web/service.env=False",
            string.Join(' ', Load(Request(_folder, "web")).Files.Select(file => $"{file.Path}={file.Exists}")));
    }

    [Fact]
    public void A_pattern_takes_all_files_of_a_service_in_ordinal_order()
    {
        _folder.Write("stacks/web/b.env", "A=b\n");
        _folder.Write("stacks/web/a.env", "A=a\n");

        var environment =
            Load(Request(_folder, "web") with { Sources = [new(LayerKind.Service, null, "stacks", "*.env", Optional: true, [])] });

        Assert.Equal("b", environment.For("web")["A"].Value);
    }

    [Fact]
    public void A_digest_changes_with_names_values_and_key_only()
    {
        ProjectKey key = new([1, 2, 3]);
        string Digest(string text, ProjectKey with)
        {
            _folder.Write("etc/sys.env", text);
            return Load(Request(_folder)).Digest("web", with);
        }

        var digest = Digest("A=1\nB=2\n", key);
        Assert.Equal(digest, Digest("# other words\nB=2\nA='1'\n", key));
        Assert.NotEqual(digest, Digest("A=1\nB=3\n", key));
        Assert.NotEqual(digest, Digest("A=1B=2\n", key));
        Assert.NotEqual(digest, Digest("A=1\nB=2\n", new([1])));
    }

    [Fact]
    public void Values_that_double_with_every_line_meet_a_limit()
    {
        _folder.Write("etc/sys.env", "A0=1234567890\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"A{i}=$A{i - 1}$A{i - 1}\n")));

        Assert.Contains("longer than", Assert.Throws<InvalidStackException>(() => Load(Request(_folder))).Message);
    }

    private static StackEnvironment Load(EnvironmentRequest request) => StackEnvironment.Load(request);

    private static EnvironmentRequest Request(TemporaryFolder folder, params string[] services) =>
        new(folder.Paths, Sources) { Services = services };

    private static void WriteSecret(TemporaryFolder folder, string name, string text) =>
        File.SetUnixFileMode(folder.Write(name, text), UnixFileMode.UserRead | UnixFileMode.UserWrite);
}
