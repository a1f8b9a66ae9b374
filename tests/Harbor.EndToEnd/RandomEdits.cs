namespace Harbor.EndToEnd;

/// <summary>Edits of a <see cref="PlannedProject"/> and of its containers, one or two at a time.</summary>
internal sealed class RandomEdits(PlannedProject project, string[] images, Random random)
{
    private readonly List<string> _services = ["a", "b", "d", "e", "f", "g"];
    private static readonly UnixFileMode[] Modes =
    [
        UnixFileMode.UserRead | UnixFileMode.UserWrite,
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead | UnixFileMode.OtherExecute,
    ];

    private int _scale = 1;
    private string _image = "debian:bookworm";
    private string _more = "";

    public async Task<string> NextAsync()
    {
        var done = new List<string>();
        for (var count = random.Next(1, 3); count > 0; count--)
        {
            done.Add(await OneAsync());
        }

        return string.Join(", ", done);
    }

    private async Task<string> OneAsync()
    {
        var value = random.Next(1000);
        switch (random.Next(18))
        {
            case 0:
                project.Files.Write("etc/sys.env", $"GREETING=hello\nLEVEL={value}\n");
                return "variable of b";
            case 1:
                project.Files.Write("stacks/a/templates/a.conf", $"greeting {{{{GREETING}}}} {value}\n");
                return "template of a";
            case 2:
                _more = $"\n    labels: {{ edit: \"{value}\" }}";
                WriteB();
                return "label of b";
            case 3:
                project.Files.Write("etc/b.conf", $"{value}\n");
                return "mounted file of b";
            case 4:
                _image = project.Image;
                WriteB();
                await TestProject.DockerAsync("tag", images[value % 2], project.Image);
                return "image of b";
            case 5:
                if (!_services.Remove("c"))
                {
                    _services.Add("c");
                }

                var harbor = project.Files.Read("etc/harbor.yaml");
                var start = harbor.IndexOf("services: [", StringComparison.Ordinal);
                project.Files.Write("etc/harbor.yaml",
                    $"{harbor[..start]}services: [{string.Join(", ", _services)}]{harbor[(harbor.IndexOf(']', start) + 1)..]}");
                return "service c added or removed";
            case 6:
                _scale = 1 + (value % 3);
                WriteB();
                return $"b scaled to {_scale}";
            case 7:
                return await ByHandAsync("kill");
            case 8:
                return await ByHandAsync("pause");
            case 9:
                project.Files.Write("stacks/d/templates/d.conf", $"{value}\n");
                return "template of d, which reloads";
            case 10:
                project.Files.Write("stacks/b/templates/b.env", $"FROM_FILE={value}\n");
                return "template of b's env_file";
            case 11:
                project.Files.Write("built/f/f.txt", $"{value}\n");
                return "file in the build context of f";
            case 12:
                File.SetUnixFileMode(project.Files.PathOf("built/f/f.txt"), Modes[value % Modes.Length]);
                return "mode of a file in the build context of f";
            case 13:
                project.Files.Write("built/g/v", $"{value}\n");
                return "file in the build context of g, on whose image f stands";
            case 14:
                Directory.CreateDirectory(project.Files.PathOf($"built/f/empty{value}"));
                return "empty folder in the build context of f";
            case 15:
                project.Files.Write("etc/f.env", $"FROM_SECOND={value}\n");
                return "env file of a second document";
            case 16:
                project.Files.Write("built/inc/.env", $"FROM_INCLUDE={value}\n");
                return "env file of an include";
            default:
                return await ByHandAsync("rm", "--force");
        }
    }

    private void WriteB() => project.Service("b", $"{PlannedProject.OfB}\n    scale: {_scale}{_more}", _image);

    private async Task<string> ByHandAsync(params string[] command)
    {
        var running = await TestProject.DockerAsync("ps", "--quiet", "--filter", "status=running",
            "--filter", $"label=com.docker.compose.project={project.Name}", "--filter", $"label=com.docker.compose.service=b");
        if (running.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [var id, ..])
        {
            await TestProject.DockerAsync([.. command, id]);
        }

        return $"{command[0]} of b by hand";
    }
}
