namespace Harbor.Secrets.Sops;

/// <summary>Chooses the format by the file's extension, like SOPS. Unknown extensions are binary.</summary>
internal static class SopsFormat
{
    /// <param name="file">The name for messages.</param>
    /// <exception cref="InvalidStackException">The file is INI.</exception>
    public static SopsStore StoreOf(string file) => Path.GetExtension(file) switch
    {
        ".env" => DotenvStore.Instance,
        ".yaml" or ".yml" => YamlStore.Instance,
        ".json" => JsonStore.Instance,
        ".ini" => throw Faults.Create(file, 0, "SOPS INI files are not supported: use a .env, .yaml or .json file."),
        _ => BinaryStore.Instance,
    };
}

/// <summary>Reads and writes one format.</summary>
internal abstract class SopsStore
{
    /// <summary>Files of secrets are much smaller.</summary>
    public const int MaxBytes = 4 << 20;

    /// <exception cref="InvalidStackException">The format is wrong. The message names the place and quotes no value.</exception>
    public abstract SopsTree Read(ReadOnlySpan<byte> bytes, string file);

    /// <summary>Reads a file that is not encrypted.</summary>
    public virtual SopsTree ReadPlain(ReadOnlySpan<byte> bytes, string file) => Read(bytes, file);

    /// <summary>A tree without metadata gives the plain file.</summary>
    public abstract byte[] Write(SopsTree tree);
}

internal static class Faults
{
    public static InvalidStackException Create(string file, int line, string message) => new([new Problem(file, line, 0, message)]);
}
