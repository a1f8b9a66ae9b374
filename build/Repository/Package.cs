using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Harbor.Frosting;

namespace Harbor.Pipeline.Repository;

[TaskName("Package")]
[TaskDescription("Packs the command harbor for this kind of machine, with an installer.")]
[TaskGroup(Groups.Machinery)]
[Reads("Harbor's own sources; it needs a C linker")]
[Leaves("var/artifacts/package: harbor-<version>-<rid>.tar.gz, its .sha256, install.sh")]
public sealed class Package : AsyncFrostingTask<HarborContext>
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public override async Task RunAsync(HarborContext context, CancellationToken ct)
    {
        await context.BuildHostAsync("on", ct);
        var host = Path.Combine(context.Repository, "var", "artifacts", "native", "Harbor.Pipeline");
        if (!File.Exists(host))
        {
            throw new HarborException($"There is no native host to pack; {host}.log has the reason.");
        }

        var folder = Directory.CreateDirectory(Path.Combine(context.Repository, "var", "artifacts", "package")).FullName;
        foreach (var old in Directory.EnumerateFiles(folder))
        {
            File.Delete(old);
        }

        var version = typeof(Package).Assembly.GetName().Version!.ToString(3);
        var name = $"harbor-{version}-{NativeProgram.Kind}.tar.gz";
        var archive = Path.Combine(folder, name);
        await PackAsync(archive, [("harbor", host, Executable), ("LICENSE", Path.Combine(context.Repository, "LICENSE"), null)], ct);
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(archive, ct)));
        await File.WriteAllTextAsync($"{archive}.sha256", $"{hash}  {name}\n", ct);
        var glibc = NativeProgram.OldestGlibc(await File.ReadAllBytesAsync(host, ct));
        var installer = await File.ReadAllTextAsync(Path.Combine(context.Repository, "build", "install.sh"), ct);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "install.sh"),
            installer.Replace("@VERSION@", version, StringComparison.Ordinal)
                .Replace("@GLIBC@", $"{glibc} or newer", StringComparison.Ordinal), ct);
        context.Say($"{archive}\n  sha256 {hash}\n  {new FileInfo(archive).Length / 1e6:0.0} MB; on Linux it needs glibc {glibc} or newer\n"
            + $"Install it with: sh {Path.Combine(folder, "install.sh")}");
    }

    /// <summary>The same files make the same archive: no times, no users.</summary>
    private static async Task PackAsync(string archive, (string Name, string File, UnixFileMode? Mode)[] files, CancellationToken ct)
    {
        await using var stream = File.Create(archive);
        await using var zip = new GZipStream(stream, CompressionLevel.SmallestSize);
        await using var tar = new TarWriter(zip, TarEntryFormat.Ustar);
        foreach (var (name, file, mode) in files)
        {
            await using var content = File.OpenRead(file);
            var entry = new UstarTarEntry(TarEntryType.RegularFile, name)
            {
                DataStream = content,
                ModificationTime = DateTimeOffset.UnixEpoch,
            };
            entry.Mode = mode ?? entry.Mode;
            await tar.WriteEntryAsync(entry, ct);
        }
    }
}
