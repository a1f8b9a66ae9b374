using System.Diagnostics;
using System.Text.Json.Nodes;
using Harbor.Planning;

namespace Harbor.Tests.Compose;

public sealed class ServiceDigestsTests : IDisposable
{
    private readonly TemporaryProject _project = new();

    public ServiceDigestsTests()
    {
        _project.Write("etc/web.conf", "listen 80");
        _project.Write("etc/folder/deep/a.txt", "a");
        _project.Write("var/run/cache/config/redis.conf", "port 1");
        _project.Write("data/db/file", "1");
        _project.Write("cert.pem", "cert");
        _project.Write("app/Dockerfile", "FROM x");
        _project.Write("app/main.c", "int main;");
        _project.Variables["PASSWORD"] = "old";
        _project.Parse("""
            {
              "services": {
                "web": {"image": "i", "environment": {"A": "1", "B": "2"}, "configs": [{"source": "inline"}],
                        "depends_on": {"db": {"condition": "service_started"}},
                        "volumes": [{"type": "bind", "source": "$DIR/etc/web.conf", "target": "/c"},
                                    {"type": "bind", "source": "$DIR/etc/folder", "target": "/f", "read_only": true}]},
                "cache": {"image": "i", "secrets": [{"source": "password"}],
                          "volumes": [{"type": "bind", "source": "$DIR/var/run/cache/config", "target": "/c"}]},
                "db": {"image": "i", "secrets": [{"source": "cert"}], "deploy": {"replicas": 1, "resources": {"limits": {"memory": "1"}}},
                       "volumes": [{"type": "bind", "source": "$DIR/data/db", "target": "/d"},
                                   {"type": "volume", "source": "named", "target": "/n"}]},
                "app": {"build": {"context": "$DIR/app", "dockerfile": "Dockerfile"}, "networks": {"back": null}}
              },
              "configs": {"inline": {"content": "hello"}},
              "secrets": {"password": {"environment": "PASSWORD"}, "cert": {"file": "$DIR/cert.pem"}},
              "volumes": {"named": {"name": "p_named"}},
              "networks": {"back": {"name": "p_back"}}
            }
            """);
    }

    public void Dispose() => _project.Dispose();

    [Fact]
    public void A_mounted_file_s_content_changes_the_digest_of_the_service_that_mounts_it() =>
        Assert.Equal("web", _project.Changed(() => _project.Write("etc/web.conf", "listen 81")));

    [Fact]
    public void A_file_deep_in_a_folder_mounted_read_only_counts() =>
        Assert.Equal("web", _project.Changed(() => _project.Write("etc/folder/deep/a.txt", "b")));

