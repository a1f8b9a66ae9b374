using Harbor.Descriptors;
using Harbor.Hooks;

namespace Harbor.Tests.Hooks;

public sealed class HookReadsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_hooks_take_from_the_merged_environment_is_read_with_the_line()
    {
        _folder.Write("etc/harbor.yaml", """
            version: 1
            profiles: { default: { services: [web, db] } }
            runner: { env: { OWN: "1" } }
            hooks:
              autodiscover: true
              pre_source:
                - { type: shell, run: "echo $TOO_EARLY" }
              pre_deploy:
                - { name: say, type: shell, run: "echo $RUN ${BRACED:-1} $OWN" }
                - { name: box, type: container, image: "x:${TAG}", command: [sh, -c, "test -n $COMMAND"], service: web }
                - { name: gone, type: shell, path: var/none.sh }
              post_service_up:
                - { name: check, type: routine, path: "stacks/${service}/check.cs", service: db }
                - { name: python, type: shell, path: stacks/db/ask.py, service: db }
              post_destroy:
                - { type: shell, run: "echo $FROM_STATE" }
            """);
        _folder.Write("stacks/db/check.cs", "// check\nvar name = Environment.GetEnvironmentVariable(\"ROUTINE\");\n");
        _folder.Write("stacks/db/ask.py", "#!/usr/bin/env python3\nimport os; print(os.environ['PYTHON'])\n");
        _folder.Write("stacks/web/hooks/post_prepare.sh", "#!/bin/bash -e\n\nprintf '%s' \"$FOUND\" \"WORD\"\n");

        var reads = HookReads.Find(DescriptorReader.Read(_folder.Paths).ForServices(["web", "db"]), ["web", "db"], _folder.Paths);

        Assert.Equal(
            [
                "FOUND stacks/web/hooks/post_prepare.sh:3 web", "RUN etc/harbor.yaml:9 ",
                "BRACED etc/harbor.yaml:9 ", "COMMAND etc/harbor.yaml:10 web", "TAG etc/harbor.yaml:10 web",
                "ROUTINE stacks/db/check.cs:2 db", "PYTHON stacks/db/ask.py:2 db",
            ],
            reads.Select(read => $"{read.Name} {read} {read.Service}"));
        Assert.DoesNotContain(reads, read => read.IsRequired);
    }
}
