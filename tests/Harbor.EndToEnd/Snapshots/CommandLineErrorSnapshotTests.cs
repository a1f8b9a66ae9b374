using Harbor.Snapshots;

namespace Harbor.EndToEnd.Snapshots;

/// <summary>
/// What the program says of a command line that is wrong, of hooks that may not run, and of an engine that is not there. Without an engine.
/// </summary>
public sealed class CommandLineErrorSnapshotTests
{
    [Fact]
    public async Task Everything_wrong_with_the_command_line_is_said_in_the_accepted_words()
    {
        await using var transcript = new Transcript();
        transcript.Project.Write("etc/sites/prod.env", "GREETING=site\n");
        transcript.Project.Write("etc/sites/staging.env", "GREETING=site\n");

        transcript.Title("options");
        await transcript.RunAsync(
            "Deploy", "--servcies=web", "-x", "--dryrun=perhaps", "--parallel=0", "--verbosity=Loud", "--zebra", "--target=", "--profile");
        await transcript.RunAsync("--target");
        await transcript.RunAsync("--target=Plan", "--output=xml", "--wait-lock=60", "--last=none");
        await transcript.RunAsync("--target=Prepare", "--wait-lock=60");
        await transcript.RunAsync("--target=History", "--last=none");
        await transcript.RunAsync("--target=Deploy", "--volumes");
        await transcript.RunAsync("--target=Destroy", "--output=json");
        await transcript.RunAsync("--target=Source", "--target=env", "--output=json");
        transcript.Title("targets");
        await transcript.RunAsync("--target=Deplyo");
        await transcript.RunAsync("--target=zebra", "--target=Deploy");
        await transcript.RunAsync("deplyo", "web");
        await transcript.RunAsync("history", "web");
        await transcript.RunAsync("run");
        await transcript.RunAsync("top");
        transcript.Title("services, options, capabilities, sites");
        await transcript.RunAsync("--target=Source", "--services=wokrer,zebra");
        await transcript.RunAsync("--target=Source", "--no-defaults");
        await transcript.RunAsync("--target=Source", "--options=nothing");
        await transcript.RunAsync("--target=Source", "--capabilities=nvidai,zebra");
        await transcript.RunAsync("--target=Prepare", "--parallel=1", "--site=prdo");
        await transcript.RunAsync("--target=Prepare", "--parallel=1", "--site=../sys");
        transcript.Title("variables");
        await transcript.RunAsync("--target=Prepare", "--parallel=1", "--set=FOO", "--set=1X=2", "--set=PATH=/tmp", "--set==x");
        await transcript.RunAsync("--target=Env", "--service=wbe", "--key=GREETNIG");
        await transcript.RunAsync("--target=Env", "--key=GREETNIG");
        transcript.Title("commands on secrets");
        await transcript.RunAsync("--target=SecretsDecrypt");
        await transcript.RunAsync("--target=SecretsDecrypt", "--file=etc/none.sops.env");
        await transcript.RunAsync("--target=SecretsDecrypt", "--file=etc/sys.env");
        await transcript.RunAsync("--target=SecretsEncrypt", "--file=etc/sys.env");
        await transcript.RunAsync("--target=SecretsSet", "--file=etc/sys.env");

        Snapshot.Match("errors-command-line", transcript.ToString());
    }

    [Fact]
    public async Task Hooks_that_may_not_run_are_refused_in_the_accepted_words()
    {
        await using var transcript = new Transcript();
        transcript.Project.Environment["XDG_DATA_HOME"] = transcript.Project.PathOf("home"); // Where it is kept what is allowed.
        transcript.Title("a script that is missing");
        transcript.Project.Replace(
            "etc/harbor.yaml", "source: {", "hooks: { pre_prepare: [{ type: shell, name: gone, path: etc/missing.sh }] }\nsource: {");
        await transcript.RunAsync("--target=Prepare", "--parallel=1");
        transcript.Title("a script on this machine that nobody has allowed");
        transcript.Project.Replace("etc/harbor.yaml", "name: gone, path: etc/missing.sh", "name: here, host: true, run: \"echo here\"");
        await transcript.RunAsync("--target=Prepare", "--parallel=1");
        await transcript.RunAsync("--target=Allow");
        await transcript.RunAsync("--target=Prepare", "--parallel=1");
        transcript.Title("a script that fails");
        transcript.Project.Replace("etc/harbor.yaml", "echo here", "echo it went wrong >&2; exit 3");
        await transcript.RunAsync("--target=Allow");
        await transcript.RunAsync("--target=Prepare", "--parallel=1");

        Snapshot.Match("errors-hooks", transcript.ToString());
    }

    [Fact]
    public async Task An_engine_that_is_not_there_is_said_in_the_accepted_words()
    {
        await using var transcript = new Transcript();
        transcript.Project.Environment["DOCKER_HOST"] = $"unix://{transcript.Project.PathOf("no.sock")}";

        transcript.Title("no socket");
        await transcript.RunAsync("--target=Deploy", "--parallel=1");
        await transcript.RunAsync("--target=Plan");
        transcript.Title("nothing to destroy");
        await transcript.RunAsync("--target=Destroy", "--parallel=1");
        transcript.Title("nobody listens");
        transcript.Project.Environment["DOCKER_HOST"] = "tcp://127.0.0.1:1";
        await transcript.RunAsync("--target=Plan");

        Snapshot.Match("errors-engine", transcript.ToString());
    }
}