    [Fact]
    public void A_file_more_a_file_renamed_and_a_file_that_may_run_count()
    {
        Assert.Equal("web", _project.Changed(() => _project.Write("etc/folder/new.txt", "")));
        Assert.Equal(
            "web", _project.Changed(
            () => File.Move(Path.Combine(_project.Folder, "etc/folder/new.txt"), Path.Combine(_project.Folder, "etc/folder/other.txt"))));
        Assert.Equal(OperatingSystem.IsWindows()
            ? "" : "web", _project.Changed(() => MayRun(Path.Combine(_project.Folder, "etc/web.conf"))));

        static void MayRun(string file)
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }
        }
    }

    [Fact]
    public void Touching_a_file_changes_nothing() =>
        Assert.Equal(
            "", _project.Changed(() => File.SetLastWriteTimeUtc(Path.Combine(_project.Folder, "etc/web.conf"), DateTime.UnixEpoch)));

    [Fact]
    public void What_is_rendered_counts_though_it_is_mounted_to_be_written() =>
        Assert.Equal("cache", _project.Changed(() => _project.Write("var/run/cache/config/redis.conf", "port 2")));

    [Fact]
    public void A_mounted_folder_that_was_created_again_with_the_same_files_counts_because_the_container_still_has_the_old_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Folders have no number there.");
        var inputs = InputStates.Write(_project.Digests().Inputs);
        var config = Path.Combine(_project.Folder, "var/run/cache/config");

        Assert.Equal("cache", _project.Changed(() =>
        {
            Directory.Move(config, config + ".old"); // Kept, or its number would be given again.
            _project.Write("var/run/cache/config/redis.conf", "port 1");
        }));
        Assert.Equal([config], InputStates.Changed(inputs, _project.Key, _project.Folder).Select(input => input.Path));
    }

    [Fact]
    public void A_data_folder_mounted_to_be_written_does_not_count() =>
        Assert.Equal("", _project.Changed(() => _project.Write("data/db/file", "2")));

    [Fact]
    public void A_folder_of_the_machine_is_not_looked_into()
    {
        var outside = Directory.CreateTempSubdirectory("harbor-outside-").FullName;
        _project.Model["services"]!["db"]!["volumes"]!.AsArray()
            .Add(new JsonObject { ["type"] = "bind", ["source"] = outside, ["target"] = "/o", ["read_only"] = true });

        Assert.Equal("", _project.Changed(() => File.WriteAllText(Path.Combine(outside, "f"), "")));
        Directory.Delete(outside, recursive: true);
    }

    [Fact]
    public void An_inline_config_counts_for_the_service_that_uses_it() =>
        Assert.Equal("web", _project.Changed(() => _project.Model["configs"]!["inline"]!["content"] = "bye"));

    [Fact]
    public void A_secret_s_value_in_the_environment_counts_for_the_service_that_uses_it() =>
        Assert.Equal("cache", _project.Changed(() => _project.Variables["PASSWORD"] = "new"));

    [Fact]
    public void A_secret_s_file_counts_for_the_service_that_uses_it() =>
        Assert.Equal("db", _project.Changed(() => _project.Write("cert.pem", "renewed")));

    [Fact]
    public void The_file_of_a_seccomp_profile_counts_for_the_service_that_uses_it()
    {
        _project.Model["services"]!["db"]!["security_opt"] = new JsonArray("seccomp:./etc/profile.json", "apparmor:unconfined");
        _project.Write("etc/profile.json", "{}");

        Assert.Equal("db", _project.Changed(() => _project.Write("etc/profile.json", "{ }")));
    }

    [Fact]
    public void A_named_volume_and_a_network_count_for_the_service_that_uses_them()
    {
        Assert.Equal("db", _project.Changed(() => _project.Model["volumes"]!["named"]!["driver"] = "nfs"));
        Assert.Equal("app", _project.Changed(() => _project.Model["networks"]!["back"]!["internal"] = true));
    }

    [Fact]
    public void The_order_of_keys_does_not_count() =>
        Assert.Equal(
            "", _project.Changed(() => _project.Model["services"]!["web"]!["environment"] = new JsonObject { ["B"] = "2", ["A"] = "1" }));

    [Fact]
    public void What_does_not_change_a_container_does_not_recreate_it() =>
        Assert.Equal("", _project.Changed(() =>
        {
            _project.Model["services"]!["db"]!["deploy"]!["replicas"] = 3;
            _project.Model["services"]!["web"]!["profiles"] = new JsonArray("p");
            _project.Write("app/main.c", "int main();");
        }));

    /// <summary>Compose recreates it, in the next run that does anything.</summary>
    [Fact]
    public void What_a_service_depends_on_counts() =>
        Assert.Equal("web", _project.Changed(() => _project.Model["services"]!["web"]!["depends_on"] = new JsonObject()));

    [Fact]
    public void A_limit_counts() =>
        Assert.Equal("db", _project.Changed(() => _project.Model["services"]!["db"]!["deploy"]!["resources"]!["limits"]!["memory"] = "2"));

    [Fact]
    public void Another_key_gives_other_digests_for_all() =>
        Assert.Equal("app cache db web", _project.Changed(() => _project.Key = new(new byte[32])));

    [Fact]
    public void A_service_is_built_where_its_context_changed_or_its_image_is_missing()
    {
        var (model, first) = (_project.Resolve(), _project.Digests());
        var images = new Dictionary<string, string> { ["p-app"] = "sha256:1" };

        var saved = first.Builds.Digests(images);

        Assert.Equal(["app"], first.Builds.ToBuild(model, new Dictionary<string, string>(), images));
        Assert.Equal([], first.Builds.ToBuild(model, saved, images));
        Assert.Equal(["app"], first.Builds.ToBuild(model, saved, new Dictionary<string, string>()));
        _project.Write("app/main.c", "int main();");
        Assert.Equal(["app"], _project.Digests().Builds.ToBuild(model, saved, images));
    }

    [Fact]
    public void What_dockerignore_names_and_git_do_not_cause_a_build_but_the_Dockerfile_always_does()
    {
        _project.Write("app/.dockerignore", "node_modules/\n# x\nDockerfile\n*.log\n");
        var before = BuildOfApp();

        _project.Write("app/node_modules/x.js", "1");
        _project.Write("app/.git/index", "1");
        Assert.Equal(before, BuildOfApp());
        _project.Write("app/Dockerfile", "FROM y");
        Assert.NotEqual(before, BuildOfApp());
    }

    private string BuildOfApp() => _project.Digests().Builds.Digests(new Dictionary<string, string>())["app"];

    [Fact]
    public void Links_in_a_folder_count_by_where_they_point_and_are_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        File.CreateSymbolicLink(Path.Combine(_project.Folder, "etc/folder/loop"), _project.Folder);

        Assert.Equal("", _project.Changed(() => _project.Write("elsewhere", "1")));
        Assert.Equal("web", _project.Changed(() =>
        {
            File.Delete(Path.Combine(_project.Folder, "etc/folder/loop"));
            File.CreateSymbolicLink(Path.Combine(_project.Folder, "etc/folder/loop"), "/");
        }));
    }

    [Fact]
    public void A_folder_of_10_000_files_is_compared_by_sizes_and_times_in_bounded_time()
    {
        for (var i = 0; i < 10_000; i++)
        {
            File.WriteAllText(Path.Combine(_project.Folder, "etc", "folder", $"{i}.txt"), "x");
        }

        var clock = Stopwatch.StartNew();
        _project.Digests();

        TestContext.Current.TestOutputHelper!.WriteLine($"{clock.ElapsedMilliseconds} ms for 10,000 files");
        Assert.InRange(clock.ElapsedMilliseconds, 0, 10_000);
        Assert.Equal("web", _project.Changed(() => _project.Write("etc/folder/9.txt", "longer")));
    }

    [Fact]
    public void The_paths_that_were_read_tell_what_changed_without_compose()
    {
        var inputs = InputStates.Write(_project.Digests().Inputs);
        Assert.Equal([], InputStates.Changed(inputs, _project.Key, _project.Folder));

        _project.Write("etc/web.conf", "listen 82");
        _project.Write("app/main.c", "int main(void);");
        File.Delete(Path.Combine(_project.Folder, "cert.pem"));

        Assert.Equal(
            [_project.Folder + "/cert.pem", _project.Folder + "/etc/web.conf", "context:" + _project.Folder + "/app"],
            InputStates.Changed(inputs, _project.Key, _project.Folder).Select(input => input.ToString()).Order(StringComparer.Ordinal));
    }
}
