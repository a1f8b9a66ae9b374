using Harbor.Snapshots;

namespace Harbor.EndToEnd.Snapshots;

/// <summary>What the program says of layers, templates, compose files and encrypted files that are wrong. Without an engine.</summary>
public sealed class InputErrorSnapshotTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public async Task Everything_wrong_with_the_layers_is_said_in_the_accepted_words()
    {
        await using var transcript = new Transcript();
        Sources(transcript, "{ type: sys }, { type: dotenv, file: etc/none.env }, { type: secrets, generate: [OTHER] }");

        transcript.Title("lines that are none, names that are none, values that are made of nothing");
        transcript.Write("etc/sys.env", "GREETING=hello\nA B=1\njust text\nQUOTED=\"no end\nLEVEL=1\n");
        await transcript.RunAsync("--target=Prepare", "--parallel=1");
        transcript.Write("etc/sys.env", "GREETING=${GRETING}\nLEVEL=${NEEDED:?say how many}\nLD_PRELOAD=x\n1X=2\nUNCLOSED=${LEVEL\n");
        transcript.Project.Write("etc/none.env", "");
        await transcript.RunAsync("--target=Prepare", "--parallel=1");
        transcript.Title("variables that are made of each other");
        transcript.Write("etc/sys.env", "GREETING=$LEVEL\nLEVEL=$GREETING\n");
        await transcript.RunAsync("--target=Prepare", "--parallel=1");
        transcript.Title("secrets that others can read");
        transcript.Project.Write("etc/sys.env", "GREETING=hello\nLEVEL=1\n");
        File.SetUnixFileMode(transcript.Project.PathOf("etc/secrets.env"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        await transcript.RunAsync("--target=Prepare", "--parallel=1");
        File.SetUnixFileMode(transcript.Project.PathOf("etc/secrets.env"), OwnerOnly);
        transcript.Title("two services that do not agree");
        transcript.Write("stacks/web/service.env", "POOL=8\n");
        transcript.Write("stacks/worker/service.env", "POOL=9\n");
        transcript.Project.Replace("etc/stacks/compose.worker.yml", "${LEVEL}", "${POOL:-1}");
        Sources(transcript, "{ type: sys }, { type: service, optional: true }, { type: secrets }");
        await transcript.RunAsync("--target=Prepare", "--parallel=1");

        Snapshot.Match("errors-layers", transcript.ToString());
    }

    [Fact]
    public async Task Encrypted_files_that_do_not_open_are_refused_in_the_accepted_words()
    {
        await using var transcript = new Transcript();
        transcript.Project.Environment["XDG_CONFIG_HOME"] = transcript.Project.PathOf("home"); // The user's own key is not meant.
        Sources(transcript, "{ type: sys }, { type: sops, file: etc/app.sops.env }, { type: secrets }");

        transcript.Title("missing");
        await transcript.RunAsync("--target=Prepare", "--parallel=1");
        transcript.Title("not encrypted");
        transcript.Write("etc/app.sops.env", "FROM_SOPS=1\n");
        await transcript.RunAsync("--target=Prepare", "--parallel=1");
        await transcript.RunAsync("--target=SecretsDecrypt", "--file=etc/app.sops.env");
        transcript.Title("encrypted for somebody else");
        transcript.Project.Write("etc/app.sops.env", File.ReadAllText(Tampered("17-lastmodified-changed.env")));
        await transcript.RunAsync("--target=Prepare", "--parallel=1");
        transcript.Project.Write("etc/app.sops.env", File.ReadAllText(Tampered("02-swap-values.env")));
        await transcript.RunAsync("--target=Prepare", "--parallel=1");
        await transcript.RunAsync("--target=SecretsDecrypt", "--file=etc/app.sops.env");
        transcript.Title("the key is there, and the file was changed");
        transcript.Project.Write("etc/key.txt", File.ReadAllText(Tampered("key.txt")), OwnerOnly);
        transcript.Project.Environment["SOPS_AGE_KEY_FILE"] = transcript.Project.PathOf("etc/key.txt");
        await transcript.RunAsync("--target=Prepare", "--parallel=1");
        transcript.Title("a key file that is none");
        transcript.Project.Write("etc/key.txt", "AGE-SECRET-KEY-1NONSENSE\n");
        await transcript.RunAsync("--target=Prepare", "--parallel=1");
        transcript.Title("a key file that others can read");
        File.SetUnixFileMode(transcript.Project.PathOf("etc/key.txt"), OwnerOnly | UnixFileMode.OtherRead);
        await transcript.RunAsync("--target=Prepare", "--parallel=1");

        Snapshot.Match("errors-sops", transcript.ToString());
    }

    [Fact]
    public async Task Everything_wrong_with_the_templates_is_said_in_the_accepted_words()
    {
        await using var transcript = new Transcript();

        transcript.Title("variables that nobody sets");
        transcript.Write("stacks/web/templates/web.conf", "one\n{{GRETING}} {{#if LEVEL}}x{{/if}}\n");
        transcript.Write("stacks/worker/templates/worker.conf", "{{zebra}}\n");
        await transcript.RunAsync("--target=Prepare", "--parallel=1");
        transcript.Title("forms that are none");
        transcript.Write("stacks/web/templates/web.conf", "{{#if LEVEL}}\n{{uper GREETING}}\n{{/unless}}\n{{GREETING\n");
        transcript.Write("stacks/worker/templates/worker.conf", "{{#each}}x{{/each}}\n{{default NOBODY}}\n{{> partial}}\n{{this}}\n");
        await transcript.RunAsync("--target=Prepare", "--parallel=1");
        transcript.Title("envsubst");
        transcript.Project.Replace("etc/harbor.yaml", "source: {", "prepare: { interpolation: { engine: envsubst } }\nsource: {");
        transcript.Write("stacks/web/templates/web.conf", "${GRETING} ${LEVEL:?no level}\n${NOBODY:?say who}\n${LEVEL\n");
        transcript.Project.Write("stacks/worker/templates/worker.conf", "${1X}\n");
        await transcript.RunAsync("--target=Prepare", "--parallel=1");
        transcript.Title("two templates that give one file, a link that leads out");
        const string Templates = "{ from: \"stacks/${service}/templates/**\", to: var/run/all/ }, "
            + "{ from: etc/shared.conf, to: var/run/all/same.conf }";
        transcript.Project.Replace("etc/harbor.yaml", "prepare: { ", $"prepare: {{ templates: [{Templates}], ");
        transcript.Project.Write("stacks/web/templates/same.conf", "x\n");
        transcript.Project.Write("stacks/worker/templates/same.conf", "x\n");
        File.CreateSymbolicLink(transcript.Project.PathOf("stacks/web/templates/passwd"), "/etc/passwd");
        await transcript.RunAsync("--target=Prepare", "--parallel=1");

        Snapshot.Match("errors-templates", transcript.ToString());
    }

    [Fact]
    [Trait("Category", "Engine")]
    public async Task Compose_files_that_are_missing_or_no_YAML_are_refused_in_the_accepted_words()
    {
        await using var transcript = new Transcript();

        transcript.Title("no YAML");
        transcript.Write("etc/stacks/compose.worker.yml", "services: { worker: { image: [ } }\n");
        await transcript.RunAsync("--target=Env");
        await transcript.RunAsync("--target=Prepare", "--parallel=1");
        transcript.Title("no base file");
        File.Delete(transcript.Project.PathOf("etc/stacks/compose.yml"));
        await transcript.RunAsync("--target=Source");
        await transcript.RunAsync("--target=Deploy", "--parallel=1");
        transcript.Title("no folder");
        Directory.Delete(transcript.Project.PathOf("etc/stacks"), recursive: true);
        await transcript.RunAsync("--target=Source");
        transcript.Title("no project");
        await transcript.RunAsync("--target=Source", $"--working={transcript.Project.PathOf("nowhere")}");

        Snapshot.Match("errors-compose-files", transcript.ToString());
    }

    private static void Sources(Transcript transcript, string sources)
    {
        var lines = transcript.Project.Read("etc/harbor.yaml").Split('\n');
        var rest = lines.Where(line => !line.StartsWith("prepare:", StringComparison.Ordinal));
        transcript.Project.Write("etc/harbor.yaml", string.Join('\n', rest.Append($"prepare: {{ env: {{ sources: [{sources}] }} }}\n")));
    }

    private static string Tampered(string file) => Path.Combine(Repository.Root, "tests/Harbor.Tests/Data/secrets/tampered", file);
}
