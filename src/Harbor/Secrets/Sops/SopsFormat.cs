namespace Harbor.Secrets.Sops;

/// <summary>By the end of a file's name, as SOPS decides: what has none of the known ones is binary.</summary>
internal static class SopsFormat
{
    /// <param name="file">As messages name it.</param>
    /// <exception cref="InvalidStackException">An INI file.</exception>
    public static SopsStore StoreOf(string file) => Path.GetExtension(file) switch
    {
        ".env" => DotenvStore.Instance,
        ".yaml" or ".yml" => YamlStore.Instance,
        ".json" => JsonStore.Instance,
        ".ini" => throw Faults.At(file, 0, "INI files of SOPS are not supported: keep the values in a .env, .yaml or .json file."),
        _ => BinaryStore.Instance,
    };
}

/// <summary>Reads and writes one format.</summary>
internal abstract class SopsStore
{
    /// <summary>A few mebibytes: what is larger is no file of secrets.</summary>
    public const int MaxBytes = 4 << 20;

    /// <exception cref="InvalidStackException">Not of the format; says where, and nothing of a value.</exception>
    public abstract SopsTree Read(ReadOnlySpan<byte> bytes, string file);

    /// <summary>A file that is not encrypted.</summary>
    public virtual SopsTree ReadPlain(ReadOnlySpan<byte> bytes, string file) => Read(bytes, file);

    /// <summary>Without metadata: the plain file.</summary>
    public abstract byte[] Write(SopsTree tree);
}

internal static class Faults
{
    public static InvalidStackException At(string file, int line, string message) => new([new Problem(file, line, 0, message)]);
}
